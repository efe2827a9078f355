"""What a plan adds to the facts, as rows of the features step: connections, endpoints, parties."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, Spot
from wizard.plan.keys import Key, OwnConnectionKey, OwnEndpointKey, OwnRoleKey
from wizard.plan.own_edits import (
    OWN_NOUNS,
    OwnTable,
    add_connection,
    add_endpoint,
    add_party,
    remove_own,
    rename_own,
)
from wizard.questions import AnswerError, Question

# Rows: `own+` adds to a table, `own` is an entry of one, `party+` adds a party for a side.
_ADDING, _ENTRY, _PARTY = "own+", "own", "party+"
_HELP = "A few words. Enter: done. Esc: never mind."
_OFFERS: dict[OwnTable, tuple[str, str]] = {
    "connections": (
        "+ Add a connection",
        "One that no product's document asks for, such as scans to a file server.",
    ),
    "endpoints": (
        "+ Add a host on the internet",
        "One that no product's document names, such as a billing service.",
    ),
}


class OwnRows(NamedStep):
    """A form in which connections and endpoints of the plan's own stand under a heading each."""

    def own_adding(self, context: Context) -> Iterator[Row]:
        """The ways to add something."""
        own = context.plan.own
        more = own.connections or own.endpoints
        label = "More connections of your own" if more else "Your own connections"
        yield Row(Spot("group", _ADDING), "heading", label)
        for table, (words, help) in _OFFERS.items():
            if self.naming == Spot(_ADDING, table):
                label = "What it is" if table == "connections" else "What it is for"
                yield self.name_row(label, _HELP)
            yield Row(Spot(_ADDING, table), "action", words, value=help, help=help)

    def own_heading(self, question: Question) -> Iterator[Row]:
        """The heading of one connection, endpoint or party."""
        table, name = _entry_of(question.key)
        spot = Spot(_ENTRY, f"{table}/{name}")
        noun = OWN_NOUNS[table]
        if self.naming == spot:
            yield self.name_row(f"New name of {name}", _HELP)
            return
        yield Row(
            spot,
            "heading",
            f"Your own {noun}: {name}",
            hint="Enter: rename   Del: remove",
            stands=True,
            help=f"A {noun} that this plan adds. Enter renames it, Del removes it.",
            more=question.more,
        )

    def party_adding(self, question: Question) -> Iterator[Row]:
        """Below the list of parties: one that nobody knows yet."""
        table, name = _entry_of(question.key)
        spot = Spot(_PARTY, f"{table}/{name}/{question.key.path[-1]}")
        if self.naming == spot:
            yield self.name_row("The new party is", _HELP)
        elif question.key in self.open:
            help = "Somebody whom no product's document knows, such as a file server."
            yield Row(spot, "action", "+ A new party", level=2, help=help)

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        if key in ("space", "enter"):
            match row.key:
                case Spot("own+", _) as spot:
                    return self.start(spot, "")
                case Spot("party+", _) as spot:
                    return self.start(spot, "")
                case Spot("own", path) as spot:
                    return self.start(spot, path.partition("/")[2])
        if isinstance(row.key, Spot) and row.key.kind == _ENTRY and key == "delete":
            table, name = _split(row.key)
            return Change(
                remove_own(context.plan, table, name), f"{OWN_NOUNS[table]} {name} removed"
            )
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        if self.naming is None:
            return Look()
        table, entry = _split(self.naming)
        noun = OWN_NOUNS[table]
        if self.naming.kind == _ADDING:
            add = add_connection if table == "connections" else add_endpoint
            plan, added = add(context.plan, name)
            key = OwnConnectionKey if table == "connections" else OwnEndpointKey
            return Change(plan, f"{noun} {added} added", go=key(added, "from"))
        if self.naming.kind == _PARTY:
            side = _side(self.naming)
            plan, added = add_party(context.catalog, context.plan, name, side)
            self.open.discard(side)
            return Change(plan, f"party {added} added", go=side)
        plan, new = rename_own(context.catalog, context.plan, table, entry, name)
        return Change(plan, f"{noun} {entry} renamed", go=Spot(_ENTRY, f"{table}/{new}"))


def _entry_of(key: Key) -> tuple[OwnTable, str]:
    match key:
        case OwnConnectionKey(name):
            return "connections", name
        case OwnEndpointKey(name):
            return "endpoints", name
        case OwnRoleKey(name):
            return "roles", name
    raise AnswerError(f"{key} is nothing of the plan's own")


def _split(spot: Spot) -> tuple[OwnTable, str]:
    head, _, rest = spot.name.partition("/")
    table = next(table for table in OWN_NOUNS if table == head)
    return table, rest.partition("/")[0]


def _side(spot: Spot) -> Key:
    table, name = _split(spot)
    part = spot.name.rpartition("/")[2]
    return OwnConnectionKey(name, part) if table == "connections" else OwnEndpointKey(name, part)
