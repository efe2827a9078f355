"""A terminal's screen, emulated: pyte with the two things that it leaves out."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyte

# Flags that pyte does not know, told by ones that Textual never uses.
_INSTEAD = {2: 5}


# A screen has thousands of cells, few of which differ.
@cache
def seen(cell: Any) -> Any:
    """What of a cell can be seen: a blank one has no colour of text, unless it is reversed or lined.

    A mark that comes alone and combines with one has whichever the blank had.
    """
    if cell.data[:1] != " " or cell.reverse or cell.underscore or cell.strikethrough:
        return cell
    return cell._replace(fg="default", bold=False, italics=False, blink=False)


class Screen(pyte.Screen):
    """Dim counts too (kept as `blink`), and 22 switches it off with bold."""

    def select_graphic_rendition(self, *attrs: int, **kwargs: Any) -> None:
        numbers: list[int] = []
        at = 0
        while at < len(attrs):
            if attrs[at] in (38, 48):
                length = {5: 3, 2: 5}.get((*attrs, 0)[at + 1], 2)
                numbers += attrs[at : at + length]
                at += length
                continue
            numbers.append(_INSTEAD.get(attrs[at], attrs[at]))
            if attrs[at] == 22:
                numbers.append(25)
            at += 1
        super().select_graphic_rendition(*numbers)

    def report_device_status(self, *args: Any, **kwargs: Any) -> None:
        pass

    def cells(self) -> list[list[Any]]:
        """What is seen in each cell, line by line."""
        columns = range(self.columns)
        return [
            list(map(seen, map(self.buffer[y].__getitem__, columns))) for y in range(self.lines)
        ]

    def text(self) -> str:
        return text_of(self.cells())


def text_of(cells: list[list[Any]]) -> str:
    return "\n".join("".join(cell.data for cell in row).rstrip() for row in cells)


def difference(one: Screen, other: Screen, whole: bool = True) -> str:
    """Where two screens differ, in words; empty where they are the same.

    In the midst of an update (not `whole`) only cells count, of lines that were drawn since the
    last time."""
    for y in range(one.lines) if whole else one.dirty | other.dirty:
        for x in range(one.columns):
            cell, other_cell = one.buffer[y][x], other.buffer[y][x]
            if seen(cell) != seen(other_cell):
                return (
                    f"row {y}, column {x}: {cell} is"
                    f" {other_cell}\n{one.text()}\n---\n{other.text()}"
                )
    one.dirty.clear()
    other.dirty.clear()
    if not whole:
        return ""
    # Past the last column terminals differ in where they say the cursor is; each update ends with a
    # move.
    if one.cursor.x < one.columns and (one.cursor.x, one.cursor.y) != (
        other.cursor.x,
        other.cursor.y,
    ):
        return f"cursor {one.cursor.x},{one.cursor.y} is {other.cursor.x},{other.cursor.y}"
    if one.cursor.attrs._replace(data="") != other.cursor.attrs._replace(data=""):
        return f"style {one.cursor.attrs} is {other.cursor.attrs}"
    return ""
