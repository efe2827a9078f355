"""A finding, and everything that findings look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from wizard.facts.model import Catalog, FlowFact
from wizard.network import addresses
from wizard.network.ports import PortRange
from wizard.network.topology import Network, Party
from wizard.plan.model import Plan
from wizard.rules.compile import Compiled
from wizard.rules.model import AllowlistEntry, Bypass
from wizard.rules.select import Selected, SelectedEndpoint
from wizard.rules.wants import Want

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Finding(msgspec.Struct, frozen=True):
    """A remark. `subjects` are ids of what it is about: flows, endpoints, rules, firewalls, zones
    or roles.
    """

    code: str
    severity: Severity
    message: str
    subjects: tuple[str, ...]


class Review(msgspec.Struct, frozen=True):
    """Everything that the findings look at."""

    catalog: Catalog
    plan: Plan
    network: Network
    flows: tuple[Selected, ...]
    endpoints: tuple[SelectedEndpoint, ...]
    wants: tuple[Want, ...]
    compiled: Compiled
    allowlist: tuple[AllowlistEntry, ...]
    tls_bypass: tuple[Bypass, ...]

    def role_name(self, role: str) -> str:
        """The role in words."""
        known = self.catalog.roles.get(role)
        return known.name if known else role

    def product_name(self, product: str) -> str:
        """The product in words."""
        known = self.catalog.products.get(product)
        return known.name if known else product


Said = Iterator[tuple[str, tuple[str, ...]]]
Check = Callable[[Review], Said]


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


# What several of them ask


def few(names: Iterable[str], most: int = 4) -> str:
    """The first of some names, and how many more there are."""
    listed = list(dict.fromkeys(names))
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def flows_text(ids: Iterable[str]) -> str:
    """A few ids, for a sentence."""
    return few(ids, most=3)


@lru_cache(maxsize=16384)
def common_ports(one: tuple[PortRange, ...], other: tuple[PortRange, ...]) -> tuple[PortRange, ...]:
    """The ports that both hold."""
    return tuple((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))


def overlap_of(party: Party, cidrs: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses of a party, other than 'the internet', that these CIDRs hold too."""
    local = tuple(c for piece in party.pieces if not piece.anywhere for c in piece.cidrs)
    return addresses.overlap(local, cidrs)


def overlaps(party: Party, cidrs: tuple[str, ...]) -> bool:
    """True where a party has an address in these CIDRs."""
    return bool(overlap_of(party, cidrs))


def by_product(facts: Iterable[FlowFact]) -> list[tuple[str, list[FlowFact]]]:
    """Facts by their product, in their order."""
    found: dict[str, list[FlowFact]] = {}
    for fact in facts:
        found.setdefault(fact.product, []).append(fact)
    return list(found.items())
