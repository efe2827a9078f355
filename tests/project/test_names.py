"""What a program can hold of the rules for reading: a name means one thing in the whole tree, and
no comprehension stands in another.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.paths import ROOT

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def is_one(node: ast.AST) -> bool:
    return isinstance(node, COMPREHENSIONS)


def modules() -> Iterator[Path]:
    for package in ("wizard", "exporters", "screens"):
        yield from sorted((ROOT / package).rglob("*.py"))


def public_types(tree: ast.Module) -> Iterator[str]:
    """The classes of a module, and what it gives the name of one: aliases, type variables."""
    for node in tree.body:
        name = ""
        if isinstance(node, ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        if name[:1].isupper() and not name.isupper():
            yield name


@pytest.mark.slow
def test_no_comprehension_stands_in_another() -> None:
    nested: list[str] = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, COMPREHENSIONS) and sum(map(is_one, ast.walk(node))) > 1:
                nested.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert nested == []


@pytest.mark.slow
def test_a_public_class_name_means_one_thing() -> None:
    places: dict[str, list[str]] = {}
    for path in modules():
        for name in public_types(ast.parse(path.read_text(encoding="utf-8"))):
            places.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert len(places) > 300
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}
