"""The documents: no link leads nowhere, every format has its row, every command its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exporters.table import FORMATS
from tests.tools.paths import ROOT
from wizard.cli.main import main

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    ROOT / "examples/README.md",
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    missing = [link for link in links if ":" not in link and not (document.parent / link).exists()]
    assert missing == []


def test_every_format_is_in_the_table_of_formats() -> None:
    text = (ROOT / "docs/formats.md").read_text("utf-8")
    assert [entry.name for entry in FORMATS if f"`{entry.name}`" not in text] == []


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in main.commands if f"portwright {name}" not in text] == []


def test_readme_opens_with_the_two_commands() -> None:
    head = (ROOT / "README.md").read_text("utf-8")[:300]
    assert "make run" in head
    assert "make test" in head
