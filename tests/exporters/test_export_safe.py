"""Text made harmless: each helper keeps its promise for anything that comes in."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from exporters import safe
from tests.tools.hostile import HOSTILE
from wizard.text import one_line

texts = st.one_of(st.text(), st.sampled_from(HOSTILE))


@given(texts)
def test_one_line_shows_what_it_is(text: str) -> None:
    line = one_line(text, 50)
    assert len(line) <= 50
    assert all(
        unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in line
    )
    assert "\n" not in line


@given(texts, st.integers(4, 200))
def test_plain_is_plain(text: str, limit: int) -> None:
    result = safe.plain(text, limit)
    assert len(result.encode("ascii")) <= limit
    assert not set(result) & set("\"'\\$`!\n\r\t{}|^~")


def test_plain_keeps_what_can_be_kept() -> None:
    assert (
        safe.plain("Drucken f\u00fcr B\u00fcro (IPP), 9191/tcp")
        == "Drucken fur Buro (IPP), 9191/tcp"
    )
    assert safe.plain("administrator\u2019s") == "administrators"
    assert safe.plain("A \u2013 Gro\u00df\u2014\u00d8rsted") == "A - Gross-Orsted"
    assert safe.plain("\u6f22x") == "?x"


@given(texts)
def test_no_cell_is_a_formula(text: str) -> None:
    cell = safe.csv_cell(text)
    assert not cell.startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    )
    assert "\n" not in cell


def test_cells_that_are_no_formula_stay() -> None:
    assert safe.csv_cell("9200-9999") == "9200-9999"
    assert safe.csv_cell("a=b") == "a=b"
    assert safe.csv_cell("-1") == "'-1"


@given(texts)
def test_markdown_is_text(text: str) -> None:
    line = safe.markdown(text)
    bare = line.replace("\\\\", "")
    for sign in "`*_[]<>|#!":
        assert f"{sign}" not in bare.replace(f"\\{sign}", "")


def test_visible_escapes_what_is_unseen() -> None:
    assert safe.visible("a\u202eb\nc") == "a\\u202eb\nc"
    assert safe.visible("\U000e0041") == "\\U000e0041"
    assert safe.visible("\u00fc \u6f22") == "\u00fc \u6f22"
