"""Which port is in which ranges."""

from __future__ import annotations

import pytest

from wizard.network.ports import holds_port


@pytest.mark.parametrize(
    ("port", "is_held"),
    [
        (79, False),
        (80, True),
        (81, False),
        (9200, True),
        (9500, True),
        (9999, True),
        (10000, False),
    ],
)
def test_a_range_holds_both_its_ends(port: int, is_held: bool) -> None:
    assert holds_port(((80, 80), (9200, 9999)), port) is is_held


def test_no_ranges_hold_nothing() -> None:
    assert not holds_port((), 80)
