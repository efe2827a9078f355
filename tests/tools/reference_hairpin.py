"""Hairpin NAT once more, for the reference: who inside is led back in by a public address, one address
after the other. What the word means is the guide's.
"""

from __future__ import annotations

import ipaddress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tests.tools.reference_plan import INTERNET, Ip, Wanted

if TYPE_CHECKING:
    from tests.tools.reference import Reference


class Led(NamedTuple):
    """A boundary leads whoever comes to this public address and these ports to a host."""

    boundary: str
    transport: str
    public: Ip
    public_ports: tuple[int, int]
    host: Ip
    ports: tuple[int, int]


class Hairpins:
    """The ways from inside through public addresses."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference

    def allows(
        self, name: str, direction: str, transport: str, port: int, source: Ip, destination: Ip
    ) -> bool:
        """Does a way through a public address need this firewall to let this one through?"""
        for led in self.every if source.version == 4 else ():
            if led.transport != transport:
                continue
            low, high = led.public_ports if direction == "out" else led.ports
            if low <= port <= high and self._lies_on(led, name, direction, source, destination):
                return True
        return False

    def _lies_on(self, led: Led, name: str, direction: str, source: Ip, destination: Ip) -> bool:
        if direction == "out":
            # Clients ask for the public address.
            return destination == led.public and any(
                self.reference.guards(name, want, want.from_, source)
                for want in self.meant(led)
                if self._comes(led, want, source)
            )
        if destination != led.host:
            return False
        if direction == "forward":
            # Between other zones the boundary lets through what the direct way needs.
            return name == led.boundary and any(
                self.is_hidden(led, want, source) for want in self.meant(led)
            )
        return source == led.public and any(
            self._arrives(want, name, led)
            for want in self.meant(led)
            if any(self.is_hidden(led, want, ip) for ip in self.reference.addresses)
        )

    def _arrives(self, want: Wanted, name: str, led: Led) -> bool:
        guarded = (
            self.reference.plan.firewalls[want.guarded].get("role") if want.guarded else want.to
        )
        return self.reference.guards(name, want, guarded or "", led.host, known=bool(want.guarded))

    def is_hidden(self, led: Led, want: Wanted, ip: Ip) -> bool:
        """Is it in the server's own zone, and seen there as the public address?"""
        zone = self.reference.zone
        return zone(ip) == zone(led.host) and self._comes(led, want, ip)

    def meant(self, led: Led) -> list[Wanted]:
        """What wants to get to where the boundary leads, on all of those ports."""
        return [
            want
            for want in self.reference.wanted
            if want.transport == led.transport
            and not want.link_local
            and not want.passed
            and _covers(want.ports, led.ports)
            and self.reference.listens(want, led.host, True)
            and (not want.arriving or any(map(self.reference.comes, want.arriving)))
        ]

    def _comes(self, led: Led, want: Wanted, ip: Ip) -> bool:
        """Does this one inside use it, from where the boundary leads it?"""
        reference = self.reference
        here, there = reference.zone(ip), reference.zone(led.host)
        joined = {*reference.plan.firewalls[led.boundary]["zones"]} - {INTERNET}
        # Zones that are seen as others still need the name.
        joined = {zone for zone in joined if not reference.plan.zones[zone].get("seen_as")}
        return (
            ip.version == 4
            and {here, there} <= joined
            and not (here == there and self._is_passed_on(led.host))
            and (here == there or reference.steps(here, there) == (frozenset({led.boundary}),))
            and reference.opens(want, ip, True)
            and reference.paired(want, here, there)
        )

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
                    inner = (port, port + span[1] - span[0])
                    outer = reference.nat.targets(want, ip, span[0], there, depth)
                    found += [
                        Led(name, want.transport, public, (at, at + span[1] - span[0]), host, inner)
                        for public, at, _ in outer
                        if public in self._public_of(name)
                    ]
        return found

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


def _covers(spans: tuple[tuple[int, int], ...], whole: tuple[int, int]) -> bool:
    """Are all of these ports among those?"""
    return all(
        any(low <= port <= high for low, high in spans) for port in range(whole[0], whole[1] + 1)
    )
