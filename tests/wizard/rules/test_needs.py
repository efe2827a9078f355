"""A need: what is approved once. Its name stays when addresses, ports and firewalls change."""

from __future__ import annotations

from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment
from wizard.rules.needs import needs_of, risk_of

CUPS = """
[products.cups.features]
ipp-sharing = {}
printers-appsocket = {}
"""


def names(value: Deployment) -> list[str]:
    return [need.name for need in needs_of(value.rules)]


def test_a_need_keeps_its_name_when_addresses_change() -> None:
    office = world(OFFICE, CUPS)
    moved = world(OFFICE.replace("10.0.10.", "10.9.10.").replace("10.0.30.", "10.9.30."), CUPS)
    assert "user-computer.print-server.tcp.unstated" in names(office)
    assert names(moved) == names(office)
    assert {rule.id for rule in moved.rules}.isdisjoint(rule.id for rule in office.rules)


def test_every_rule_is_in_one_need_with_all_it_opens() -> None:
    office = world(OFFICE, CUPS)
    needs = needs_of(office.rules)
    assert sorted(rule.id for need in needs for rule in need.rules) == sorted(
        rule.id for rule in office.rules
    )
    assert len({need.name for need in needs}) == len(needs)
    for need in needs:
        for rule in need.rules:
            assert (rule.from_, rule.to, rule.transport) == (need.from_, need.to, need.transport)
            assert set(rule.sources) <= set(need.sources)
            assert set(rule.destinations) <= set(need.destinations)
            for first, last in rule.ports:
                assert any(low <= first and last <= high for low, high in need.ports)


def test_the_risk_says_what_it_rests_on() -> None:
    office = world(OFFICE, CUPS)
    risks = {n.name: risk_of(n.rules, office.network) for n in needs_of(office.rules)}
    assert risks["print-server.printer.tcp.clear"].rating == "medium"
    assert risks["print-server.printer.tcp.clear"].reasons == ("in the clear",)
    assert risks["admin-computer.print-server.tcp"].rating == "low"
    assert risks["admin-computer.print-server.tcp"].reasons == ()


def test_administration_from_the_internet_is_a_high_risk() -> None:
    at_home = OFFICE.replace('addresses = ["10.0.20.100"]', 'zones = ["internet"]')
    office = world(at_home, CUPS)
    for need in needs_of(office.rules):
        if need.from_ == "admin-computer":
            risk = risk_of(need.rules, office.network)
            assert (risk.rating, risk.reasons) == (
                "high",
                ("open to the internet", "administration"),
            )
            return
    raise AssertionError("no rule for administration")
