"""What a plan says of machines, or leaves out: what they run, and which of a zone's they are."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import Platform, Remark
from wizard.findings.model import PRINT_TEAM, SERVER_TEAM, Remarks, Survey, few, warning
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.party import Party
from wizard.plan.keys import FrontKey, Key, RoleKey
from wizard.plan.placement import by_features, placement_at, places_of
from wizard.rules.model import Rule
from wizard.rules.remarks import remarks_of
from wizard.rules.wants import Want

_PLATFORMS: dict[Platform, str] = {"linux": "Linux", "windows": "Windows"}
_WHERE: dict[Platform, str] = {"linux": "no Windows machine", "windows": "Windows only"}


@warning(
    "other-platform",
    SERVER_TEAM,
    "Choose the platform that the machine runs, or switch off the feature that it cannot have.",
)
def other_platform(r: Survey) -> Remarks:
    """A host's rules are for Linux, and what runs there is on Windows only; or the other way round."""
    texts_by_place: dict[tuple[str, str, Platform], dict[tuple[str, str], None]] = {}
    for counting in remarks_of(r.catalog, r.plan):
        said = counting.installation, counting.remark.text
        for role, platform in counting.remark.runs_on.items():
            for name in _unlike(r, counting.installation, counting.remark, role):
                texts_by_place.setdefault((name, role, platform), {})[said] = None
    for (name, role, platform), texts in texts_by_place.items():
        why = " ".join(f"{r.product_name(i)}: {text}" for i, text in texts)
        yield (
            f"{name} gets rules for {_PLATFORMS[r.plan.firewalls[name].platform]}, and what this"
            f" plan has at {r.role_name(role)} runs on {_WHERE[platform]}. {why} Set"
            f' platform = "{platform}" under [firewalls.{name}]; where it stands before machines of'
            " both kinds, give each a firewall of its own.",
            (name, role, *dict.fromkeys(installation for installation, _ in texts)),
        )


def _unlike(r: Survey, installation: str, remark: Remark, role: str) -> Iterator[str]:
    """The hosts' firewalls at a role that are for another platform than a remark gives it."""
    if not _is_used(r, installation, role):
        return
    for party in _parties(r, installation, remark, role):
        for name in r.network.guards_near(party):
            firewall = r.plan.firewalls[name]
            unlike = firewall.kind == "host" and firewall.platform != remark.runs_on[role]
            if unlike and r.network.held(name, party):
                yield name


def _is_used(r: Survey, installation: str, role: str) -> bool:
    """True where a connection of the installation is from or to the role."""
    for flow in r.flows:
        if flow.fact.installation == installation and role in (flow.fact.from_, flow.fact.to):
            return True
    endpoints = (endpoint.fact for endpoint in r.endpoints)
    return any(fact.installation == installation and fact.from_ == role for fact in endpoints)


def _parties(r: Survey, installation: str, remark: Remark, role: str) -> Iterator[Party]:
    """Where the role is for what the remark is about."""
    if not remark.feature:
        yield from r.network.parties_of(installation, role)
        return
    party = r.network.party(installation, role, ((remark.feature,),))
    if party is not None:
        yield party


class _Opened(msgspec.Struct):
    """What stands open in place of a machine of which only the zone is known."""

    zones: dict[str, Cidrs] = {}
    firewalls: dict[str, None] = {}
    services: dict[str, None] = {}
    keys: dict[Key, None] = {}
    flows: dict[str, None] = {}


@warning(
    "whole-zone",
    PRINT_TEAM,
    "Give the machine's addresses: until then the rules are for everybody in its zone.",
)
def whole_zone(r: Survey) -> Remarks:
    """Rules open a zone for what is no more than a few machines in it."""
    opened_by_role: dict[str, _Opened] = {}
    wants_by_id: dict[str, list[Want]] = {}
    for want in r.wants:
        wants_by_id.setdefault(want.id, []).append(want)
    for rule in r.compiled.rules:
        for role, cidrs in _other_sides(r, rule):
            for want in (want for flow in rule.flows for want in wants_by_id.get(flow, ())):
                whole = _whole(want, role, cidrs)
                keys = _place_keys(r, want, role) if whole else ()
                if keys:
                    opened = opened_by_role.setdefault(role, _Opened())
                    opened.zones.update(whole)
                    opened.firewalls[rule.firewall] = None
                    opened.services[want.fact.service] = None
                    opened.keys.update(dict.fromkeys(keys))
                    opened.flows[want.id] = None
    for role, opened in opened_by_role.items():
        networks = (addresses.bare(cidr) for cidrs in opened.zones.values() for cidr in cidrs)
        yield (
            f"{r.role_name(role)} is placed in {few(opened.zones)} without an address, and it is no"
            f" more than a few machines: rules at {few(opened.firewalls)} open all of"
            f" {few(networks)} ({few(sorted(opened.services))}). Type its addresses at"
            f" {few(map(str, opened.keys))}.",
            (role, *opened.zones, *opened.firewalls, *opened.flows),
        )


def _other_sides(r: Survey, rule: Rule) -> Iterator[tuple[str, Cidrs]]:
    """The sides of a rule that are no machine of the firewall's own, if they are single machines."""
    if rule.direction != "out":
        yield from _if_few(r, rule.from_, rule.sources)
    if rule.direction != "in":
        yield from _if_few(r, rule.to, rule.destinations)


def _if_few(r: Survey, role: str, cidrs: Cidrs) -> Iterator[tuple[str, Cidrs]]:
    """Of a role that the plan adds nobody can say how many machines it is, but for its fronts."""
    declared = r.catalog.roles.get(role)
    if declared is None or declared.many or (declared.of_plan and role not in r.plan.fronts):
        return
    yield role, cidrs


def _whole(want: Want, role: str, cidrs: Cidrs) -> dict[str, Cidrs]:
    """The zones that a want takes whole for a role, as far as CIDRs hold some of them."""
    party = want.sources if want.from_ == role else want.destinations
    return {
        piece.zone: piece.cidrs
        for piece in party.pieces
        if piece.whole
        and not addresses.is_one_address(piece.cidrs)
        and addresses.overlap(piece.cidrs, cidrs)
    }


def _place_keys(r: Survey, want: Want, role: str) -> tuple[Key, ...]:
    """Where the addresses of a role would stand that a want has without any."""
    front = r.plan.fronts.get(role)
    if front is not None:
        return (FrontKey(role, "addresses"),) if front.zones and not front.addresses else ()
    keys: list[Key] = []
    for at in places_of(r.plan, want.installation, role, by_features(want.fact)):
        place = placement_at(r.plan, at, role)
        if place is not None and place.zones and not place.addresses:
            keys.append(RoleKey(role, "addresses", at.installation or None, at.feature or None))
    return tuple(keys)
