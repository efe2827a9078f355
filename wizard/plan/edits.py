"""Changes to the plan's own structure: zones and firewalls added, renamed, removed; references
follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from typing import Literal, TypeVar

import msgspec

from wizard.plan.field import AnswerError
from wizard.plan.file import NAME
from wizard.plan.model import (
    INTERNET,
    Firewall,
    FirewallKind,
    Front,
    Hidden,
    Never,
    NeverEnd,
    Placement,
    Plan,
    ProductPlan,
    Site,
    Zone,
    changed,
)
from wizard.tables import each_made, those_not_in, where, without_name
from wizard.text import a_or_an, name_of_words

NamedPart = TypeVar("NamedPart")
InZones = TypeVar("InZones", Site, Placement, Firewall, Front, NeverEnd)
_Hides = dict[str, Hidden]


def add_zone(plan: Plan, name: str) -> Plan:
    """The plan with one more zone, without networks yet.

    Raises:
        AnswerError: where the name cannot be, or is taken.
    """
    return changed(plan, zones={**plan.zones, free_name(name, plan.zones, "zone"): Zone()})


def rename_zone(plan: Plan, old: str, new: str) -> Plan:
    """The plan with the zone under its new name, everywhere, in its old place.

    Raises:
        AnswerError: where there is no such zone, or the new name cannot be or is taken.
    """
    known_name(old, plan.zones, "zone")
    if old == new:
        return plan
    name = free_name(new, plan.zones, "zone")
    return _with_zones(
        changed(plan, zones=renamed_entry(plan.zones, old, name)),
        lambda names: tuple(name if n == old else n for n in names),
    )


def remove_zone(plan: Plan, name: str) -> Plan:
    """The plan without the zone; who sat there, and the firewalls that touched it, lose it.

    Raises:
        AnswerError: where there is no such zone.
    """
    known_name(name, plan.zones, "zone")
    return _with_zones(
        changed(plan, zones=without_name(plan.zones, name)),
        lambda names: tuple(those_not_in(names, (name,))),
    )


def add_site(plan: Plan, name: str) -> Plan:
    """The plan with one more site, without zones yet.

    Raises:
        AnswerError: where the name cannot be, or is taken.
    """
    return changed(plan, sites={**plan.sites, free_name(name, plan.sites, "site"): Site()})


def rename_site(plan: Plan, old: str, new: str) -> Plan:
    """The plan with the site under its new name, in its old place.

    Raises:
        AnswerError: where there is no such site, or the new name cannot be or is taken.
    """
    known_name(old, plan.sites, "site")
    if old == new:
        return plan
    name = free_name(new, plan.sites, "site")
    return changed(plan, sites=renamed_entry(plan.sites, old, name))


def remove_site(plan: Plan, name: str) -> Plan:
    """The plan without the site; its zones stay, and are in no site.

    Raises:
        AnswerError: where there is no such site.
    """
    known_name(name, plan.sites, "site")
    return changed(plan, sites=without_name(plan.sites, name))


def add_firewall(plan: Plan, name: str, kind: FirewallKind) -> Plan:
    """The plan with one more firewall. A host's or cloud firewall guards the print server at first.

    Raises:
        AnswerError: where the name cannot be, or is taken.
    """
    free = free_name(name, plan.firewalls, "firewall")
    firewall = Firewall(
        kind=kind,
        role="print-server" if kind in ("host", "cloud") else None,
        provider="aws" if kind == "cloud" else None,
    )
    return changed(plan, firewalls={**plan.firewalls, free: firewall})


def rename_firewall(plan: Plan, old: str, new: str) -> Plan:
    """The plan with the firewall under its new name, in its old place.

    Raises:
        AnswerError: where there is no such firewall, or the new name cannot be or is taken.
    """
    known_name(old, plan.firewalls, "firewall")
    if old == new:
        return plan
    name = free_name(new, plan.firewalls, "firewall")
    return changed(plan, firewalls=renamed_entry(plan.firewalls, old, name))


def remove_firewall(plan: Plan, name: str) -> Plan:
    """The plan without the firewall.

    Raises:
        AnswerError: where there is no such firewall.
    """
    known_name(name, plan.firewalls, "firewall")
    return changed(plan, firewalls=without_name(plan.firewalls, name))


def suggested_name(plan: Plan, kind: FirewallKind | Literal["zone", "site"]) -> str:
    """A name that is free, to start from: 'zone', 'server', 'edge' …"""
    first = {
        "zone": "zone",
        "site": "site",
        "host": "server",
        "boundary": "edge",
        "cloud": "group",
        "router": "router",
    }[kind]
    others: Collection[str] = plan.firewalls
    if kind in ("zone", "site"):
        others = plan.zones if kind == "zone" else plan.sites
    number, name = 1, first
    while name in others:
        number += 1
        name = f"{first}-{number}"
    return name


_SUCH_AS = {"zone": "servers", "site": "north", "installation": "cups-north", "front": "balancer"}


def new_name(before: Container[str], after: Iterable[str], otherwise: str = "") -> str:
    """The name that an edit has given: the first that was not there before, or `otherwise`."""
    return next(those_not_in(after, before), otherwise)


def renamed_entry(table: Mapping[str, NamedPart], old: str, new: str) -> dict[str, NamedPart]:
    """The table with one entry under its new name, in its old place."""
    return {new if name == old else name: entry for name, entry in table.items()}


def free_name(name: str, others: object, noun: str) -> str:
    """The name, where it can be given.

    Raises:
        AnswerError: with a name that could be given instead.
    """
    stripped = name.strip()
    if not stripped:
        raise AnswerError(f"Give the {noun} a name, such as {_SUCH_AS.get(noun, 'edge')!r}.")
    if not NAME.fullmatch(stripped):
        fitting = name_of_words(stripped, 63)
        instead = f": {fitting!r}" if fitting else ""
        raise AnswerError(f"Names take small letters, digits and hyphens{instead}.")
    if noun == "zone" and stripped == INTERNET:
        raise AnswerError(
            "The zone 'internet' is built in: every public address outside your zones."
        )
    if isinstance(others, dict) and stripped in others:
        raise AnswerError(f"There is {a_or_an(noun)} {stripped!r} already; take another name.")
    return stripped


def known_name(name: str, entries: object, noun: str) -> None:
    """Nothing, where something is called so.

    Raises:
        AnswerError: where nothing is.
    """
    if not (isinstance(entries, dict) and name in entries):
        raise AnswerError(f"There is no {noun} {name!r}.")


def _with_zones(plan: Plan, renamed: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Plan:
    """The plan with every list of zones put through `renamed`. Placements that say nothing any more
    go.
    """

    def with_its(part: InZones) -> InZones:
        return msgspec.structs.replace(part, zones=renamed(part.zones))

    def placements(roles: dict[str, Placement]) -> dict[str, Placement]:
        moved = each_made(with_its, roles)
        return {key: p for key, p in moved.items() if p != Placement() or roles[key] == p}

    def product(answers: ProductPlan) -> ProductPlan:
        of_features = each_made(placements, answers.feature_roles)
        return msgspec.structs.replace(
            answers, roles=placements(answers.roles), feature_roles=where(bool, of_features)
        )

    def firewall(answers: Firewall) -> Firewall:
        return msgspec.structs.replace(with_its(answers), hides=_hides(answers, renamed))

    return changed(
        plan,
        sites=each_made(with_its, plan.sites),
        roles=placements(plan.roles),
        products=each_made(product, plan.products),
        firewalls=each_made(firewall, plan.firewalls),
        fronts=each_made(with_its, plan.fronts),
        never=with_ends(plan, with_its),
    )


def with_ends(plan: Plan, named: Callable[[NeverEnd], NeverEnd]) -> dict[str, Never]:
    """What must never be, with each end put through `named`."""

    def with_both(never: Never) -> Never:
        return msgspec.structs.replace(never, from_=named(never.from_), to=named(never.to))

    return each_made(with_both, plan.never)


def _hides(firewall: Firewall, renamed: Callable[[tuple[str, ...]], tuple[str, ...]]) -> _Hides:
    hides: _Hides = {}
    for zone, hidden in firewall.hides.items():
        hides.update(dict.fromkeys(renamed((zone,)), hidden))
    return hides
