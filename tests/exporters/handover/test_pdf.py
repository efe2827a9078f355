"""`handover.pdf` read back: tagged, named, with bookmarks, and every text of handover.md as it is."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from exporters.export import ExportError, export, preview
from exporters.handover import html, markdown, pdf, xlsx
from exporters.handover.pdf_blocks import Heading, PaperTable, Section, sections, text_of
from exporters.safe import markdown as escaped
from tests.lab.plans import catalog, compiled
from tests.tools.builders import EDGE, deployment, rule
from tests.tools.hostile import HOSTILE
from wizard.deployment import Deployment
from wizard.plan.file import PlanErrors, read_plan, write_plan
from wizard.plan.model import Plan, Request
from wizard.text import one_line

MARKUP = (
    "#let x = 1", "#panic()", "$a^2$", "*bold*", "_it_", "@ref", "\\foo", "<x>", "/* c */", "// c", "`raw`",
    "= head", "- item", "[x](y)", "a | b", "a \\| b", "ends with \\", "~", "#{", "]", "\"quoted\"", "**", "a<br>b",
)  # fmt: skip
PLANS = ("papercut-mf", "printix")


@cache
def written(name: str) -> bytes:
    return pdf.files(compiled(name))["handover.pdf"]


@cache
def of(name: str) -> PdfReader:
    return PdfReader(io.BytesIO(written(name)))


def parts_of(value: Deployment) -> list[Section]:
    return list(sections(markdown.files(value)["handover.md"]))


def squeezed(text: str) -> str:
    """Without spaces: where a line is broken says nothing."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def text_on_paper(document: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in document.pages))


def titles_of(outline: Iterable[object]) -> list[str]:
    """All bookmarks in their order, whatever stands below which."""
    titles: list[str] = []
    for entry in outline:
        titles += titles_of(entry) if isinstance(entry, list) else [str(getattr(entry, "title"))]  # noqa: B009
    return titles


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_it_is_tagged_named_and_in_a_language(name: str) -> None:
    root: Any = of(name).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"] is not None
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    xmp = root["/Metadata"].get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert b"<pdfaid:part>2</pdfaid:part>" in xmp
    metadata = of(name).metadata
    assert metadata is not None
    assert metadata.title == compiled(name).plan.name


@pytest.mark.parametrize("name", PLANS)
def test_its_bookmarks_are_the_headings(name: str) -> None:
    blocks = [block for part in parts_of(compiled(name)) for block in part.blocks]
    headings = [block.text for block in blocks if isinstance(block, Heading)]
    assert len(headings) > 15
    assert titles_of(of(name).outline) == headings


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_every_cell_of_the_markdown_is_on_paper(name: str) -> None:
    text = text_on_paper(of(name))
    cells: set[str] = set()
    for part in parts_of(compiled(name)):
        for table in part.blocks:
            if isinstance(table, PaperTable):
                for row in (table.head, *table.rows):
                    cells |= {line for cell in row for line in cell.split("\n")}
    assert len(cells) > 100
    # A row over two pages has its first lines on one and the rest on the other.
    words = {squeezed(word) for cell in cells for word in cell.split()}
    assert {word for word in words if word not in text} == set()
    whole = [cell for cell in cells if squeezed(cell) in text]
    assert len(whole) > len(cells) * 0.9


def test_it_is_a4_across() -> None:
    for page in of("printix").pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)


def test_on_letter_pdf_workbook_and_page_are_set_up_for_it() -> None:
    request = Request(paper="letter")
    plan = Plan(name="Office", request=request, firewalls={"edge": EDGE})
    value = deployment(rule(firewall="edge"), plan=plan)
    for page in PdfReader(io.BytesIO(pdf.files(value)["handover.pdf"])).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (792, 612)
    for sheet in load_workbook(io.BytesIO(xlsx.files(value)["handover.xlsx"])):
        assert sheet.page_setup.paperSize == 1
    text = html.files(value)["handover.html"]
    assert "size:letter landscape" in text
    assert "size:A4" not in text
    text = write_plan(Plan(request=request), catalog())
    assert read_plan(text, catalog()).request == request
    with pytest.raises(PlanErrors, match="paper"):
        read_plan(text.replace('"letter"', '"a5"'), catalog())


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes_and_the_day_is_the_plans() -> None:
    assert written("papercut-mf") == pdf.files(compiled("papercut-mf"))["handover.pdf"]
    metadata = of("papercut-mf").metadata
    assert metadata is not None
    assert metadata.creation_date is not None
    wanted = compiled("papercut-mf").plan.request.wanted
    day = metadata.creation_date.date().isoformat()
    assert day == (wanted.isoformat() if wanted else "1980-01-01")


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_what_the_markdown_escapes_is_read_back(texts: list[str]) -> None:
    lines = [one_line(text) for text in texts]
    assert [text_of(escaped(text)) for text in texts] == lines
    row = f"| {' | '.join(escaped(text) or ' ' for text in texts)} |"
    table = f"# T\n\n{row}\n|{'---|' * len(texts)}\n{row}"
    (read,) = [block for part in sections(table) for block in part.blocks]
    assert isinstance(read, PaperTable)
    assert [list(read.head), list(read.rows[0])] == [lines, lines]


