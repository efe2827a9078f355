"""One file of the facts → its entries. A product's are shorter than the facts: `at` and `document`
stand for the source, an entry without `when` counts by its own feature, ports are written as people
write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from operator import attrgetter
from typing import Literal, TypeVar

import msgspec
from msgspec import ValidationError, convert

from wizard.facts.model import (
    DEVICES,
    EDITION_VERSION,
    PRINT_DATA,
    Alternatives,
    Basis,
    BypassFact,
    Condition,
    Edition,
    EndpointFact,
    Feature,
    FlowFact,
    Listener,
    MailSenderFact,
    Product,
    ProductGroup,
    Remark,
    Strict,
)
from wizard.network.ports import PortRange, parse_ports
from wizard.tables import picked, without_names
from wizard.text import near

_SECTIONS = (
    "product",
    "features",
    "listeners",
    "flows",
    "endpoints",
    "tls_bypass",
    "mail_senders",
    "remarks",
)
_IMPLIED = {"id", "product", "source", "at_peer"}  # no entry may name them
T = TypeVar("T")
SourcedFact = TypeVar("SourcedFact", FlowFact, EndpointFact, BypassFact, MailSenderFact, Remark)
ConditionalFact = TypeVar("ConditionalFact", FlowFact, EndpointFact)


class _Place(msgspec.Struct, frozen=True):
    """Where an entry stands in its document."""

    at: str
    document: str | None = None


class _FlowEntry(_Place, frozen=True, kw_only=True):
    """What a flow's entry writes in other words than the fact."""

    ports: tuple[int | str, ...]
    encrypted: bool | Literal["unstated"] = "unstated"


class ProductHead(Strict, frozen=True):
    """What a product's file begins with. It takes `base`'s facts over, less the features that
    `without` names. `prints_from`: role that sends jobs to devices → the features that it needs.
    `words` are further names that people look for it by, such as older ones.
    """

    name: str
    about: str
    document: str
    group: ProductGroup = "management"
    basis: Basis = "whole"
    gaps: str = ""
    gaps_in: tuple[str, ...] = ()
    # The newest version that the facts know; '' where the documents name none.
    newest: str = ""
    words: tuple[str, ...] = ()
    base: str | None = None
    without: tuple[str, ...] = ()
    prints_from: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class PresetHead(msgspec.Struct, frozen=True):
    """What a preset begins with; the rest of it is a piece of a plan."""

    name: str
    about: str


