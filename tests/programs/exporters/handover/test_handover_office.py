"""The workbook, opened and saved by LibreOffice: every cell reads as it was written."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exporters.changes.export import change_files
from exporters.handover import xlsx
from tests.exporters.handover.test_handover import hostile
from tests.golden.make import PLANS, golden_deployment
from tests.tools.programs import tool
from wizard.deployment import Deployment

pytestmark = pytest.mark.slow


def through_libreoffice(data: bytes, folder: Path) -> bytes:
    source = folder / "in" / "handover.xlsx"
    source.parent.mkdir()
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        tool("soffice"),
        "--headless",
        profile,
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
    ]
    subprocess.run([*command, folder, source], check=True, capture_output=True)
    return (folder / "handover.xlsx").read_bytes()


def values(data: bytes) -> dict[str, dict[str, object]]:
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in load_workbook(io.BytesIO(data))
    }


@pytest.mark.parametrize("value", [*map(golden_deployment, PLANS), hostile("=1+1"), hostile("@SUM(A1)\t=2")],
                         ids=[*PLANS, "formula", "sum"])  # fmt: skip
def test_libreoffice_reads_every_cell(value: Deployment, tmp_path: Path) -> None:
    assert_reads_back(xlsx.files(value)["handover.xlsx"], tmp_path)


@pytest.mark.parametrize("text", ["", "=1+1", "@SUM(A1)\t=2"], ids=["golden", "formula", "sum"])
def test_libreoffice_reads_every_cell_of_a_change(text: str, tmp_path: Path) -> None:
    old, new = (hostile(text), hostile(text + "x")) if text else map(golden_deployment, PLANS)
    data = change_files(old, new, ["xlsx"])["changes.xlsx"]
    assert isinstance(data, bytes)
    assert_reads_back(data, tmp_path)


def assert_reads_back(data: bytes, tmp_path: Path) -> None:
    again = through_libreoffice(data, tmp_path)
    assert values(again) == values(data)
    book = load_workbook(io.BytesIO(again))
    assert not [
        c.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
        if c.data_type == "f"
    ]
    for sheet in book:
        if sheet.title != "Request":
            assert sheet.auto_filter.ref
