"""Address translation in nftables: port forwards, source NAT, networks for networks."""

from __future__ import annotations

from collections.abc import Sequence

from exporters.firewalls import nft_rules
from exporters.firewalls.nft_rules import AddressSets, comment
from wizard.network.addresses import bare, declared_of
from wizard.network.source_nat import SourceNat, ZoneNat
from wizard.rules.hairpin import Hairpin
from wizard.rules.model import Forward


def source_chains(
    nats: Sequence[SourceNat],
    zones: Sequence[ZoneNat],
    sets: AddressSets,
    ways: Sequence[Hairpin],
) -> list[str]:
    """What changes sources on their way out or back into their zone, and networks both ways."""
    lines = [line for way in ways for line in _back_inside(way, sets)]
    for nat in nats:
        to = f"snat ip to {nat.to}" if nat.to else "masquerade"
        lines.append(
            f"        ip saddr {sets.use('clients', nat.sources)} ip daddr !="
            f" {sets.use('elsewhere', nat.excepted)} {to} comment"
            f' "{comment("source NAT", nat.about)}"'
        )
    back: list[str] = []
    for zone in zones:
        note = f'comment "{comment("1:1", zone.about)}"'
        lines.append(
            f"        ip saddr {zone.own} ip daddr != {nft_rules.inline(zone.inside)} snat ip prefix to ip saddr map"
            f" {{ {zone.own} : {zone.seen} }} {note}"
        )
        back.append(
            f"        ip daddr {zone.seen} dnat ip prefix to ip daddr map"
            f" {{ {zone.seen} : {zone.own} }} {note}"
        )
    chains: list[str] = []
    if back:
        hook = "nat hook prerouting priority dstnat; policy accept;"
        chains.append(nft_rules.chain("networks_back", hook, back))
    if lines:
        hook = "nat hook postrouting priority srcnat; policy accept;"
        chains.append(nft_rules.chain("source_nat", hook, lines))
    return chains


def redirect(forward: Forward, sets: AddressSets) -> list[str]:
    """Destination NAT for one forward; nothing for one that has no address or that nobody may use."""
    sources = declared_of(forward.sources, 4)
    if forward.public_address is None or forward.address is None or not sources:
        return []
    if ":" in forward.public_address or ":" in forward.address:
        return []
    public, inner = bare(forward.public_address), bare(forward.address)
    (low, high), (to_low, to_high) = forward.public_ports, forward.ports
    if high - low != to_high - to_low:
        raise ValueError(f"{forward.id}: the two port ranges differ in length")
    match = "" if sources == ("0.0.0.0/0",) else f"ip saddr {sets.use('clients', sources)} "
    match += (
        f"ip daddr {public} {forward.transport} dport {nft_rules.ports((forward.public_ports,))}"
    )
    if low == high:
        target = f"{inner}:{to_low}"
    elif low == to_low:
        target = inner
    else:
        pairs = ", ".join(f"{low + step} : {to_low + step}" for step in range(high - low + 1))
        target = f"{inner} : {forward.transport} dport map {{ {pairs} }}"
    return [
        f"        {match} dnat ip to {target} comment"
        f' "{comment(forward.id, "; ".join(forward.flows))}"'
    ]


def _back_inside(way: Hairpin, sets: AddressSets) -> list[str]:
    """Source NAT for those who have another way to the server: its answers come back through here."""
    if not way.hidden:
        return []
    forward = way.forward
    return [
        f"        ct original ip daddr {forward.public_address} ip saddr"
        f" {sets.use('clients', way.hidden)} ip daddr {forward.address} {forward.transport} dport"
        f" {nft_rules.ports((forward.ports,))} snat ip to {forward.public_address} comment"
        f' "{comment(forward.id, "hairpin")}"'
    ]
