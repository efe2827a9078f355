"""What `catalog --changes` prints: what came, changed and went since an earlier state of the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

import msgspec

from wizard.facts.differences import FactChange, FactPart
from wizard.facts.model import Catalog, Edition
from wizard.plan.model import FORMAT
from wizard.text import one_line
from wizard.views.words import count

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}
_PARTS: tuple[FactPart, ...] = ("product", "feature", "flow", "endpoint", "document")


def text(catalog: Catalog, old: Edition, new: Edition, changes: Sequence[FactChange]) -> str:
    """For people: product by product; of one that came or went, how much it has."""
    lines = [f"Facts of {old.version} ({old.date}) and of {new.version} ({new.date})"]
    if not changes:
        return "\n".join((*lines, "", "Nothing has changed."))
    lines += ["", *_totals(changes)]
    by_product: dict[str, list[FactChange]] = {}
    for change in changes:
        by_product.setdefault(change.product, []).append(change)
    documents = by_product.pop("", [])
    for product, of_product in by_product.items():
        whole = next((c for c in of_product if c.part == "product" and c.what != "changed"), None)
        declared = catalog.products.get(product)
        name = declared.name if declared else of_product[0].words[0]
        lines += ["", f"{name} ({product})"]
        if whole is None:
            lines += map(_line, of_product)
        else:
            has = _counted(change for change in of_product if change.part != "product")
            lines.append(f"  {_SIGNS[whole.what]} the product: {', '.join(has)}")
    if documents:
        lines += ["", "Documents", *map(_line, documents)]
    return "\n".join(lines)


def _totals(changes: Iterable[FactChange]) -> Iterator[str]:
    by_what: dict[str, list[FactChange]] = {}
    for change in changes:
        by_what.setdefault(change.what, []).append(change)
    for what in _SIGNS:
        if what in by_what:
            yield f"{what}: {', '.join(_counted(by_what[what]))}"


def _counted(changes: Iterable[FactChange]) -> Iterator[str]:
    counts = Counter(map(attrgetter("part"), changes))
    for part in _PARTS:
        if counts[part]:
            yield count(counts[part], part)


def _line(change: FactChange) -> str:
    words = one_line("; ".join(change.words))
    return f"  {_SIGNS[change.what]} {change.part} {change.id}: {words}"


def to_json(old: Edition, new: Edition, changes: Iterable[FactChange]) -> dict[str, object]:
    """What `catalog --changes --json` prints."""
    return {
        "format": FORMAT,
        "since": msgspec.to_builtins(old),
        "catalog": msgspec.to_builtins(new),
        "changes": msgspec.to_builtins(tuple(changes)),
    }
