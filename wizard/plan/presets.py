"""Starting points for the network: `data/presets.toml` → zones, places, firewalls and proxy of a
plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, cast

import msgspec

from wizard.facts.load import data_files
from wizard.facts.model import Catalog
from wizard.facts.parsed import parsed
from wizard.plan.edits import with_ends
from wizard.plan.field import AnswerError
from wizard.plan.file import plan_of
from wizard.plan.model import (
    INTERNET,
    Front,
    NeverEnd,
    Placement,
    Plan,
    ProductPlan,
    Proxy,
    changed,
)
from wizard.plan.origin import FromPreset
from wizard.rules.select import needed_roles
from wizard.tables import each_made, picked, those_in, with_names

PARTS = ("zones", "sites", "roles", "firewalls", "proxy")


class Preset(msgspec.Struct, frozen=True):
    """A network to start from. `about` says in one line for whom it fits."""

    id: str
    name: str
    about: str


def presets() -> tuple[Preset, ...]:
    """All presets, the simplest first."""
    return tuple(Preset(key, table["name"], table["about"]) for key, table in _tables().items())


def apply_preset(catalog: Catalog, plan: Plan, preset_id: str) -> Plan:
    """The plan with the preset's network: its zones, firewalls, and places of the roles that are
    needed.

    Products, features, name and request stay. Places that only one product or a front has go: they
    are in old zones. What must never be keeps the zones that there are.

    Raises:
        AnswerError: for a preset that is not there.
    """
    start = _network(catalog, preset_id)
    proxy = start.proxy if "proxy" in _tables()[preset_id] else plan.proxy
    whole = changed(
        plan,
        products=each_made(_unplaced_product, plan.products),
        zones=start.zones,
        sites=start.sites,
        roles=start.roles,
        firewalls=start.firewalls,
        fronts=each_made(_unplaced_front, plan.fronts),
        never=with_ends(plan, lambda end: _within(end, start)),
        proxy=proxy,
    )
    needed = needed_roles(catalog, whole)
    return changed(whole, roles=with_names(start.roles, needed), preset=FromPreset(preset_id))


def _unplaced_product(answers: ProductPlan) -> ProductPlan:
    return msgspec.structs.replace(answers, roles={}, feature_roles={})


def _unplaced_front(front: Front) -> Front:
    return msgspec.structs.replace(front, zones=(), addresses=())


def replaced(catalog: Catalog, plan: Plan, preset_id: str) -> str:
    """What applying the preset would take away, as a sentence for the person; empty where nothing
    is lost.
    """
    lost = [
        _counted(len(plan.zones), "zone"),
        _counted(len(plan.sites), "site"),
        _counted(len(plan.firewalls), "firewall"),
        _counted(len(list(_places(plan))), "place"),
    ]
    if "proxy" in _tables().get(preset_id, {}) and plan.proxy not in (
        Proxy(),
        _network(catalog, preset_id).proxy,
    ):
        lost.append("the proxy")
    *others, last = list(filter(None, lost)) or [""]
    parts = f"{', '.join(others)} and {last}" if others else last
    return f"This replaces {parts} of the plan." if parts else ""


def _within(end: NeverEnd, start: Plan) -> NeverEnd:
    """An end of what must never be, in those of its zones that the preset has too."""
    zones = tuple(those_in(end.zones, {INTERNET, *start.zones}))
    return msgspec.structs.replace(end, zones=zones)


def _places(plan: Plan) -> Iterator[Placement | Front]:
    """What a preset puts in other places, or in none."""
    yield from plan.roles.values()
    for product in plan.products.values():
        yield from product.roles.values()
        for roles in product.feature_roles.values():
            yield from roles.values()
    for front in plan.fronts.values():
        if front.zones or front.addresses:
            yield front


def preset_with(preset_id: str, path: Sequence[str], texts: tuple[str, ...]) -> str | None:
    """The name of the preset if it has exactly these values, of one or several, at a path of the
    plan file.
    """
    table = _tables().get(preset_id, {})
    piece: Any = table
    for name in path:
        piece = piece.get(name) if isinstance(piece, dict) else None
    values = piece if isinstance(piece, list) else [piece]
    return str(table["name"]) if values == list(texts) else None


@cache
def _tables() -> dict[str, dict[str, Any]]:
    name = "presets.toml"
    return cast("dict[str, dict[str, Any]]", parsed(name, data_files()[name]))


def _network(catalog: Catalog, preset_id: str) -> Plan:
    """The preset read as what it is: a piece of a plan file, held to the same rules."""
    table = _tables().get(preset_id)
    if table is None:
        raise AnswerError(f"There is no preset {preset_id!r}; there are {', '.join(_tables())}.")
    piece = {"format": 1, **picked(table, PARTS)}
    plan, errors = plan_of(piece, catalog)
    if errors:
        raise AnswerError(f"data/presets.toml: {preset_id}: {errors[0]}")
    return plan


def _counted(number: int, word: str) -> str:
    if number == 0:
        return ""
    return f"{number} {word}{'s' if number > 1 else ''}"
