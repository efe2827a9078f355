"""A look into a file: CSV as a table, remarks quiet, headings told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from screens.widgets.lines import Line, chopped, clean, line
from screens.windows.csv_table import CsvTable
from screens.windows.modals import Reading

# Before the rest of a line that is longer than the window is wide.
_GOES_ON = "… "
# What a remark begins with, in some language that files are written in.
_REMARKS = ("#", "//", "!", ";", "REM ")


def looking(path: str, text: str, keys: str, copy: Callable[[], None] | None = None) -> Reading:
    """The window for a file, by its name."""
    if PurePosixPath(path).suffix == ".csv":
        return CsvTable(path, text, keys=keys, copy=copy)
    return Reading(path, file_lines(text, path), keys=keys, tall=True, copy=copy)


def file_lines(text: str, path: str = "") -> Callable[[int], list[Line]]:
    """A file as it is, line by line; what is longer goes on below, behind a sign."""

    def lines(columns: int) -> list[Line]:
        drawn: list[Line] = []
        for whole in text.split("\n"):
            style = style_of(whole, PurePosixPath(path).suffix)
            # Tables end their lines as spreadsheets want it.
            first, *rest = chopped(clean(whole.removesuffix("\r")), columns)
            drawn.append(line((first, style)))
            if rest:
                more = chopped("".join(rest), columns - len(_GOES_ON))
                drawn += [line((_GOES_ON, "dim"), (part, style)) for part in more]
        return drawn

    return lines


def style_of(text: str, suffix: str) -> str:
    """How a line of such a file is drawn: a heading, a remark, or like any text."""
    if suffix == ".md":
        return "heading" if text.startswith("#") else ""
    if suffix in (".json", ".html", ".svg", ".txt"):
        return ""
    if text.startswith("[") and text.rstrip().endswith("]"):
        return "heading"
    return "dim" if text.lstrip().startswith(_REMARKS) else ""
