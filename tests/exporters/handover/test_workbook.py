"""What a spreadsheet makes of the workbook: texts that look like codes, lists to choose from, its title."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from exporters.handover import xlsx
from exporters.handover.xlsx_cells import SheetRows, text_of
from exporters.handover.xlsx_filled import CHOICES, DAYS
from tests.lab.plans import compiled
from wizard.deployment import Deployment


@pytest.fixture(scope="module")
def deployment() -> Deployment:
    return compiled("papercut-mf")


@pytest.fixture(scope="module")
def book(deployment: Deployment) -> Any:
    return load_workbook(io.BytesIO(xlsx.files(deployment)["handover.xlsx"]))


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("_x0041_", "_x005F_x0041_"),
        ("a_x000D_b_x0000_", "a_x005F_x000D_b_x005F_x0000_"),
        ("_x005F_", "_x005F_x005F_"),
        ("_x0041", "_x0041"),
        ("_X0041_", "_X0041_"),
        ("x0041_ _x00G1_", "x0041_ _x00G1_"),
    ],
)
def test_a_text_that_looks_like_a_letters_number_stays_as_it_is(text: str, stored: str) -> None:
    made = Workbook()
    sheet = made.create_sheet("S")
    rows = SheetRows(made, sheet)
    rows.add([(text, "Normal")])
    assert f"<t>{stored}</t>".encode() in rows.put_into(b"<sheetData/>")


def test_a_cell_is_no_longer_than_a_spreadsheet_takes() -> None:
    """It counts letters beyond the first 65,536 as two."""
    for letter in ("a", "漢", "\U0001f5a8"):
        kept = text_of(f"a{letter}" * 30_000)
        units = len(kept.encode("utf-16-le")) // 2
        assert 31_990 <= units <= 32_767
    assert text_of("\U0001f5a8" * 15_999) == "\U0001f5a8" * 15_999


def test_it_has_a_title_and_a_language(book: Any, deployment: Deployment) -> None:
    assert book.properties.title == deployment.plan.name
    assert book.properties.language == "en-GB"


def test_what_people_fill_in_has_lists_and_days(book: Any) -> None:
    seen: set[str] = set()
    for sheet in book:
        if sheet.title == "Request":
            continue
        checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
        for column in sheet.iter_cols():
            heading, letter = column[0].value, column[0].column_letter
            check = checks.pop(f"{letter}2:{letter}{sheet.max_row}", None)
            assert (check is not None) == (heading in CHOICES or heading in DAYS), heading
            if heading in CHOICES:
                assert (check.type, check.formula1) == ("list", f'"{",".join(CHOICES[heading])}"')
            elif heading in DAYS:
                assert check.type == "date"
                assert {cell.number_format for cell in column[1:]} == {"yyyy-mm-dd"}
            seen |= {heading} if check is not None else set()
        assert not checks
    assert seen == {*CHOICES, *DAYS}


def test_validations_stand_where_the_schema_has_them(deployment: Deployment) -> None:
    """Behind the filter and before the print set-up: Excel repairs a sheet that has them elsewhere."""
    with zipfile.ZipFile(io.BytesIO(xlsx.files(deployment)["handover.xlsx"])) as parts:
        sheets = [
            parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")
        ]
    with_lists = [sheet for sheet in sheets if b"<dataValidations" in sheet]
    assert len(with_lists) >= 3
    for sheet in with_lists:
        order = [
            sheet.index(f"<{tag}".encode())
            for tag in ("sheetData", "autoFilter", "dataValidations", "pageMargins")
        ]
        assert order == sorted(order)
