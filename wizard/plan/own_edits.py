"""What a plan adds to the facts, added, renamed and removed; whoever names it follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.edits import renamed_entry, with_ends
from wizard.plan.field import AnswerError
from wizard.plan.file import NAME
from wizard.plan.keys import Key, OwnConnectionKey, OwnEndpointKey
from wizard.plan.model import (
    Firewall,
    Front,
    NeverEnd,
    Own,
    OwnConnection,
    OwnEndpoint,
    OwnRole,
    Placement,
    Plan,
    ProductPlan,
    changed,
)
from wizard.plan.publishing import with_published
from wizard.plan.stored import with_stored
from wizard.tables import each_made, without_name
from wizard.text import name_of_words

OwnTable = Literal["connections", "endpoints", "roles"]
OWN_NOUNS: dict[OwnTable, str] = {
    "connections": "connection",
    "endpoints": "endpoint",
    "roles": "party",
}
_LONGEST_NAME = 63
Renamed = Callable[[str], str | None]


def add_connection(plan: Plan, words: str) -> tuple[Plan, str]:
    """The plan with one more connection, called after its service, and its name: `Scan to folder`
    gives `scan-to-folder`.

    Raises:
        AnswerError: where the words give no name, or it is taken.
    """
    name = _free(plan.own, "connections", words)
    connection = OwnConnection(service=" ".join(words.split()))
    return _with(plan, connections={**plan.own.connections, name: connection}), name


def add_endpoint(plan: Plan, words: str) -> tuple[Plan, str]:
    """The plan with one more endpoint, called after its purpose, and its name.

    Raises:
        AnswerError: where the words give no name, or it is taken.
    """
    name = _free(plan.own, "endpoints", words)
    endpoint = OwnEndpoint(purpose=" ".join(words.split()))
    return _with(plan, endpoints={**plan.own.endpoints, name: endpoint}), name


def add_party(catalog: Catalog, plan: Plan, words: str, side: Key) -> tuple[Plan, str]:
    """The plan with one more party, which takes a side of a connection or endpoint; and its name.

    Raises:
        AnswerError: where the words give no name, or it is taken.
    """
    name = _free(plan.own, "roles", words)
    _refuse_role(catalog, plan, name)
    role = OwnRole(" ".join(words.split()))
    return with_stored(_with(plan, roles={**plan.own.roles, name: role}), side, name), name


def rename_own(
    catalog: Catalog, plan: Plan, table: OwnTable, old: str, new: str
) -> tuple[Plan, str]:
    """The plan with what it adds under another name, in its old place; and that name.

    Raises:
        AnswerError: where there is no such thing, or the new name cannot be or is taken.
    """
    _refuse_unknown(plan.own, table, old)
    if old == new:
        return plan, old
    name = _free(plan.own, table, new)
    if table == "roles":
        _refuse_role(catalog, plan, name)
        plan = with_roles(plan, lambda role: name if role == old else role)
    if table == "connections":
        plan = with_published(
            plan, lambda listener: f"own/{name}" if listener == f"own/{old}" else listener
        )
    entries = renamed_entry(dict(_entries(plan.own, table)), old, name)
    return _with(plan, **{table: entries}), name


def remove_own(plan: Plan, table: OwnTable, name: str) -> Plan:
    """The plan without something that it added; who named a party names nobody then.

    Raises:
        AnswerError: where there is no such thing.
    """
    _refuse_unknown(plan.own, table, name)
    if table == "roles":
        plan = with_roles(plan, lambda role: None if role == name else role)
    if table == "connections":
        plan = with_published(
            plan, lambda listener: None if listener == f"own/{name}" else listener
        )
    entries = without_name(dict(_entries(plan.own, table)), name)
    return _with(plan, **{table: entries})


def table_of(plan: Plan, name: str) -> OwnTable:
    """Where the plan has something of its own of this name.

    Raises:
        AnswerError: where it has not.
    """
    for table in OWN_NOUNS:
        if name in dict(_entries(plan.own, table)):
            return table
    raise AnswerError(f"There is nothing of your own called {name!r}.")


def first_key(table: OwnTable, name: str) -> Key:
    """What is asked first of a new connection or endpoint."""
    if table == "connections":
        return OwnConnectionKey(name, "from")
    return OwnEndpointKey(name, "from")


def is_side(key: Key) -> bool:
    """True where a question asks who takes part in what the plan adds."""
    return isinstance(key, OwnConnectionKey | OwnEndpointKey) and key.part in ("from", "to")


def _entries(own: Own, table: OwnTable) -> list[tuple[str, object]]:
    return list(getattr(own, table).items())


def _with(plan: Plan, **tables: object) -> Plan:
    return changed(plan, own=msgspec.structs.replace(plan.own, **tables))


def _free(own: Own, table: OwnTable, words: str) -> str:
    noun = OWN_NOUNS[table]
    name = name_of_words(words, _LONGEST_NAME)
    if not NAME.fullmatch(name):
        raise AnswerError(f"Say in a few words what the {noun} is, such as 'Scan to folder'.")
    # Connections and endpoints share their names: both are `own/…`.
    others = own.roles if table == "roles" else {**own.connections, **own.endpoints}
    if name in others:
        raise AnswerError(
            f"There is something of your own called {name!r} already; say it otherwise."
        )
    return name


def _refuse_role(catalog: Catalog, plan: Plan, name: str) -> None:
    if name in plan.fronts:
        raise AnswerError(
            f"{name!r} is the name of a front: choose it from the list, or say it otherwise."
        )
    role = catalog.roles.get(name)
    if role is not None and not role.of_plan:
        raise AnswerError(f"{role.name} is known already: choose it from the list.")


def _refuse_unknown(own: Own, table: OwnTable, name: str) -> None:
    if name not in dict(_entries(own, table)):
        raise AnswerError(f"There is no {OWN_NOUNS[table]} {name!r} of your own.")


def with_roles(plan: Plan, renamed: Renamed) -> Plan:
    """The plan with every name of a role put through `renamed`; None: nobody."""

    def side(role: str | None) -> str | None:
        return renamed(role) if role is not None else None

    def places(roles: dict[str, Placement]) -> dict[str, Placement]:
        renamed_places: dict[str, Placement] = {}
        for role, place in roles.items():
            name = renamed(role)
            if name is not None:
                renamed_places[name] = place
        return renamed_places

    def product(answers: ProductPlan) -> ProductPlan:
        return msgspec.structs.replace(answers, roles=places(answers.roles))

    def firewall(wall: Firewall) -> Firewall:
        return msgspec.structs.replace(wall, role=side(wall.role))

    def connection(entry: OwnConnection) -> OwnConnection:
        return msgspec.structs.replace(entry, from_=side(entry.from_), to=side(entry.to))

    def endpoint(entry: OwnEndpoint) -> OwnEndpoint:
        return msgspec.structs.replace(entry, from_=side(entry.from_))

    def end(named: NeverEnd) -> NeverEnd:
        return msgspec.structs.replace(named, role=side(named.role))

    def front(entry: Front) -> Front:
        return msgspec.structs.replace(entry, role=side(entry.role))

    own = plan.own
    plan = _with(
        plan,
        connections=each_made(connection, own.connections),
        endpoints=each_made(endpoint, own.endpoints),
    )
    return changed(
        plan,
        roles=places(plan.roles),
        products=each_made(product, plan.products),
        never=with_ends(plan, end),
        firewalls=each_made(firewall, plan.firewalls),
        fronts=each_made(front, plan.fronts),
    )
