"""Where the cursor of a form goes: live rows only, whatever stands between them."""

from __future__ import annotations

import pytest

from screens.widgets.rows import Row, Spot
from screens.widgets.standing import (
    a_page_on,
    at_the_end,
    beside,
    in_next_group,
    index_of,
    lines_above,
    nearest,
)


def spot(name: str) -> Spot:
    return Spot("row", name)


def heading(name: str) -> Row:
    return Row(spot(name), "heading", name)


def item(name: str) -> Row:
    return Row(spot(name), "item", name)


# 0 Fruit, 1 apple, 2 pear, 3 Empty, 4 Nuts, 5 almond, 6 (a remark), 7 walnut
ROWS = (
    heading("Fruit"), item("apple"), item("pear"), heading("Empty"), heading("Nuts"), item("almond"),
    Row(spot("remark"), "note", "a remark"), item("walnut"),
)  # fmt: skip


def test_a_heading_is_no_place() -> None:
    assert index_of(ROWS, spot("pear")) == 2
    assert index_of(ROWS, spot("Fruit")) is None
    assert index_of(ROWS, None) is None
    assert [nearest(ROWS, line) for line in (0, 3, 6, 99)] == [
        spot("apple"), spot("pear"), spot("almond"), spot("walnut")
    ]  # fmt: skip
    assert nearest((heading("alone"),), 0) is None


@pytest.mark.parametrize(
    ("index", "by", "name"),
    [(-1, 1, "apple"), (2, 1, "almond"), (5, 1, "walnut"), (7, 1, None), (5, -1, "pear"), (1, -1, None)],
)  # fmt: skip
def test_the_next_one(index: int, by: int, name: str | None) -> None:
    assert beside(ROWS, index, by) == (name and spot(name))


@pytest.mark.parametrize(
    ("index", "by", "name"),
    [(1, 1, "almond"), (7, 1, None), (7, -1, "apple"), (5, -1, "apple"), (1, -1, None)],
)
def test_the_next_group(index: int, by: int, name: str | None) -> None:
    """A group without rows is passed over; Ctrl+Up never went beyond one."""
    assert in_next_group(ROWS, index, by) == (name and spot(name))


@pytest.mark.parametrize(
    ("index", "by", "lines", "name"),
    [
        (1, 1, 4, "almond"), (1, 1, 3, "pear"), (2, 1, 1, "almond"), (1, 1, 50, "walnut"), (7, 1, 4, None),
        (7, -1, 5, "pear"), (7, -1, 50, "apple"), (1, -1, 4, None),
    ],
)  # fmt: skip
def test_a_page(index: int, by: int, lines: int, name: str | None) -> None:
    """As far as it goes, but at least one row."""
    assert a_page_on(ROWS, index, by, lines) == (name and spot(name))


def test_the_ends_and_the_heading_that_comes_into_sight() -> None:
    assert (at_the_end(ROWS, -1), at_the_end(ROWS, 1)) == (spot("apple"), spot("walnut"))
    assert at_the_end((), 1) is None
    assert [lines_above(ROWS, index) for index in (1, 2, 5, 7)] == [1, 0, 2, 1]
