"""Exceptions in access lists without groups: what they are is denied before all the rest is allowed.

'The internet' is 45 networks, what is not of it eight. A line that denies must cut nothing that a later
line allows; where it would, the term keeps its networks one by one, and stands before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporters.firewalls.vendor_terms import BothSides, Term
from wizard.network.addresses import overlap
from wizard.network.ports import common_ports

# A term, and whether what it leaves out is denied before it.
Planned = tuple[Term, bool]


def planned(terms: Sequence[Term]) -> list[Planned]:
    """The terms in the order of their lines: what is denied everywhere, what is allowed as it is, then
    what denies its exceptions first.
    """
    candidates = [term for term in terms if term.action == "allow" and _shorter(term)]
    # To the internet before from it: what denies the inside as a destination cuts nobody from outside.
    candidates.sort(key=lambda term: not term.without.destinations)
    denying: list[Term] = []
    for term in reversed(candidates):
        if not any(_cuts(term, later) for later in denying):
            denying.insert(0, term)
    names = {term.name for term in denying}
    kept = [(term, False) for term in terms if term.name not in names]
    kept.sort(key=lambda entry: entry[0].action != "deny")
    return [*kept, *((term, True) for term in denying)]


def denied_sides(term: Term) -> Iterator[BothSides]:
    """What a term leaves out: from these, and to these."""
    if term.without.sources:
        yield BothSides(term.without.sources, term.whole.destinations)
    if term.without.destinations:
        yield BothSides(term.whole.sources, term.without.destinations)


def _shorter(term: Term) -> bool:
    with_denials = (term.whole, *denied_sides(term))
    size = sum(len(sides.sources) * len(sides.destinations) for sides in with_denials)
    return size < len(term.sources) * len(term.destinations)


def _cuts(term: Term, later: Term) -> bool:
    """Whether what a term leaves out is some of what a later one allows."""
    # What both leave out the later one does not allow either.
    if term.transport != later.transport or term.without == later.without:
        return False
    if not common_ports(term.ports, later.ports):
        return False
    return any(
        overlap(later.sources, sides.sources) and overlap(later.destinations, sides.destinations)
        for sides in denied_sides(term)
    )
