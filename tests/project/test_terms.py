"""One term for one thing: what people read keeps to the list of words in CONTRIBUTING."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.tools.paths import ROOT

TABLE = re.compile(r"^\| (?!we write|-)(.+?) \| (.+?) \|$", re.M)
# Names that others gave: environment variables, style sheets, other makers' keys.
GIVEN = re.compile(
    r"nd-neighbor-\w+|[a-z-]+-color\b|NO_COLOR|COLORFGBG|COLORTERM|[a-z-]*color[a-z-]*:|[a-z_]+_[a-z_]+|--[a-z-]+"
)


@cache
def avoided() -> list[str]:
    part = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Words\n")[2]
    return [word for row in TABLE.findall(part) for word in row[1].split(", ")]


def literals(tree: ast.Module) -> Iterator[str]:
    """Texts of a module without its docstrings, as one where they are written in several lines."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def shown(path: Path) -> Iterator[str]:
    """What of a file people may read: no comments."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from literals(ast.parse(text))
    else:
        yield from (line for line in text.split("\n") if not line.lstrip().startswith("#"))


def readable() -> list[Path]:
    templates = [*(ROOT / "exporters/templates").iterdir()]
    code = [
        path for room in ("wizard", "screens", "exporters") for path in (ROOT / room).rglob("*.py")
    ]
    return sorted([*(ROOT / "data").glob("*.toml"), *templates, *code])


@cache
def pattern() -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(map(re.escape, avoided()))})\b", re.I)


def faults(text: str) -> list[str]:
    return pattern().findall(GIVEN.sub(" ", text)) if pattern().search(text) else []


def test_there_is_a_list() -> None:
    assert len(avoided()) > 10


@pytest.mark.parametrize(
    "text", ["The name server answers.", "Outdated ports", "Who has no place yet"]
)
def test_a_word_that_is_avoided_is_found(text: str) -> None:
    assert faults(text)


@pytest.mark.slow
def test_what_people_read_keeps_to_the_list() -> None:
    paths = readable()
    assert len(paths) > 200
    found = [
        f"{path.relative_to(ROOT)}: {word}: {text[:100]}"
        for path in paths
        for text in shown(path)
        for word in faults(text)
    ]
    assert not found, "\n".join(found)
