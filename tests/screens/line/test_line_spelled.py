"""Line mode: commands that are written as words, by who does not know the letters yet."""

from __future__ import annotations

import pytest

from screens.line.adding import NEW_ZONE
from screens.line.commands import spelled_out
from screens.line.items import items
from tests.screens.line.test_linemode import facts, kept, started, talk


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("help", "b, s: back to the question before"),
        ("Help", "b, s: back to the question before"),
        ("list", "g 1.2 goes to the second of them."),
        ("undo", "Nothing to take back."),
        ("back", "This is the first question."),
        ("find", "Write f and what to find"),
    ],
)
def test_a_word_is_understood_where_it_is_no_answer(word: str, said: str) -> None:
    spoken = talk(word, "q")
    assert said in spoken.flat
    assert f"There is no '{word}' here" not in spoken.flat


@pytest.mark.parametrize("word", ["quit", "exit", "QUIT"])
def test_one_can_leave_by_a_word(word: str) -> None:
    spoken = talk("cups", word, "1", plan=None)
    assert spoken.code == 0
    assert spoken.text.count("> ") == 2


@pytest.mark.parametrize("place", ["g 5.1", "g 3.1", "g 7.1"])
def test_where_any_text_is_an_answer_a_word_answers_nothing(place: str) -> None:
    plan = started("cups")
    spoken = talk(place, "quit", "q", plan=plan)
    assert kept() == plan
    assert "=quit" in spoken.flat


def test_it_can_be_the_answer_all_the_same() -> None:
    talk("g 5.1", "=quit", "Help", "q", plan=started("cups"))
    # A capital is none of a command's.
    assert (kept().request.requester, kept().request.reference) == ("quit", "Help")


def test_no_zone_is_called_so_by_accident() -> None:
    plan = started("cups")
    keys = [item.key for item in items(facts(), plan, "network")]
    spoken = talk(f"g 3.{keys.index(NEW_ZONE) + 1}", "help", "q", plan=plan)
    assert kept() == plan
    assert "=help" not in spoken.flat


def test_the_list_of_drafts_is_left_by_a_word_too() -> None:
    talk("g 5.1", "Team", "q", plan=started("cups"))
    assert talk("quit").text.count("Plan> ") == 1


def test_words_of_the_wizard_are_no_choices_of_products() -> None:
    assert spelled_out("quit") == "q"
    assert spelled_out("cups") == ""
