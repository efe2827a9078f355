"""Why a question fits: by what it asks once it is ticked, and by addresses within its networks."""

from __future__ import annotations

import pytest

from tests.flows.test_moving import papercut
from tests.flows.walk import catalog
from tests.tools.keys import key
from wizard.facts.model import Fact
from wizard.index.questions import product_why, why
from wizard.questions import question_at

DATABASE = "products.papercut-mf.features.database"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("sql", "Database engine: Microsoft SQL Server"),
        ("external post", "Database engine: PostgreSQL"),
        ("external", ""),
        ("1433", "tcp 1433: Database (Microsoft SQL Server)"),
        ("zebra", None),
        ("external zebra", None),
    ],
)
def test_a_closed_feature_is_found_by_its_choices(words: str, reason: str | None) -> None:
    question = question_at(catalog(), papercut(), key(DATABASE))
    assert why(words, (question.label,), question) == reason


def test_the_choices_of_an_open_one_stand_in_their_own_question() -> None:
    feature = question_at(catalog(), papercut(), key(DATABASE))
    engine = question_at(catalog(), papercut(), key(f"{DATABASE}.engine"))
    assert why("oracle engine", (engine.label,), engine) == "Oracle"
    assert why("engine", (feature.label,), feature, closed=False) is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("10.20.21.15", "10.20.21.15 is in it"),
        ("10.20.20.0/22", ""),
        ("10.20.24.1", None),
        ("10.20.0.0/16", None),
    ],
)
def test_a_zone_is_found_by_an_address_in_its_networks(words: str, reason: str | None) -> None:
    question = question_at(catalog(), papercut(), key("zones.clients.networks"))
    assert why(words, (question.label,), question, "10.20.20.0/22") == reason


def test_a_product_is_found_by_name_port_and_host_alone() -> None:
    product = catalog().products["printix"]
    facts: tuple[Fact, ...] = (*product.flows, *product.endpoints)
    assert product_why("printix", (product.name,), facts) == ""
    assert product_why("service", (product.name,), facts) is None
    assert "airprint.printix.net" in (
        product_why("airprint.printix.net", (product.name,), facts) or ""
    )
