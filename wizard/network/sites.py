"""Who serves whom where a plan has sites: pairs of parties instead of everybody with everybody.

One side of a connection may be served: a computer needs a print server near it, a printer whoever
feeds it. Each piece of the served side has for partners those of its own site; where its site has
none, those in zones that are in no site; where there are none either, all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import attrgetter

import msgspec

from wizard.facts.model import FlowFact
from wizard.network.party import Party, Piece
from wizard.plan.model import Plan, site_of_zone
from wizard.tables import each_made, names_where

# Every zone that is in no site.
CENTRAL = ""
# A server at a site serves there in the place of the one that it reports to: for what both offer, a
# site with either has a partner.
_DEPUTIES = {"secondary-server": "print-server"}


class Pair(msgspec.Struct, frozen=True, eq=False):
    """Two parties, or parts of them, that talk to each other."""

    sources: Party
    destinations: Party


def offer(fact: FlowFact) -> tuple[object, ...]:
    """What facts of one installation have in common that offer the same: partners of any of them count."""
    served, partner = (fact.from_, fact.to) if fact.served == "from" else (fact.to, fact.from_)
    family = _DEPUTIES.get(partner, partner)
    return fact.installation, fact.served, served, family, fact.transport, fact.ports


class Sites:
    """The sites of a plan. Remembers the parts of parties, so that equal ones are one object."""

    def __init__(self, plan: Plan) -> None:
        self._site_of = site_of_zone(plan)
        self._across = set(names_where(attrgetter("across_sites"), plan.products))
        self._split: dict[Party, dict[str, Party]] = {}
        self._parts: dict[tuple[Party, frozenset[str]], Party] = {}
        self._pairs: dict[tuple[Party, Party, bool, frozenset[str]], tuple[Pair, ...]] = {}

    def pairing(self, fact: FlowFact) -> bool:
        """True where the parties of a fact are paired by site."""
        return bool(fact.served and self._site_of) and fact.installation not in self._across

    def of(self, party: Party) -> frozenset[str]:
        """The sites that a party has pieces in, `CENTRAL` among them."""
        return frozenset(self._by_site(party))

    def pairs(
        self, fact: FlowFact, sources: Party, destinations: Party, offering: Iterable[Party]
    ) -> tuple[Pair, ...]:
        """The parts of two parties that talk to each other; `offering`: all that offer the same.

        An unplaced party has no parts: it is paired as it is, and waited for.
        """
        if sources.unplaced or destinations.unplaced:
            return self.everybody(sources, destinations)
        to_sources = fact.served == "to"
        served, partner = (destinations, sources) if to_sources else (sources, destinations)
        sites = frozenset().union(self.of(partner), *map(self.of, offering))
        key = served, partner, to_sources, sites
        if key not in self._pairs:
            pairs: list[Pair] = []
            for of_served, of_partner in self._served(served, partner, sites):
                both = (of_partner, of_served) if to_sources else (of_served, of_partner)
                pairs.append(Pair(*both))
            self._pairs[key] = tuple(pairs)
        return self._pairs[key]

    def everybody(self, sources: Party, destinations: Party) -> tuple[Pair, ...]:
        """Both parties as one pair: all talk to all."""
        key = sources, destinations, False, frozenset[str]()
        if key not in self._pairs:
            self._pairs[key] = (Pair(sources, destinations),)
        return self._pairs[key]

    def unserved(self, served: Party, sites: frozenset[str]) -> tuple[str, ...]:
        """The sites of a served party where no partner is, when there is no central one either."""
        if CENTRAL in sites:
            return ()
        return tuple(sorted(self.of(served) - sites - {CENTRAL}))

    def _served(
        self, served: Party, partner: Party, sites: frozenset[str]
    ) -> Iterable[tuple[Party, Party]]:
        """Parts of the served party, each with the part of the partner that serves it."""
        partners = self._by_site(partner)
        elsewhere: set[str] = set()
        for site, part in self._by_site(served).items():
            if site == CENTRAL or site not in sites:
                elsewhere.add(site)
            elif site in partners:
                yield part, partners[site]
        if not elsewhere:
            return
        rest = self._part(served, frozenset(elsewhere))
        if CENTRAL not in sites:
            yield rest, partner
        elif CENTRAL in partners:
            yield rest, partners[CENTRAL]

    def _by_site(self, party: Party) -> dict[str, Party]:
        """Site → what of a party is there."""
        if party not in self._split:
            pieces: dict[str, list[Piece]] = {}
            for piece in party.pieces:
                pieces.setdefault(self._site_of.get(piece.zone, CENTRAL), []).append(piece)
            self._split[party] = each_made(partial(_of_pieces, party), pieces)
        return self._split[party]

    def _part(self, party: Party, sites: frozenset[str]) -> Party:
        """What of a party is at some sites."""
        key = party, sites
        if key not in self._parts:
            there = [p for p in party.pieces if self._site_of.get(p.zone, CENTRAL) in sites]
            self._parts[key] = _of_pieces(party, there)
        return self._parts[key]


def _of_pieces(party: Party, pieces: list[Piece]) -> Party:
    """The party itself where it has no other pieces."""
    return party if len(pieces) == len(party.pieces) else Party(party.role, tuple(pieces))
