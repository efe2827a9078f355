"""Looking into files: CSV is a table whose heads stay and whose rows open, remarks are quiet,
nothing is left out.
"""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.widgets.bars import Bar
from screens.windows import csv_table
from screens.windows.csv_table import CsvTable, cells_of, records
from screens.windows.looking import file_lines, looking, style_of
from screens.windows.modals import Reader, Reading
from tests.flows.test_hostile import TEXTS
from tests.flows.walk import Walk, walking

HEADS = ["id", "firewall", "ports", "from", "to", "remark", "owner", "log"]


def written(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def table(rows: int = 40) -> str:
    alike = ["core", "9100", "user-computer", "printer", "x" * 60, "", "yes"]
    return written([HEADS, *([f"r-{number}", *alike] for number in range(rows))])


def said(walk: Walk) -> tuple[str, list[str], list[str]]:
    """Title, heads, rows."""
    title, heads = (walk.app.screen.query_one("#window-title", Bar).line_at(at) for at in (0, 1))
    reader = walk.app.screen.query_one("#window-lines", Reader)
    rows = [reader.line_at(index).plain for index in range(reader.virtual_size.height)]
    return title.plain, heads.plain.split(), rows


def window(walk: Walk) -> tuple[str, list[str]]:
    """Title and lines of a window to read."""
    title = walk.app.screen.query_one("#window-title", Bar).line_at(0).plain
    reader = walk.app.screen.query_one("#window-lines", Reader)
    return title, [reader.line_at(index).plain for index in range(reader.virtual_size.height)]


async def shown(walk: Walk, window: Reading) -> None:
    walk.app.open_window(window)
    await walk.settle()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 16), (80, 24), (140, 45)], ids=lambda size: f"{size[0]}")
async def test_every_column_is_reached_and_the_heads_stay(size: tuple[int, int]) -> None:
    async with walking(size) as walk:
        await shown(walk, looking("rules.csv", table(), "Esc: close"))
        seen: list[str] = []
        for _ in HEADS:
            title, heads, rows = said(walk)
            assert title.startswith("rules.csv: 40 rows, columns ")
            assert len(rows) == 40
            seen += [head for head in heads if head not in seen]
            await walk.press("right")
        assert seen == HEADS
        await walk.press("end")
        assert said(walk)[1][-1] == "log"
        assert "log" in walk.screen()
        for _ in HEADS:
            await walk.press("left")
        assert said(walk)[1][0] == "id"
        assert ("x" * 29 + "…" in walk.screen()) == (size[0] == 140)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", "\r\n", "a\r\n", "a,b\r\n1\r\n", '"a\nb",c\r\n"x\r\ny",2\r\n']
)
async def test_what_is_no_whole_table_is_shown_too(text: str) -> None:
    async with walking() as walk:
        await shown(walk, looking("odd.csv", text, "Esc: close"))
        assert "odd.csv" in walk.screen()
        for cell in ("1",) if "1" in text else ():
            assert cell in "".join(said(walk)[2])


@pytest.mark.slow
@pytest.mark.parametrize("hostile", TEXTS)
async def test_whatever_stands_in_a_cell_is_text(hostile: str) -> None:
    text = written([["head", hostile], [hostile, "end"]])
    async with walking() as walk:
        await shown(walk, looking("rules.csv", text, "Esc: close"))
        for _ in range(2):
            assert "\x1b" not in walk.screen()
            assert "rules.csv" in walk.screen()
            await walk.press("enter")


@given(st.lists(st.lists(st.text(), min_size=2), min_size=1))
def test_rows_are_taken_apart_as_they_were_written(rows: list[list[str]]) -> None:
    assert list(map(cells_of, records(written(rows)))) == rows


async def test_a_cell_may_hold_more_than_python_reads() -> None:
    addresses = " ".join(f"10.0.{number // 256}.{number % 256}" for number in range(12_000))
    assert len(addresses) > csv.field_size_limit()
    async with walking() as walk:
        text = written([["id", "from"], ["r-1", addresses]])
        await shown(walk, looking("rules.csv", text, "Esc: close"))
        assert said(walk)[2][0].startswith("> r-1  10.0.0.0 10.0.0.1")
        await walk.press("enter")
        title, lines = window(walk)
        assert title == "rules.csv: row 1 of 1"
        assert " ".join(lines) == f"id: r-1 from: {addresses}"


async def test_enter_shows_all_of_a_row_with_its_lines() -> None:
    rows = [["id", "remark"], ["r-1", "one\ntwo " + "x" * 40], ["r-2", "three"], ["r-3"]]
    async with walking() as walk:
        await shown(walk, looking("rules.csv", written(rows), "Esc: close   c: send"))
        assert "Enter: row" in walk.screen()
        assert "two xxxx" in "".join(said(walk)[2])
        await walk.press("enter")
        assert window(walk)[1] == ["id: r-1", "remark: one", "two " + "x" * 40]
        await walk.press("escape", "down", "enter")
        assert window(walk) == ("rules.csv: row 2 of 3", ["id: r-2", "remark: three"])
        await walk.press("escape", "down", "enter")
        assert window(walk)[1] == ["id: r-3"]


async def test_only_rows_in_sight_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def counted(record: str) -> list[str]:
        taken.append(record)
        return cells_of(record)

    monkeypatch.setattr(csv_table, "cells_of", counted)
    async with walking() as walk:
        await shown(walk, looking("rules.csv", table(20_000), "Esc: close"))
        await walk.press("end")
        assert "> r-19999" in walk.screen()
    assert len(taken) < 1_000


@pytest.mark.parametrize(
    ("text", "suffix", "style"),
    [
        ("# a remark", ".nft", "dim"),
        ("    # a remark", ".sh", "dim"),
        ("! a remark", ".cfg", "dim"),
        ("[zones.servers]", ".toml", "heading"),
        ("# Heading", ".md", "heading"),
        ("# no remark", ".txt", ""),
        ("tcp dport 9100 accept", ".nft", ""),
    ],
)
def test_remarks_are_quiet_and_headings_stand_out(text: str, suffix: str, style: str) -> None:
    assert style_of(text, suffix) == style
    drawn = file_lines(text + " " + "word " * 20, f"hosts/file{suffix}")(40)
    if style != "heading" or suffix == ".md":
        assert {one.spans[-1][1] for one in drawn} == {style}


def test_only_csv_is_a_table() -> None:
    assert isinstance(looking("rules.csv", table(), ""), CsvTable)
    assert not isinstance(looking("rules.nft", table(), ""), CsvTable)