class FactsFile:
    """A file, of which `problems` collects what is wrong: file, entry, and what it is."""

    def __init__(self, name: str, table: dict[str, object], problems: list[str]) -> None:
        self.name = name
        self.table = table
        self.problems = problems

    def entries(self, kind: type[T]) -> dict[str, T]:
        """Key → value of a file that holds nothing but entries of one kind."""
        return self._read(self.table, "", lambda _, entry: convert(entry, kind))

    def edition(self) -> Edition | None:
        """The state of the facts, of the file that holds nothing else."""
        try:
            edition = convert(self.table, Edition)
        except ValidationError as error:
            self._problem("version and date", error)
            return None
        if not EDITION_VERSION.fullmatch(edition.version):
            self._problem(
                "version", f"{edition.version!r} is no year with a number, such as 2026.2"
            )
        return edition

    @property
    def has_base(self) -> bool:
        """True for a product that takes over another's facts."""
        head = self.table.get("product")
        return isinstance(head, dict) and "base" in head

    def print_data(self) -> Product | None:
        """The way of print data, written like a product; None where there is no such file."""
        return self.product({}, None, whole=True) if self.table else None

    def product(
        self, others: Mapping[str, Product], print_data: Product | None, *, whole: bool
    ) -> Product | None:
        """The product, `whole` with what it takes over; None where its head cannot be used."""
        for key in self.table.keys() - _SECTIONS:
            self._problem(key, f"unknown section{near(key, _SECTIONS[1:])}")
        try:
            head = convert(self.table.get("product", {}), ProductHead)
        except ValidationError as error:
            self._problem("product", error)
            return None
        base = head.base if whole else None
        if base is not None and base not in others:
            self._problem("product.base", f"no product {base!r}{near(base, others)}")
            return None
        product = self._own(head)
        if whole and head.prints_from:
            if print_data is None:
                self._problem("product.prints_from", "needs data/print-data.toml")
            else:
                product = _with_print_data(product, print_data, head.prints_from)
        if base is not None:
            product = _take_over(others[base], product, head.without)
        return msgspec.structs.replace(product, flows=tuple(_with_peers(product.flows)))

    def _own(self, head: ProductHead) -> Product:
        product_id = self.name.removesuffix(".toml")

        def sourced(kind: type[SourcedFact]) -> Callable[[str, object], SourcedFact]:
            return lambda _, entry: convert(_sourced(entry, _place(entry), head.document), kind)

        def flow(key: str, entry: object) -> FlowFact:
            spelled = convert(entry, _FlowEntry)
            fields = _conditional(entry, spelled, head.document, product_id, key)
            fields["encrypted"] = None if spelled.encrypted == "unstated" else spelled.encrypted
            try:
                fields["ports"] = _ports(spelled.ports)
            except ValueError as error:
                self._problem(f"flows.{key}: ports", error)
                fields["ports"] = ()
            return _checked(convert(fields, FlowFact))

        def endpoint(key: str, entry: object) -> EndpointFact:
            fields = _conditional(entry, _place(entry), head.document, product_id, key)
            return _checked(convert(fields, EndpointFact))

        return Product(
            id=product_id,
            name=head.name,
            about=head.about,
            document=head.document,
            newest=head.newest,
            words=head.words,
            group=head.group,
            basis=head.basis,
            gaps=head.gaps,
            gaps_in=head.gaps_in,
            features=self._section("features", lambda _, entry: convert(entry, Feature)),
            listeners=self._section("listeners", lambda _, entry: convert(entry, Listener)),
            flows=tuple(self._section("flows", flow).values()),
            endpoints=tuple(self._section("endpoints", endpoint).values()),
            tls_bypass=tuple(self._section("tls_bypass", sourced(BypassFact)).values()),
            mail_senders=tuple(self._section("mail_senders", sourced(MailSenderFact)).values()),
            remarks=self._section("remarks", sourced(Remark)),
        )

    def _section(self, section: str, read: Callable[[str, object], T]) -> dict[str, T]:
        return self._read(self.table.get(section, {}), section, read)

    def _read(self, table: object, section: str, read: Callable[[str, object], T]) -> dict[str, T]:
        values: dict[str, T] = {}
        if not isinstance(table, dict):
            self._problem(section, "must be a table of entries")
            return values
        for key, entry in table.items():
            try:
                values[key] = read(key, entry)
            except ValidationError as error:
                self._problem(f"{section}.{key}" if section else key, error)
        return values

    def _problem(self, entry: str, problem: object) -> None:
        self.problems.append(f"data/{self.name}: {entry}: {problem}")


def _place(entry: object) -> _Place:
    return convert(entry, _Place)


def _sourced(entry: object, place: _Place, document: str) -> dict[str, object]:
    """The fields of an entry with its source spelled out; `document`: where it names none."""
    assert isinstance(entry, dict)  # it has been read as a place
    for name in entry.keys() & _IMPLIED:
        raise ValidationError(f"Object contains unknown field `{name}`")
    fields = entry.copy()
    del fields["at"]
    fields.pop("document", None)
    fields["source"] = {"document": place.document or document, "locator": place.at}
    return fields


def _conditional(
    entry: object, place: _Place, document: str, product: str, key: str
) -> dict[str, object]:
    """The fields of a flow's or endpoint's entry with all that its place in the file implies."""
    fields = _sourced(entry, place, document)
    fields["id"] = f"{product}/{key}"
    fields["product"] = product
    if not fields.get("when"):
        names = fields.keys() & {"feature", "options"}
        fields["when"] = [[picked(fields, names)]]
    return fields


