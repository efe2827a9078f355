"""The catalog that the wizard opens with: less than the whole, and yet all that a first frame
shows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.start import _opened
from tests.tools.keys import question_at
from tests.tools.paths import PLANS
from wizard.facts.load import CatalogError, data_files, load_catalog, opening_catalog
from wizard.plan.file import parse_plan
from wizard.questions import STEPS, applies
from wizard.questions.steps import keys_of

WHOLE = load_catalog()


def test_there_are_plans() -> None:
    assert PLANS


def test_without_a_plan_it_lists_the_products_and_knows_no_facts() -> None:
    opening = opening_catalog(())
    assert list(opening.products) == list(WHOLE.products)
    for key, product in opening.products.items():
        whole = WHOLE.products[key]
        assert (product.name, product.about, product.newest) == (
            whole.name,
            whole.about,
            whole.newest,
        )
        assert not product.flows
        assert not product.features
    assert (opening.roles, opening.documents) == (WHOLE.roles, WHOLE.documents)


@pytest.mark.parametrize("product", WHOLE.products)
def test_of_a_product_that_is_asked_for_it_knows_all(product: str) -> None:
    """Also of one that takes its facts over from another."""
    assert opening_catalog([product]).products[product] == WHOLE.products[product]


def test_a_product_and_its_base_can_both_be_asked_for() -> None:
    both = ("papercut-mf", "papercut-ng")
    opening = opening_catalog(both)
    for product in both:
        assert opening.products[product] == WHOLE.products[product]


def test_a_product_that_there_is_not_is_passed_over() -> None:
    assert opening_catalog(["no such product"]) == opening_catalog(())


def test_a_file_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    files = data_files()
    for broken in ("[product", files["cups.toml"] + "\n[["):
        monkeypatch.setattr("wizard.facts.load.data_files", lambda: {**files, "cups.toml": broken})  # noqa: B023
        with pytest.raises(CatalogError, match=r"data/cups\.toml: not valid TOML"):
            opening_catalog(["cups"])


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_opens_with_it_as_with_the_whole(path: Path) -> None:
    """The same plan, the same steps, the same questions in each."""
    found = _opened(path, whole=False)
    expected, _ = parse_plan(path.read_text("utf-8"), WHOLE)
    assert not isinstance(found, str)
    catalog, plan = found
    assert plan == expected
    assert len(list(catalog.flows())) < len(list(WHOLE.flows())) or len(expected.products) >= 5
    for step in STEPS:
        assert applies(catalog, expected, step.id) == applies(WHOLE, expected, step.id)
        keys = list(keys_of(WHOLE, expected, step.id))
        assert list(keys_of(catalog, expected, step.id)) == keys
        for key in keys:
            assert question_at(catalog, expected, key) == question_at(WHOLE, expected, key)


@pytest.mark.parametrize(
    "text",
    [
        "format = 1\n[products.papercut]\n",
        "format = 1\n[products.cups.features]\nprint-prots = {}\n",
        "format = 1\n[products.papercut-ng.features]\nmfp-toshiba = {}\n",
        "format = 1\nproducts = 3\n",
        "format = 1\n[roles.scanner]\n",
        "format = \n",
    ],
)
def test_what_is_wrong_with_a_plan_is_told_as_with_the_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    told = _opened(path, whole=True)
    assert isinstance(told, str)
    assert _opened(path, whole=False) == told
