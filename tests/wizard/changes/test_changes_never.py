"""What must never be, in what a change adds and takes: lines of firewalls come and go by it."""

from __future__ import annotations

import pytest

from exporters.changes import html, markdown
from tests.tools.worlds import world
from wizard.changes import compare, report
from wizard.changes import json as changes_json
from wizard.changes.values import firewalls_denying

OFFICE = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.guests]
    networks = ["10.0.20.0/22"]
    [roles.print-server]
    addresses = ["10.0.10.5"]
    [roles.user-computer]
    absent = true
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "guests"]
"""
DENYING = OFFICE + '    default = "deny"\n'
NEVER = """
    [never.guests]
    from = { zones = ["guests"] }
    to = { zones = ["servers"] }
    reason = "By release only"
"""


def test_lines_that_come_are_a_change_of_a_firewall() -> None:
    old, new = world(OFFICE), world(OFFICE, NEVER)
    changes = compare(old, new)
    assert changes
    (entry,) = changes.denials
    assert (entry.sign, firewalls_denying(entry)) == ("+", ("core",))
    assert changes.because(entry) == "A1"
    text = report.text(changes)
    words = "Never guests: guests to servers, all ports, TCP and UDP. By release only"
    assert f"+ {words}" in " ".join(text.split())
    assert "(lines at core) [A1]" in " ".join(text.split())
    assert "No firewall and no list changes." not in text
    (row,) = changes_json.to_json(changes)["denials"]
    assert (row["sign"], row["denial"]["name"], [*row["causes"]]) == (
        "+",
        "guests",
        ["never.guests"],
    )
    for paper in (markdown.text(old, new, changes), html.text(old, new, changes)):
        assert words in paper
        assert "No firewall and no list changes." not in paper


@pytest.mark.parametrize(
    ("before", "after", "sign", "firewalls"),
    [
        ((OFFICE, NEVER), (OFFICE,), "-", ("core",)),
        ((OFFICE, NEVER), (DENYING, NEVER), "~", ("core",)),
        ((OFFICE, NEVER), (OFFICE, NEVER + '    ports = ["445"]\n'), "~", ("core",)),
        ((DENYING,), (DENYING, NEVER), "+", ()),
    ],
)
def test_lines_that_go_or_differ(
    before: tuple[str, ...], after: tuple[str, ...], sign: str, firewalls: tuple[str, ...]
) -> None:
    changes = compare(world(*before), world(*after))
    (entry,) = changes.denials
    assert (entry.sign, firewalls_denying(entry)) == (sign, firewalls)
    assert bool(changes) == bool(firewalls)


def test_the_same_is_no_change() -> None:
    assert compare(world(OFFICE, NEVER), world(OFFICE, NEVER)).denials == ()
