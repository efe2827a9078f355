"""Rules, port forwards and flows: what firewalls let through, and what asks for it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from wizard.facts.model import MANAGEMENT_PRODUCT
from wizard.network.addresses import bare
from wizard.network.alike import firewalls_alike
from wizard.plan.keys import NeverKey
from wizard.rules.denials import ALL_PORTS, Denial
from wizard.rules.model import Flow, Forward, Rule
from wizard.views.answers import fact_key, rule_key
from wizard.views.denials import ends_text, kept_text, ports_denied
from wizard.views.firewalls import firewall_details
from wizard.views.record import Detail, PartyShape, RecordCells, RecordView
from wizard.views.words import (
    ADMINISTRATION,
    WAYS,
    feature_name,
    narrow_ports,
    product_name,
    role_name,
    waits_for,
)

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.facts.model import Catalog
    from wizard.plan.field import ChoiceKey
    from wizard.plan.keys import Key


def _by_party(record: Rule | Flow, sort: int) -> tuple[object, ...] | None:
    match sort:
        case 1:
            return (record.ports[0] if record.ports else (0, 0), record.transport)
        case 2:
            return (record.from_, record.to)
        case 3:
            return (record.to, record.from_)
    return None


def _who(catalog: Catalog, record: Rule | Flow, shape: PartyShape) -> tuple[str, ...]:
    """Who talks to whom, in one column, or in two."""
    source, destination = role_name(catalog, record.from_), role_name(catalog, record.to)
    if shape == "names":
        return (f"{source} → {destination}",)
    first, second = _first_of(record.sources), _first_of(record.destinations)
    if shape == "addresses":
        return (f"{first} → {second}",)
    return f"{source} {first}", f"{destination} {second}"


def _first_of(cidrs: Sequence[str]) -> str:
    """The first network, and how many more there are: `10.0.20.0/22 +2`."""
    if not cidrs:
        return "?"
    more = f" +{len(cidrs) - 1}" if len(cidrs) > 1 else ""
    return bare(cidrs[0]) + more


def _heads(shape: PartyShape, way: str) -> tuple[str, ...]:
    who = ("Source", "Destination") if shape == "both" else ("Source → destination",)
    return (way, "", "Port", *who, "Service")


def _stated(encrypted: bool | None) -> str:
    return "not said in the document" if encrypted is None else "yes" if encrypted else "no"


class RuleView(RecordView[Rule]):
    """Rules, under their firewalls."""

    table = "rules"
    name = "Rules"
    group_head = "Firewall"
    empty = "No rule yet. Rules come when the parties have their places."
    content = attrgetter("ports")
    order = staticmethod(_by_party)

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(deployment)
        if not deployment.plan.firewalls:
            self.empty = "No firewall yet: step 4 adds them. Flows shows what is needed."

    def records(self) -> Sequence[Rule]:
        return self.deployment.rules

    @property
    def groups(self) -> Sequence[str]:
        return tuple(self.deployment.plan.firewalls)

    def heading(self, group: str) -> str:
        firewall = self.deployment.plan.firewalls.get(group)
        return f"{group} ({firewall.kind if firewall else 'gone'})"

    def group_details(self, group: str) -> Iterator[Detail]:
        return firewall_details(self.deployment, group)

    def alike_groups(self) -> Mapping[str, Hashable] | None:
        return firewalls_alike(self.deployment.plan)

    @staticmethod
    def look(record: Rule) -> Hashable:
        what = record.direction, record.transport, record.family, record.ports
        return *what, record.from_, record.to, record.flows, record.unresolved

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return _heads(shape, "Way")

    def columns(self, record: Rule, shape: PartyShape = "names") -> tuple[str, ...]:
        return (
            WAYS[record.direction].narrow,
            record.transport + ("6" if record.family == 6 else ""),
            narrow_ports(record.ports),
            *_who(self.catalog, record, shape),
            waits_for(record.unresolved) or ", ".join(record.services),
        )

    def level(self, record: Rule) -> str:
        return "warn" if record.unresolved else ""

    @staticmethod
    def searched(record: Rule) -> Iterable[str]:
        parties = record.from_, record.to
        return (*parties, *record.sources, *record.destinations, *record.flows, *record.services)

    def title(self, record: Rule) -> str:
        return f"Why {record.transport} {narrow_ports(record.ports)} on {record.firewall}"

    def cells(self, record: Rule) -> RecordCells:
        return (
            ("Firewall", record.firewall),
            ("Direction", WAYS[record.direction].column),
            ("Source", self.side(record.from_, record.sources, record.except_sources)),
            ("Destination", self.side(record.to, record.destinations, record.except_destinations)),
            ("Port", f"{record.transport} {narrow_ports(record.ports)}"),
            ("Service", ", ".join(record.services)),
            ("Reason", self.reasons(record.flows)),
            ("Document", self.documents(record.flows)),
            ("Waits for", self.role_names(record.unresolved)),
        )

    def details(self, record: Rule) -> Iterator[Detail]:
        yield Detail("firewall", f"{record.firewall}, {record.direction}")
        yield Detail("lets through", f"{record.transport} {narrow_ports(record.ports)}")
        yield Detail("from", self.party(record.from_, record.sources))
        yield Detail("to", self.party(record.to, record.destinations))
        excepted = (*record.except_sources, *record.except_destinations)
        yield Detail("except", ", ".join(excepted))
        yield Detail("status", record.status)
        yield Detail("encrypted", _stated(record.encrypted))
        yield from self.waits(record.unresolved)
        yield from self.fact_details(record.flows)
        yield from self.remarks(record.flows)

    def answer(self, record: Rule) -> Key | ChoiceKey | None:
        return rule_key(self.deployment, record)


class FlowView(RecordView[Flow]):
    """Flows, under the installations that they are of."""

    table = "flows"
    name = "Flows"
    group_head = "Product"
    empty = "Nothing yet. What the chosen products and features need appears here."
    content = attrgetter("ports")
    group = attrgetter("installation")
    order = staticmethod(_by_party)

    def records(self) -> Sequence[Flow]:
        return self.deployment.flows

    @property
    def groups(self) -> Sequence[str]:
        return tuple(self.deployment.plan.products)

    def heading(self, group: str) -> str:
        return product_name(self.catalog, group)

    def group_details(self, group: str) -> Iterator[Detail]:
        installation = self.deployment.plan.products.get(group)
        if installation is not None:
            features = [feature_name(self.catalog, group, name) for name in installation.features]
            yield Detail("features", ", ".join(features) or "none chosen")
        elif group == MANAGEMENT_PRODUCT:
            yield Detail("", ADMINISTRATION)

    @staticmethod
    def searched(record: Flow) -> Iterable[str]:
        return (record.from_, record.to, *record.sources, *record.destinations)

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return _heads(shape, "")

    def columns(self, record: Flow, shape: PartyShape = "names") -> tuple[str, ...]:
        scope = "" if record.scope == "network" else f"{record.scope}: "
        who = _who(self.catalog, record, shape)
        return "", record.transport, narrow_ports(record.ports), *who, scope + record.service

    def title(self, record: Flow) -> str:
        return f"Why {record.service}"

    def cells(self, record: Flow) -> RecordCells:
        return (
            ("Source", self.side(record.from_, record.sources)),
            ("Destination", self.side(record.to, record.destinations)),
            ("Port", f"{record.transport} {narrow_ports(record.ports)}"),
            ("Service", record.service),
            ("Scope", record.scope),
            ("Reason", self.reasons((record.id,))),
            ("Document", self.documents((record.id,))),
        )

    def details(self, record: Flow) -> Iterator[Detail]:
        yield Detail("connection", *_who(self.catalog, record, "names"))
        yield Detail("ports", f"{record.transport} {narrow_ports(record.ports)}")
        yield Detail("from", ", ".join(record.sources) or "no address")
        yield Detail("to", ", ".join(record.destinations) or "no address")
        yield Detail("scope", record.scope)
        yield Detail("encrypted", _stated(record.encrypted))
        yield from self.fact_details((record.id,))
        yield from self.remarks((record.id,))

    def answer(self, record: Flow) -> Key | ChoiceKey | None:
        return fact_key(self.deployment, (record.id,))


class ForwardView(RecordView[Forward]):
    """Port forwards, under their firewalls."""

    table = "forwards"
    name = "Forwards"
    group_head = "Firewall"
    empty = "No port is forwarded."
    content = attrgetter("ports", "address")

    def records(self) -> Sequence[Forward]:
        return self.deployment.forwards

    @property
    def groups(self) -> Sequence[str]:
        return tuple(self.deployment.plan.firewalls)

    def group_details(self, group: str) -> Iterator[Detail]:
        return firewall_details(self.deployment, group)

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return ("", "", "Port", "Public address → inside", "")

    def columns(self, record: Forward, shape: PartyShape = "names") -> tuple[str, ...]:
        inside = f"{record.address or '?'}:{narrow_ports([record.ports])}"
        return (
            "",
            record.transport,
            narrow_ports([record.public_ports]),
            f"{record.public_address or '?'} → {inside}",
            waits_for(record.unresolved),
        )

    def level(self, record: Forward) -> str:
        return "warn" if record.unresolved else ""

    @staticmethod
    def order(record: Forward, sort: int) -> tuple[object, ...] | None:
        return (record.public_ports,)

    def title(self, record: Forward) -> str:
        return f"Why port {narrow_ports([record.public_ports])} is forwarded"

    def cells(self, record: Forward) -> RecordCells:
        return (
            ("Firewall", record.firewall),
            ("Public address", record.public_address or ""),
            ("Public port", f"{record.transport} {narrow_ports([record.public_ports])}"),
            ("Destination", record.address or ""),
            ("Port", f"{record.transport} {narrow_ports([record.ports])}"),
            ("Source", ", ".join(record.sources)),
            ("From inside", ", ".join(record.hairpin)),
            ("Reason", self.reasons(record.flows)),
            ("Document", self.documents(record.flows)),
            ("Waits for", self.role_names(record.unresolved)),
        )

    def details(self, record: Forward) -> Iterator[Detail]:
        public = record.public_address or "not given"
        inside = record.address or "not exactly one address"
        public_port = f"{record.transport} {narrow_ports([record.public_ports])}"
        yield Detail("firewall", record.firewall)
        yield Detail("public", f"{public} {public_port}")
        yield Detail("to", f"{inside} {record.transport} {narrow_ports([record.ports])}")
        yield Detail("from", ", ".join(record.sources))
        if record.hairpin:
            yield Detail("from inside", f"{', '.join(record.hairpin)} (hairpin NAT)")
        yield from self.waits(record.unresolved)
        yield from self.fact_details(record.flows)
        yield from self.remarks(record.flows)

    def answer(self, record: Forward) -> Key | ChoiceKey | None:
        return rule_key(self.deployment, record)


class DenialView(RecordView[Denial]):
    """What must never be, where plans are compared."""

    table = "never"
    name = "Never"
    empty = "Nothing is said to be never."
    grouped = False

    def key(self, record: Denial) -> str:
        return f"never {record.name}"

    def columns(self, record: Denial, shape: PartyShape = "names") -> tuple[str, ...]:
        ports = "all" if record.ports == ALL_PORTS else narrow_ports(record.ports)
        ends = f"{', '.join(record.from_)} → {', '.join(record.to)}"
        return "deny", record.transport or "both", ports, ends, record.reason

    def title(self, record: Denial) -> str:
        return f"Never {record.name}"

    def cells(self, record: Denial) -> RecordCells:
        return (
            ("Never", record.name),
            ("Source", self.side(", ".join(record.from_), record.sources, record.except_sources)),
            (
                "Destination",
                self.side(", ".join(record.to), record.destinations, record.except_destinations),
            ),
            ("Port", ports_denied(record)),
            ("Reason", record.reason),
            ("Kept by", kept_text(record)),
        )

    def details(self, record: Denial) -> Iterator[Detail]:
        yield Detail("never", f"{ends_text(record)}, {ports_denied(record)}")
        yield Detail("from", ", ".join(record.sources))
        yield Detail("to", ", ".join(record.destinations))
        yield Detail("reason", record.reason)
        yield Detail("kept by", kept_text(record))

    def answer(self, record: Denial) -> NeverKey:
        return NeverKey(record.name, "reason")
