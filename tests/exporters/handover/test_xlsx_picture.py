"""The picture in the workbook has every host and connection of the drawn one, and explains its signs."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from exporters.handover import xlsx
from exporters.picture import picture
from tests.tools.paths import PLANS, ROOT
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.plan.file import read_plan
from wizard.plan.model import Plan

FILES = [*PLANS, *sorted((ROOT / "examples").glob("*.toml"))]
HOST_COLUMNS = 6


def book(value: Deployment) -> Workbook:
    return load_workbook(io.BytesIO(xlsx.files(value)["handover.xlsx"]))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_grid_is_the_drawn_picture(path: Path) -> None:
    value = deploy(CATALOG, read_plan(path.read_text("utf-8"), CATALOG))
    drawn, sheets = picture(value), book(value)
    head, *rows = sheets["Picture"].iter_rows(values_only=True)
    first = HOST_COLUMNS + len(drawn.walls)
    assert head[HOST_COLUMNS:first] == tuple(wall.letter for wall in drawn.walls)
    hosts = [host.key for lane in drawn.lanes for host in lane.hosts]
    filled = [row for row in rows if row[3] is not None]
    assert len(filled) == len(hosts)
    for column, stream in enumerate(drawn.streams, first):
        assert head[column] == str(stream.number)
        cells = {key: str(row[column] or "") for key, row in zip(hosts, filled, strict=True)}
        assert {key for key, cell in cells.items() if "●" in cell} == set(stream.sources)
        reached = {key for key, cell in cells.items() if re.search("[▲▼▶]", cell)}
        assert reached == set(stream.destinations)
        for source, end in stream.links:
            side = hosts.index(source) - hosts.index(end)
            assert ("▲" if side > 0 else "▼" if side else "▶") in cells[end]
    joined = {
        wall.letter
        for row in rows
        for wall in drawn.walls
        if wall.letter in row[HOST_COLUMNS:first]
    }
    assert joined == {wall.letter for wall in drawn.walls}
    keys = {str(row[0]) for row in sheets["Picture keys"].iter_rows(min_row=2, values_only=True)}
    marks = {wall.letter for wall in drawn.walls} | {guard.letter for guard in drawn.guards}
    assert keys >= marks | {str(stream.number) for stream in drawn.streams}


def test_where_nobody_is_connected_there_is_no_picture() -> None:
    assert "Picture" not in book(deploy(CATALOG, Plan())).sheetnames
