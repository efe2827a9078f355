"""Errors: what cannot work, or must not be."""

from __future__ import annotations

from itertools import chain, combinations

from wizard.findings.model import (
    FIREWALL_TEAM,
    NETWORK_TEAM,
    PRINT_TEAM,
    Remarks,
    Survey,
    error,
    few,
    flows_text,
)
from wizard.network.overlaps import indistinct_zones, overlapping_zones, zones_holding
from wizard.network.ports import common_ports, ports_text
from wizard.plan.placement import placement_at
from wizard.plan.publishing import publish_name
from wizard.rules.denials import Denial, denials_of
from wizard.rules.exposure import is_public_in_the_clear, on_the_internet
from wizard.rules.limits import passed_limits
from wizard.rules.model import Forward


@error("forward-conflict", FIREWALL_TEAM, "Give one of them another public port or address.")
def forward_conflict(r: Survey) -> Remarks:
    """Two forwards want one public port."""
    rivals: dict[tuple[str, str, str | None], list[Forward]] = {}
    for forward in r.compiled.forwards:
        rivals.setdefault(_stand(forward), []).append(forward)
    for first, second in chain.from_iterable(combinations(same, 2) for same in rivals.values()):
        ports = common_ports((first.public_ports,), (second.public_ports,))
        leads = [(f.address, f.ports, f.unresolved) for f in (first, second)]
        if ports and leads[0] != leads[1]:
            yield (
                f"{first.firewall}: public port {ports_text(ports)}/{first.transport} is wanted for"
                f" {first.address or 'a host without an address yet'} and for"
                f" {second.address or 'a host without an address yet'}. One public port leads to"
                " one host: give one of them another public port or address, under"
                f' [firewalls.{second.firewall}.publish."{_publish_name(r, second)}"].',
                (*first.flows, *second.flows),
            )


def _stand(forward: Forward) -> tuple[str, str, str | None]:
    """Where only one forward of a port can stand."""
    return forward.firewall, forward.transport, forward.public_address


def _publish_name(r: Survey, forward: Forward) -> str:
    facts = {want.id: want.fact for want in r.wants}
    return publish_name(facts[forward.flows[0]])


@error("cleartext-over-untrusted", PRINT_TEAM, "Bring it in through a VPN, from a zone of its own.")
def cleartext_over_untrusted(r: Survey) -> Remarks:
    """A flow that must never be public has a party in the internet."""
    ids = {obstacle.want for obstacle in r.compiled.obstacles if obstacle.kind == "cleartext"}
    for want in r.wants:
        opened_there = on_the_internet(want.sources)
        # On a way through fronts, only the part that has somebody on the internet is left out.
        abroad = opened_there or on_the_internet(want.destinations)
        if want.id in ids and abroad and is_public_in_the_clear(want.fact):
            side = want.from_ if opened_there else want.to
            yield (
                f"{want.fact.service} ({want.id}) is not encrypted, and {r.role_name(side)} is on"
                " the internet. No rule and no forward is made for it. Let it come through a VPN,"
                " from a zone of your own.",
                (want.id,),
            )


@error(
    "overlapping-zones",
    NETWORK_TEAM,
    "Put each network into one zone, or give each zone a seen_as of its own.",
)
def overlapping_networks(r: Survey) -> Remarks:
    """Networks of two zones overlap, and not each is seen as another; or what they are seen as does."""
    for zone, other, network in overlapping_zones(r.plan):
        yield (
            f"Zones {zone} and {other} both hold addresses of {network}. An address can be in one"
            " zone only, unless each of the two is seen as networks of its own (seen_as).",
            (zone, other),
        )


@error(
    "indistinct-zones",
    NETWORK_TEAM,
    "Join each zone by a boundary or router of its own, or give them other networks.",
)
def indistinct(r: Survey) -> Remarks:
    """A firewall sees two zones by the same addresses of their own, and cannot tell them apart."""
    for name, firewall in r.plan.firewalls.items():
        if firewall.kind == "router":
            continue  # no rule is for it
        for zones, network in indistinct_zones(r.network, name):
            does, instead = "joins", "Join each by a boundary or router of its own"
            if firewall.guards_hosts:
                does = "guards hosts in"
                instead = "Give the hosts of each a firewall of their own, by addresses as others see them"
            yield (
                f"{name} {does} zones with the same addresses of their own ({network}):"
                f" {few(zones)}. Its rules cannot tell them apart: what is for one lets the others"
                f" through too. {instead}, or give them other networks.",
                (name, *zones),
            )


@error("address-outside-zone", NETWORK_TEAM, "Put the address or the zone right.")
def address_outside_zone(r: Survey) -> Remarks:
    """A role's address is in none of its zones."""
    for product, role in _placed(r):
        for _ in r.network.parties_of(product, role):
            pass
    for (at, role), stray in sorted(r.network.stray.items()):
        place, product = placement_at(r.plan, at, role), at.installation
        zones = ", ".join(place.zones) if place and place.zones else "any zone of the plan"
        where = f" for {r.product_name(product)}" if product else ""
        if several := zones_holding(r.plan, stray):
            yield (
                f"{r.role_name(role)}{where}: {', '.join(stray)} is in {' and in '.join(several)}."
                " Name the zone beside it. Nothing is allowed for it until then.",
                (role,),
            )
            continue
        yield (
            f"{r.role_name(role)}{where}: {', '.join(stray)} is not in {zones}. Nothing is allowed"
            " for it until the address or the zone is put right.",
            (role,),
        )


@error("no-path", NETWORK_TEAM, "Add the firewall or router that joins them.")
def no_path(r: Survey) -> Remarks:
    """Nothing joins the zones of a flow, or its parties share no family."""
    for (sources, destinations), ids in r.obstructed("no-path").items():
        yield (
            f"Nothing joins {few(sources)} to {few(destinations)}: {flows_text(ids)} cannot run."
            " Add the firewall or router that joins them.",
            ids,
        )
    for ((source,), (destination,)), ids in r.obstructed("no-family").items():
        yield (
            f"{source} and {destination} share no address family (one has IPv4, the other IPv6):"
            f" {flows_text(ids)} cannot run between them.",
            ids,
        )


def _placed(r: Survey) -> set[tuple[str, str]]:
    """Product (none: in general) and role of each placement in the plan."""
    placed = {("", role) for role in r.plan.roles}
    for product, answers in r.plan.products.items():
        placed.update((product, role) for role in answers.roles)
    return placed


@error("rule-limit", FIREWALL_TEAM, "Join networks, or have the limit raised.")
def rule_limit(r: Survey) -> Remarks:
    """More entries than the groups at one machine take: there is no file for that firewall."""
    denials = denials_of(r.network)

    def seen_at(name: str) -> list[Denial]:
        return r.seen_denials.all_at(name, denials)

    for name, message in passed_limits(r.plan, r.compiled.rules, r.network.on_machines, seen_at):
        yield message, (name,)
