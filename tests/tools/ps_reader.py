"""Reads PowerShell with tree-sitter: all commands with their parameters, and the rules that they
make.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from tests.tools.tuples import Box, addresses, port_span

_PARSER = Parser(Language(tree_sitter_powershell.language()))


class Command(NamedTuple):
    """A command. A parameter's value is a list of literals, or the one text of an expression."""

    name: str
    parameters: dict[str, list[str]]
    loose: list[str]  # values that belong to no parameter


def parse(text: str) -> Node:
    """The tree; fails on anything that PowerShell would not read."""
    root = _PARSER.parse(text.encode()).root_node
    if root.has_error:
        wrong = [node for node in walk(root) if node.type == "ERROR" or node.is_missing]
        raise AssertionError([(node.start_point, node.text) for node in wrong[:3]])
    return root


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)


def commands(root: Node) -> list[Command]:
    return [_command(node) for node in walk(root) if node.type == "command"]


def functions(root: Node) -> set[str]:
    return {_text(node.child(1)) for node in walk(root) if node.type == "function_statement"}


def boxes(made: list[Command], direction: str) -> list[Box]:
    """What the plan's rules of one direction let through; `direction` as Windows says it."""
    found = []
    for command in plan_rules(made):
        p = command.parameters
        if p["-Direction"] != [direction]:
            continue
        assert p["-Action"] == ["Allow"]
        assert (p["-Enabled"], p["-Profile"]) == (["True"], ["Any"])
        inbound = direction == "Inbound"
        here, there = addresses(p["-LocalAddress"]), addresses(p["-RemoteAddress"])
        ports = tuple(map(port_span, p["-LocalPort" if inbound else "-RemotePort"]))
        assert ("-RemotePort" if inbound else "-LocalPort") not in p
        assert here
        assert there
        assert ports
        sides = (there, here) if inbound else (here, there)
        found.append(Box(p["-Protocol"][0].lower(), ports, *sides))
    return found


def plan_rules(made: list[Command]) -> list[Command]:
    """The commands that make the plan's rules, not what every host gets."""
    new = [command for command in made if command.name == "New-NetFirewallRule"]
    return [command for command in new if "-basic-" not in command.parameters["-Name"][0]]


def _command(node: Node) -> Command:
    parameters: dict[str, list[str]] = {}
    loose: list[str] = []
    current: str | None = None
    name = node.child_by_field_name("command_name") or node.child(0)
    elements = next((child for child in node.children if child.type == "command_elements"), None)
    for part in elements.children if elements else ():
        if part.type == "command_argument_sep":
            continue
        if part.type == "command_parameter":
            current, colon, value = _text(part).partition(":")
            assert current not in parameters, f"{current} twice"
            parameters[current] = [value] if colon and value else []
        elif part.type == "redirection":
            continue
        elif current is None or parameters[current]:
            loose.append(_text(part))
        else:
            parameters[current] = _values(part)
    return Command(_text(name), parameters, loose)


def _values(node: Node) -> list[str]:
    items = [child for child in node.children if child.type == "unary_expression"]
    literals = [_literal(item) for item in items]
    return (
        [_text(node)]
        if not items or None in literals
        else [item for item in literals if item is not None]
    )


def _literal(node: Node) -> str | None:
    text = _text(node)
    kinds = [part.type for part in walk(node)]
    if (
        "verbatim_string_characters" in kinds
        and kinds.count("string_literal") == 1
        and text[0] == "'"
    ):
        return text[1:-1].replace("''", "'")
    return None


def _text(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text is not None else ""
