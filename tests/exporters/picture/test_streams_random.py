"""Random plans: the picture draws exactly the connections that rules allow, zone by zone, port by port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from exporters.picture import picture
from exporters.picture.model import Picture
from tests.exporters.picture.test_streams import letters, ports
from tests.tools.plan_strategies import WORDS, plans
from tests.tools.worlds import CATALOG, world
from tests.wizard.rules.test_hairpin import FRONTED
from wizard.deployment import Deployment, deploy
from wizard.network import addresses
from wizard.network.ports import PortRange
from wizard.plan.model import INTERNET, Plan
from wizard.rules.model import Rule

# What translates lets a firewall see other addresses than the zone's own.
AS_THEY_ARE = WORDS - {"nat", "seen-as", "hairpin"}
looked_at = settings(
    # Shrinking takes minutes; firewall, roles and zones say enough.
    phases=(Phase.explicit, Phase.generate),
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# Firewall, roles, transport, zones (None: without a place yet).
Drawn = tuple[str, str, str, str, str | None, str | None]
Table = dict[Drawn, set[int]]


def drawn(value: Deployment, shown: Picture, *, waiting: bool) -> Table:
    """What the picture draws through each firewall that filters; `waiting`: also what waits for an
    address.
    """
    names, found = letters(shown), Table()
    for stream in shown.streams:
        if stream.waits and not waiting:
            continue
        filtering = [names[letter] for letter in stream.crosses]
        filtering = [name for name in filtering if value.plan.firewalls[name].kind != "router"]
        for (here, from_), (there, to) in stream.links:
            zones = zone_of(shown, here), zone_of(shown, there)
            for first, last, transport in ports(stream):
                for name in filtering:
                    key = (name, from_, to, transport, *zones)
                    found.setdefault(key, set()).update(range(first, last + 1))
    return apart_from_the_link(value, found)


def zone_of(shown: Picture, number: int) -> str | None:
    lane = shown.lanes[number]
    return None if lane.kind == "nowhere" else lane.zones[0]


def allowed(value: Deployment, *, waiting: bool, by_public_address: bool = True) -> Table:
    """What the rules let through, by the zones of their addresses; `waiting`: also those that let
    nobody through yet; `by_public_address`: also to an own one, by its public ports.
    """
    found: Table = {}
    for rule in value.rules:
        is_waiting = not (rule.sources and rule.destinations)
        if is_waiting and not waiting:
            continue
        aims_at_own = rule.destinations and {*rule.destinations} <= {*value.network.stand_ins}
        if aims_at_own and not by_public_address:
            continue
        for here, there in between(value, rule):
            key = (rule.firewall, rule.from_, rule.to, rule.transport, here, there)
            for low, high in rule.ports:
                found.setdefault(key, set()).update(range(low, high + 1))
    return apart_from_the_link(value, found)


def between(value: Deployment, rule: Rule) -> Iterator[tuple[str | None, str | None]]:
    for here in zones(value, rule.sources):
        for there in zones(value, rule.destinations):
            placed = here is not None and there is not None
            if placed and value.network.way(str(here), str(there)) is None:
                continue  # the error `no-path` says so
            yield here, there


def zones(value: Deployment, cidrs: tuple[str, ...]) -> list[str | None]:
    """The zones that hold some of these; the internet what no zone does."""
    own = {name: zone.networks for name, zone in value.plan.zones.items()}
    held: list[str | None] = [
        n for n, networks in own.items() if addresses.overlap(cidrs, networks)
    ]
    every = [network for networks in own.values() for network in networks]
    whole = set(addresses.ANYWHERE.values()) & set(cidrs)
    if whole:
        return [INTERNET]
    beyond = addresses.beyond(cidrs, every)
    return [*held, *([INTERNET] if beyond else [])] or [None]


def apart_from_the_link(value: Deployment, table: Table) -> Table:
    """Without what stays on a link: its addresses are no zone's."""
    local: set[tuple[str, str, str, int]] = set()
    for flow in value.flows:
        if flow.scope == "link-local":
            for low, high in flow.ports:
                ends = (flow.from_, flow.to, flow.transport)
                local.update((*ends, port) for port in range(low, high + 1))
    rest: Table = {}
    for key, held in table.items():
        rest[key] = {port for port in held if (*key[1:4], port) not in local}
    return rest


