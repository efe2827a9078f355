"""Earlier states of the facts, as `data/history/` keeps them: one file a version, made by
`scripts/freeze_catalog.py` from what `catalog --json` printed then.

What is kept of a fact is what rules, lists and papers follow from. Nothing is read from here until
somebody asks what has changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import msgspec

from wizard.facts.model import (
    Alternatives,
    Catalog,
    Edition,
    EndpointScheme,
    Evidence,
    Exposure,
    Fact,
    FactStatus,
    Product,
    Scope,
    Strict,
    Transport,
    Versions,
)
from wizard.network.ports import PortRange
from wizard.tables import each_made, indexed
from wizard.text import near


class HistoryError(Exception):
    """A version that is not kept, or a file of the history that cannot be read; for people."""


class PastFact(Strict, frozen=True, kw_only=True, omit_defaults=True):
    """What flows and endpoints have in common."""

    from_: str = msgspec.field(name="from")
    versions: Versions = Versions()
    when: Alternatives
    evidence: Evidence = "stated"
    cautions: tuple[str, ...] = ()


class PastFlow(PastFact, frozen=True, kw_only=True, omit_defaults=True):
    """A flow as it was. `exposure` is None where it was not known then."""

    to: str
    transport: Transport
    ports: tuple[PortRange, ...]
    service: str
    status: FactStatus = "required"
    scope: Scope = "network"
    encrypted: bool | None = None
    exposure: Exposure | None = None
    automatic: bool = False


class PastEndpoint(PastFact, frozen=True, kw_only=True, omit_defaults=True):
    """An endpoint as it was."""

    scheme: EndpointScheme
    host: str | None = None
    host_key: str | None = None
    port: int
    path: str = "/"
    status: str = "current"
    purpose: str


class PastProduct(Strict, frozen=True, omit_defaults=True):
    """A product as it was: the names of its features, and its facts by their entries."""

    name: str
    features: dict[str, str]
    flows: dict[str, PastFlow]
    endpoints: dict[str, PastEndpoint]


class PastDocument(Strict, frozen=True, omit_defaults=True):
    """A document as it was."""

    title: str
    publisher: str
    version: str = ""
    address: str = ""


class PastCatalog(Strict, frozen=True, omit_defaults=True):
    """All facts of one version. `release` is the first release of Portwright that had them."""

    version: str
    date: datetime.date
    products: dict[str, PastProduct]
    documents: dict[str, PastDocument]
    release: str = ""

    @property
    def edition(self) -> Edition:
        """Its version and date."""
        return Edition(self.version, self.date)


def present(catalog: Catalog) -> PastCatalog:
    """The built-in facts as they are now, in the form in which earlier ones are kept.

    Raises:
        HistoryError: for facts that were put together by hand.
    """
    if catalog.edition is None:
        raise HistoryError("These facts have no version.")
    products = {}
    for product in catalog.products.values():
        if not product.digest and not product.installs:
            products[product.id] = past_product(product)
    documents = {}
    for key, document in catalog.documents.items():
        if document.tier != "own":
            documents[key] = PastDocument(
                document.title, document.publisher, document.version, document.address
            )
    edition = catalog.edition
    return PastCatalog(edition.version, edition.date, products, documents)


_Past = TypeVar("_Past", PastFlow, PastEndpoint)


def past_product(product: Product) -> PastProduct:
    """A product in the form in which earlier ones are kept."""
    return PastProduct(
        product.name,
        each_made(attrgetter("name"), product.features),
        _past(product.flows, PastFlow),
        _past(product.endpoints, PastEndpoint),
    )


def _past(facts: Iterable[Fact], kind: type[_Past]) -> dict[str, _Past]:
    return {fact.entry: msgspec.convert(fact, kind, from_attributes=True) for fact in facts}


@lru_cache(maxsize=1)
def past_catalogs() -> dict[str, PastCatalog]:
    """Version → what was known, the oldest first.

    Raises:
        HistoryError: with file and reason, where one cannot be read.
    """
    catalogs = sorted(_read_all(), key=lambda catalog: catalog.date)
    return indexed(attrgetter("version"), catalogs)


def past_catalog(version: str) -> PastCatalog | None:
    """What was known in that version; None for one that is not kept.

    Raises:
        HistoryError: where its file cannot be read.
    """
    return past_catalogs().get(version)


def catalog_since(since: str, current: PastCatalog) -> PastCatalog:
    """The state of the facts that a person names: by a version, a day (the state on that day), or a
    release of Portwright.

    Raises:
        HistoryError: with what is there.
    """
    catalogs = dict(past_catalogs())
    catalogs.setdefault(current.version, current)
    for catalog in catalogs.values():
        if since == catalog.version or (since and since == catalog.release):
            return catalog
    day = _day(since)
    if day is None:
        names = (*catalogs, *(catalog.release for catalog in catalogs.values()))
        raise HistoryError(
            f"no facts of {since!r}{near(since, filter(None, names))}; give a version, a day such as"
            f" {current.date} or a release: {', '.join(map(_called, catalogs.values()))}"
        )
    before = [catalog for catalog in catalogs.values() if catalog.date <= day]
    if not before:
        oldest = next(iter(catalogs.values()))
        raise HistoryError(f"on {day} there were no facts yet; the first are {_called(oldest)}")
    return before[-1]


def _called(catalog: PastCatalog) -> str:
    release = f", Portwright {catalog.release}" if catalog.release else ""
    return f"{catalog.version} ({catalog.date}{release})"


def _day(words: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words)
    except ValueError:
        return None


def _read_all() -> Iterator[PastCatalog]:
    for name, content in _files():
        try:
            catalog = msgspec.json.decode(content, type=PastCatalog)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise HistoryError(f"data/history/{name}: {error}") from error
        if name != f"{catalog.version}.json":
            raise HistoryError(f"data/history/{name}: holds version {catalog.version}")
        yield catalog


def _files() -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of the history, from the wheel or from the checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            for path in sorted((folder / "history").glob("*.json")):
                yield path.name, path.read_bytes()
            return
    from importlib import resources

    for entry in resources.files("wizard").joinpath("data/history").iterdir():
        yield entry.name, entry.read_bytes()
