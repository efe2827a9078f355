"""Who reaches the web by which proxy, and where each proxy is."""

from __future__ import annotations

from wizard.network import addresses
from wizard.network.party import Party, Piece
from wizard.network.topology import Network
from wizard.plan.model import site_of_zone
from wizard.plan.proxies import EVERYWHERE_ELSE, PROXY, UsedProxy, proxies_of


class Proxied:
    """The web proxies of a plan. Remembers the parts of parties, so that equal ones are one object."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.used = proxies_of(network.plan)
        own = {used.site for used in self.used}
        sites = site_of_zone(network.plan).items()
        self._site_of = {zone: site for zone, site in sites if site in own}
        # Sites whose proxy is where the role is: nobody else's is there.
        self._by_role = {used.site for used in self.used if used.is_explicit and not used.addresses}
        self._parts: dict[tuple[Party, str], Party | None] = {}
        self._places: dict[tuple[Party | None, str], Party] = {}

    def of_zone(self, zone: str) -> UsedProxy:
        """How the web is reached from a zone."""
        site = self._site_of.get(zone, EVERYWHERE_ELSE)
        return next(used for used in self.used if used.site == site)

    def clients(self, party: Party, used: UsedProxy) -> Party | None:
        """What of a party reaches the web so; None for nothing. Who has no place yet does it as
        everybody.
        """
        if len(self.used) == 1:
            return party
        if party.unplaced:
            return party if used.site == EVERYWHERE_ELSE else None
        key = party, used.site
        if key not in self._parts:
            site_of = self._site_of
            there = [p for p in party.pieces if site_of.get(p.zone, EVERYWHERE_ELSE) == used.site]
            self._parts[key] = _part(party, there) if there else None
        return self._parts[key]

    def place(self, role: Party | None, used: UsedProxy) -> Party:
        """Where a proxy is; `role`: where the role is. Without a place it is an open question, not
        a shortcut.
        """
        key = (None if used.addresses else role), used.site
        if key not in self._places:
            self._places[key] = self._place(role or Party(PROXY, ()), used)
        return self._places[key]

    def _place(self, role: Party, used: UsedProxy) -> Party:
        if used.addresses:
            zones = self._network.plan.sites[used.site].zones
            cidrs = addresses.declared(used.addresses)
            return Party(PROXY, self._network.locate(cidrs, near=zones))
        return _part(role, [piece for piece in role.pieces if self._is_at(piece, used)])

    def _is_at(self, piece: Piece, used: UsedProxy) -> bool:
        site = self._site_of.get(piece.zone, EVERYWHERE_ELSE)
        return (site if site in self._by_role else EVERYWHERE_ELSE) == used.site


def _part(party: Party, pieces: list[Piece]) -> Party:
    """The party itself where it has no other pieces."""
    return party if len(pieces) == len(party.pieces) else Party(party.role, tuple(pieces))
