"""Who of a fact's parties may be on the internet.

Nobody there uses what is meant for the inside. The other way is open to services of somebody else:
a server of the plan may ask a name server on the internet, or hand its mail to a relay there, but
not in the clear.
"""

from __future__ import annotations

from wizard.facts.exposure import SERVICES
from wizard.facts.model import FlowFact
from wizard.network.party import Party
from wizard.plan.model import INTERNET


def reached(fact: FlowFact, sources: Party, destinations: Party) -> tuple[Party, Party]:
    """The parties of a fact without those on the internet that it must not connect."""
    if is_public_in_the_clear(fact):
        return sources.without_internet, destinations.without_internet
    if fact.to in SERVICES and fact.encrypted is not False:
        return sources.without_internet, destinations
    if fact.exposure == "public":
        return sources, destinations
    return sources.without_internet, destinations.without_internet


def is_public_in_the_clear(fact: FlowFact) -> bool:
    """True for what must not run over the internet, were it asked for or not."""
    in_the_clear = fact.exposure == "public" and fact.encrypted is False
    return fact.exposure == "never" or in_the_clear


def on_the_internet(party: Party) -> bool:
    """True where a part of it is on the internet."""
    return INTERNET in party.by_zone
