"""What a reviewer would say about NAT: addresses that are missing, translations that do nothing."""

from __future__ import annotations

from wizard.findings.model import (
    FIREWALL_TEAM,
    NETWORK_TEAM,
    Remarks,
    Survey,
    flows_text,
    overlap_of,
    warning,
    way_out,
)
from wizard.network.ports import common_ports
from wizard.plan.model import INTERNET
from wizard.plan.publishing import publish_name
from wizard.rules.hairpin import inside_pieces
from wizard.rules.model import Forward
from wizard.rules.wants import Want


@warning("nat-without-address", FIREWALL_TEAM, "Name the public address.")
def nat_without_address(r: Survey) -> Remarks:
    """A NAT boundary has forwards and no public address, or others see nobody else behind it."""
    for name in sorted({f.firewall for f in r.compiled.forwards if f.public_address is None}):
        yield f"{name} has port forwards, and its public address is not known.", (name,)
    waits: set[str] = set()
    for rule in r.compiled.rules:
        waits.update(rule.unresolved)
    for name in sorted(waits & r.plan.firewalls.keys()):
        yield (
            f"Firewalls beyond {name} see its public address, which is not known, in place of those"
            " behind it.",
            (name,),
        )


@warning("nat-without-use", FIREWALL_TEAM, "Take it away, or say what it is for.")
def nat_without_use(r: Survey) -> Remarks:
    """A boundary is to translate, and nothing of the plan is translated there."""
    yield from _unused_seen_as(r)
    for name, firewall in r.plan.firewalls.items():
        if firewall.nat and not firewall.hides and not _is_on_theway_out(r, name):
            yield (
                f"{name} has NAT, and it neither joins the internet, nor is on a way there, nor hides"
                " a zone.",
                (name,),
            )
        if firewall.hairpin and not any(w.forward.firewall == name for w in r.compiled.hairpins):
            why = "nobody inside uses what it forwards" if firewall.nat else "it has no NAT"
            yield f"{name} is to have hairpin NAT, and {why}: nothing is written for it.", (name,)
        forwarded = _forwarded_names(r, name) if firewall.publish else set()
        for listener in firewall.publish:
            if listener not in forwarded:
                yield (
                    f"{name} publishes {listener}, and no port forward there leads to it: nobody on"
                    " the internet uses it, or the boundary has no NAT.",
                    (name,),
                )
        for zone in firewall.hides:
            if not _leaves_through(r, zone, name):
                yield (
                    f"{name} hides the zone {zone}, and nothing leaves {zone} through it.",
                    (name,),
                )


@warning(
    "hairpin",
    NETWORK_TEAM,
    "Let the public name resolve to the inside address inside; for zones that the boundary joins hairpin"
    " NAT does too (`hairpin`).",
)
def hairpin(r: Survey) -> Remarks:
    """A forwarded service is also used from a zone behind the same NAT boundary."""
    forwards_by_firewall: dict[str, list[Forward]] = {}
    for forward in r.compiled.forwards:
        forwards_by_firewall.setdefault(forward.firewall, []).append(forward)
    for name, forwards in sorted(forwards_by_firewall.items()):
        behind = {zone for zone in r.plan.zones if name in way_out(r, zone)}
        users = [want.id for want in r.wants if _uses_inside(r, want, behind, forwards)]
        if users:
            otherwise = f", or {name} needs hairpin NAT"
            if r.plan.firewalls[name].hairpin:
                otherwise = (
                    f": hairpin NAT at {name} leads only those in zones that it joins as they are"
                )
            yield (
                f"Inside clients also use the service that {name} forwards ({flows_text(users)})."
                f" Their DNS must give the inside address (split DNS){otherwise}.",
                (name, *dict.fromkeys(users)),
            )


def _unused_seen_as(r: Survey) -> Remarks:
    """Zones that are to be seen as others, and nothing goes in or out."""
    for zone, declared in r.plan.zones.items():
        if declared.seen_as and not r.network.joiners[zone]:
            yield (
                f"{zone} is to be seen as {', '.join(declared.seen_as)}, and no firewall or router"
                " that could translate it joins it.",
                (zone,),
            )


def _is_on_theway_out(r: Survey, name: str) -> bool:
    return any(name in way_out(r, zone) for zone in r.plan.zones)


def _leaves_through(r: Survey, zone: str, name: str) -> bool:
    """True where a boundary is on the way from a zone to any other."""
    ways = (r.network.way(zone, other) for other in (*r.plan.zones, INTERNET))
    return any(way is not None and name in way.firewalls for way in ways)


def _forwarded_names(r: Survey, name: str) -> set[str]:
    """What plans call that to which a boundary forwards."""
    flows: set[str] = set()
    for forward in r.compiled.forwards:
        if forward.firewall == name:
            flows.update(forward.flows)
    return {publish_name(want.fact) for want in r.wants if want.id in flows}


def _uses_inside(r: Survey, want: Want, behind: set[str], forwards: list[Forward]) -> bool:
    """True for a connection from a zone behind the boundary to what it forwards to, where no script
    writes the way through the public address.
    """
    alike = [
        forward
        for forward in forwards
        if forward.address is not None
        and want.transport == forward.transport
        and common_ports((forward.ports,), want.ports)
    ]
    if not alike:
        return False
    inside = [pair for pair in want.pairs if not behind.isdisjoint(pair.sources.by_zone)]
    for forward in alike if inside else ():
        target = r.network.located_at(forward.firewall, f"{forward.address}/32")
        cidrs = tuple(cidr for piece in target for cidr in piece.cidrs)
        led = {piece.zone for _, piece in inside_pieces(r.network, forward, want)}
        leads = any(
            overlap_of(pair.destinations, cidrs)
            for pair in inside
            if not (behind - led).isdisjoint(pair.sources.by_zone)
        )
        if leads:
            return True
    return False
