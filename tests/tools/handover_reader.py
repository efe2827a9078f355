"""Reads rules back from the handover documents: id → (sources, destinations, ports with transport)."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from openpyxl import load_workbook

Read = dict[str, tuple[frozenset[str], frozenset[str], str]]
OUTSIDE = re.compile(r"Internet, IPv([46]) \(any public address outside this plan's networks\)")


class Page(HTMLParser):
    """All that a test asks of a page: tables with their cells, ids, links, elements, attributes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self._cell: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.elements.append(tag)
        self.attributes |= given.keys()
        if "id" in given:
            self.ids.append(given["id"])
        if "href" in given:
            self.links.append(given["href"])
        if tag == "table":
            self.tables.append((given.get("class", ""), []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag in ("span", "br") and self._cell is not None:
            self._cell.append("\n")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            text = "".join(self._cell)
            self.tables[-1][1][-1].append(
                "\n".join(line.strip() for line in text.split("\n")).strip()
            )
            self._cell = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell is not None:
            self._cell.append(data)


def render(text: str, *, bare_links: bool = False) -> str:
    """Markdown → HTML, with tags on; with `bare_links` whatever looks like a host is a link too."""
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": bare_links}).render(text))


def rules_of_tables(tables: list[tuple[str, list[list[str]]]]) -> Read:
    """From the tables of handover.html, or of handover.md after rendering."""
    found: Read = {}
    for _, rows in tables:
        if rows and rows[0][:3] == ["Rule", "Way", "Source"]:
            for row in rows[1:]:
                assert row[0] not in found
                found[row[0]] = (
                    _side(row[2].split("\n")[1:]),
                    _side(row[3].split("\n")[1:]),
                    re.sub(r"[\s/]+(tcp|udp)$", r"/\1", row[4].strip())
                    .replace("\n\n", ", ")
                    .replace("\n", ", "),
                )
    return found


def rules_of_workbook(data: bytes) -> Read:
    found: Read = {}
    for sheet in load_workbook(io.BytesIO(data)):
        rows: list[list[Any]] = [[cell.value for cell in row] for row in sheet.iter_rows()]
        if rows[0][:2] == ["Firewall", "Rule"]:
            at = {name: number for number, name in enumerate(rows[0])}
            for row in rows[1:]:
                assert row[1] not in found
                found[row[1]] = (
                    _side(row[at["Source"]].split("\n")),
                    _side(row[at["Destination"]].split("\n")),
                    f"{row[at['Port']]}/{row[at['Transport']]}",
                )
    return found


def _side(lines: list[str]) -> frozenset[str]:
    """Addresses as CIDRs; the internet as `internet-4`; nobody is an empty set."""
    found = set()
    for line in lines:
        outside = OUTSIDE.fullmatch(line)
        if outside:
            found.add(f"internet-{outside[1]}")
        elif line == "address not known yet":
            assert lines == [line]
        else:
            found.add(line if "/" in line else f"{line}/{'128' if ':' in line else '32'}")
    return frozenset(found)
