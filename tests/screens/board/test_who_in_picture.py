"""The picture in the preview shows who is where, whoever says so: the plan, an installation, a
feature.
"""

from __future__ import annotations

from screens.board.picture import picture
from tests.tools.worlds import CATALOG, world
from wizard.plan.model import Front, changed

NAMES = {role: declared.name for role, declared in CATALOG.roles.items()}
PLAN = """
format = 1
[products.cups]
[products.cups-north]
product = "cups"
[products.cups-north.roles.print-server]
addresses = ["10.0.10.6"]
[products.papercut-mf.features.mfp-hp.roles.mfp]
zones = ["hp"]
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.hp]
networks = ["10.0.31.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = ["internet"]
[firewalls.edge]
kind = "boundary"
zones = ["servers", "hp", "internet"]
"""


def boxes() -> dict[str, list[str]]:
    """Zone → the lines in its box."""
    by_zone: dict[str, list[str]] = {}
    title = ""
    for drawn in picture(world(PLAN).plan, NAMES, 76):
        text = drawn.plain
        if text[:1] in "┌├" and "─ " in text:
            title = text.split("─ ")[1].split(" ─")[0]
        elif text.startswith("│"):
            by_zone.setdefault(title, []).append(text.strip("│ ").split("  ")[0])
    return by_zone


def test_everybody_stands_in_the_zone_that_holds_the_address() -> None:
    assert boxes()["servers"][1:3] == [
        "Print server 10.0.10.5",
        "Print server of cups-north 10.0.10.6",
    ]
    assert "Multifunction device for mfp-hp" in boxes()["hp"]
    assert "User computer" in boxes()["internet"]


def test_a_front_stands_in_its_zone_with_the_firewall_that_guards_it() -> None:
    fronts = """
[fronts.gate]
kind = "reverse-proxy"
addresses = ["10.0.10.9"]
serves = { "cups/ipp" = 443 }
[firewalls.strict]
kind = "host"
role = "gate"
"""
    lines = [line.plain for line in picture(world(PLAN + fronts).plan, NAMES, 76)]
    assert any("gate (reverse proxy) 10.0.10.9 [strict]" in line for line in lines)


def test_a_front_that_is_nowhere_or_on_the_internet_is_drawn_too() -> None:
    fronts = """
format = 1
[products.cups.features]
ipp-sharing = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[fronts.gate]
zones = ["internet"]
serves = { "cups/ipp" = 443 }
"""
    plan = world(fronts).plan
    drawn = [line.plain for line in picture(plan, NAMES, 76)]
    assert drawn[0].startswith("┌─ internet ─")
    assert "gate (load balancer)" in drawn[2]
    placeless = changed(plan, fronts={"gate": Front()})
    assert picture(placeless, NAMES, 76)[-1].plain == "no place yet: gate (load balancer)"
