"""Open to the internet and encrypted only: asked beside the ports, and only where they matter."""

from __future__ import annotations

from tests.tools.worlds import CATALOG, OFFICE, plan_of
from wizard.plan.keys import EncryptedOnlyKey, PublicKey
from wizard.plan.stored import stored, with_stored
from wizard.questions.asking import question_at
from wizard.questions.steps import keys_of

MF = "papercut-mf"
OPEN, ONLY = PublicKey(MF), EncryptedOnlyKey(MF)
AT_HOME = "[products.papercut-mf.roles]\nuser-computer = { zones = ['internet'] }"


def test_open_to_the_internet_is_asked_once_somebody_is_there() -> None:
    inside = plan_of(OFFICE, "[products.papercut-mf]")
    assert OPEN not in list(keys_of(CATALOG, inside, "features"))
    outside = plan_of(OFFICE, "[products.papercut-mf]", AT_HOME)
    assert OPEN in list(keys_of(CATALOG, outside, "features"))
    opened = plan_of(OFFICE, "[products.papercut-mf]\npublic = ['https']")
    assert OPEN in list(keys_of(CATALOG, opened, "features"))


def test_its_choices_are_listeners_that_can_be_opened() -> None:
    question = question_at(CATALOG, plan_of(OFFICE, "[products.papercut-mf]", AT_HOME), OPEN)
    names = [choice.value for choice in question.choices]
    assert "https" in names
    assert not {"http", "sql-server"} & set(names)
    assert question.group == "PaperCut MF - Other ports"


def test_encrypted_only_is_asked_where_something_is_there_both_ways() -> None:
    plan = plan_of(OFFICE, "[products.papercut-mf]\n[products.printix]")
    keys = list(keys_of(CATALOG, plan, "features"))
    assert ONLY in keys
    assert EncryptedOnlyKey("printix") not in keys
    only = with_stored(plan, ONLY, True)
    assert stored(only, ONLY) is True
    assert ONLY in list(keys_of(CATALOG, only, "features"))
    assert with_stored(only, ONLY, None) == plan
