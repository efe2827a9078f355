"""The difference of two deployments: rules and single ports, forwards, lists, findings."""

from __future__ import annotations

import pytest

from tests.tools.worlds import OFFICE, world
from wizard.changes import Changes, compare
from wizard.changes import report as change_report
from wizard.changes.fields import without
from wizard.changes.json import rule_halves

MF = "[products.papercut-mf.features]\n"


def rules(changes: Changes) -> set[tuple[str, str, bool, tuple[tuple[int, int], ...]]]:
    return {(c.sign, c.record.firewall, c.whole, c.ports) for c in rule_halves(changes)}


def test_nothing_differs() -> None:
    d = world(OFFICE, MF)
    changes = compare(d, d)
    assert not changes
    assert changes == Changes()
    assert change_report.text(changes) == "No difference."


def test_a_whole_rule_and_a_port_of_one_that_stays() -> None:
    old = world(OFFICE, MF, "mfp-brother = {}")
    new = world(OFFICE, MF, "mfp-brother = {}\nmfp-canon = {}")
    assert rules(compare(old, new)) == {
        ("+", firewall, True, ((port, port),))
        for firewall in ("server", "core")
        for port in (9192, 9193)
    }
    more = world(OFFICE, MF, "mfp-brother = {}\nmfp-canon = {}\nmfp-konica-minolta = {}")
    gained = rules(compare(new, more))
    assert ("+", "server", False, ((9195, 9195),)) in gained
    lost = compare(more, new)
    assert {
        (c.sign, c.whole, c.ports) for c in rule_halves(lost) if c.record.firewall == "server"
    } == {("-", False, ((9195, 9195),))}


def test_an_address_makes_another_rule() -> None:
    old = world(OFFICE, MF)
    changes = compare(old, world(OFFICE.replace("10.0.20.0/22", "10.0.20.0/23"), MF))
    assert {(c.sign, c.whole) for c in rule_halves(changes)} == {("+", True), ("-", True)}


def test_lists_and_forwards() -> None:
    nat = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
    features = (
        "[products.papercut-mf]\nfeatures.grows = {}\nfeatures.email-delivery ="
        " {}\n[products.printix]\n"
    )
    changes = compare(
        world(nat), world(nat, features, "[products.cirrusprint.features]\nremote-clients = {}")
    )
    assert {("+", "grows.papercut.com")} <= {(a.sign, a.record.host) for a in changes.allowlist}
    assert [(m.sign, m.record.address) for m in changes.mail_senders] == [("+", "168.245.53.86")]
    assert {(b.sign, b.record.host) for b in changes.tls_bypass} == {
        ("+", "printix.net"),
        ("+", "*.printix.net"),
    }
    assert {(f.sign, f.record.public_ports) for f in changes.forwards} == {("+", (443, 443))}
    assert any(f.sign == "+" and f.record.code == "hairpin" for f in changes.findings)
    text = change_report.text(changes)
    for words in (
        "Firewall core: rules",
        "Port forwards",
        "Allowlist",
        "TLS bypass",
        "Mail senders",
        "Findings",
    ):
        assert words in text


def test_another_reason_for_a_host_changes_nothing() -> None:
    old = world(OFFICE, MF, "sign-in-microsoft = {}")
    new = world(OFFICE, MF, "sign-in-microsoft = {}\nsmtp-oauth2 = {}")
    assert compare(old, new).allowlist == ()


def test_findings_alone_are_no_difference() -> None:
    old = world(OFFICE, MF, "grows = {}")
    new = world(OFFICE, MF, "grows = {}\n[proxy]\ntls_inspection = true")
    assert not compare(old, new)


@pytest.mark.parametrize(
    ("ports", "less", "left"),
    [
        (((1, 10),), (), ((1, 10),)),
        (((1, 10),), ((1, 10),), ()),
        (((1, 10),), ((0, 20),), ()),
        (((1, 10),), ((5, 5),), ((1, 4), (6, 10))),
        (((1, 10),), ((1, 3), (9, 12)), ((4, 8),)),
        (((1, 2), (5, 6)), ((2, 5),), ((1, 1), (6, 6))),
        (((80, 80), (443, 443)), ((81, 442),), ((80, 80), (443, 443))),
    ],
)
def test_ports_less_others(
    ports: tuple[tuple[int, int], ...],
    less: tuple[tuple[int, int], ...],
    left: tuple[tuple[int, int], ...],
) -> None:
    assert without(ports, less) == left
