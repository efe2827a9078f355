"""Address translation in words: what a firewall's rules take for granted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.plan.model import INTERNET

# Who writes source NAT where the plan wants it written.
_ONLY_SCRIPTS = "the scripts for nftables and iptables do that, no other file does"


def translation_notes(
    deployment: Deployment,
    name: str,
    by: Literal["any", "this", "other"] = "any",
    holds_public: bool = False,
) -> tuple[str, ...]:
    """What is translated at a firewall, and whose addresses its rules hold that others translated;
    a sentence each, none where nothing is. `by`: words for a file that writes what the plan wants
    written, for one that does not, or for papers. `holds_public`: for a file whose device compares
    destinations before a port forward.
    """
    return (*_at(deployment, name, by, holds_public), *_before(deployment, name))


def _at(deployment: Deployment, name: str, by: str, holds_public: bool) -> Iterator[str]:
    firewall = deployment.plan.firewalls[name]
    does = "no rule here does that"
    if firewall.snat == "write":
        does = "this file does that" if by == "this" else _ONLY_SCRIPTS
    if firewall.nat:
        public = firewall.public_address or "its public address"
        yield f"NAT: IPv4 to the internet is taken to leave as {public}; {does}."
    if deployment.hairpins_of(name):
        does_it = (
            "this file leads" if by == "this" else "only the scripts for nftables and iptables lead"
        )
        yield (
            f"Hairpin NAT: {does_it} inside clients to what is forwarded; those whose direct way there"
            " is another one come as the public address."
        )
    for zone, hidden in firewall.hides.items():
        yield f"NAT: what comes from {zone} is taken to leave as {hidden.behind}; {does}."
    renumbered = deployment.network.renumbered
    zones = firewall.zones if firewall.joins_zones else ()
    for zone, words in renumbered.words(zones):
        yield (
            f"NAT: {zone} is seen from elsewhere as networks of the same size ({words}); {does}."
        )
    equal = renumbered.zones.keys() & set(zones)
    if firewall.nat or firewall.hides or equal:
        after = ", destinations after" if equal else ""
        if deployment.forwards_of(name):
            after = ", destinations after a port forward"
            if holds_public:
                after = ", destinations before a port forward too"
        yield (
            "Rules hold what the firewall sees between the two: sources before they are translated"
            f"{after}."
        )


def _before(deployment: Deployment, name: str) -> Iterator[str]:
    cidrs: set[str] = set()
    for rule in deployment.rules_of(name):
        cidrs.update(rule.sources, rule.destinations)
    renumbered = deployment.network.renumbered
    joined = deployment.plan.firewalls[name].zones
    for zone, words in renumbered.words(renumbered.zones):
        if zone not in joined and addresses.overlap(cidrs, renumbered.zones[zone].seen_as):
            by = ", ".join(sorted(deployment.network.joiners[zone])) or "nothing yet"
            yield f"{zone} has other addresses of its own ({words}): {by} translates them."
    for other, firewall in deployment.plan.firewalls.items():
        if other == name or not firewall.joins_zones:
            continue
        for zone, hidden in firewall.hides.items():
            if f"{hidden.behind}/32" in cidrs:
                yield f"{hidden.behind} stands for the zone {zone}: {other} translates it."
        public = firewall.public_address
        # Ways are asked for last: a plan of many sites has as many firewalls as zones.
        if firewall.nat and f"{public}/32" in cidrs and _is_a_way_out(deployment, other):
            yield f"{public} stands for what is behind {other}, which translates it."


def _is_a_way_out(deployment: Deployment, name: str) -> bool:
    """True where some zone reaches the internet through this firewall."""
    ways = (deployment.network.way(zone, INTERNET) for zone in deployment.plan.zones)
    return any(way is not None and name in way.firewalls for way in ways)
