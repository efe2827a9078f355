"""A version stands in the papers where somebody has said it, and nowhere else."""

from __future__ import annotations

import pytest

from exporters.handover import handover
from tests.tools.worlds import CATALOG, OFFICE, plan_of, world
from wizard.plan.file import write_plan
from wizard.plan.keys import VersionKey
from wizard.questions import answered, question_at, value_of


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ("[products.papercut-ng]\nversion = '23.1'", "PaperCut NG 23.1: "),
        ("[products.papercut-ng]", "PaperCut NG (facts known up to 24.0): "),
        # The page is the same from 2.3.0 to 2.5b1
        ("[products.cups]", "CUPS (facts known up to 2.4): "),
        ("[products.printix]", "Printix (its documents name no version; second-hand): "),
    ],
)
def test_papers_say_what_is_known_of_the_version(answers: str, line: str) -> None:
    (product,) = handover(world(OFFICE, answers)).products
    assert product.startswith(line)


@pytest.mark.parametrize(
    "product", ["printix", "directprint", "printfactory", "docuflair", "printers"]
)
def test_documents_without_a_version_give_none(product: str) -> None:
    assert CATALOG.products[product].newest == ""


def test_what_holds_for_the_newest_version_counts_all_the_same() -> None:
    deployment = world(OFFICE, "[products.papercut-mf.features]\nentitlements = {}")
    assert "mf.cloud.papercut.com" in {entry.host for entry in deployment.allowlist}
    old = "[products.papercut-mf]\nversion = '23.1'\nfeatures.entitlements = {}"
    assert world(OFFICE, old).allowlist == ()


def test_a_version_that_is_the_newest_is_kept_when_somebody_says_it() -> None:
    plan, key = plan_of(OFFICE, "[products.papercut-ng]"), VersionKey("papercut-ng")
    assert value_of(CATALOG, plan, key) is None
    assert "24.0" in question_at(CATALOG, plan, key).help
    said = answered(CATALOG, plan, key, "24.0")
    assert value_of(CATALOG, said, key) == "24.0"
    assert 'version = "24.0"' in write_plan(said, CATALOG)
    assert (
        "version"
        not in write_plan(plan, CATALOG).partition("[products.papercut-ng")[2].partition("[")[0]
    )
    assert value_of(CATALOG, answered(CATALOG, said, key, None), key) is None
