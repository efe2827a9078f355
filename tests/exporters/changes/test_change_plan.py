"""The change request says what a change manager asks, and a review without changes is its own paper."""

from __future__ import annotations

from exporters.changes.doing import change_plan, doing_parts
from exporters.changes.export import change_files
from tests.tools.handover_reader import Page, render
from tests.tools.worlds import OFFICE, world
from wizard.changes import compare
from wizard.deployment import Deployment
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
    assert facts["People affected"] == "Print server, Printer"
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
    assert "`sh firewalls/server/nftables.sh apply --confirm-within 120`" in plan.steps[host]
    assert "Host firewall server: `firewalls/server/nftables.sh rollback`." in plan.way_back
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
