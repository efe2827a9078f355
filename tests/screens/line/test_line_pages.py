"""Line mode: long lists come a page of the terminal at a time; each prompt says what is asked."""

from __future__ import annotations

import io
import re

from screens.line.talk import Talk
from tests.screens.line.test_linemode import kept, started, talk
from wizard.plan.edits import add_firewall


def listed(paragraphs: list[str], *typed: str, rows: int, exact: bool = False) -> tuple[str, str]:
    """What is said of a list in lines of 20 columns, and what was written that ended it."""
    out = io.BytesIO()
    source = io.BytesIO("".join(f"{line}\n" for line in typed).encode())
    conversation = Talk(source, out, columns=20, paged=True, rows=rows)
    return conversation.listed(paragraphs, exact=exact), out.getvalue().decode()


def test_a_page_is_as_high_as_the_terminal_with_its_prompt() -> None:
    below, text = listed(["one", "two", "three", "four", "five"], "", "", rows=3)
    assert (below, text.splitlines()) == (
        "",
        [
            "one",
            "two",
            "2 of 5 lines. Enter goes on, a shows all, q ends> three",
            "four",
            "4 of 5 lines. Enter goes on, a shows all, q ends> five",
        ],
    )


def test_rows_are_counted_as_they_are_wrapped_and_a_paragraph_is_kept_whole() -> None:
    long = "words that take up more than a line of it, two or three"
    _, text = listed(["first", "second", long, "last"], "", rows=5)
    # Three rows have no room below two of four, and are together on the next page.
    assert text == (
        "first\nsecond\n2 of 4 lines. Enter goes on, a shows all, q ends> "
        "words that take up\nmore than a line of\nit, two or three\nlast\n"
    )


def test_lines_of_a_file_that_the_terminal_breaks_count_as_often() -> None:
    _, text = listed(["x" * 50, "second", "third"], "", rows=4, exact=True)
    # 50 characters are three rows of a terminal of 21 columns.
    assert text.startswith("x" * 50 + "\n1 of 3 lines.")


def test_the_rest_at_once_the_end_and_an_answer_below_a_page() -> None:
    lines = [str(number) for number in range(9)]
    below, text = listed(lines, "A", rows=3)
    assert (below, text.count("Enter goes on"), text.endswith("7\n8\n")) == ("", 1, True)
    below, text = listed(lines, "q", rows=3)
    assert (below, "2\n" in text) == ("", False)
    below, text = listed(lines, "Why 3", rows=3)
    assert (below, "2\n" in text) == ("Why 3", False)


def test_a_line_of_a_pipe_never_answers_a_page() -> None:
    spoken = talk("x rules", "q", plan=started("papercut-mf"))
    assert "Enter goes on" not in spoken.text


def test_what_is_written_below_a_page_is_done_at_once() -> None:
    # The products fill more than a page; one is chosen below the first.
    spoken = talk("cups", "x rules", "why 1", "q", "q", rows=12)
    assert "12 Print" not in spoken.text
    assert list(kept().products) == ["cups"]


def test_each_prompt_says_where_one_is() -> None:
    plan = add_firewall(started("papercut-mf"), "gate", "boundary")
    spoken = talk("g 4", *[""] * 52, "q", plan=plan)
    for prompt in ("core: joins the zones> ", "gate: joins the zones> ", "Another firewall> "):
        assert re.search(rf"^4\.\d+ {prompt}", spoken.text, re.M), prompt
    assert re.search(r"^5\.1 Requested by> ", spoken.text, re.M)
    assert re.search(r"^5\.3 Request: why> ", spoken.text, re.M)
    spoken = talk("2", "cups", "q")
    assert re.search(r"^1\.1 Products> ", spoken.text, re.M)
    assert re.search(r"^2\.1 CUPS - Printing> ", spoken.text, re.M)


def test_what_an_answer_did_stays_in_sight_above_the_page() -> None:
    out = io.BytesIO()
    conversation = Talk(io.BytesIO(b"\n"), out, columns=79, paged=True, rows=6)
    conversation.say("Taken: 4 lines.", "5 rules.")
    conversation.listed(["one", "two", "three", "four"])
    assert out.getvalue().decode().startswith("Taken: 4 lines.\n5 rules.\none\ntwo\nthree\n3 of 4")


def test_the_end_is_said_without_its_list_of_files_again() -> None:
    spoken = talk("g 7.3", "", "", "q", plan=started())
    assert spoken.flat.count("This is the end.") == 2
    assert spoken.flat.count("README.md,") == 1
    # A workbook has no lines to count.
    assert "handover.xlsx, opens in its own program" in spoken.flat
