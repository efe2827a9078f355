"""The heads above the columns of a table."""

from __future__ import annotations

import pytest

from screens.board.lines import head_line

HEADS = ("Way", "", "Port", "Source → destination", "Service")
COLUMNS = (3, 3, 6, 20, 30)


@pytest.mark.parametrize(
    ("room", "ends_with"),
    [(80, "Service"), (48, "Service"), (47, "Servi…"), (45, "Ser…"), (44, "destination")],
)
def test_a_column_without_room_has_no_head(room: int, ends_with: str) -> None:
    text = head_line(HEADS, COLUMNS, 0, room).plain
    assert text.rstrip().endswith(ends_with)
