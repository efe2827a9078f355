"""The files for other makes of rules made by hand, and what they mean as parsers of our own read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from exporters.firewalls import vendors
from tests.tools.access_list_reader import Read
from tests.tools.builders import EDGE, deployment, rule
from tests.tools.tuples import Box, box_of
from tests.tools.vendors_reader import READERS
from wizard.rules.model import Rule

# Access lists without state.
LISTS = ("cisco-ios.txt", "arista-eos.txt")


def crossing(key: str = "r-1", **more: Any) -> Rule:
    return rule(key, firewall="edge", direction="forward", **more)


def files(*rules: Rule, **more: Any) -> dict[str, str]:
    """File name → text, without the folder."""
    made = vendors.files_of(deployment(*rules, **{"firewalls": {"edge": EDGE}, **more}), "edge")
    return {path.removeprefix("vendors/"): text for path, text in made.items()}


def readings(*rules: Rule, **more: Any) -> dict[str, Read]:
    return {name: READERS[name](text) for name, text in files(*rules, **more).items()}


def meaning(rules: Iterable[Rule]) -> list[Box]:
    """The rules' boxes, each of the family that its first address has."""
    found = []
    for entry in rules:
        box = box_of(entry)
        sides = [
            tuple(span for span in side if span[0] == entry.family)
            for side in (box.sources, box.destinations)
        ]
        found.append(box._replace(sources=sides[0], destinations=sides[1]))
    return found


def backwards(boxes: Iterable[Box]) -> list[Box]:
    return [
        Box(
            box.transport,
            box.ports,
            box.destinations,
            box.sources,
            box.not_destinations,
            box.not_sources,
        )
        for box in boxes
    ]


def joined(boxes: Sequence[Box]) -> list[Box]:
    """The same in fewer boxes: a line for each pair of addresses becomes one for all of them."""
    rows: dict[Any, dict[Any, None]] = {}
    # Those with exceptions are few.
    excepting = [box for box in boxes if box.not_sources or box.not_destinations]
    for box in (box for box in boxes if box not in excepting):
        rows.setdefault((box.transport, box.ports, box.sources), {}).update(
            dict.fromkeys(box.destinations)
        )
    columns: dict[Any, dict[Any, None]] = {}
    for (transport, ports, sources), destinations in rows.items():
        columns.setdefault((transport, ports, tuple(destinations)), {}).update(
            dict.fromkeys(sources)
        )
    columns_joined = [
        Box(transport, ports, tuple(own), others)
        for (transport, ports, others), own in columns.items()
    ]
    return [*excepting, *columns_joined]
