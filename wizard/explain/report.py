"""The way of one connection as `portwright explain` prints it for people: 80 columns, hop by hop."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from wizard.explain import Explanation, Hop, Opener
from wizard.network.ports import ports_text
from wizard.rules.model import Forward, Rule
from wizard.text import one_line
from wizard.views.containers import forwarded_text
from wizard.views.report import cidrs_text
from wizard.views.words import NOBODY, WAYS

_COLUMNS = 80
_MOST_RULES, _MOST_FACTS, _MOST_OPENERS = 5, 4, 5


def text(e: Explanation) -> str:
    """Hop by hop, then the verdict, then what would open it."""
    return "\n".join(map(_folded, _lines(e)))


def _folded(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line.lstrip(),
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )


def _lines(e: Explanation) -> Iterator[str]:
    yield f"{one_line(e.source)} -> {one_line(e.destination)} on {e.port}/{e.transport}"
    leg = ""
    for number, hop in enumerate(e.hops, start=1):
        if hop.leg != leg:
            leg = hop.leg
            yield f"{leg[:1].upper()}{leg[1:]}:"
        yield from _hop(number, hop)
    if e.allowed:
        yield (
            "It gets through."
            if e.hops
            else "It gets through: no firewall of the plan is on the way."
        )
    else:
        yield e.stops
    yield from e.notes
    if not e.allowed:
        if e.stop_key:
            yield f"In the plan: {e.stop_key}"
        yield from _nearest(e.nearest, bool(e.hops) and not e.never)


def _hop(number: int, hop: Hop) -> Iterator[str]:
    verdict = "lets it through" if hop.allowed else "STOPS it"
    yield f"{number}. {hop.firewall} ({hop.kind}, {WAYS[hop.direction].title}): {verdict}"
    if hop.never:
        yield f"   never {hop.never}: denied here before any rule is asked"
    if hop.forward is not None:
        yield f"   forward {hop.forward.id}: {_forward(hop.forward)}"
    if hop.sees:
        yield f"   it sees it come from {cidrs_text(hop.sees)}"
    if hop.leads_to:
        yield f"   {'and' if hop.sees else 'it sees it'} go to {cidrs_text(hop.leads_to)}"
    if hop.published:
        yield f"   {forwarded_text(hop.published)}"
    for rule in hop.rules[:_MOST_RULES]:
        yield f"   rule {rule.id}: {_rule(rule)}"
    if len(hop.rules) > _MOST_RULES:
        yield f"   and {len(hop.rules) - _MOST_RULES} more rules"
    for because in hop.because[:_MOST_FACTS]:
        place = f"{because.document}, {because.locator}" if because.document else because.locator
        yield f"   because of {because.flow} ({one_line(because.service)}): {place}"
        for sentence in because.watch:
            yield f"      watch for: {sentence}"
    if len(hop.because) > _MOST_FACTS:
        yield f"   and because of {len(hop.because) - _MOST_FACTS} more"
    for rule in hop.others[:_MOST_RULES]:
        yield f"   it lets through only: {_rule(rule)} (rule {rule.id})"
    if len(hop.others) > _MOST_RULES:
        yield f"   and by {len(hop.others) - _MOST_RULES} more rules"


def _rule(rule: Rule) -> str:
    return (
        f"{rule.from_} {cidrs_text(rule.sources, rule.except_sources)} -> "
        f"{rule.to} {cidrs_text(rule.destinations, rule.except_destinations)}, "
        f"{ports_text(rule.ports)}/{rule.transport}"
    )


def _forward(forward: Forward) -> str:
    public = forward.public_address or "(address not known yet)"
    inside = forward.address or f"({NOBODY})"
    return (
        f"{public}:{ports_text((forward.public_ports,))}/{forward.transport} "
        f"leads to {inside}:{ports_text((forward.ports,))}"
    )


def _nearest(nearest: tuple[Opener, ...], stopped: bool) -> Iterator[str]:
    sure = [opener for opener in nearest if opener.opens]
    # Where something was found to open it, what only might is left out.
    listed = sure or list(nearest)
    if not listed and stopped:
        yield "No feature of the plan's products would open it."
    for opener in listed[:_MOST_OPENERS]:
        word = {True: "To open it", False: "Needed, but not enough", None: "May open it"}[
            opener.opens
        ]
        yield f"{word}: {opener.label} ({one_line(opener.service)}). In the plan: {opener.key}"
    if len(listed) > _MOST_OPENERS:
        yield f"... and {len(listed) - _MOST_OPENERS} more."
