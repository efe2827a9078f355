"""Columns of a workbook that people fill in: drop-down lists, and days that sort as days."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

# Heading → what can be chosen below it. Another word is taken too, once the program has asked.
CHOICES = {"Found": ("connects", "refused", "no answer", "not tried")}
DAYS = frozenset({"Approved on", "Done on", "Date"})


def validate(sheet: Worksheet, headings: tuple[str, ...], rows: int) -> None:
    """Lists and days for the columns with these headings, in that many rows below them."""
    for number, heading in enumerate(headings, 1):
        if rows and heading in CHOICES:
            offered = ",".join(CHOICES[heading])
            check = DataValidation("list", formula1=f'"{offered}"', allow_blank=True)
            check.error = f"Usually one of: {offered.replace(',', ', ')}."
        elif rows and heading in DAYS:
            check = DataValidation("date", "1", operator="greaterThanOrEqual", allow_blank=True)
            check.error = "A day, such as 2027-01-15."
        else:
            continue
        check.errorStyle, check.errorTitle = "warning", heading
        check.showErrorMessage = True
        letter = get_column_letter(number)
        check.add(f"{letter}2:{letter}{rows + 1}")
        sheet.add_data_validation(check)
