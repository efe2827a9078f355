"""A change as people read it: one entry a rule, what was added to it and what was taken from it, 80
columns.
"""

from __future__ import annotations

import msgspec
from hypothesis import given, settings

from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.changes import Changes, compare
from wizard.changes import report as change_report
from wizard.changes.entries import RuleEntry, because, forward_entries, host_entries, rule_entries
from wizard.changes.traced import traced
from wizard.deployment import Deployment, deploy
from wizard.plan.model import Plan

MF = "[products.papercut-mf.features]\n"
NAT = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
REMOTE = "[products.cirrusprint.features]\nremote-clients = {}\n"


def entries(old: Deployment, new: Deployment, firewall: str) -> tuple[RuleEntry, ...]:
    return rule_entries(traced(old, new)).get(firewall, ())


def test_an_address_that_moves_is_one_change() -> None:
    old, new = world(OFFICE, MF), world(OFFICE.replace('"10.0.10.5"', '"10.0.10.6"'), MF)
    for entry in entries(old, new, "server"):
        assert entry.sign == "~"
        assert set(entry.destinations) == {("-", "10.0.10.5/32"), ("+", "10.0.10.6/32")}
        assert {sign for sign, _ in entry.sources} == {""}
        assert entry.was is not None
        assert entry.was.id != entry.rule.id
    lines = change_report.text(traced(old, new)).splitlines()
    for sign, address in (("-", "10.0.10.5"), ("+", "10.0.10.6")):
        assert any(line[30:].startswith(f"{sign} {address}") for line in lines)


def test_a_source_list_shows_what_was_added_to_it() -> None:
    wider = OFFICE.replace(
        'networks = ["10.0.20.0/22"]', 'networks = ["10.0.20.0/22", "10.0.40.0/24"]'
    )
    for entry in entries(world(OFFICE, MF), world(wider, MF), "server"):
        assert entry.sources == (("", "10.0.20.0/22"), ("+", "10.0.40.0/24"))


def test_ports_that_come_and_go_are_one_change_of_the_rule() -> None:
    old = world(OFFICE, MF, "mfp-brother = {}\nmfp-canon = {}")
    new = world(OFFICE, MF, "mfp-brother = {}\nmfp-canon = {}\nmfp-konica-minolta = {}")
    (entry,) = [e for e in entries(old, new, "server") if ("+", "9195") in e.ports]
    assert entry.sign == "~"
    assert entry.ports[-1] == ("+", "9195")
    assert {sign for sign, _ in entry.ports[:-1]} == {""}
    assert not entry.notes


def test_what_no_firewall_is_told_is_a_note() -> None:
    waiting = OFFICE.replace('[roles.mfp]\n    zones = ["printers"]', "[roles.mfp]")
    old, new = world(waiting, MF, "mfp-brother = {}"), world(OFFICE, MF, "mfp-brother = {}")
    changed = [e for e in entries(old, new, "server") if e.rule.from_ == "mfp"]
    assert changed
    for entry in changed:
        assert entry.notes == ("waits for: - mfp",)
        assert entry.sources == (("+", "10.0.30.0/24"),)


def test_a_forward_that_leads_elsewhere_is_one_change() -> None:
    old = world(NAT, REMOTE)
    changes = traced(old, world(NAT.replace('"10.0.10.5"', '"10.0.10.6"'), REMOTE))
    found = forward_entries(changes)
    assert {e.sign for e in found} == {"~"}
    assert {e.notes for e in found} == {("leads to: 10.0.10.5 -> 10.0.10.6",)}
    other = traced(old, world(NAT.replace("203.0.113.7", "203.0.113.8"), REMOTE))
    assert {e.notes for e in forward_entries(other)} == {
        ("public address: 203.0.113.7 -> 203.0.113.8",)
    }


def test_a_forward_for_one_more_service_is_no_change() -> None:
    """The firewall is told nothing new."""
    old = world(NAT, REMOTE)
    flows = tuple({*old.forwards[0].flows, "papercut-mf/web-http"})
    more = msgspec.structs.replace(
        old, forwards=tuple(msgspec.structs.replace(f, flows=flows) for f in old.forwards)
    )
    assert compare(old, more).forwards == ()


def test_a_host_that_only_changes_is_one_entry() -> None:
    old = world(OFFICE, MF, "grows = {}")
    listed = tuple(
        msgspec.structs.replace(e, paths=("/", "/new")) if e.host == "grows.papercut.com" else e
        for e in old.allowlist
    )
    (entry,) = host_entries(compare(old, msgspec.structs.replace(old, allowlist=listed)))
    assert (entry.sign, entry.entry.host, entry.notes) == (
        "~",
        "grows.papercut.com",
        ("paths: + /new",),
    )


def test_answers_that_changed_nothing_say_so() -> None:
    alone = traced(
        world(OFFICE), world(OFFICE + '    [zones.spare]\n    networks = ["10.77.0.0/24"]\n')
    )
    text = change_report.text(alone)
    assert "A1  Zone spare: added, 10.77.0.0/24 (changes no rule and no list)" in text
    assert text.endswith("No firewall and no list changes.")


@settings(max_examples=30, deadline=None)
@given(plans(), plans())
def test_every_row_is_in_one_entry_and_80_columns_hold_it(one: Plan, two: Plan) -> None:
    changes = compare(deploy(CATALOG, one), deploy(CATALOG, two))
    found = [entry for listed in rule_entries(changes).values() for entry in listed]
    ids = [i for e in found for i in dict.fromkeys((e.rule.id, e.was.id if e.was else e.rule.id))]
    assert sorted(ids) == sorted({c.rule.id for c in changes.rules})
    for entry in found:
        # What comes and what stays is the new one, what goes and what stays the old one.
        if entry.sign == "~" and entry.was is not None:
            assert {c for sign, c in entry.sources if sign != "-"} == set(entry.rule.sources)
            assert {c for sign, c in entry.destinations if sign != "+"} == set(
                entry.was.destinations
            )
    forwards = forward_entries(changes)
    assert len(forwards) == len(changes.forwards) - len(changes.forward_edits)
    text = change_report.text(changes)
    assert max(map(len, text.splitlines())) <= 80


def test_because_in_the_ways_that_answers_cause() -> None:
    old, new = world(OFFICE, MF), world(OFFICE, MF, "mfp-brother = {}\nmfp-kyocera = {}")
    changes: Changes = traced(old, new)
    words = {because(changes, row) for row in changes.rules}
    assert "A1 or A2" in words
    (either, *_) = (row for row in changes.rules if row.how == "enough")
    among = msgspec.structs.replace(either, how="among")
    assert because(changes, among) == "some of A1, A2"


def test_what_a_forward_waited_for_is_said_in_words() -> None:
    old = world(NAT.replace('    public_address = "203.0.113.7"\n', ""), REMOTE)
    notes = [
        note for entry in forward_entries(compare(old, world(NAT, REMOTE))) for note in entry.notes
    ]
    assert "waits for: - public address" in notes
    assert not [note for note in notes if "_" in note]
