"""Ports that containers publish on a host, for the formats that can filter them: those that match what
a packet asked for before the engine translated it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from exporters.firewalls.normal import live
from exporters.format import CannotSay
from wizard.deployment import Deployment
from wizard.network.ports import PortRange, join_ports
from wizard.rules.containers import ContainerPorts
from wizard.rules.model import Rule
from wizard.views.containers import published_text
from wizard.views.words import listed

# What does for the tools of Linux that cannot.
LINUX_FORMATS = "take nftables or iptables for this host"


def published_rules(deployment: Deployment, firewall: str) -> list[Rule]:
    """The inbound rules of a host, each with what of its ports containers publish."""
    entries = deployment.containers.get(firewall, ())
    published: list[Rule] = []
    for rule in live(deployment.rules_of(firewall), "in") if entries else ():
        spans = [
            span
            for entry in entries
            if (entry.transport, entry.family) == (rule.transport, rule.family)
            for span in entry.ports
        ]
        ports = tuple(_shared(rule.ports, join_ports(spans)))
        if ports:
            published.append(msgspec.structs.replace(rule, ports=ports))
    return published


def shut_ports(deployment: Deployment, firewall: str) -> tuple[ContainerPorts, ...]:
    """What nobody reaches but by those rules."""
    return deployment.containers.get(firewall, ())


def refuse_published(deployment: Deployment, firewall: str, tool: str, others: str) -> None:
    """Stop a format that sees packets only after the engine has translated them.

    Raises:
        CannotSay: where containers publish ports behind this firewall.
    """
    entries = deployment.containers.get(firewall, ())
    if entries:
        names = listed(dict.fromkeys(entry.installation for entry in entries))
        raise CannotSay(
            f"{tool} cannot filter what a container engine publishes ({names}:"
            f" {published_text(entries)}): it sees those packets only after they are translated;"
            f" {others}"
        )


def _shared(ports: tuple[PortRange, ...], others: tuple[PortRange, ...]) -> Iterator[PortRange]:
    for low, high in ports:
        for first, last in others:
            if max(low, first) <= min(high, last):
                yield max(low, first), min(high, last)
