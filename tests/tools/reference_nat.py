"""Address translation once more, for the reference: single addresses, one firewall after the other."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Sequence

from tests.tools.reference_plan import INTERNET, Ip, PlanReading, Wanted

# The firewalls at each distance on the shortest ways, nearest to who connects first.
Steps = Sequence[frozenset[str]]
# Where a connection leads: an address and a port, and whether some boundary forwards to it.
Target = tuple[Ip, int, bool]


class Translations:
    def __init__(
        self, plan: PlanReading, zone: Callable[[Ip], str], steps: Callable[[str, str], Steps]
    ) -> None:
        self.plan, self.zone, self.steps = plan, zone, steps

    def addresses(self) -> Iterator[Ip]:
        """Every address that stands for others."""
        for firewall in self.plan.firewalls.values():
            entries = [*firewall.get("hides", {}).values(), *firewall.get("publish", {}).values()]
            texts = [firewall.get("public_address")]
            texts += [entry.get("behind", entry.get("address")) for entry in entries]
            yield from (ipaddress.ip_address(text) for text in texts if text)
        for table in self.plan.zones.values():
            for network in table.get("seen_as", ()):
                yield from ipaddress.ip_network(network)

    def elsewhere(self, zone: str, ip: Ip) -> Ip:
        """As what the rest of the network sees an address of a zone: the same last bits."""
        table = self.plan.zones.get(zone, {})
        four = [n for n in map(ipaddress.ip_network, table.get("networks", ())) if n.version == 4]
        for network, text in zip(four, table.get("seen_as", ()), strict=False):
            if ip in network:
                return ipaddress.ip_network(text)[int(ip) - int(network.network_address)]
        return ip

    def depth(self, name: str, here: str, there: str) -> int:
        """How many steps away from who connects a firewall is."""
        return next(at for at, names in enumerate(self.steps(here, there)) if name in names)

    def seen_sources(self, ip: Ip, here: str, there: str, passed: int | None = None) -> set[Ip]:
        """As whom somebody is seen after so many steps; None: after all of them. Where nothing joins
        the two, others know a zone by what it is seen as all the same.
        """
        if here != there and not self.steps(here, there):
            return {self.elsewhere(here, ip)}
        seen = {(here, ip)}
        for step, names in enumerate(self.steps(here, there)[:passed]):
            seen = {
                beyond
                for zone, source in seen
                for name in names
                for beyond in self.beyond(name, zone, source, there, step == 0)
            }
        return {source for _, source in seen}

    def beyond(
        self, name: str, zone: str, ip: Ip, there: str, joins: bool
    ) -> Iterator[tuple[str, Ip]]:
        """As whom somebody is seen beyond a firewall, and where that belongs.

        `joins`: it is the first one, and joins the zone where the connection begins.
        """
        firewall = self.plan.firewalls[name]
        hidden = firewall.get("hides", {}).get(zone)
        public = firewall.get("public_address")
        if ip.version == 6:
            yield zone, ip
        elif hidden:
            behind = ipaddress.ip_address(hidden["behind"])
            yield self.zone(behind), behind
        elif not (firewall.get("nat") and there == INTERNET):
            yield zone, self.elsewhere(zone, ip) if joins else ip
        elif public:
            yield self.zone(ipaddress.ip_address(public)), ipaddress.ip_address(public)

    def targets(self, want: Wanted, ip: Ip, port: int, there: str, outside_of: int) -> set[Target]:
        """Where a connection from the internet leads, seen before all but so many first steps."""
        targets: set[Target] = {(ip, port, False)}
        if ip.version == 6:
            return targets
        steps = self.steps(INTERNET, there)
        if outside_of < len(steps):
            targets = {(self.elsewhere(there, ip), port, False)}
        for names in reversed(steps[outside_of:]):
            targets = {
                outside
                for target in targets
                for name in names
                for outside in self._outside(want, name, target, port)
            }
        return targets

    def _outside(self, want: Wanted, name: str, target: Target, port: int) -> Iterator[Target]:
        firewall = self.plan.firewalls[name]
        if not firewall.get("nat"):
            yield target
            return
        entry = firewall.get("publish", {}).get(want.published, {})
        public = entry.get("address") or firewall.get("public_address")
        alone = len(want.ports) == 1 and want.ports[0][0] == want.ports[0][1]
        if public:
            yield (
                ipaddress.ip_address(public),
                entry.get("port", port) if alone else port,
                True,
            )

    def forwards_after(self, there: str, depth: int) -> tuple[frozenset[str], ...]:
        """The steps on a way in, beyond so many, on which somebody forwards."""
        beyond = self.steps(INTERNET, there)[depth + 1 :]
        return tuple(
            names for names in beyond if any(self.plan.firewalls[n].get("nat") for n in names)
        )
