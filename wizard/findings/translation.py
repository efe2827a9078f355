"""What a reviewer would say about NAT: addresses that are missing, translations that do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from wizard.findings.model import (
    FIREWALL_TEAM,
    NETWORK_TEAM,
    Remarks,
    Survey,
    error,
    flows_text,
    overlap_of,
    warning,
    way_out,
)
from wizard.network import addresses
from wizard.network.ports import PortRange, common_ports
from wizard.plan.keys import FirewallKey, HidesKey, PublishKey, ZoneKey
from wizard.plan.model import INTERNET
from wizard.plan.publishing import publish_name
from wizard.rules.exposure import on_the_internet
from wizard.rules.hairpin import Insiders, NotLed
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


@error(
    "two-meanings",
    NETWORK_TEAM,
    "Name an address there that stands for nobody else, such as one of the boundary's own.",
)
def two_meanings(r: Survey) -> Remarks:
    """A boundary shows others as an address that is also what a machine of a zone is seen as."""
    for key, address in _stand_ins(r):
        for zone, declared in r.plan.zones.items():
            for network in declared.seen_as if address else ():
                if addresses.covers((network,), (f"{address}/32",)):
                    yield (
                        f"{address} means two things: {key.firewall} shows others by it ({key}), and"
                        f" a machine of {zone} is seen as it ({ZoneKey(zone, 'seen_as')}: {network})."
                        f" Name an address at {key} that stands for nobody else, such as one of"
                        f" {key.firewall}'s own.",
                        (key.firewall, zone),
                    )


def _stand_ins(r: Survey) -> Iterator[tuple[FirewallKey | HidesKey | PublishKey, str | None]]:
    """The addresses by which boundaries are seen instead of somebody else, by where they stand."""
    for name, firewall in r.plan.firewalls.items():
        for zone, hidden in firewall.hides.items():
            yield HidesKey(name, zone), hidden.behind
        if firewall.nat:
            yield FirewallKey(name, "public_address"), firewall.public_address
            for listener, entry in firewall.publish.items():
                yield PublishKey(name, listener, "address"), entry.address


@warning("nat-without-use", FIREWALL_TEAM, "Take it away, or say what it is for.")
def nat_without_use(r: Survey) -> Remarks:
    """A boundary is to translate, and nothing of the plan is translated there."""
    yield from _unused_seen_as(r)
    stopped = _stopped_from_outside(r)
    for name, firewall in r.plan.firewalls.items():
        if firewall.nat and not firewall.hides and not _is_on_theway_out(r, name):
            yield (
                f"{name} has NAT, and it neither joins the internet, nor is on a way there, nor hides"
                " a zone.",
                (name,),
            )
        yield from _unused_hairpin(r, name)
        forwarded = _forwarded_names(r, name) if firewall.publish else set()
        for listener in firewall.publish:
            if listener not in forwarded and listener not in stopped:
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
    "Let the public name resolve to the inside address inside, or have the boundary lead those inside"
    " back in (`hairpin`).",
)
def hairpin(r: Survey) -> Remarks:
    """A forwarded service is also used from a zone behind the same NAT boundary."""
    for name in sorted({forward.firewall for forward in r.compiled.forwards}):
        left, beyond = _left_behind(r, name)
        users = [user for user, _ in left]
        if users:
            otherwise = f", or {name} needs hairpin NAT"
            if r.plan.firewalls[name].hairpin or beyond:
                reasons = dict(chain.from_iterable(zones.items() for _, zones in left))
                those = ", ".join(f"{z} ({not_led_text(reasons[z])})" for z in sorted(reasons))
                otherwise = f": hairpin NAT at {name} does not lead those in {those}"
            yield (
                f"Inside clients also use the service that {name} forwards ({flows_text(users)})."
                f" Their DNS must give the inside address (split DNS){otherwise}.",
                (name, *dict.fromkeys(users)),
            )


_NOT_LED = {
    "unwritten": "{} leads nobody inside",
    "elsewhere": "not every way out passes {}",
    "round": "another way goes round {}",
    "translated": "{} translates on the way",
    "passed-on": "{} passes its clients' addresses on, and would pass on that one",
    "ports": "not all of the ports are its own",
}


def not_led_text(not_led: NotLed) -> str:
    """Why nothing leads those of a zone through a public address, in words for a sentence."""
    return _NOT_LED[not_led.kind].format(not_led.name)


def _unused_hairpin(r: Survey, name: str) -> Remarks:
    """A boundary is to lead those inside back in, and there is nobody. Whom it should lead and does
    not is `hairpin`'s to say.
    """
    firewall = r.plan.firewalls[name]
    if not firewall.hairpin or any(way.forward.firewall == name for way in r.compiled.hairpins):
        return
    if not firewall.nat or not _left_behind(r, name)[0]:
        why = "nobody inside uses what it forwards" if firewall.nat else "it has no NAT"
        yield f"{name} is to have hairpin NAT, and {why}: nothing is written for it.", (name,)


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


def _stopped_from_outside(r: Survey) -> set[str]:
    """What plans call that to which somebody on the internet would open, were it not for an obstacle
    that has a finding of its own.
    """
    stopped = {o.want for o in r.compiled.obstacles if o.kind != "internal"}
    return {
        publish_name(want.fact)
        for want in r.wants
        if want.id in stopped and on_the_internet(want.sources)
    }


def _left_behind(r: Survey, name: str) -> tuple[list[tuple[str, dict[str, NotLed]]], bool]:
    """The connections that those behind a boundary open to what it forwards to, and to which nothing
    leads them, each with their zones and the reason; and whether another boundary leads on.
    """
    own = [one for one in r.compiled.insiders if one.forward.firewall == name]
    behind = {zone for zone in r.plan.zones if name in way_out(r, zone)}
    beyond = list(_led_by_others(r, own))
    ways = [*zip(own, own, strict=True), *beyond]
    left = ((want.id, _left_inside(want, behind, ways)) for want in r.wants)
    return [(user, zones) for user, zones in left if zones], bool(beyond)


def _led_by_others(r: Survey, own: Iterable[Insiders]) -> Iterator[tuple[Insiders, Insiders]]:
    """Forwards that lead to another boundary's public address, with the one there that leads on, where
    that boundary's hairpin NAT leads those inside who ask for its own address: nobody knows it.
    """
    by_public: dict[tuple[str | None, str, PortRange], list[Insiders]] = {}
    for other in r.compiled.insiders:
        forward = other.forward
        if r.plan.firewalls[forward.firewall].hairpin:
            key = forward.public_address, forward.transport, forward.public_ports
            by_public.setdefault(key, []).append(other)
    for one in own if by_public else ():
        forward = one.forward
        for other in by_public.get((forward.address, forward.transport, forward.ports), ()):
            yield one, other


def _left_inside(
    want: Want, behind: set[str], ways: list[tuple[Insiders, Insiders]]
) -> dict[str, NotLed]:
    """The zones behind a boundary from which a connection opens to what it forwards to, and from which
    nothing leads there through the public address; with the reason.
    """
    zones: dict[str, NotLed] = {}
    for asked, last in ways:
        forward = last.forward
        if want.transport != forward.transport or not common_ports((forward.ports,), want.ports):
            continue
        for pair in want.pairs:
            if overlap_of(pair.destinations, last.target):
                for zone in behind & pair.sources.by_zone.keys():
                    why = asked.why_not(want, zone)
                    if asked is not last:
                        why = NotLed("translated", forward.firewall)
                    if why is not None:
                        zones[zone] = why
    return zones
