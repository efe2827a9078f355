"""What a field of the plan is: the declaration of one answer, before it is asked about anything."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from wizard.facts.model import Choice, Scalar
from wizard.plan.keys import (
    FirewallKey,
    HostKey,
    Key,
    PortKey,
    ProductsKey,
    ProxyKey,
    RequestKey,
    VersionKey,
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
    "zones",
    "date",
    "host",
    "address",
]
Value = bool | int | str | datetime.date | tuple[str | int, ...] | None

# Kinds whose value is a tuple; an empty field is an empty tuple, not None.
LISTS: frozenset[Kind] = frozenset({"choices", "ranges", "networks", "addresses", "zones"})


class AnswerError(ValueError):
    """An answer that cannot be taken; the message tells the person what to write instead."""


class Field(msgspec.Struct, frozen=True):
    """One answer. Names in its key are `ANY`; its words may hold names in braces: `{role}`.

    `names` tells that the choices are names of the catalog; `unset` is the choice that stands for
    no answer. `on` are the kinds of firewall that have the field, `asked_when` the values of fields
    beside it with which it is asked; it is written and read in any case.
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
    names: Literal["", "products", "roles"] = ""
    unset: str = ""
    on: tuple[str, ...] = ()
    asked_when: Mapping[str, tuple[Value, ...]] = {}

    @property
    def part(self) -> str:
        """The name of the answer where it stands: `nat`."""
        return self.key.path[-1]

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


_STEPS: dict[type[Key], StepId] = {
    ProductsKey: "products",
    VersionKey: "features",
    PortKey: "features",
    HostKey: "features",
    FirewallKey: "firewalls",
    ProxyKey: "firewalls",
    RequestKey: "request",
}
