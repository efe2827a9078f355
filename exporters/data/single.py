"""Deployment → `rules-single.csv`: one address and one range of ports in a cell, for tools that split
no cells.
"""

from __future__ import annotations

from functools import partial
from collections.abc import Iterator
from itertools import chain, product

from exporters.format import CannotSay
from exporters.stamp import csv_stamped
from wizard.deployment import Deployment
from wizard.rules.model import Rule
from wizard.rules.needs import need_name
from wizard.views.words import port_texts, role_name

COLUMNS = (
    "id", "firewall", "need", "direction", "action", "transport", "port", "from", "from_name", "source", "to",
    "to_name", "destination", "encrypted", "status",
)  # fmt: skip
# A spreadsheet has an end.
MOST_ROWS = 1_000_000


def files(deployment: Deployment) -> dict[str, str]:
    """The one file. Rows with the action `except` come before those that they narrow."""
    number = sum(map(_count, deployment.rules))
    if number > MOST_ROWS:
        raise CannotSay(f"{number:,} rows of one address each are more than a spreadsheet holds")
    rows = chain.from_iterable(map(partial(_rows, deployment), deployment.rules))
    return {"rules-single.csv": csv_stamped(COLUMNS, rows, deployment.stamp)}


def _count(rule: Rule) -> int:
    sides = max(1, len(rule.sources)) * max(1, len(rule.destinations))
    return sides * len(rule.ports) * (1 + len(rule.except_sources) + len(rule.except_destinations))


def _rows(deployment: Deployment, rule: Rule) -> Iterator[tuple[object, ...]]:
    sources, destinations = rule.sources or ("",), rule.destinations or ("",)
    pieces = (
        ("except", rule.except_sources, destinations),
        ("except", sources, rule.except_destinations),
        (rule.action, sources, destinations),
    )
    head = (rule.id, rule.firewall, need_name(rule), rule.direction)
    names = [role_name(deployment.catalog, role) for role in (rule.from_, rule.to)]
    for action, some, others in pieces:
        for port, source, destination in product(port_texts(rule.ports), some, others):
            yield (
                *head, action, rule.transport, port, rule.from_, names[0], source, rule.to, names[1], destination,
                rule.encrypted, rule.status,
            )  # fmt: skip
