"""What `catalog --search` prints: products and features, each with why it fits."""

from __future__ import annotations

import msgspec

from wizard.facts.search import SearchAnswer
from wizard.plan.model import FORMAT
from wizard.text import one_line, table
from wizard.views.words import listed


def text(query: str, answer: SearchAnswer) -> str:
    """For people: the best first."""
    rows = []
    for hit in answer.hits:
        feature = "the product itself" if hit.feature_name is None else hit.feature_name
        rows.append((hit.name, feature, "; ".join(hit.why)))
    lines = [table(("product", "feature", "why"), rows, widest=100)] if rows else []
    if rows and answer.absent:
        lines.append("")
    lines += answer.absent
    if not lines:
        lines.append(f"Nothing in the facts fits {one_line(query, 100)!r}.")
        if answer.near:
            lines.append(f"Nearest: {listed(answer.near)}.")
    return "\n".join(lines)


def to_json(query: str, answer: SearchAnswer) -> dict[str, object]:
    """What `catalog --search --json` prints."""
    return {"format": FORMAT, "search": query, **msgspec.to_builtins(answer)}
