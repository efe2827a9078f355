"""The facts that count, with their parties paired by site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.facts.model import FlowFact
from wizard.network.party import Party
from wizard.network.sites import Pair, Sites, offer
from wizard.network.topology import Network
from wizard.rules.exposure import reached
from wizard.rules.select import Selected


class Unserved(msgspec.Struct, frozen=True):
    """Sites where a role has no partner of its own, nor is there a central one."""

    served: str
    partners: tuple[str, ...]
    sites: tuple[str, ...]
    flows: tuple[str, ...]


class Serving:
    """Who serves whom, for the facts of a plan that count."""

    def __init__(self, network: Network, flows: Iterable[Selected]) -> None:
        self._network = network
        self._sites = Sites(network.plan)
        self._offering: dict[tuple[object, ...], list[FlowFact]] = {}
        for flow in flows:
            if self._sites.pairing(flow.fact):
                self._offering.setdefault(offer(flow.fact), []).append(flow.fact)

    def pairs(self, fact: FlowFact, sources: Party, destinations: Party) -> tuple[Pair, ...]:
        """The parts of a fact's parties that talk to each other; none where all of a party is on the
        internet and must not be.
        """
        offering = self._partners(self._offering.get(offer(fact), ()))
        return self.pairs_among(fact, sources, destinations, offering)

    def pairs_among(
        self, fact: FlowFact, sources: Party, destinations: Party, offering: Iterable[Party]
    ) -> tuple[Pair, ...]:
        """The same where these parties, as far as they take part, are all that offer what the fact is
        about; they are looked at only where sites matter.
        """
        placed = not sources.unplaced and not destinations.unplaced
        sources, destinations = reached(fact, sources, destinations)
        if placed and (sources.unplaced or destinations.unplaced):
            return ()
        if not self._sites.pairing(fact):
            return self._sites.everybody(sources, destinations)
        return self._sites.pairs(fact, sources, destinations, offering)

    def unserved(self) -> Iterator[Unserved]:
        """What serves from elsewhere for want of a partner, each kind of partner once."""
        flows_by_gap: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for facts in self._offering.values():
            sites = frozenset().union(*map(self._sites.of, self._partners(facts)))
            if not sites:
                continue  # nobody has said yet where they are
            for fact in facts:
                served = _role_served(fact)
                party = self._network.party_of(fact, served)
                gaps = self._sites.unserved(party, sites) if party is not None else ()
                if gaps:
                    partners = tuple(dict.fromkeys(map(_partner, facts)))
                    flows_by_gap.setdefault((served, partners, gaps), []).append(fact.id)
        for (served, partners, gaps), ids in flows_by_gap.items():
            yield Unserved(served, partners, gaps, tuple(ids))

    def _partners(self, facts: Iterable[FlowFact]) -> list[Party]:
        """Where the partners of some facts are, as far as they take part."""
        partners: dict[Party, None] = {}
        for fact in facts:
            sources = self._network.party_of(fact, fact.from_)
            destinations = self._network.party_of(fact, fact.to)
            if sources is not None and destinations is not None:
                sources, destinations = reached(fact, sources, destinations)
                partners[destinations if fact.served == "from" else sources] = None
        return list(partners)


def _role_served(fact: FlowFact) -> str:
    return fact.from_ if fact.served == "from" else fact.to


def _partner(fact: FlowFact) -> str:
    return fact.to if fact.served == "from" else fact.from_
