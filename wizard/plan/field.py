"""What a field of the plan is: the declaration of one answer, before it is asked about anything."""

from __future__ import annotations

import datetime
import keyword
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

import msgspec

from wizard.facts.model import Choice, Scalar
from wizard.plan.keys import (
    AcrossSitesKey,
    EncryptedOnlyKey,
    FirewallKey,
    FrontKey,
    HidesKey,
    HostKey,
    Key,
    ManagementPortKey,
    NeedKey,
    NeverEndKey,
    NeverKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    PublicKey,
    PublishKey,
    RequestKey,
    RoleKey,
    RunsInKey,
    ServeKey,
    SiteKey,
    SiteProxyKey,
    VersionKey,
    ZoneKey,
)
from wizard.plan.model import (
    Firewall,
    FirewallKind,
    Front,
    Hidden,
    Never,
    NeverEnd,
    OnRecord,
    OwnConnection,
    OwnEndpoint,
    OwnRole,
    Placement,
    PlanStruct,
    Proxy,
    Published,
    Request,
    Site,
    SiteProxy,
    Zone,
)

StepId = Literal["products", "features", "network", "firewalls", "request", "review", "export"]
Kind = Literal[
    "flag",
    "choice",
    "choices",
    "text",
    "number",
    "port",
    "ranges",
    "networks",
    "addresses",
    "devices",
    "zones",
    "date",
    "host",
    "address",
]
Value = bool | int | str | datetime.date | tuple[str | int, ...] | None

# Kinds whose value is a tuple; an empty field is an empty tuple, not None.
LISTS: frozenset[Kind] = frozenset(
    {"choices", "ranges", "networks", "addresses", "devices", "zones"}
)


class ChoiceKey(msgspec.Struct, frozen=True):
    """One of the choices of an answer."""

    question: Key
    value: Value

    def __str__(self) -> str:
        return f"{self.question}={self.value}"


class AnswerError(ValueError):
    """An answer that cannot be taken; the message tells the person what to write instead."""


class Field(msgspec.Struct, frozen=True):
    """One answer. Names in its key are `ANY`; its words may hold names in braces: `{role}`.

    `names` tells that the choices are names of the catalog; of `methods`, that each may name a
    port. `unset` is the choice that stands for no answer. `on` are the kinds of firewall that
    have the field, `asked_when` the values of fields beside it with which it is asked; it is
    written and read in any case. A required list has `least` entries; the answer `instead`, where
    there is one, does as well.
    """

    key: Key
    kind: Kind
    label: str
    help: str
    more: str = ""
    choices: tuple[Choice, ...] = ()
    default: Value = None
    required: bool = False
    level: int = 0
    names: Literal["", "products", "roles", "listeners", "fronts", "methods"] = ""
    unset: str = ""
    on: tuple[str, ...] = ()
    asked_when: Mapping[str, tuple[Value, ...]] = {}
    least: int = 1
    instead: str = ""

    @property
    def part(self) -> str:
        """The name of the answer where it stands: `nat`."""
        return self.key.path[-1]

    @property
    def attribute(self) -> str:
        """The name of the answer in the plan's struct: `from_` where Python has the word itself."""
        return attribute_of(self.part)

    @property
    def step(self) -> StepId:
        """Where it is asked."""
        return _STEPS.get(type(self.key), "network")

    def values(self) -> tuple[Scalar, ...]:
        """What the plan file takes, of the choices."""
        return tuple(choice.value for choice in self.choices if choice.value != self.unset)

    def is_asked(self, beside: msgspec.Struct) -> bool:
        """Whether it is asked now; `beside` is what holds the answer: a firewall, the proxy."""
        conditions = self.asked_when.items()
        return all(getattr(beside, part) in values for part, values in conditions)

    def is_open(self, beside: msgspec.Struct) -> bool:
        """Whether it is asked and needs an answer that is not there; `beside` as above."""
        if not self.required or not self.is_asked(beside):
            return False
        if self.instead and getattr(beside, self.instead):
            return False
        value = getattr(beside, self.attribute)
        return value is None or (isinstance(value, tuple) and len(value) < self.least)


