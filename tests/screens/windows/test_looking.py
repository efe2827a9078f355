"""Looking into files: CSV is a table whose heads stay, remarks are quiet, nothing is left out."""

from __future__ import annotations

import csv
import io

import pytest

from screens.widgets.bars import Bar
from screens.windows.looking import CsvTable, file_lines, looking, style_of
from screens.windows.modals import Reader, Reading
from tests.flows.test_hostile import TEXTS
from tests.flows.walk import Walk, walking

HEADS = ["id", "firewall", "ports", "from", "to", "remark", "owner", "log"]


def table(rows: int = 40) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for number in range(rows):
        cells = [f"r-{number}", "core", "9100", "user-computer", "printer", "x" * 60, "", "yes"]
        writer.writerow(cells)
    return out.getvalue()


def said(walk: Walk) -> tuple[str, list[str], list[str]]:
    """Title, heads, rows."""
    title, heads = (walk.app.screen.query_one("#window-title", Bar).line_at(at) for at in (0, 1))
    reader = walk.app.screen.query_one("#window-lines", Reader)
    rows = [reader.line_at(index).plain for index in range(reader.virtual_size.height)]
    return title.plain, heads.plain.split(), rows


async def shown(walk: Walk, window: Reading) -> None:
    walk.app.open_window(window)
    await walk.settle()


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


@pytest.mark.parametrize(
    "text", ["", "\r\n", "a\r\n", "a,b\r\n1\r\n", '"a\nb",c\r\n"x\r\ny",2\r\n']
)
async def test_what_is_no_whole_table_is_shown_too(text: str) -> None:
    async with walking() as walk:
        await shown(walk, looking("odd.csv", text, "Esc: close"))
        assert "odd.csv" in walk.screen()
        for cell in ("1",) if "1" in text else ():
            assert cell in "".join(said(walk)[2])


@pytest.mark.parametrize("hostile", TEXTS)
async def test_whatever_stands_in_a_cell_is_text(hostile: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["head", hostile], [hostile, "end"]])
    async with walking() as walk:
        await shown(walk, looking("rules.csv", out.getvalue(), "Esc: close"))
        assert "\x1b" not in walk.screen()
        assert "rules.csv" in walk.screen()


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
