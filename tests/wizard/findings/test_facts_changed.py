"""`facts-changed`: what the pages of a plan's products say now, since the facts it was made with."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from wizard.deployment import deploy
from wizard.facts import history
from wizard.facts.history import PastCatalog, past_catalogs, present
from wizard.facts.load import load_catalog
from wizard.facts.model import Condition
from wizard.findings import advice
from wizard.findings.facts import FACTS_CHANGED, facts_news
from wizard.findings.model import Finding
from wizard.plan.catalog import made_with
from wizard.plan.file import read_plan, write_plan
from wizard.plan.model import Plan

CATALOG = load_catalog()
NOW = present(CATALOG)
assert CATALOG.edition is not None
TODAY = CATALOG.edition.version
PLAN = """
format = 1
[products.cups.features]
ipp-sharing = {}
[catalog]
version = "2025.1"
"""


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> dict[str, PastCatalog]:
    """What was known earlier, by version; a test enters what it needs."""
    catalogs: dict[str, PastCatalog] = {}
    monkeypatch.setattr(history, "past_catalog", catalogs.get)
    return catalogs


def cups_once(**changes: object) -> PastCatalog:
    """The facts of 2025, in which the flow of IPP sharing was another one."""
    cups = NOW.products["cups"]
    flow = msgspec.structs.replace(cups.flows["ipp-sharing"], **changes)
    cups = msgspec.structs.replace(cups, flows={**cups.flows, "ipp-sharing": flow})
    products = {**NOW.products, "cups": cups}
    return PastCatalog("2025.1", datetime.date(2025, 3, 1), products, NOW.documents)


def changed(text: str = PLAN) -> list[Finding]:
    deployment = deploy(CATALOG, read_plan(text, CATALOG))
    return [finding for finding in deployment.findings if finding.code == FACTS_CHANGED]


@pytest.mark.parametrize(
    ("was", "words"),
    [
        ({"status": "optional"}, "is required now, was optional"),
        ({"encrypted": True}, "is of unknown encryption now, was encrypted"),
        ({"ports": ((8631, 8631),)}, "is tcp 631 now, was tcp 8631"),
        ({"cautions": ()}, "has a new caution"),
    ],
)
def test_what_a_page_says_now_is_a_warning(
    past: dict[str, PastCatalog], was: dict[str, object], words: str
) -> None:
    past["2025.1"] = cups_once(**was)
    (finding,) = changed()
    assert finding.severity == "warning"
    assert finding.message == (
        "CUPS, IPP printer sharing: since the facts of 2025.1 (2025-03-01), with which this plan was"
        f" made, tcp 631 from user-computer to print-server: {words}."
    )
    assert finding.subjects == ("cups/ipp-sharing",)
    assert finding.installations == ("cups",)
    assert advice(FACTS_CHANGED)[0].endswith("it then records the facts of today.")


def test_ports_that_came_and_went_are_named(past: dict[str, PastCatalog]) -> None:
    cups = NOW.products["cups"]
    flows = dict(cups.flows)
    gone = msgspec.structs.replace(flows.pop("ipp-sharing"), ports=((9631, 9631),))
    cups = msgspec.structs.replace(cups, flows={**flows, "old": gone})
    past["2025.1"] = msgspec.structs.replace(cups_once(), products={**NOW.products, "cups": cups})
    (finding,) = changed()
    assert finding.message.endswith(
        "the page now lists tcp 631 from user-computer to print-server;"
        " the page no longer lists tcp 9631 from user-computer to print-server."
    )
    assert finding.subjects == ("cups/ipp-sharing",)


def test_an_installation_is_named_and_its_own_flows_are_the_subjects(
    past: dict[str, PastCatalog],
) -> None:
    past["2025.1"] = cups_once(status="optional")
    named = PLAN.replace(
        "[products.cups.features]", '[products.north]\nproduct = "cups"\n[products.north.features]'
    )
    (finding,) = changed(named)
    assert finding.message.startswith("north (CUPS), IPP printer sharing: ")
    assert finding.subjects == ("north/ipp-sharing",)


def test_features_that_are_not_used_do_not_count(past: dict[str, PastCatalog]) -> None:
    past["2025.1"] = cups_once(status="optional")
    assert changed(PLAN.replace("ipp-sharing", "printers-ipp")) == []


def test_conditions_and_versions_of_then_count_as_well(past: dict[str, PastCatalog]) -> None:
    # It counted by an option that the feature does not have any more.
    past["2025.1"] = cups_once(when=((Condition("ipp-sharing", {"mode": ("a",)}),),))
    assert "counts with ipp-sharing now, with ipp-sharing (mode: a) before" in changed()[0].message


@pytest.mark.parametrize("version", ["", TODAY])
def test_plans_of_today_and_plans_that_note_nothing_are_left_in_peace(version: str) -> None:
    recorded = f'version = "{version}"' if version else ""
    assert changed(PLAN.replace('version = "2025.1"', recorded)) == []


def test_facts_that_nobody_kept_are_said_to_be_unknown() -> None:
    (finding,) = changed(PLAN.replace("2025.1", "2099.1"))
    assert finding.message == (
        "This plan was made with the facts of 2099.1; this program has those of"
        f" {TODAY} and does not know what differs. Use a Portwright that is as new."
    )


def test_a_history_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_files", lambda: iter([("2025.1.json", b"{")]))
    past_catalogs.cache_clear()
    (finding,) = changed()
    past_catalogs.cache_clear()
    assert "cannot be said: data/history/2025.1.json: " in finding.message


def test_the_facts_of_release_0_1_0_are_compared_with() -> None:
    text = """
format = 1
[products.printeron.features]
deprecated-ports = {}
[catalog]
version = "2026.1"
"""
    finding = next(each for each in changed(text) if "Deprecated ports" in each.message)
    assert (
        "tcp 4999 from user-computer to print-server: holds before 3.2.3 now, held for every version"
        " before;"
    ) in finding.message
    assert finding.message.endswith("; 2 more changed.")


def test_who_opens_a_plan_hears_it_first() -> None:
    finding = Finding(FACTS_CHANGED, "warning", "", ())
    assert facts_news([]) == ""
    assert facts_news([finding]) == (
        "The facts have changed since this plan was made: 1 warning in Review."
    )
    assert "2 warnings" in facts_news([finding, finding])


def test_a_plan_that_is_saved_records_the_facts_of_today() -> None:
    plan = made_with(CATALOG, Plan(name="Office"))
    assert plan.catalog.version == TODAY
    text = write_plan(plan, CATALOG)
    assert f'[catalog]\nversion = "{TODAY}"\n' in text
    assert read_plan(text, CATALOG) == plan
    # Who only writes it again, as 'sites add' does, leaves what is recorded.
    old = read_plan(PLAN, CATALOG)
    assert 'version = "2025.1"' in write_plan(old, CATALOG)


def test_a_version_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    from wizard.plan.file import PlanErrors

    with pytest.raises(PlanErrors) as raised:
        read_plan(PLAN.replace("2025.1", "lately"), CATALOG)
    (error,) = raised.value.errors
    assert (error.path, error.line) == ("catalog.version", 6)
    assert error.message == "'lately' is no version of the facts; such as 2026.1"
