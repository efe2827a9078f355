"""One product several times: what a plan file says of it, the plan's catalog, and the edits."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from wizard.facts.load import load_catalog
from wizard.plan.catalog import catalog_of, without_plan
from wizard.plan.field import AnswerError
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.file.schema import plan_schema
from wizard.plan.installations import (
    add_installation,
    remove_installation,
    rename_installation,
    suggested_installation,
)
from wizard.plan.keys import FeatureKey, PortKey, ProductsKey
from wizard.plan.model import Plan
from wizard.questions import answered, question_at, questions, value_of

CATALOG = load_catalog()
TWO = """
format = 1
[products.cups.features]
ipp-sharing = {}
[products.cups-north]
product = "cups"
[products.cups-north.features]
printers-ipp = {}
[products.cups-north.ports]
ipp = 8631
"""


def errors(text: str) -> list[str]:
    return [str(error) for error in parse_plan(f"format = 1\n{text}", CATALOG)[1]]


def test_an_installation_names_its_product() -> None:
    plan = read_plan(TWO, CATALOG)
    assert list(plan.products) == ["cups", "cups-north"]
    assert plan.products["cups"].product is None
    assert plan.products["cups-north"].product == "cups"
    assert plan.products["cups-north"].ports == {"ipp": 8631}
    assert plan.product_of("cups-north") == plan.product_of("cups") == "cups"


def test_a_product_that_is_called_as_it_is_needs_no_name() -> None:
    said = read_plan('format = 1\n[products.cups]\nproduct = "cups"', CATALOG)
    assert said == read_plan("format = 1\n[products.cups]", CATALOG)


def test_what_is_written_reads_the_same() -> None:
    plan = read_plan(TWO, CATALOG)
    text = write_plan(plan, CATALOG)
    assert 'product = "cups"' in text
    assert read_plan(text, CATALOG) == plan
    assert write_plan(plan, catalog_of(CATALOG, plan)) == text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            '[products.north]\nproduct = "cup"',
            "line 3: products.north.product: unknown product; did you mean 'cups'?; known: ",
        ),
        ("[products.cupz]", "line 2: products.cupz: unknown product; did you mean 'cups'?; known"),
        ("[products.north]\nproduct = 3", "products.north.product: must be text in quotes, not a"),
        ('[products.North]\nproduct = "cups"', "'North' cannot name an installation; use small"),
        ('[products.printix]\nproduct = "cups"', "'printix' is a product of its own; take another"),
        ('[products.own]\nproduct = "cups"', "'own' stands for the plan's own connections; take"),
        ('[products.management]\nproduct = "cups"', "'management' stands for the plan's own"),
        ('[products.north]\nproduct = "cups"\n[products.north.features]\nweb = {}', "feature of"),
    ],
)
def test_what_cannot_be_is_said(text: str, wrong: str) -> None:
    (said,) = errors(text)
    assert wrong in said


def test_a_table_without_a_product_says_how_to_name_one() -> None:
    (said,) = errors("[products.cups-north]")
    assert said.endswith('. Another installation of one says which: product = "…"')


def test_the_schema_takes_installations() -> None:
    check = Draft202012Validator(plan_schema(CATALOG))
    north = {"product": "cups", "features": {"printers-ipp": {}}}
    assert check.is_valid({"format": 1, "products": {"cups-north": north, "cups": {}}})
    assert not check.is_valid({"format": 1, "products": {"cups-north": {}}})
    assert not check.is_valid({"format": 1, "products": {"north": {**north, "product": "cup"}}})
    assert not check.is_valid({"format": 1, "products": {"own": north}})
    assert not check.is_valid({"format": 1, "products": {"printix": north}})
    other = {"product": "cups", "features": {"raw-print": {}}}
    assert not check.is_valid({"format": 1, "products": {"cups-north": other}})


def test_the_plan_sees_each_installation_as_a_product() -> None:
    plan = read_plan(TWO, CATALOG)
    seen = catalog_of(CATALOG, plan)
    assert seen.products["cups"] is CATALOG.products["cups"]
    north = seen.products["cups-north"]
    assert (north.id, north.product, north.name) == ("cups-north", "cups", "cups-north (CUPS)")
    assert {fact.product for fact in north.flows} == {"cups"}
    assert {fact.installation for fact in north.flows} == {"cups-north"}
    names = list(seen.products)
    assert names.index("cups-north") == names.index("cups") + 1


def test_a_plan_without_installations_sees_the_catalog_itself() -> None:
    plan = read_plan("format = 1\n[products.cups]", CATALOG)
    assert catalog_of(CATALOG, plan) is CATALOG


def test_the_same_installations_are_the_same_catalog() -> None:
    plan = read_plan(TWO, CATALOG)
    seen = catalog_of(CATALOG, plan)
    assert catalog_of(seen, plan) is seen
    assert catalog_of(CATALOG, plan) is seen
    assert catalog_of(seen, Plan()) == without_plan(seen) == CATALOG


def test_questions_are_those_of_the_product_under_the_installation_s_name() -> None:
    plan = read_plan(TWO, CATALOG)
    groups = {question.group for question in questions(CATALOG, plan, "features")}
    assert "cups-north (CUPS) - Printing" in groups
    assert "CUPS - Printing" in groups
    assert value_of(CATALOG, plan, FeatureKey("cups-north", "printers-ipp")) is True
    assert value_of(CATALOG, plan, FeatureKey("cups", "printers-ipp")) is False
    assert value_of(CATALOG, plan, PortKey("cups-north", "ipp")) == 8631
    with_smb = answered(CATALOG, plan, FeatureKey("cups-north", "printers-smb"), True)
    assert "printers-smb" in with_smb.products["cups-north"].features
    assert "printers-smb" not in with_smb.products["cups"].features


def test_the_list_of_products_has_the_installations_beside_their_product() -> None:
    plan = read_plan(TWO, CATALOG)
    labels = [choice.label for choice in question_at(CATALOG, plan, ProductsKey()).choices]
    assert labels.index("cups-north (CUPS)") == labels.index("CUPS") + 1
    without = answered(CATALOG, plan, ProductsKey(), ("cups-north", "printix"))
    assert list(without.products) == ["cups-north", "printix"]
    assert without.products["cups-north"] is plan.products["cups-north"]


def test_adding_takes_the_defaults_and_a_name() -> None:
    plan = add_installation(CATALOG, Plan(), "cirrus-a", "cirrusprint")
    answers = plan.products["cirrus-a"]
    assert (answers.product, answers.version) == ("cirrusprint", None)
    assert answers.features == {"web": {"ports": "standard"}}
    assert suggested_installation(plan, "cirrusprint") == "cirrusprint-2"
    again = add_installation(CATALOG, plan, "cirrusprint-2", "cirrusprint")
    assert suggested_installation(again, "cirrusprint") == "cirrusprint-3"


@pytest.mark.parametrize(
    ("name", "product", "wrong"),
    [
        ("north", "cup", "There is no product 'cup'; did you mean 'cups'?."),
        ("North", "cups", "Names take small letters, digits and hyphens: 'north'."),
        ("cups-north", "cups", "There is an installation 'cups-north' already; take another name."),
        ("printix", "cups", "'printix' is a product of its own; take another name for an"),
        ("", "cups", "Give the installation a name, such as 'cups-north'."),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, product: str, wrong: str) -> None:
    plan = read_plan(TWO, CATALOG)
    with pytest.raises(AnswerError) as refused:
        add_installation(CATALOG, plan, name, product)
    assert str(refused.value).startswith(wrong)


def test_renaming_keeps_the_answers_and_the_place() -> None:
    plan = read_plan(TWO, CATALOG)
    renamed = rename_installation(CATALOG, plan, "cups", "cups-main")
    assert list(renamed.products) == ["cups-main", "cups-north"]
    assert renamed.products["cups-main"].product == "cups"
    back = rename_installation(CATALOG, renamed, "cups-main", "cups")
    assert back == plan


def test_removing_takes_the_answers_along() -> None:
    plan = read_plan(TWO, CATALOG)
    assert remove_installation(plan, "cups-north") == read_plan(
        "format = 1\n[products.cups.features]\nipp-sharing = {}", CATALOG
    )
    with pytest.raises(AnswerError, match="There is no installation 'ghost'"):
        remove_installation(plan, "ghost")
