"""What becomes of addresses on their way: source translation, where a boundary hides a zone."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from wizard.network import addresses
from wizard.network.addresses import Cidrs, Family
from wizard.network.topology import Network
from wizard.network.ways import Levels
from wizard.plan.model import INTERNET
from wizard.tables import each_made


class SeenAddresses(msgspec.Struct, frozen=True):
    """Addresses as they are seen somewhere; `waits` names the boundaries whose address nobody has
    said, so that it is not known as what some of them are seen.
    """

    cidrs: Cidrs
    waits: tuple[str, ...] = ()


def seen_after(
    network: Network, zone: str, cidrs: Cidrs, levels: Levels, outward: bool, family: Family
) -> SeenAddresses:
    """What addresses of a zone are once they have passed some firewalls, nearest to them first."""
    current: dict[str, Cidrs] = {zone: cidrs}
    waits: dict[str, None] = {}
    for level in levels:
        beyond: dict[str, list[str]] = {}
        for at, those in current.items():
            for name in level:
                becomes = _translated(network, name, at, those, outward, family)
                if becomes is None:
                    waits[name] = None
                elif becomes is those:
                    beyond.setdefault(at, []).extend(those)
                else:
                    beyond.setdefault(_zone_of(network, becomes), []).extend(becomes)
        current = each_made(addresses.declared, beyond)
    every = (cidr for those in current.values() for cidr in those)
    return SeenAddresses(addresses.declared(every), tuple(sorted(waits)))


def _translated(
    network: Network, name: str, zone: str, cidrs: Cidrs, outward: bool, family: Family
) -> Cidrs | None:
    """What a boundary makes of a zone's addresses: the same ones, or others; None: nobody has said."""
    firewall = network.plan.firewalls[name]
    hidden = firewall.hides.get(zone)
    if family != 4 or not cidrs:
        return cidrs
    if hidden is not None and hidden.behind is not None:
        return (f"{hidden.behind}/32",)
    if not (outward and firewall.nat):
        return cidrs
    return (f"{firewall.public_address}/32",) if firewall.public_address else None


def _zone_of(network: Network, cidrs: Iterable[str]) -> str:
    """Where a translated address belongs: the next boundary may hide that zone."""
    pieces = network.locate(tuple(cidrs))
    return pieces[0].zone if pieces else INTERNET
