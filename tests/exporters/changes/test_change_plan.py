"""The change request says what a change manager asks, and a review without changes is its own paper."""

from __future__ import annotations

from typing import Any

import msgspec

from exporters.changes.doing import ChangePlan, change_plan, doing_parts
from exporters.changes.export import change_files
from tests.tools.builders import forward
from tests.tools.handover_reader import Page, render
from tests.tools.worlds import OFFICE, world
from wizard.changes import ChangeEntry, Changes, compare
from wizard.deployment import Deployment
from wizard.facts.model import Source
from wizard.rules.model import Bypass, MailSender
from wizard.rules.needs import needs_of

CUPS = """
[request]
reference = "CHG-1042"
wanted = 2027-01-15
review = 2028-01-15
[products.cups.features]
ipp-sharing = {}
"""
WITH_RAW = CUPS + "printers-appsocket = {}\n"


def office(*parts: str) -> Deployment:
    return world(OFFICE, *parts)


def test_what_is_opened_decides_the_risk_and_who_approves() -> None:
    old, new = office(CUPS), office(WITH_RAW)
    plan = change_plan(old, new, compare(old, new))
    facts = dict(plan.facts)
    assert facts["Type"] == "Normal change: adds 3 rules, removes 0, changes 0, on 2 firewalls."
    assert facts["Risk"] == "medium: in the clear"
    assert facts["Impact"] == "Nothing is closed."
    assert facts["Window"] == "Wanted by 2027-01-15; from and to: to be agreed"
    assert facts["Systems affected"] == "Print server, Printer"
    approvals = dict(plan.approvals)
    assert approvals["Security"] == "The exposure is acceptable (in the clear)."
    assert "Proxy team" not in approvals


def test_closing_opens_nothing_and_names_what_ends() -> None:
    old, new = office(WITH_RAW), office(CUPS)
    plan = change_plan(old, new, compare(old, new))
    facts = dict(plan.facts)
    assert facts["Risk"] == "low"
    assert facts["Impact"].startswith("Closed, at least for some addresses or ports: ")
    assert "Security" not in dict(plan.approvals)


def test_a_moved_address_closes_the_old_one() -> None:
    old = office(CUPS)
    new = world(OFFICE.replace("10.0.10.5", "10.0.10.6"), CUPS)
    facts = dict(change_plan(old, new, compare(old, new)).facts)
    assert facts["Impact"].startswith("Closed")


def changed(was: str, becomes: str, *parts: str) -> tuple[dict[str, str], ChangePlan]:
    """The facts and the whole of the change from an office with the one to that with the other."""
    old, new = office(CUPS, *parts, was), office(CUPS, *parts, becomes)
    plan = change_plan(old, new, compare(old, new))
    return dict(plan.facts), plan


NEVER = """
[never.clients]
from = { zones = ["clients"] }
to = { zones = ["printers"] }
transport = "tcp"
ports = [515]
"""


def test_what_must_never_be_changes_the_firewall_that_denies_it() -> None:
    facts, plan = changed("", NEVER)
    assert facts["Type"] == (
        "Normal change: adds 0 rules, removes 0, changes 0, on 1 firewall;"
        " also 1 entry of what must never be."
    )
    assert facts["Impact"] == "Denied from now on, whatever allowed it: never clients."
    assert "Firewalls between zones (core): add what is added, leave the rest." in plan.steps
    assert plan.steps[-1].startswith("Firewalls between zones: deny what must never be")
    facts, plan = changed(NEVER, "")
    assert facts["Impact"] == "Nothing is closed."
    assert "deny" not in plan.steps[-1]
    more = NEVER.replace("[515]", "[515, 9100]")
    assert changed(NEVER, more)[0]["Impact"] == changed("", NEVER)[0]["Impact"]
    assert changed(more, NEVER)[0]["Impact"] == "Nothing is closed."


def test_a_firewall_that_begins_to_deny_the_rest_closes_it() -> None:
    filtered = '[firewalls.clients]\nkind = "host"\nrole = "user-computer"\negress = "filtered"\n'
    facts, _ = changed(filtered.replace("filtered", "open"), filtered)
    assert facts["Impact"] == "Now denies what no rule allows: firewall clients."
    assert changed(filtered, filtered + NEVER)[0]["Impact"].startswith("Denied from now on")


def of_lists(**entries: Any) -> tuple[dict[str, str], ChangePlan]:
    """The facts and the whole of a change in which nothing but these entries differs."""
    plan = change_plan(office(CUPS), office(CUPS), Changes(**entries))
    return dict(plan.facts), plan


def test_a_port_forward_that_goes_or_leads_elsewhere_is_closed() -> None:
    was = forward()
    facts, plan = of_lists(forwards=(ChangeEntry(was, None),))
    assert facts["Type"].endswith("on 1 firewall; also 1 port forward.")
    assert facts["Impact"] == (
        "Closed, at least for some addresses or ports: port forward 443/tcp at edge."
    )
    assert "Firewalls between zones (edge): add what is added, leave the rest." in plan.steps
    for other, closes in (
        ({"address": "10.0.10.6"}, True),
        ({"sources": ()}, True),
        ({"sources": (*was.sources, "192.0.2.0/28")}, False),
    ):
        facts, _ = of_lists(forwards=(ChangeEntry(was, forward(**other)),))
        assert (facts["Impact"] != "Nothing is closed.") == closes, other
    waiting = ChangeEntry(forward(address=None), None)
    assert of_lists(forwards=(waiting,))[0]["Impact"] == "Nothing is closed."


