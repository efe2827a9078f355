"""Hairpin NAT once more, for the reference: who inside is led back in by a public address, one address
after the other. What the word means is the guide's.
"""

from __future__ import annotations

import ipaddress
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from tests.tools.reference_nat import Steps
from tests.tools.reference_packets import comes_back, each_way
from tests.tools.reference_plan import INTERNET, Ip, Wanted

if TYPE_CHECKING:
    from tests.tools.reference import Reference


class Led(NamedTuple):
    """A boundary leads whoever comes to this public address and these ports to a host; `real`: that
    one by the address that it has itself.
    """

    boundary: str
    transport: str
    public: Ip
    public_ports: tuple[int, int]
    host: Ip
    ports: tuple[int, int]
    real: Ip


class Hairpins:
    """The ways from inside through public addresses."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.clients = cache(self._clients)
        self.is_led = cache(self._is_led_there)
        self.is_hidden = cache(self._is_hidden)
        self.towards = cache(self._towards)

    def allows(
        self, name: str, direction: str, transport: str, port: int, source: Ip, destination: Ip
    ) -> bool:
        """Does a way through a public address need this firewall to let this one through?"""
        for led in self.every if source.version == 4 else ():
            if led.transport != transport:
                continue
            asks = _is_among(port, led.public_ports) and destination == led.public
            if asks and self._asks(led, name, direction, source):
                return True
            if _is_among(port, led.ports) and self._is_led(
                led, name, direction, source, destination
            ):
                return True
        return False

    def _asks(self, led: Led, name: str, direction: str, source: Ip) -> bool:
        """Does a client come by here with its question to the public address?"""
        reference = self.reference
        for want in self.meant(led):
            if direction == "out" and source in self.clients(led, want):
                if reference.guards(name, want, want.from_, source):
                    return True
            elif direction == "forward":
                for ip in self.clients(led, want):
                    for depth, names in enumerate(self.towards(led, reference.zone(ip)) or ()):
                        if name in names and source in self._seen(ip, depth):
                            return True
        return False

    def led_as(self, led: Led) -> tuple[set[Ip], set[Ip]]:
        """As whom the boundary sees those that it leads, and those among them that it hides."""
        everybody: set[Ip] = set()
        hidden: set[Ip] = set()
        for want in self.meant(led):
            for ip in self.clients(led, want):
                before = self.towards(led, self.reference.zone(ip)) or ()
                seen = self._seen(ip, len(before))
                everybody |= seen
                hidden |= seen if self.is_hidden(led, ip) else set()
        return everybody, hidden

    def _seen(self, ip: Ip, depth: int) -> set[Ip]:
        """As whom a client is seen on its way out, after so many firewalls."""
        return self.reference.nat.seen_sources(ip, self.reference.zone(ip), INTERNET, depth)

    def _is_led(self, led: Led, name: str, direction: str, source: Ip, destination: Ip) -> bool:
        """Is it what the boundary sends on, which goes another way than the direct one?"""
        reference, there = self.reference, self.reference.zone(led.real)
        hidden = {
            ip: want
            for want in self.meant(led)
            for ip in self.clients(led, want)
            if self.is_hidden(led, ip)
        }
        if direction == "out" or not hidden:
            return False
        if direction == "forward" and name == led.boundary:
            return destination == led.host and any(
                source in self._seen(ip, len(self.towards(led, reference.zone(ip)) or ()))
                for ip in hidden
            )
        beyond = (self.towards(led, there) or ())[::-1]
        if direction == "in":
            return (
                destination == led.real
                and source in self._public_after(led, beyond)
                and any(
                    self._arrives(want, name, led)
                    for want in self.meant(led)
                    if any(self.is_hidden(led, ip) for ip in self.clients(led, want))
                )
            )
        for depth, names in enumerate(beyond):
            is_last = depth == len(beyond) - 1
            at = led.real if is_last else reference.nat.elsewhere(there, led.real)
            if name in names and destination == at:
                return source in self._public_after(led, beyond[:depth])
        return False

    def _public_after(self, led: Led, passed: Steps) -> set[Ip]:
        """As what the public address is seen after these firewalls, which may hide zones."""
        seen = {(self.reference.zone(led.public) or INTERNET, led.public)}
        for names in passed:
            seen = {
                after
                for zone, ip in seen
                for name in names
                for after in self.reference.nat.beyond(name, zone, ip, "", False)
            }
        return {ip for _, ip in seen}

    def _arrives(self, want: Wanted, name: str, led: Led) -> bool:
        guarded = (
            self.reference.plan.firewalls[want.guarded].get("role") if want.guarded else want.to
        )
        return self.reference.guards(name, want, guarded or "", led.real, known=bool(want.guarded))

    def meant(self, led: Led) -> list[Wanted]:
        """What wants to get to where the boundary leads, on all of those ports."""
        return [
            want
            for want in self.reference.wanted
            if want.transport == led.transport
            and not want.link_local
            and not want.passed
            and _covers(want.ports, led.ports)
            and self.reference.listens(want, led.real, True)
            and (not want.arriving or any(map(self.reference.comes, want.arriving)))
        ]

    def _clients(self, led: Led, want: Wanted) -> list[Ip]:
        """Those inside who use it, from where the boundary leads them."""
        reference = self.reference
        there = reference.zone(led.real)
        return [
            ip
            for ip in reference.addresses
            if ip.version == 4
            and reference.opens(want, ip, True)
            and reference.paired(want, reference.zone(ip), there)
            and self.is_led(led, ip)
        ]

    def _is_led_there(self, led: Led, ip: Ip) -> bool:
        """Does an answer come back to a client that asks for the public address, and is it one of those
        whom the guide leaves out all the same?
        """
        if self._is_left_out(led, ip):
            return False
        hides = self.is_hidden(led, ip)
        return comes_back(self.reference, led, ip, hides)

    def _is_hidden(self, led: Led, ip: Ip) -> bool:
        """Must the boundary give a client's question its own address, for the answer to come back?"""
        return not comes_back(self.reference, led, ip, hides=False)

    def _is_left_out(self, led: Led, ip: Ip) -> bool:
        """What could work, and is not led: NAT in between, ways side by side of which one passes the
        boundary, and a front that would pass on the public address as its client's.
        """
        here, there = self.reference.zone(ip), self.reference.zone(led.real)
        direct = self.reference.steps(here, there)
        passing = {led.boundary in way for way in each_way(direct)}
        if len(passing) > 1:
            return True
        ends = self.towards(led, here) or (), self.towards(led, there) or ()
        firewalls = self.reference.plan.firewalls
        if any(firewalls[name].get("nat") for end in ends for names in end for name in names):
            return True
        return self.is_hidden(led, ip) and self._is_passed_on(led.real)

    def _towards(self, led: Led, zone: str) -> Steps | None:
        """The firewalls from a zone to the boundary, nearest to the zone first; None: it is not on
        every way out.
        """
        out = self.reference.steps(zone, INTERNET)
        at = [depth for depth, names in enumerate(out) if names == {led.boundary}]
        return out[: at[0]] if at else None

    def _is_passed_on(self, host: Ip) -> bool:
        """Is it a front whose servers see its clients? They would see the public address."""
        reference = self.reference
        return any(
            reference.in_places(reference.everywhere("", front.get("role") or name), host)
            for name, front in reference.plan.tables.get("fronts", {}).items()
            if not front.get("hides_sources", True)
        )

    @cached_property
    def every(self) -> list[Led]:
        """What each boundary with the word leads to one host."""
        found: dict[Led, None] = {}
        for name, firewall in self.reference.plan.firewalls.items():
            if firewall.get("hairpin") and firewall.get("nat"):
                for want in self.reference.wanted:
                    found |= dict.fromkeys(self._of(name, want))
        return list(found)

    def _of(self, name: str, want: Wanted) -> list[Led]:
        """What this boundary forwards from the internet for one connection."""
        reference = self.reference
        if want.link_local or want.passed or not self._is_from_outside(want):
            return []
        found = []
        for ip in reference.addresses:
            there = reference.zone(ip)
            if ip.version != 4 or there == INTERNET or not reference.listens(want, ip):
                continue
            if name not in reference.on_the_way(INTERNET, there):
                continue
            depth = reference.nat.depth(name, INTERNET, there)
            after = reference.nat.forwards_after(there, depth)
            if not reference.paired(want, INTERNET, there):
                continue
            for span in want.ports:
                for host, port, beyond in reference.nat.targets(
                    want, ip, span[0], there, depth + 1
                ):
                    if not beyond and reference.count(want, name, after) != 1:
                        continue
                    width = span[1] - span[0]
                    inner = (port, port + width)
                    outer = reference.nat.targets(want, ip, span[0], there, depth)
                    found += [
                        Led(name, want.transport, public, (at, at + width), host, inner, real)
                        for public, at, _ in outer
                        for real in self._known_as(name, host)
                        if public in self._public_of(name)
                    ]
        return found

    def _known_as(self, name: str, host: Ip) -> list[Ip]:
        """Whom a boundary knows under this address: those in its own zones by the one they have."""
        joined = self.reference.plan.firewalls[name]["zones"]
        elsewhere, zone = self.reference.nat.elsewhere, self.reference.zone
        return [
            ip
            for ip in self.reference.addresses
            if host == (ip if zone(ip) in joined else elsewhere(zone(ip), ip))
        ]

    def _is_from_outside(self, want: Wanted) -> bool:
        """May anybody on the internet open it, by IPv4?"""
        reference = self.reference
        if want.arriving and not any(map(reference.comes, want.arriving)):
            return False
        everybody = [*reference.addresses, ipaddress.ip_address("8.8.8.8")]
        return any(
            ip.version == 4 and reference.zone(ip) == INTERNET and reference.opens(want, ip)
            for ip in everybody
        )

    def _public_of(self, name: str) -> set[Ip]:
        firewall = self.reference.plan.firewalls[name]
        texts = [firewall.get("public_address")]
        texts += [entry.get("address") for entry in firewall.get("publish", {}).values()]
        return {ipaddress.ip_address(text) for text in texts if text}


def _is_among(port: int, span: tuple[int, int]) -> bool:
    return span[0] <= port <= span[1]


def _covers(spans: tuple[tuple[int, int], ...], whole: tuple[int, int]) -> bool:
    """Are all of these ports among those?"""
    return all(
        any(low <= port <= high for low, high in spans) for port in range(whole[0], whole[1] + 1)
    )
