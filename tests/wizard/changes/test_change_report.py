"""A change as people read it: one entry a rule, what was added to it and what was taken from it, 80
columns.
"""

from __future__ import annotations

import msgspec

from tests.tools.worlds import OFFICE, world
from wizard.changes import Cause, ChangeEntry, Changes, compare
from wizard.changes import report as change_report
from wizard.changes.fields import (
    notes,
    signed_destinations,
    signed_ports,
    signed_sources,
)
from wizard.deployment import Deployment
from wizard.rules.model import Rule

MF = "[products.papercut-mf.features]\n"
NAT = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
REMOTE = "[products.cirrusprint.features]\nremote-clients = {}\n"


def entries(old: Deployment, new: Deployment, firewall: str) -> list[ChangeEntry[Rule]]:
    return compare(old, new).rules_of().get(firewall, [])


def test_an_address_that_moves_is_one_change() -> None:
    old, new = world(OFFICE, MF), world(OFFICE.replace('"10.0.10.5"', '"10.0.10.6"'), MF)
    for entry in entries(old, new, "server"):
        assert entry.sign == "~"
        assert set(signed_destinations(entry)) == {("-", "10.0.10.5/32"), ("+", "10.0.10.6/32")}
        assert {sign for sign, _ in signed_sources(entry)} == {""}
        assert entry.before is not None
        assert entry.before.id != entry.record.id
    lines = change_report.text(compare(old, new)).splitlines()
    for sign, address in (("-", "10.0.10.5"), ("+", "10.0.10.6")):
        assert any(line[30:].startswith(f"{sign} {address}") for line in lines)


def test_a_source_list_shows_what_was_added_to_it() -> None:
    wider = OFFICE.replace(
        'networks = ["10.0.20.0/22"]', 'networks = ["10.0.20.0/22", "10.0.40.0/24"]'
    )
    for entry in entries(world(OFFICE, MF), world(wider, MF), "server"):
        assert signed_sources(entry) == (("", "10.0.20.0/22"), ("+", "10.0.40.0/24"))


def test_ports_that_come_and_go_are_one_change_of_the_rule() -> None:
    old = world(OFFICE, MF, "mfp-brother = {}\nmfp-canon = {}")
    new = world(OFFICE, MF, "mfp-brother = {}\nmfp-canon = {}\nmfp-konica-minolta = {}")
    (entry,) = [e for e in entries(old, new, "server") if ("+", "9195") in signed_ports(e)]
    assert entry.sign == "~"
    assert signed_ports(entry)[-1] == ("+", "9195")
    assert {sign for sign, _ in signed_ports(entry)[:-1]} == {""}
    assert not notes(entry)


def test_what_no_firewall_is_told_is_a_note() -> None:
    waiting = OFFICE.replace('[roles.mfp]\n    zones = ["printers"]', "[roles.mfp]")
    old, new = world(waiting, MF, "mfp-brother = {}"), world(OFFICE, MF, "mfp-brother = {}")
    changed = [e for e in entries(old, new, "server") if e.record.from_ == "mfp"]
    assert changed
    for entry in changed:
        assert notes(entry) == ("waits for: - mfp",)
        assert signed_sources(entry) == (("+", "10.0.30.0/24"),)


def test_a_forward_that_leads_elsewhere_is_one_change() -> None:
    old = world(NAT, REMOTE)
    changes = compare(old, world(NAT.replace('"10.0.10.5"', '"10.0.10.6"'), REMOTE))
    found = changes.forwards
    assert {e.sign for e in found} == {"~"}
    assert {notes(e) for e in found} == {("leads to: 10.0.10.5 -> 10.0.10.6",)}
    other = compare(old, world(NAT.replace("203.0.113.7", "203.0.113.8"), REMOTE))
    assert {notes(e) for e in other.forwards} == {("public address: 203.0.113.7 -> 203.0.113.8",)}


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
    (entry,) = compare(old, msgspec.structs.replace(old, allowlist=listed)).allowlist
    assert (entry.sign, entry.record.host, notes(entry)) == (
        "~",
        "grows.papercut.com",
        ("paths: + /new",),
    )


def test_answers_that_changed_nothing_say_so() -> None:
    alone = compare(
        world(OFFICE), world(OFFICE + '    [zones.spare]\n    networks = ["10.77.0.0/24"]\n')
    )
    text = change_report.text(alone)
    assert "A1  Zone spare: added, 10.77.0.0/24 (changes no rule and no list)" in text
    assert text.endswith("No firewall and no list changes.")


def test_because_in_the_ways_that_answers_cause() -> None:
    old, new = world(OFFICE, MF), world(OFFICE, MF, "mfp-brother = {}\nmfp-kyocera = {}")
    changes: Changes = compare(old, new)
    words = {changes.because(row) for row in changes.rules}
    assert "A1 or A2" in words
    (either, *_) = (row for row in changes.rules if row.cause.how == "enough")
    among = msgspec.structs.replace(either, come=Cause(either.cause.groups, "among"))
    assert changes.because(among) == "some of A1, A2"


def test_what_a_forward_waited_for_is_said_in_words() -> None:
    old = world(NAT.replace('    public_address = "203.0.113.7"\n', ""), REMOTE)
    texts = {note for entry in compare(old, world(NAT, REMOTE)).forwards for note in notes(entry)}
    assert "waits for: - public address" in texts
    assert not [note for note in texts if "_" in note]