def test_lists_that_lose_something_say_so_and_change_no_firewall() -> None:
    source = Source("a-document", "a page")
    host = Bypass("pins.example.com", (), (), source)
    facts, plan = of_lists(tls_bypass=(ChangeEntry(host, None),))
    assert facts["Type"] == "Normal change: no firewall changes; also 1 host not to inspect."
    assert facts["Impact"] == "TLS is inspected again: pins.example.com."
    assert "Firewall team" not in dict(plan.approvals)
    assert plan.steps[-1] == "Web proxy: remove what is removed."

    sender = MailSender("no-reply@example.com", "example.com", (), (), source)
    facts, plan = of_lists(mail_senders=(ChangeEntry(sender, None),))
    assert facts["Impact"] == "No longer a sender of mail: no-reply@example.com."
    assert "Mail gateway: add the senders that are added." in plan.steps
    assert plan.steps[-1] == "Mail gateway: remove what is removed."
    assert "Mail gateway team" in dict(plan.approvals)

    allowed = world(OFFICE, "[products.papercut-mf.features]\nsign-in-google = {}\n").allowlist[0]
    fewer = msgspec.structs.replace(allowed, from_=())
    for after, before in ((None, allowed), (fewer, allowed)):
        facts, _ = of_lists(allowlist=(ChangeEntry(before, after),))
        assert facts["Impact"] == f"Off the allowlist, at least for some: {allowed.host}."
    assert of_lists(allowlist=(ChangeEntry(fewer, allowed),))[0]["Impact"] == "Nothing is closed."


def test_a_host_firewall_of_windows_has_a_script_of_its_own() -> None:
    windows = OFFICE.replace('kind = "host"', 'kind = "host"\n    platform = "windows"')
    old, new = world(windows, CUPS), world(windows.replace("10.0.10.5", "10.0.10.6"), CUPS)
    plan = change_plan(old, new, compare(old, new))
    script = "new/firewalls/server/windows.ps1 -Action"
    assert f"Host firewall server: `{script} rollback`." in plan.way_back
    assert any(f"`{script} apply -ConfirmWithin 120`" in step for step in plan.steps)
    gone = world(windows.replace("[firewalls.server]", "[firewalls.other]"), CUPS)
    plan = change_plan(old, gone, compare(old, gone))
    assert "Host firewall server: `apply` of its script of before." in plan.way_back


def test_steps_and_way_back_use_the_verbs_of_the_scripts() -> None:
    old = office(CUPS)
    new = world(OFFICE.replace("10.0.10.5", "10.0.10.6"), CUPS)
    plan = change_plan(old, new, compare(old, new))
    assert [title for title, _ in doing_parts(plan)] == [
        "Implementation, in order",
        "Test plan",
        "Back-out",
        "After the change",
    ]
    core = next(at for at, step in enumerate(plan.steps) if "between zones (core)" in step)
    host = next(at for at, step in enumerate(plan.steps) if "Host firewall server" in step)
    assert core < host
    assert "`portwright export plan.toml --to new`" in plan.steps[1]
    assert "`sh new/firewalls/server/nftables.sh apply --confirm-within 120`" in plan.steps[host]
    assert "Host firewall server: `sh new/firewalls/server/nftables.sh rollback`." in plan.way_back
    assert "Look at the rules again on 2028-01-15." in plan.afterwards


def test_the_documents_hold_all_of_it() -> None:
    old, new = office(CUPS), office(WITH_RAW)
    files = change_files(old, new, ["markdown", "html"])
    assert "review.md" not in files
    for page in (Page(render(str(files["changes.md"]))), Page(str(files["changes.html"]))):
        for part in ("Implementation, in order", "Test plan", "Back-out", "After the change"):
            assert part in page.text
        assert "medium: in the clear" in page.text
        (signed,) = [rows for _, rows in page.tables if rows and rows[0][:2] == ["Who", "Approves"]]
        assert [row[0] for row in signed[1:]] == [
            "Requester",
            "Firewall team",
            "Security",
            "Change manager",
        ]


def test_a_review_without_changes_is_a_document_of_its_own() -> None:
    old = office(WITH_RAW)
    new = office(WITH_RAW.replace("2028-01-15", "2029-01-15"))
    files = change_files(old, new, ["markdown"])
    assert "`review.md`" in str(files["README.md"])
    page = Page(render(str(files["review.md"])))
    assert "No firewall and no list changes" in page.text
    (rows,) = [rows for _, rows in page.tables if rows and rows[0][0] == "Need"]
    assert [row[0] for row in rows[1:]] == [need.name for need in needs_of(new.rules)]
    assert ["Review on", "2029-01-15"] in [row for _, table in page.tables for row in table]
    plan = change_plan(old, new, compare(old, new))
    assert list(doing_parts(plan)) == []
    assert dict(plan.facts) == {"Type": "Review: no firewall and no list changes."}