def _checked(fact: ConditionalFact) -> ConditionalFact:
    if not all(fact.when):
        raise ValidationError("when: each list in it names a feature")
    return fact


# Many flows have the same ports.
_ports: Callable[[tuple[int | str, ...]], tuple[PortRange, ...]] = lru_cache(1024)(parse_ports)


def _with_peers(flows: Iterable[FlowFact]) -> Iterator[FlowFact]:
    """The flows, with it said where somebody else than a listener's first party has it too."""
    party_by_listener: dict[str, str] = {}
    for flow in flows:
        at_peer = bool(flow.listener) and (
            party_by_listener.setdefault(flow.listener or "", flow.to) != flow.to
        )
        yield msgspec.structs.replace(flow, at_peer=True) if at_peer else flow


def _with_print_data(
    product: Product, print_data: Product, senders: Mapping[str, tuple[str, ...]]
) -> Product:
    """A product with the way of print data from each of its senders to every kind of device."""
    flows = list(product.flows)
    for sender, features in senders.items():
        conditions = tuple(map(Condition, features))
        for flow in print_data.flows:
            when = tuple((*all_of, *conditions) for all_of in flow.when)
            for device in DEVICES:
                twin = flow.clear_twin_of
                ways = {
                    "id": f"{product.id}/{_way_entry(flow.entry, sender, device)}",
                    "from_": sender,
                    "to": device,
                    "clear_twin_of": _way_entry(twin, sender, device) if twin else None,
                }
                flows.append(msgspec.structs.replace(flow, product=product.id, when=when, **ways))
    return msgspec.structs.replace(
        product, features=product.features | print_data.features, flows=tuple(flows)
    )


def _way_entry(entry: str, sender: str, device: str) -> str:
    """What a way of print data is called in the product that it is added to."""
    return f"{PRINT_DATA}-{entry}-{sender}-{device}"


def _take_over(base: Product, product: Product, without: tuple[str, ...]) -> Product:
    """A product with its base's facts before its own, less the features that it does not have."""
    lacking: set[str] = set()
    for pattern in without:
        lacking |= {feature for feature in base.features if fnmatchcase(feature, pattern)}

    def of_others(facts: tuple[SourcedFact, ...]) -> Iterator[SourcedFact]:
        return (fact for fact in facts if fact.feature not in lacking)

    return msgspec.structs.replace(
        product,
        features=without_names(base.features, lacking) | product.features,
        listeners=base.listeners | product.listeners,
        flows=(*_renamed(base.flows, product.id, lacking), *product.flows),
        endpoints=(*_renamed(base.endpoints, product.id, lacking), *product.endpoints),
        tls_bypass=(*of_others(base.tls_bypass), *product.tls_bypass),
        mail_senders=(*of_others(base.mail_senders), *product.mail_senders),
        remarks=_remarks_without(base, lacking) | product.remarks,
    )


def _remarks_without(base: Product, lacking: set[str]) -> dict[str, Remark]:
    return {key: remark for key, remark in base.remarks.items() if remark.feature not in lacking}


def _renamed(
    facts: tuple[ConditionalFact, ...], product: str, lacking: set[str]
) -> Iterator[ConditionalFact]:
    """The facts under another product's name, by the conditions that need no lacking feature."""
    for fact in facts:
        when = _without(fact.when, lacking)
        if when:
            first = when[0][0]
            yield msgspec.structs.replace(
                fact,
                id=f"{product}/{fact.entry}",
                product=product,
                feature=first.feature,
                options=first.options,
                when=when,
            )


def _without(when: Alternatives, lacking: set[str]) -> Alternatives:
    return tuple(
        all_of for all_of in when if lacking.isdisjoint(map(attrgetter("feature"), all_of))
    )