def passed_on(value: Deployment, table: Table, *, perhaps: bool) -> Table:
    """The same with what fronts send on, under others' addresses, from the zones of the fronts: as
    whose it is seen, and from where it comes, are two things. `perhaps`: also from where it seems to
    come, on ports that the same roles use without a front.
    """
    moved: Table = {}
    for key, held in table.items():
        name, from_, to, transport, _, there = key
        alike = [w for w in value.wants if (w.from_, w.to, w.transport) == (from_, to, transport)]
        left = set(held)
        for want in alike:
            if want.relay is None:
                continue
            mine = held & of_ranges(want.ports)
            left -= mine
            for here in want.relay.by_zone:
                if mine and passes(value, name, here, there):
                    row = (name, from_, to, transport, here, there)
                    moved.setdefault(row, set()).update(mine)
        for want in alike if perhaps else ():
            if want.relay is None:
                left |= held & of_ranges(want.ports)
        moved.setdefault(key, set()).update(left)
    return moved


def of_ranges(ranges: Iterable[PortRange]) -> set[int]:
    return {port for low, high in ranges for port in range(low, high + 1)}


def passes(value: Deployment, name: str, here: str, there: str | None) -> bool:
    """Does what a front in one zone sends to another come by this firewall?"""
    if name in value.network.guards:
        return True
    way = value.network.way(here, there) if there else None
    return way is not None and name in way.firewalls


def by_roles(table: Table) -> Table:
    """The same wherever the roles are."""
    joined: Table = {}
    for (firewall, from_, to, transport, *_), held in table.items():
        joined.setdefault((firewall, from_, to, transport, None, None), set()).update(held)
    return joined


def beyond(some: Table, others: Table) -> Table:
    """What only the first has."""
    rest = {key: held - others.get(key, set()) for key, held in some.items()}
    return {key: held for key, held in rest.items() if held}


def test_what_a_front_passes_on_is_drawn_from_its_own_zone() -> None:
    """Random plans hardly ever have clients elsewhere than their front."""
    nat = '    nat = true\n    hairpin = true\n    public_address = "203.0.113.7"\n'
    value = world(FRONTED.replace("HIDES", "false").replace(nat, ""))
    every, rules = drawn(value, picture(value), waiting=True), allowed(value, waiting=True)
    assert not beyond(every, passed_on(value, rules, perhaps=True))
    assert not beyond(passed_on(value, rules, perhaps=False), every)
    assert {key[4] for key in beyond(rules, every)} == {"office", INTERNET}


@pytest.mark.slow
@looked_at
@given(plans(AS_THEY_ARE))
def test_exactly_what_rules_allow_is_drawn(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    shown = picture(value)
    sure, every = (drawn(value, shown, waiting=waiting) for waiting in (False, True))
    rules = allowed(value, waiting=False)
    assert not beyond(sure, passed_on(value, rules, perhaps=True))
    assert not beyond(passed_on(value, rules, perhaps=False), every)


@pytest.mark.slow
@looked_at
@given(plans())
def test_so_it_is_beside_translations_by_the_roles(plan: Plan) -> None:
    value = deploy(CATALOG, plan)
    every = drawn(value, picture(value), waiting=True)
    rules = allowed(value, waiting=True)
    assert not beyond(by_roles(every), by_roles(rules))
    if not any(entry.code == "no-path" for entry in value.findings):
        rules = allowed(value, waiting=True, by_public_address=False)
        assert not beyond(by_roles(rules), by_roles(every))
