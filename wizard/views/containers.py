"""Containers in words: what is published on a host, and where its packets are filtered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.deployment import Deployment
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.plan.model import Engine
from wizard.rules.containers import ContainerPorts
from wizard.rules.model import Rule
from wizard.views.words import listed

ENGINES: dict[Engine, str] = {"docker": "Docker", "podman": "Podman"}


def container_notes(deployment: Deployment, name: str) -> tuple[str, ...]:
    """What containers publish behind a host's firewall, and what that means for its rules; none
    where nothing does.
    """
    by_installation: dict[str, list[ContainerPorts]] = {}
    for entry in deployment.containers_of(name):
        by_installation.setdefault(entry.installation, []).append(entry)
    if not by_installation:
        return ()
    notes = []
    for installation, entries in by_installation.items():
        ports = published_text(entries)
        notes.append(f"{ENGINES[entries[0].engine]} publishes {ports} for {installation}.")
    return (
        *notes,
        "Packets to published ports are translated (DNAT) and forwarded, so the inbound rules count"
        " there too: by the address and port that was asked for. Other forwarding stays as it is.",
        "What containers open themselves is forwarded, and not filtered on this host.",
    )


def forwarded_text(engine: str) -> str:
    """What becomes of a connection to a port that an engine publishes."""
    return (
        f"{engine} publishes this port: the packets are forwarded to its container, and filtered"
        " there by the address and port that was asked for"
    )


def published_text(entries: Iterable[ContainerPorts]) -> str:
    """The ports of all entries: `630/tcp, 9191-9193/tcp`."""
    return listed(list(ports_by_transport(entries)))


def ports_by_transport(holders: Iterable[ContainerPorts | Rule]) -> Iterator[str]:
    """The ports of all, TCP first: `630/tcp`, `161-162/udp`."""
    ports: dict[str, list[PortRange]] = {"tcp": [], "udp": []}
    for holder in holders:
        ports[holder.transport] += holder.ports
    for transport, ranges in ports.items():
        if ranges:
            yield f"{ports_text(join_ports(ranges))}/{transport}"
