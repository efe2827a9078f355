"""Rules of a boundary as OPNsense and pfSense take them: addresses without exceptions, one family
each, for all interfaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from exporters.firewalls.boundaries import crossing, reason
from exporters.firewalls.normal import without_exceptions
from wizard.deployment import Deployment
from wizard.network.addresses import Cidrs
from wizard.network.ports import PortRange

_DESCRIPTION = 200


class PfLine(msgspec.Struct, frozen=True):
    """One rule: pass or block, for both sides' addresses."""

    action: str
    protocol: str
    family: str
    sources: Cidrs
    destinations: Cidrs
    ports: tuple[PortRange, ...]
    description: str

    @property
    def key(self) -> bytes:
        """Sixteen bytes that stand for this content."""
        return hashlib.blake2b(
            repr(msgspec.structs.astuple(self)).encode(), digest_size=16
        ).digest()


def pf_lines(deployment: Deployment, firewall: str) -> tuple[PfLine, ...]:
    """What is denied, then what is allowed; none for a rule that lets nobody through, and none
    twice.
    """
    return tuple(dict.fromkeys(_lines(deployment, firewall)))


def _lines(deployment: Deployment, firewall: str) -> Iterator[PfLine]:
    for rule in map(without_exceptions, crossing(deployment, firewall)):
        if rule.sources and rule.destinations:
            yield PfLine(
                action="pass" if rule.action == "allow" else "block",
                protocol=rule.transport,
                family="inet6" if rule.family == 6 else "inet",
                sources=rule.sources,
                destinations=rule.destinations,
                ports=rule.ports,
                description=f"portwright {firewall}: {reason(rule, _DESCRIPTION)}",
            )