def attribute_of(part: str) -> str:
    """The attribute of the plan's structs that holds an answer of this name."""
    return f"{part}_" if keyword.iskeyword(part) else part


def refuse_half_declared(fields: Iterable[Field]) -> None:
    """Check that each attribute of the plan's structs has one field, and each field all it needs.

    Raises:
        TypeError: with everything that is missing, as nothing else would say it.
    """
    by_struct: dict[type[msgspec.Struct], dict[str, Field]] = {s: {} for s in _STRUCTS.values()}
    faults: list[str] = []
    for field in fields:
        struct = _STRUCTS.get(type(field.key))
        # A product's own places are those of the plan, with other words.
        if struct is None or (isinstance(field.key, RoleKey) and field.key.product):
            continue
        if field.part in by_struct[struct]:
            faults.append(f"{field.key}: declared twice")
        by_struct[struct][field.attribute] = field
    for struct, declared in by_struct.items():
        faults += _missing(struct, declared)
    if faults:
        raise TypeError(f"half-declared answers: {'; '.join(faults)}")


def _missing(struct: type[msgspec.Struct], declared: Mapping[str, Field]) -> Iterator[str]:
    parts = struct.__struct_fields__
    defaults = dict(zip(reversed(parts), reversed(struct.__struct_defaults__), strict=False))
    for part in parts:
        # A struct within has keys, and fields, of its own.
        within = isinstance(defaults.get(part), PlanStruct) or part in _TABLES_WITHIN.get(
            struct, ()
        )
        if part not in declared and not within:
            yield f"{struct.__name__}: no field {part!r}"
    for field in declared.values():
        if field.attribute not in parts:
            yield f"{field.key}: {struct.__name__} has no attribute {field.attribute!r}"
            continue
        named = field.names not in ("", "methods")
        if field.kind in ("choice", "choices") and not (field.choices or named):
            yield f"{field.key}: no choices"
        for kind in set(field.on) - set(get_args(FirewallKind)):
            yield f"{field.key}: no kind {kind!r}"
        for part in {*field.asked_when, field.instead} - {*parts, ""}:
            yield f"{field.key}: no {part!r} beside it"
        default = defaults.get(field.attribute)
        if field.default not in (None, field.unset, default):
            yield f"{field.key}: its default is {default} in the plan"


_STRUCTS: dict[type[Key], type[msgspec.Struct]] = {
    RequestKey: Request,
    NeedKey: OnRecord,
    RoleKey: Placement,
    ZoneKey: Zone,
    SiteKey: Site,
    SiteProxyKey: SiteProxy,
    FirewallKey: Firewall,
    PublishKey: Published,
    HidesKey: Hidden,
    FrontKey: Front,
    ProxyKey: Proxy,
    OwnRoleKey: OwnRole,
    OwnConnectionKey: OwnConnection,
    OwnEndpointKey: OwnEndpoint,
    NeverKey: Never,
    NeverEndKey: NeverEnd,
}
# Tables of names within a struct: their answers have keys of their own.
_TABLES_WITHIN: dict[type[msgspec.Struct], tuple[str, ...]] = {
    Firewall: ("publish", "hides"),
    Front: ("serves",),
}
_STEPS: dict[type[Key], StepId] = {
    ProductsKey: "products",
    VersionKey: "features",
    PortKey: "features",
    HostKey: "features",
    AcrossSitesKey: "features",
    PublicKey: "features",
    EncryptedOnlyKey: "features",
    RunsInKey: "firewalls",
    FirewallKey: "firewalls",
    ManagementPortKey: "firewalls",
    PublishKey: "firewalls",
    HidesKey: "firewalls",
    FrontKey: "firewalls",
    ServeKey: "firewalls",
    ProxyKey: "firewalls",
    NeverKey: "firewalls",
    NeverEndKey: "firewalls",
    RequestKey: "request",
    NeedKey: "request",
    OwnRoleKey: "features",
    OwnConnectionKey: "features",
    OwnEndpointKey: "features",
}
