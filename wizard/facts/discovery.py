"""How parties find each other, as facts tell it."""

from __future__ import annotations

from wizard.facts.model import FlowFact

_MDNS_GROUPS = frozenset({"224.0.0.251", "ff02::fb"})


def is_mdns(fact: FlowFact) -> bool:
    """True for multicast DNS, by the groups to which it goes."""
    return bool(_MDNS_GROUPS.intersection(fact.cast_addresses))
