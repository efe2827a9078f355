"""Ports that containers publish on a host, for the formats that can filter them: those that match what
a packet asked for before the engine translated it.
"""

from __future__ import annotations

import msgspec

from exporters.firewalls.normal import live
from exporters.format import CannotSay
from wizard.deployment import Deployment
from wizard.facts.model import Transport
from wizard.network.ports import PortRange, common_ports, join_ports
from wizard.plan.model import Engine
from wizard.rules.model import Rule
from wizard.views.containers import published_text
from wizard.views.words import listed

# What does for the tools of Linux that cannot.
LINUX_FORMATS = "take nftables or iptables for this host"


def published_rules(deployment: Deployment, firewall: str) -> list[Rule]:
    """The inbound rules of a host, each with what of its ports containers publish."""
    entries = deployment.containers_of(firewall)
    published: list[Rule] = []
    for rule in live(deployment.rules_of(firewall), "in") if entries else ():
        spans: list[PortRange] = []
        for entry in entries:
            if (entry.transport, entry.family) == (rule.transport, rule.family):
                spans += entry.ports
        ports = common_ports(rule.ports, join_ports(spans))
        if ports:
            published.append(msgspec.structs.replace(rule, ports=ports))
    return published


class Shut(msgspec.Struct, frozen=True):
    """Ports of one installation that nobody reaches but by those rules, at any address of the host:
    an engine publishes on all of them, of both families.
    """

    installation: str
    engine: Engine
    transport: Transport
    ports: tuple[PortRange, ...]


def shut_ports(deployment: Deployment, firewall: str) -> list[Shut]:
    """What is closed behind those rules."""
    spans_by_key: dict[tuple[str, Engine, Transport], list[PortRange]] = {}
    for entry in deployment.containers_of(firewall):
        key = entry.installation, entry.engine, entry.transport
        spans_by_key.setdefault(key, []).extend(entry.ports)
    return [Shut(*key, join_ports(spans)) for key, spans in spans_by_key.items()]


def refuse_published(deployment: Deployment, firewall: str, tool: str, others: str) -> None:
    """Stop a format that sees packets only after the engine has translated them.

    Raises:
        CannotSay: where containers publish ports behind this firewall.
    """
    entries = deployment.containers_of(firewall)
    if entries:
        names = listed(dict.fromkeys(entry.installation for entry in entries))
        raise CannotSay(
            f"{tool} cannot filter what a container engine publishes ({names}:"
            f" {published_text(entries)}): it sees those packets only after they are translated;"
            f" {others}"
        )
