"""Connections and endpoints of the plan's own, in line mode."""

from __future__ import annotations

from screens.line.items import items
from tests.screens.line.test_linemode import facts, kept, started, talk
from wizard.plan.model import OwnConnection, OwnEndpoint, OwnRole, Plan
from wizard.plan.own_edits import add_connection


def at(plan: Plan, key: str) -> str:
    """`g 2.14`: how one gets to an item of the features step."""
    keys = [str(item.key) for item in items(facts(), plan, "features")]
    return f"g 2.{keys.index(key) + 1}"


def test_a_connection_is_added_with_a_party_that_nobody_knows() -> None:
    plan = started("cups")
    talk(
        at(plan, "own+:connections"), "Scan to folder", "mfp", "+ File server for scans", "",
        "445, 9100-9102", "", "Copiers store scans", "yes", "", "CHG-7", "q", plan=plan,
    )  # fmt: skip
    own = kept().own
    assert own.roles == {"file-server-for-scans": OwnRole("File server for scans")}
    assert own.connections == {
        "scan-to-folder": OwnConnection(
            from_="mfp", to="file-server-for-scans", ports=("445", "9100-9102"),
            service="Scan to folder", reason="Copiers store scans", encrypted=True,
            reference="CHG-7",
        )
    }  # fmt: skip


def test_a_host_on_the_internet_is_added() -> None:
    plan = started("cups")
    talk(
        at(plan, "own+:endpoints"), "Billing export", "print-server", "", "erp.example.com", "",
        "/invoices", "q", plan=plan,
    )  # fmt: skip
    assert kept().own.endpoints == {
        "billing-export": OwnEndpoint(
            "print-server", host="erp.example.com", path="/invoices", purpose="Billing export"
        )
    }


def test_what_was_added_is_renamed_and_removed_and_comes_back() -> None:
    plan, _ = add_connection(started("cups"), "Scan to folder")
    talk("g 2", "rename scan-to-folder scans", "q", plan=plan)
    assert list(kept().own.connections) == ["scans"]


def test_removing_is_undone() -> None:
    plan, _ = add_connection(started("cups"), "Scan to folder")
    said = talk("g 2", "remove scan-to-folder", "u", "remove nothing", "q", plan=plan)
    assert "The connection scan-to-folder is removed; u brings it back." in said.flat
    assert "There is nothing of your own called 'nothing'." in said.flat
    assert list(kept().own.connections) == ["scan-to-folder"]
