"""What is not the internet, by the contract and the standard library alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

PRIVATE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
)


def inside_of(own: Iterable[str], version: int) -> tuple[str, ...]:
    """What rules except from the internet in a plan with these networks: merged and sorted."""
    if version == 4:
        four = [*PRIVATE, *(network for network in own if ":" not in network)]
        return tuple(map(str, ipaddress.collapse_addresses(map(ipaddress.IPv4Network, four))))
    everything = ipaddress.IPv6Network("::/0")
    outside = everything.address_exclude(ipaddress.IPv6Network("2000::/3"))
    six = [*outside, *(ipaddress.IPv6Network(network) for network in own if ":" in network)]
    return tuple(map(str, ipaddress.collapse_addresses(six)))
