"""Addresses that came with a preset or out of a document, and go out as if they were one's own."""

from __future__ import annotations

from wizard.findings.model import NETWORK_TEAM, Remarks, Survey, few, warning
from wizard.plan.examples import addresses_at, documentation_in, examples_of, preset_behind


@warning(
    "example-address",
    NETWORK_TEAM,
    "Put in your own; where a preset's are yours by chance, type them once more.",
)
def example_address(r: Survey) -> Remarks:
    """An address is as a preset had it, or lies where only documents have theirs."""
    words_by_reason: dict[str, list[str]] = {}
    names_by_reason: dict[str, list[str]] = {}
    for key in examples_of(r.plan):
        in_documents = documentation_in(r.plan, key)
        preset = preset_behind(r.plan, key)
        reason = (
            "are set aside for documents, and nobody has them"
            if in_documents
            else f"are the examples that the preset '{preset}' starts with"
        )
        texts = in_documents or addresses_at(r.plan, key)
        words_by_reason.setdefault(reason, []).append(f"{key} ({few(texts)})")
        names_by_reason.setdefault(reason, []).append(key.path[1])
    for reason, words in words_by_reason.items():
        yield (
            f"Addresses that {reason}: {few(words)}.",
            tuple(dict.fromkeys(names_by_reason[reason])),
        )
