"""A finding, everything that findings look at, and the table that each kind of them enters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Literal

import msgspec

from wizard.facts.model import Catalog, FlowFact
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.party import Party
from wizard.network.topology import Network
from wizard.plan.model import INTERNET, Plan
from wizard.rules.compiled import Compiled, ObstacleKind
from wizard.rules.model import AllowlistEntry, Bypass
from wizard.rules.seen_denials import SeenDenials
from wizard.rules.select import Selected, SelectedEndpoint
from wizard.rules.wants import Want

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

NETWORK_TEAM = "the network team"
FIREWALL_TEAM = "the firewall team"
PRINT_TEAM = "the print team"
PROXY_TEAM = "the proxy team"
SERVER_TEAM = "the server team"
MAIL_TEAM = "the mail team"


class Finding(msgspec.Struct, frozen=True):
    """A remark. `subjects` are ids of what it is about: flows, endpoints, rules, firewalls, zones,
    roles or sites (`sites.north`); `installations` those that these are of.
    """

    code: str
    severity: Severity
    message: str
    subjects: tuple[str, ...]
    installations: tuple[str, ...] = ()


class Survey(msgspec.Struct, frozen=True):
    """Everything that the findings look at."""

    catalog: Catalog
    plan: Plan
    network: Network
    seen_denials: SeenDenials
    flows: tuple[Selected, ...]
    endpoints: tuple[SelectedEndpoint, ...]
    wants: tuple[Want, ...]
    compiled: Compiled
    allowlist: tuple[AllowlistEntry, ...]
    tls_bypass: tuple[Bypass, ...]

    def role_name(self, role: str) -> str:
        """The role in words."""
        declared = self.catalog.roles.get(role)
        return declared.name if declared else role

    def product_name(self, product: str) -> str:
        """The product, or the installation of one, in words."""
        declared = self.catalog.products.get(product)
        return declared.name if declared else product

    def kept_off(self) -> dict[str, Want]:
        """The wants of which nothing is let through, as a party of theirs is on the internet and
        they are not meant for it; by their ids.
        """
        kinds = ("cleartext", "internal")
        stopped = {o.want for o in self.compiled.obstacles if o.kind in kinds}
        return {want.id: want for want in self.wants if want.id in stopped and not want.pairs}

    def obstructed(self, kind: ObstacleKind) -> dict[tuple[Cidrs, ...], tuple[str, ...]]:
        """Where something stands in the way → the ids of the wants that it stops."""
        ids_by_places: dict[tuple[Cidrs, ...], list[str]] = {}
        for obstacle in self.compiled.obstacles:
            if obstacle.kind == kind:
                ids_by_places.setdefault(obstacle.places, []).append(obstacle.want)
        return {places: tuple(dict.fromkeys(ids)) for places, ids in ids_by_places.items()}


# Message and subjects of each finding of one kind.
Remarks = Iterator[tuple[str, tuple[str, ...]]]
Finder = Callable[[Survey], Remarks]


class FindingKind(msgspec.Struct, frozen=True):
    """What is looked for and how grave it is; what to do about it, and who does it."""

    severity: Severity
    find: Finder
    advice: str
    team: str


FINDINGS: dict[str, FindingKind] = {}


def finding(severity: Severity, code: str, team: str, advice: str) -> Callable[[Finder], Finder]:
    """Enters a function into the table of findings."""

    def enter(find: Finder) -> Finder:
        FINDINGS[code] = FindingKind(severity, find, advice, team)
        return find

    return enter


error, warning, note = (
    partial(finding, "error"),
    partial(finding, "warning"),
    partial(finding, "info"),
)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in severities), None)


# What several of them ask


def few(names: Iterable[str], most: int = 4) -> str:
    """The first of some names, and how many more there are."""
    listed = list(dict.fromkeys(names))
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def flows_text(ids: Iterable[str]) -> str:
    """A few ids, for a sentence."""
    return few(ids, most=3)


def overlap_of(party: Party, cidrs: Cidrs) -> Cidrs:
    """The addresses of a party, other than 'the internet', that these CIDRs hold too."""
    return addresses.overlap(party.local_cidrs, cidrs)


_SITE = "sites."


def about_site(site: str) -> tuple[str, ...]:
    """A site among the subjects of a finding, told apart from whatever else has its name; none for
    what is no site's.
    """
    return (f"{_SITE}{site}",) if site else ()


def site_of(subjects: Iterable[str]) -> str:
    """The site among the subjects of a finding; empty where it is about none."""
    return next((s.removeprefix(_SITE) for s in subjects if s.startswith(_SITE)), "")


def by_installation(facts: Iterable[FlowFact]) -> dict[str, list[FlowFact]]:
    """Facts by their installation, in their order."""
    groups: dict[str, list[FlowFact]] = {}
    for fact in facts:
        groups.setdefault(fact.installation, []).append(fact)
    return groups


def way_out(r: Survey, zone: str) -> tuple[str, ...]:
    """The boundaries and routers between a zone and the internet."""
    way = r.network.way(zone, INTERNET)
    return way.firewalls if way else ()
