"""A walk through line mode as it is spoken, line by line: `aloud.txt` holds every word of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.screens.line.test_linemode import kept
from tests.tools.aloud import COLUMNS, ROWS, spoken_lines
from tests.tools.facts import catalog_of
from tests.tools.keys import answered
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset

STORED = Path(__file__).parent / "aloud.txt"
PROMPT = re.compile(r"^(?:\d\.\d+ [^>]+|Plan|\d+ of \d+ lines\. [^>]+)> ?(.*)$")
WALK = (
    # A question by its name, one by its number, and a mistake.
    *("f ipp-sharing", "to 1", "? 1", "g 3", "Head office", "10.0.1.0/33", "?"),
    # What follows, why it does, and what another port changes.
    *("x rules 631", "why 1", "g 4", "set cups.ports.ipp 6310", "c", "/ tcp 6310"),
    *("g 5", "l", "Print team", "u", "set request.requestor Me", "q"),
)
# How many rules there are and what a reviewer says of them is another test's.
FOLLOWS = re.compile(r"^\d+ (?:rules?|connections?)\b.*[0-9a-z]\.$")


@pytest.fixture
def heard() -> list[str]:
    facts = catalog_of("cups")
    plan = answered(facts, Plan(), "products", ("cups",))
    plan = apply_preset(
        facts, answered(facts, plan, "products.cups.features.ipp-sharing", True), "lan"
    )
    lines = spoken_lines(facts, WALK, plan)
    return [FOLLOWS.sub("(what follows)", line) for line in lines]


def test_the_walk_is_spoken_as_it_is_stored(heard: list[str], captures: bool) -> None:
    if captures:
        STORED.write_text("\n".join(heard) + "\n", "utf-8")
    assert heard == STORED.read_text("utf-8").splitlines()
    plan = kept()
    assert (plan.name, plan.products["cups"].ports) == ("Head office", {"ipp": 6310})


def test_nothing_is_spoken_that_has_no_words(heard: list[str]) -> None:
    for line in heard:
        assert re.search(r"\w", line), line
        # An arrow is said as 'to', a box or a bar would be spelt out.
        assert not re.search(r"[\u2190-\u25ff\x00-\x1f\x1b]", line), line
        assert len(line.partition("> ")[0]) < COLUMNS, line


def test_each_prompt_says_where_one_is_and_no_page_runs_out_of_the_terminal(
    heard: list[str],
) -> None:
    prompts = [line for line in heard if PROMPT.match(line)]
    assert [PROMPT.sub(r"\1", line) for line in prompts] == list(WALK)
    since = 0
    for line in heard:
        since = 0 if PROMPT.match(line) else since + 1
        # What an answer did is said above the page of the next question.
        assert since <= ROWS + 3, line