def test_hostile_texts_arrive_as_they_are() -> None:
    texts = [text for text in (*MARKUP, *HOSTILE) if len(text) < 100 and one_line(text)]
    rules = [rule(f"server-{at}", services=(text,)) for at, text in enumerate(texts)]
    shown = [squeezed(pdf.shown(one_line(text))) for text in texts]
    assert len(shown) > 45
    on_paper = paper(deployment(*rules))
    assert [text for text in shown if text not in on_paper] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["#let x = 1", "$*`<x>@y\\", "[U+1] \u202e\u200b/* \u65e5", '"; //']
)
def test_title_author_and_head_are_texts(text: str) -> None:
    request = Request(requester=text, reference=text)
    value = deployment(rule(), plan=Plan(name=text, request=request, firewalls={"edge": EDGE}))
    document = PdfReader(io.BytesIO(pdf.files(value)["handover.pdf"]))
    shown = pdf.shown(one_line(text))
    metadata = document.metadata
    assert metadata is not None
    assert (metadata.title, metadata.author) == (shown, shown)
    for page in document.pages:
        assert squeezed(f"{shown} · {shown}") in squeezed(page.extract_text())


def test_every_letter_that_is_let_through_can_be_shown() -> None:
    """And what cannot is named by its number: the standards refuse a page with a missing letter."""
    letters = [chr(code) for code in range(0x20, 0x2500)]
    kept = [letter for letter in letters if pdf.shown(letter) == letter]
    assert len(kept) > 1200
    source = b"""#set document(title: "x")
    #set text(font: "Libertinus Serif", lang: "en")
    #for letter in json(bytes(sys.inputs.letters)) {
      text(letter); strong(text(letter)); emph(text(letter)); raw(letter); [ ]
    }"""
    typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letters": json.dumps(kept)},
        pdf_standards=["ua-1"],
    )
    assert pdf.shown("Büro 日") == "Büro [U+65E5]"
    assert pdf.shown("u\u0308") == "ü"


@pytest.mark.slow
def test_a_section_of_hundreds_of_pages_says_where_its_rows_are() -> None:
    few = deployment(
        *[rule(f"r-{at:012x}", firewall="edge") for at in range(20)], firewalls={"edge": EDGE}
    )
    many = [rule(f"r-{at:012x}", firewall="edge") for at in range(pdf.MOST_ROWS + 1)]
    value = deployment(*many, firewalls={"edge": EDGE})
    left_out = "1,001 rows in 1 table are not printed: handover.xlsx and handover.md have them."
    assert squeezed("r-000000000013") in paper(few)
    assert "notprinted" not in paper(few)
    assert squeezed(left_out) in paper(value)
    assert "r-000000000013" not in paper(value)


def paper(value: Deployment) -> str:
    return text_on_paper(PdfReader(io.BytesIO(pdf.files(value)["handover.pdf"])))


def test_it_is_written_when_it_is_asked_for_by_name() -> None:
    value = compiled("printix")
    assert "handover.pdf" not in preview(value)
    files = preview(value, ["pdf"])
    assert isinstance(files["handover.pdf"], bytes)
    assert "| `handover.pdf` |" in str(files["README.md"])


def test_without_typst_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "typst" else real(name, *more),
    )
    crossing = rule(firewall="edge", direction="forward")
    plan = deployment(crossing, firewalls={"edge": EDGE})
    with pytest.raises(ExportError, match=r"needs typst, .*pip install typst"):
        export(plan, tmp_path / "out", ["pdf"])
    assert not (tmp_path / "out").exists()
    assert export(plan, tmp_path / "out").written


def test_a_request_without_a_name_has_a_title_and_an_author() -> None:
    value = msgspec.structs.replace(deployment(rule()), plan=Plan(firewalls={"edge": EDGE}))
    metadata = PdfReader(io.BytesIO(pdf.files(value)["handover.pdf"])).metadata
    assert metadata is not None
    assert (metadata.title, metadata.author) == (
        "Firewall rules for print management",
        "Portwright",
    )
