"""What must never be, in line mode."""

from __future__ import annotations

from screens.line.items import items
from tests.screens.line.test_linemode import facts, kept, started, talk
from wizard.plan.edits import add_firewall
from wizard.plan.model import Never, NeverEnd, Plan, Zone, changed


def office() -> Plan:
    zones = {"guests": Zone(("10.0.20.0/24",)), "servers": Zone(("10.0.10.0/24",))}
    plan = changed(started("cups"), zones=zones, roles={}, firewalls={})
    return add_firewall(plan, "core", "boundary")


def at(plan: Plan, key: str) -> str:
    keys = [str(item.key) for item in items(facts(), plan, "firewalls")]
    return f"g 4.{keys.index(key) + 1}"


def test_it_is_added_and_answered() -> None:
    plan = office()
    talk(
        at(plan, "never+"), "Guests", "guests", "servers", "tcp", "1-1023, 9100",
        "Guests print by release station only", "q", plan=plan,
    )  # fmt: skip
    assert kept().never == {
        "guests": Never(
            NeverEnd(zones=("guests",)),
            NeverEnd(zones=("servers",)),
            "tcp",
            ("1-1023", "9100"),
            "Guests print by release station only",
        )
    }


def test_the_next_one_is_asked_for_after_those_that_there_are() -> None:
    plan = changed(office(), never={"guests": Never()})
    keys = [str(item.key) for item in items(facts(), plan, "firewalls")]
    assert keys.index("firewall+") < keys.index("never.guests.from.zones")
    assert keys.index("never.guests.reason") + 1 == keys.index("never+")


def test_it_is_renamed_and_removed() -> None:
    plan = changed(office(), never={"guests": Never(), "core": Never()})
    talk("g 4", "rename guests visitors", "remove never core", "q", plan=plan)
    assert list(kept().never) == ["visitors"]
    assert list(kept().firewalls) == ["core"]
