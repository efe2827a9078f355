"""What must never be, with the addresses that a firewall sees; and which rules let some of it
through.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from wizard.network.ports import PortRange
from wizard.network.topology import Network
from wizard.rules.denials import Denial
from wizard.rules.model import Rule


class SeenDenials:
    """Denials as firewalls see them. Remembers what it worked out: many rules ask the same."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._seen: dict[tuple[str, Denial], tuple[Denial, ...]] = {}

    def at(self, firewall: str, denial: Denial) -> tuple[Denial, ...]:
        """The same with the addresses that one firewall sees: several where it guards hosts in
        zones that are seen as others, as each host sees only those of its own zone.
        """
        if not self._network.renumbered.zones:
            return (denial,)
        key = (firewall, denial)
        if key not in self._seen:
            self._seen[key] = self._seen_from(firewall, denial)
        return self._seen[key]

    def all_at(self, firewall: str, denials: Iterable[Denial]) -> list[Denial]:
        """Each of several, as one firewall sees it."""
        seen: list[Denial] = []
        for denial in denials:
            seen += self.at(firewall, denial)
        return seen

    def _seen_from(self, firewall: str, denial: Denial) -> tuple[Denial, ...]:
        own = self._network.renumbered.own
        seen: dict[Denial, None] = {}
        for zones in self._network.standpoints(firewall):
            sources, destinations = own(zones, denial.sources), own(zones, denial.destinations)
            seen[msgspec.structs.replace(denial, sources=sources, destinations=destinations)] = None
        return tuple(seen)

    def ports_against(self, denial: Denial, rule: Rule) -> tuple[PortRange, ...]:
        """The ports on which a rule lets some of it through; none: it lets nothing of it through."""
        ports: dict[PortRange, None] = {}
        for seen in self.at(rule.firewall, denial):
            ports.update(dict.fromkeys(seen.ports_let_through(rule)))
        return tuple(ports)
