"""The documents: no link leads nowhere, every format has its row, every command its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tomli
from click import Group

from exporters.table import FORMATS
from screens.line.commands import FORMS
from tests.tools.paths import ROOT
from wizard.cli.main import main
from wizard.facts.load import load_catalog
from wizard.plan.file.read import plan_of

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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_documents_exist(document: Path) -> None:
    """Each `portwright …` in code is a command with options that it has; `make …` is a target."""
    text = document.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    wrong = []
    for code in codes(text):
        for line in re.findall(r"(?:^|[\s/])portwright ([a-z].*)", code):
            wrong += trouble_of_command(line.partition(" #")[0])
        wrong += [name for name in re.findall(r"^make ([a-z]+)", code) if name not in targets]
    assert wrong == []


def codes(text: str) -> list[str]:
    """Every line of a fenced block (continued ones as one), and every span of code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [
        *lines,
        *re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)),
    ]


def trouble_of_command(line: str) -> list[str]:
    """What a line of arguments has that the program has not."""
    words = line.split()
    if words[0].endswith(".toml"):
        return []
    command = main.commands.get(words[0])
    if command is None:
        return [words[0]]
    if isinstance(command, Group) and len(words) > 1 and words[1] in command.commands:
        command = command.commands[words[1]]
    options = {name for parameter in command.params for name in parameter.opts}
    wrong = [word for word in words if re.match(r"--[a-z]", word) and word not in options]
    formats = {entry.name for entry in FORMATS}
    return wrong + [name for name in re.findall(r"--format (\w\S*)", line) if name not in formats]


def test_every_format_is_in_the_table_of_formats() -> None:
    text = (ROOT / "docs/formats.md").read_text("utf-8")
    assert [entry.name for entry in FORMATS if f"`{entry.name}`" not in text] == []


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in main.commands if f"portwright {name}" not in text] == []


def test_readme_says_how_many_products_there_are() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = "**It knows** CirrusPrint, CUPS, PaperCut MF and NG, PrinterOn and Printix"
    assert named in text
    numbers = {15: "Fifteen", 16: "Sixteen", 17: "Seventeen", 18: "Eighteen", 19: "Nineteen"}
    # Those named, and the others.
    assert f"{numbers[len(load_catalog().products) - 6]} further products" in text


def test_readme_opens_with_the_two_commands() -> None:
    head = (ROOT / "README.md").read_text("utf-8")[:300]
    assert "make run" in head
    assert "make test" in head


# What the guide's examples add to: the zones, products and firewalls that they speak of.
AROUND = """
format = 1
[products.papercut-mf.features.mfp-hp]
[products.papercut-mf.features.mfp-konica-minolta]
[products.cirrusprint]
[products.printeron]
[zones]
servers = { networks = ["10.0.10.0/24"] }
guests = { networks = ["10.9.0.0/16"] }
hp = { networks = ["10.0.40.0/24"] }
branch = { networks = ["10.1.0.0/16"] }
north-servers = { networks = ["10.7.10.0/24"] }
north-clients = { networks = ["10.7.20.0/24"] }
north-printers = { networks = ["10.7.30.0/24"] }
[firewalls.wan]
kind = "boundary"
zones = ["servers", "branch"]
nat = true
[fronts.outer]
kind = "load-balancer"
addresses = ["10.0.10.19"]
serves = { "papercut-mf/http" = 443, "papercut-mf/device-rpc" = 9193 }
"""


GUIDE = (ROOT / "docs/guide.md").read_text("utf-8")


@pytest.mark.parametrize(
    "example",
    re.findall(r"```toml\n(\[.*?)```", GUIDE, re.S),
    ids=lambda example: example.split("]")[0].strip("["),
)
def test_each_example_of_a_plan_in_the_guide_can_be_read(example: str) -> None:
    plan = tomli.loads(AROUND)
    _merge(plan, tomli.loads(example))
    _, errors = plan_of(plan, load_catalog())
    assert list(map(str, errors)) == []


def _merge(table: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(table.get(key), dict):
            _merge(table[key], value)
        else:
            table[key] = value


def test_the_guide_has_line_modes_commands_as_they_are_declared() -> None:
    rows = []
    for form in FORMS:
        written = ", ".join(text if text == "Enter alone" else f"`{text}`" for text in form.written)
        rows.append(f"| {written} | {form.about} |")
    text = (ROOT / "docs/guide.md").read_text("utf-8")
    assert "\n".join(("| you write | it does |", "|---|---|", *rows)) + "\n\n" in text
