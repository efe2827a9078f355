"""What a filter leaves of a form."""

from __future__ import annotations

from screens.widgets.rows import Row, filtered


def test_an_option_that_fits_has_those_above_it_that_it_is_an_option_of() -> None:
    """Without them it would read as an option of whatever stands above it in the list."""
    rows = (
        Row("a", "flag", "Ricoh devices"),
        Row("b", "flag", "Toshiba devices"),
        Row("b.kit", "label", "Development kit", level=1),
        Row("b.kit.old", "item", "Embedded 1", level=2),
        Row("b.kit.new", "item", "Embedded 3", level=2),
        Row("b.port", "text", "Port", level=1),
    )
    assert [row.key for row in filtered(rows, "embedded 3")] == [
        "filter",
        "b",
        "b.kit",
        "b.kit.new",
    ]
    # The cursor goes to what was looked for: Space behind the filter would untick the feature.
    live = [row.key for row in filtered(rows, "embedded 3") if row.live]
    assert live == ["filter", "b.kit.new"]
    assert [row.key for row in filtered(rows, "embedded")][1:] == [
        "b",
        "b.kit",
        "b.kit.old",
        "b.kit.new",
    ]
    assert [row.key for row in filtered(rows, "toshiba")][1:] == [row.key for row in rows[1:]]


def test_what_is_called_so_stands_first_though_it_is_an_option() -> None:
    rows = (
        Row("a", "flag", "Gate", help="port"),
        Row("b", "flag", "Toshiba devices"),
        Row("b.port", "text", "Port", level=1),
    )
    assert [row.key for row in filtered(rows, "port")][1:] == ["b", "b.port", "a"]
