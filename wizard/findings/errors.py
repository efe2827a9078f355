"""Errors: what cannot work, or must not be."""

from __future__ import annotations

from itertools import combinations

from wizard.facts.model import FlowFact
from wizard.findings.model import Review, Said, common_ports, few, flows_text, overlap_of
from wizard.network.ports import ports_text
from wizard.network.topology import overlapping_zones
from wizard.plan.model import INTERNET
from wizard.rules.select import Selected
from wizard.rules.wants import Want

FIRST_DYNAMIC = 49152  # where the dynamic ports begin (RFC 6335, Windows)
MANY_PORTS = 100


def port_conflict(r: Review) -> Said:
    """Two selected flows listen on an overlapping port and transport at the same address."""
    listening = [s for s in r.flows if _listens(r, s.fact)]
    seen: set[tuple[str, str]] = set()
    for one, other in combinations(listening, 2):
        ports = common_ports(one.ports, other.ports)
        if not ports or one.fact.transport != other.fact.transport or not _in_the_way(one, other):
            continue
        shared = _shared_address(r, one.fact, other.fact)
        if shared and (one.fact.id, other.fact.id) not in seen:
            seen.add((one.fact.id, other.fact.id))
            names = f"{r.product_name(one.fact.product)} ({one.fact.service}) and "
            names += f"{r.product_name(other.fact.product)} ({other.fact.service})"
            yield (
                (
                    f"{names} both listen on {ports_text(ports)}/{one.fact.transport} at {shared}. "
                    "Move one of them to another port, or to a host of its own."
                ),
                (one.fact.id, other.fact.id),
            )


def forward_conflict(r: Review) -> Said:
    """Two forwards want one public port."""
    for one, other in combinations(r.compiled.forwards, 2):
        same_side = (one.firewall, one.transport) == (other.firewall, other.transport)
        ports = common_ports((one.public_ports,), (other.public_ports,))
        leads = [(f.address, f.ports, f.unresolved) for f in (one, other)]
        if same_side and ports and leads[0] != leads[1]:
            yield (
                (
                    f"{one.firewall}: public port {ports_text(ports)}/{one.transport} is wanted for"
                    f" {one.address or 'a host without an address yet'} and for"
                    f" {other.address or 'a host without an address yet'}. One public port leads to"
                    " one host: move one service to another port, or give it a public address of"
                    " its own."
                ),
                (*one.flows, *other.flows),
            )


def cleartext_over_untrusted(r: Review) -> Said:
    """A flow that must never be public has a party in the internet."""
    for want in _troubled(r, "cleartext"):
        side = want.from_ if any(p.zone == INTERNET for p in want.sources.pieces) else want.to
        yield (
            (
                f"{want.fact.service} ({want.id}) is not encrypted, and {r.role_name(side)} is on the"
                " internet. No rule and no forward is made for it. Let it come through a VPN, from"
                " a zone of your own."
            ),
            (want.id,),
        )


def overlapping_networks(r: Review) -> Said:
    """Networks of two zones overlap."""
    for one, other, network in overlapping_zones(r.plan):
        yield (
            (
                f"Zones {one} and {other} both hold addresses of {network}. An address can be in"
                " one zone only."
            ),
            (one, other),
        )


def address_outside_zone(r: Review) -> Said:
    """A role's address is in none of its zones."""
    roles = {role for want in r.wants for role in (want.from_, want.to)} | r.plan.roles.keys()
    for product in ("", *r.plan.products):
        own = r.plan.products[product].roles if product else {}
        for role in sorted(roles | own.keys()):
            r.network.party(product, role)
    for (product, role), stray in sorted(r.network.stray.items()):
        place = r.plan.placement(product, role)
        zones = ", ".join(place.zones) if place and place.zones else "any zone of the plan"
        where = f" for {r.product_name(product)}" if product else ""
        yield (
            (
                f"{r.role_name(role)}{where}: {', '.join(stray)} is not in {zones}. "
                "Nothing is allowed for it until the address or the zone is put right."
            ),
            (role,),
        )


def no_path(r: Review) -> Said:
    """Nothing joins the zones of a flow, or its parties share no family."""
    apart: dict[tuple[tuple[str, ...], ...], dict[str, None]] = {}
    families: dict[tuple[tuple[str, ...], ...], dict[str, None]] = {}
    for obstacle in r.compiled.obstacles:
        if obstacle.kind == "no-path":
            apart.setdefault(obstacle.places, {})[obstacle.want] = None
        elif obstacle.kind == "no-family":
            families.setdefault(obstacle.places, {})[obstacle.want] = None
    for (these, those), wanted in apart.items():
        yield (
            (
                f"Nothing joins {few(these)} to {few(those)}: {flows_text(wanted)} cannot run. "
                "Add the firewall or router that joins them."
            ),
            tuple(wanted),
        )
    for ((this,), (that,)), wanted in families.items():
        yield (
            (
                f"{this} and {that} share no address family (one has IPv4, the other IPv6): "
                f"{flows_text(wanted)} cannot run between them."
            ),
            tuple(wanted),
        )


def _listens(r: Review, fact: FlowFact) -> bool:
    """True where the product's own software has the port for itself: mDNS responders share theirs."""
    role = r.catalog.roles.get(fact.to)
    return role is not None and role.product_owned and fact.cast == "unicast"


def _in_the_way(one: Selected, other: Selected) -> bool:
    """Two products always are; within one product only ports that meet because one of them was
    moved.
    """
    if _is_dynamic(one) or _is_dynamic(other):
        return False
    if one.fact.product != other.fact.product:
        return True
    return not common_ports(one.fact.ports, other.fact.ports)


def _is_dynamic(selected: Selected) -> bool:
    """Ports that the system gives out on demand: it passes over those that are taken."""
    return any(low >= FIRST_DYNAMIC and high - low > MANY_PORTS for low, high in selected.ports)


def _shared_address(r: Review, one: FlowFact, other: FlowFact) -> str | None:
    here, there = r.network.party(one.product, one.to), r.network.party(other.product, other.to)
    if here is None or there is None:
        return None
    if one.to != other.to and not (_has_addresses(r, one) and _has_addresses(r, other)):
        return None  # two roles somewhere in one zone need not be one machine
    mine = tuple(c for piece in here.pieces if not piece.anywhere for c in piece.cidrs)
    shared = overlap_of(there, mine)
    return shared[0].removesuffix("/32").removesuffix("/128") if shared else None


def _has_addresses(r: Review, fact: FlowFact) -> bool:
    place = r.plan.placement(fact.product, fact.to)
    return place is not None and bool(place.addresses)


def _troubled(r: Review, kind: str) -> list[Want]:
    ids = {obstacle.want for obstacle in r.compiled.obstacles if obstacle.kind == kind}
    return [want for want in r.wants if want.id in ids]
