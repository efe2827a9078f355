"""A zone gets another network: the addresses of those who are in it can come along."""

from __future__ import annotations

import pytest

from wizard.plan.left_behind import brought_along, left_behind
from wizard.plan.model import Firewall, Front, Never, NeverEnd, Placement, Plan, ProductPlan, Zone


def plan_of(networks: tuple[str, ...], *items: str) -> Plan:
    zones = {"servers": Zone(networks), "clients": Zone(("10.20.20.0/24",))}
    return Plan(zones=zones, roles={"print-server": Placement(("servers",), items)})


@pytest.mark.parametrize(
    ("networks", "item", "moved"),
    [
        (("10.7.10.0/24",), "10.20.10.5", "10.7.10.5"),
        (("10.7.10.0/24",), "10.20.10.8/29", "10.7.10.8/29"),
        (("10.7.10.0/24",), "10.20.10.9-10.20.10.20", "10.7.10.9-10.7.10.20"),
        (("10.7.10.128/25",), "10.20.10.5", "10.7.10.133"),
        (("10.7.8.0/22",), "10.20.10.5", "10.7.10.5"),
        (("fd07:10::/64", "10.7.10.0/24"), "fd00:20:10::5", "fd07:10::5"),
        # One that is there already, one that does not fit, and networks of which nobody knows which.
        (("10.7.10.0/24",), "10.7.10.5", None),
        (("10.7.10.0/24",), "10.20.20.5", None),
        (("255.255.255.0/24",), "10.0.0.5-10.0.1.5", None),
        (("10.7.10.0/29",), "10.20.10.0/24", None),
        (("10.7.10.0/24", "10.7.11.0/24"), "10.20.10.5", None),
        (("10.7.10.0/24",), "fd00:20:10::5", None),
        ((), "10.20.10.5", None),
    ],
)
def test_by_its_last_bits(networks: tuple[str, ...], item: str, moved: str | None) -> None:
    plan = plan_of(networks, item)
    assert left_behind(plan) == ({} if moved is None else {"servers": {item: moved}})


def test_wherever_they_stand() -> None:
    old, new = "10.20.10.5", "10.7.10.5"
    place = Placement(("servers",), (old, "10.7.10.9"))
    plan = Plan(
        zones={"servers": Zone(("10.7.10.0/24",))},
        roles={"print-server": place},
        products={"cups": ProductPlan(roles={"print-server": place})},
        fronts={"balancer": Front(zones=("servers",), addresses=("10.20.10.6",))},
        firewalls={"host": Firewall("host", addresses=(old,), public_address="203.0.113.7")},
        never={"n": Never(from_=NeverEnd(addresses=(old,)), to=NeverEnd(addresses=("10.1.1.1",)))},
    )
    assert left_behind(plan) == {"servers": {old: new, "10.20.10.6": "10.7.10.6"}}
    along = brought_along(plan, "servers")
    assert along.roles["print-server"].addresses == (new, "10.7.10.9")
    assert along.products["cups"].roles["print-server"].addresses == (new, "10.7.10.9")
    assert along.fronts["balancer"].addresses == ("10.7.10.6",)
    assert along.firewalls["host"].addresses == (new,)
    assert along.firewalls["host"].public_address == "203.0.113.7"
    assert along.never["n"].from_.addresses == (new,)
    assert along.never["n"].to.addresses == ("10.1.1.1",)
    assert left_behind(along) == {}


def test_two_that_would_become_one_are_left_to_the_person() -> None:
    plan = plan_of(("10.7.10.0/24",), "10.20.10.5", "10.30.10.5", "10.20.10.6")
    assert left_behind(plan) == {"servers": {"10.20.10.6": "10.7.10.6"}}


def test_so_is_one_that_would_become_another_s() -> None:
    plan = plan_of(("10.7.10.0/24",), "10.20.10.5")
    roles = {**plan.roles, "directory-server": Placement((), ("10.7.10.5",))}
    assert left_behind(Plan(zones=plan.zones, roles=roles)) == {}


def test_and_who_is_in_several_zones() -> None:
    plan = plan_of(("10.7.10.0/24",))
    roles = {"print-server": Placement(("servers", "clients"), ("10.20.10.5",))}
    assert left_behind(Plan(zones=plan.zones, roles=roles)) == {}


def test_who_is_on_the_internet_too_has_an_address_there() -> None:
    plan = plan_of(("10.7.10.0/24",))
    roles = {"mail-server": Placement(("servers", "internet"), ("198.51.100.24",))}
    assert left_behind(Plan(zones=plan.zones, roles=roles)) == {}
