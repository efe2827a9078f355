"""How the handover document names roles, products, documents, and long lists of addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import starmap

from exporters.handover import open as handover_open
from exporters.handover.model import Addresses, Client, DocumentPlace, ListRow, SourceRow
from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact, FlowFact, Source
from wizard.network.addresses import FAMILIES, Cidrs, Family
from wizard.network.sites import Pair
from wizard.plan.proxies import PROXY
from wizard.rules.management import is_management
from wizard.rules.model import AllowlistEntry
from wizard.rules.seen import RuleSide, Sides
from wizard.rules.wants import Want
from wizard.views.words import (
    ADMINISTRATION,
    BASES,
    feature_name,
    product_name,
    reason,
    role_name,
    state_of_facts,
    watch_for,
)

# More addresses than this on one side of a rule stand in a list of their own at the end.
MOST = 8
TIERS = {"source": "the vendor's port list", "other": "other source", "own": "your own catalog"}
EVIDENCE = {"stated": "", "inferred": "inferred", "other": "other source", "own": ""}
MANAGED = "this plan: management of the firewall"


class HandoverNames:
    """Gives the names, and numbers documents and address lists as they come up."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.catalog = deployment.catalog
        self.plan = deployment.plan
        self._numbers: dict[str, int] = {}
        self._lists: dict[tuple[str, ...], str] = {}

    @property
    def sources(self) -> tuple[SourceRow, ...]:
        """The documents that were named so far."""
        return tuple(starmap(self._source, self._numbers.items()))

    @property
    def lists(self) -> tuple[ListRow, ...]:
        """The address lists that were named so far."""
        return tuple(ListRow(name, cidrs) for cidrs, name in self._lists.items())

    # Addresses

    def addresses(self, cidrs: tuple[str, ...], role: str) -> Addresses:
        """One side of a rule."""
        anywhere = 0
        if cidrs in (("0.0.0.0/0",), ("::/0",)):
            anywhere = 6 if ":" in cidrs[0] else 4
        if len(cidrs) > MOST and cidrs not in self._lists:
            self._lists[cidrs] = (
                f"List {len(self._lists) + 1}: {self.role(role)}, {len(cidrs)} entries"
            )
        return Addresses(cidrs, anywhere, self._lists.get(cidrs, "").partition(":")[0])

    def clients(self, entry: AllowlistEntry) -> tuple[Client, ...]:
        """The roles that open connections to a host, with those of their addresses that may.

        Whoever is anywhere on the internet passes no filter of the plan, so its own addresses count.
        """
        cidrs_by_role: dict[str, dict[str, None]] = {role: {} for role in entry.from_}
        for endpoint in entry.endpoints:
            for want in self._wants_of_endpoints.get(endpoint, ()):
                for pair in want.pairs if want.from_ in cidrs_by_role else ():
                    cidrs_by_role[want.from_].update(dict.fromkeys(self._clients_of(want, pair)))
        clients = []
        for role, of_role in cidrs_by_role.items():
            clients.append(Client(self.role(role), self.addresses(tuple(of_role), role)))
        return tuple(clients)

    def _clients_of(self, want: Want, pair: Pair) -> Cidrs:
        if want.to != PROXY:
            return pair.sources.local_cidrs
        cidrs: list[str] = []
        for family in FAMILIES:
            cidrs += self.arriving(pair, family).cidrs
        return tuple(cidrs)

    def arriving(self, pair: Pair, family: Family) -> RuleSide:
        """Who opens, as the other one sees them behind what translates on the way."""
        return self._sides.arriving(pair.sources, pair.destinations, family)

    @cached_property
    def _sides(self) -> Sides:
        return Sides(self.deployment.network)

    @cached_property
    def _wants_of_endpoints(self) -> dict[str, list[Want]]:
        wants: dict[str, list[Want]] = {e.fact.id: [] for e in self.deployment.endpoints}
        for want in self.deployment.wants:
            if want.id in wants:
                wants[want.id].append(want)
        return wants

    def is_endpoint(self, fact: str) -> bool:
        """True for the id of a host on the internet."""
        return fact in self._wants_of_endpoints

    # Facts

    def facts(self, ids: Iterable[str]) -> list[FlowFact | EndpointFact]:
        """Those of the ids that are facts."""
        return self.deployment.facts_of(ids)

    def installations(self, names: Iterable[str]) -> tuple[str, ...]:
        """These, where the plan has a product several times; else none: the product says it."""
        products = self.plan.products.values()
        return tuple(names) if any(answers.product for answers in products) else ()

    def why(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The features that want these flows: `PaperCut MF: Toshiba devices`."""
        features = dict.fromkeys(reason(self.catalog, fact) for fact in self.facts(ids))
        if managing(ids):
            features[ADMINISTRATION] = None
        return tuple(features)

    def without(self, ids: Sequence[str]) -> tuple[str, ...]:
        """What breaks where these flows are closed."""
        losses = dict.fromkeys(fact.without for fact in self.facts(ids) if fact.without)
        if managing(ids):
            losses["Nobody can administer the machine over the network."] = None
        return tuple(losses)

    def watch(self, ids: Sequence[str]) -> tuple[str, ...]:
        """What to watch for, out of the documents."""
        return watch_for(self.facts(ids))

    def places(self, ids: Sequence[str]) -> tuple[DocumentPlace, ...]:
        """Where the facts stand."""
        places: dict[tuple[int, str], DocumentPlace] = {}
        for fact in self.facts(ids):
            place = self.place(fact.source, EVIDENCE[fact.evidence])
            key = (place.number, place.locator)
            # What one of two facts at the same place leaves unsaid is not lost.
            if key not in places or not places[key].note:
                places[key] = place
        if not places and managing(ids):
            return (DocumentPlace(0, "", "", MANAGED, ""),)
        return tuple(places.values())

    def place(self, source: Source, note: str = "") -> DocumentPlace:
        """One place in a document."""
        number = self._numbers.setdefault(source.document, len(self._numbers) + 1)
        document = self.catalog.documents.get(source.document)
        publisher, title = "", source.document
        if document is not None:
            publisher, title = document.publisher, document.title
        return DocumentPlace(number, publisher, title, source.locator, note)

    def _source(self, key: str, number: int) -> SourceRow:
        document = self.catalog.documents.get(key)
        if document is None:
            return SourceRow(number, key, "", "", None, "", "")
        tier = TIERS[document.tier]
        return SourceRow(
            number,
            document.title,
            document.publisher,
            document.version,
            document.read,
            tier,
            document.address,
        )

    # Words of the catalog

    def role(self, role: str) -> str:
        """A role's name; its id where the catalog has none."""
        return role_name(self.catalog, role)

    def waiting(self, name: str) -> str:
        """What is waited for, out of `unresolved`."""
        return handover_open.waiting(self.catalog, name)

    def product(self, product: str) -> str:
        """A product's name."""
        return product_name(self.catalog, product)

    def product_line(self, product: str) -> str:
        """`PaperCut MF 24.0: Web interface`, or `PaperCut MF (facts known up to 24.0): …`."""
        answers, fact = self.plan.products[product], self.catalog.products.get(product)
        core = [part.name for part in fact.features.values() if part.core] if fact else []
        names = dict.fromkeys(core)
        for feature in answers.features:
            names[feature_name(self.catalog, product, feature)] = None
        version = f" {answers.version}" if answers.version else ""
        state = "" if fact is None else BASES[fact.basis] if version else state_of_facts(fact)
        version += f" ({state})" if state else ""
        return f"{self.product(product)}{version}: {', '.join(names)}"


def managing(ids: Iterable[str]) -> bool:
    """True where one of these flows is the plan's own management access."""
    return any(map(is_management, ids))
