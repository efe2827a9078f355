"""The way of one connection as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.plan.model import OptionValue
from wizard.rules.model import Direction, Forward, Rule


class QuestionError(ValueError):
    """A question that cannot be asked of this plan; the text says what is wrong with it."""


class Because(msgspec.Struct, frozen=True):
    """The fact behind a rule, where it stands, and what its document warns of."""

    flow: str
    service: str
    document: str
    locator: str
    watch: tuple[str, ...] = ()


class NeverAnswer(msgspec.Struct, frozen=True):
    """Something that must never be, under which a question falls, in `whole` or in part; `rules`
    are the ids of those that are for it all the same.
    """

    name: str
    reason: str
    whole: bool
    rules: tuple[str, ...]


class Hop(msgspec.Struct, frozen=True):
    """One firewall on the way. `rules` are those that let the connection through; none: it stops
    here.

    `others` are rules of it for the same port that do not hold all of the connection. `leg` is the
    part of the way that it is on, where there are two (`to the web proxy`, `from the web proxy`).
    `never` is what must never be and is denied here before any rule is asked.
    `sees`: whom the connection seems to come from there, where somebody before has translated.
    `leads_to`: whom it seems to go to, where that is in a zone that is seen as another.
    `published`: the container engine that takes the port on that host and forwards it.
    """

    firewall: str
    kind: str
    direction: Direction
    allowed: bool
    rules: tuple[Rule, ...]
    forward: Forward | None
    because: tuple[Because, ...]
    others: tuple[Rule, ...] = ()
    leg: str = ""
    never: str = ""
    sees: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    published: str = ""


def on_leg(leg: str, hops: Iterable[Hop]) -> Iterator[Hop]:
    """The same firewalls, on this part of the way."""
    for hop in hops:
        yield msgspec.structs.replace(hop, leg=leg)


class OpenStep(msgspec.Struct, frozen=True):
    """An answer to give: the question's key, the value, and both in words (`Hosting region`,
    `Europe`).
    """

    key: str
    value: OptionValue
    label: str
    value_text: str


class Opener(msgspec.Struct, frozen=True):
    """A feature that would open the connection, by the fact that says so.

    `key` is the first question to go to, `label` what to do in one line, `steps` every answer that
    has to be given. `opens` tells whether it was tried: True where the connection gets through with
    these answers, False where something else still stops it, None where it was not tried.
    """

    product: str
    installation: str
    feature: str
    flow: str
    service: str
    key: str = ""
    label: str = ""
    steps: tuple[OpenStep, ...] = ()
    opens: bool | None = None


class Explanation(msgspec.Struct, frozen=True):
    """Whether a connection gets through, hop by hop. `stops` says in words why it does not.

    `stop_key` is the question that would help where an address is missing. `through` names what the
    connection goes through by design (`web-proxy`), `notes` what else there is to know.
    """

    source: str
    destination: str
    transport: str
    port: int
    allowed: bool
    hops: tuple[Hop, ...]
    stops: str
    nearest: tuple[Opener, ...]
    through: str = ""
    stop_key: str = ""
    notes: tuple[str, ...] = ()
    never: tuple[NeverAnswer, ...] = ()
