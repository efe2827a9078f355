"""What a NAT boundary publishes: the names of what it forwards to, and where each of them stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from wizard.facts.model import FlowFact
from wizard.network.ports import PortRange, single_port
from wizard.plan.model import Firewall, Front, Plan, Published, changed


def publish_name(fact: FlowFact) -> str:
    """What plans call the listener of a fact: `papercut-mf/https`; by the fact's own name where it
    has none.
    """
    return f"{fact.installation}/{fact.listener or fact.entry}"


def public_side(
    firewall: Firewall, fact: FlowFact, every_range: Sequence[PortRange], ports: PortRange
) -> tuple[str | None, PortRange]:
    """The public address (None: not known) and ports on which a boundary forwards to some of a
    fact's ports.
    """
    entry = firewall.publish.get(publish_name(fact), Published())
    address = entry.address or firewall.public_address
    # One number stands for one port; what has more keeps its own.
    if entry.port is None or single_port(every_range) is None:
        return address, ports
    return address, (entry.port, entry.port)


def public_addresses(firewall: Firewall) -> tuple[str, ...]:
    """Every public address that a boundary's port forwards stand on, its own first."""
    addresses = [firewall.public_address, *(e.address for e in firewall.publish.values())]
    return tuple(dict.fromkeys(filter(None, addresses)))


def with_published(plan: Plan, renamed: Callable[[str], str | None]) -> Plan:
    """The plan with every name of a listener put through `renamed`; None: it is published, and
    served, no more.
    """
    firewalls: dict[str, Firewall] = {}
    for name, firewall in plan.firewalls.items():
        publish: dict[str, Published] = {}
        for listener, entry in firewall.publish.items():
            becomes = renamed(listener)
            if becomes is not None:
                publish[becomes] = entry
        firewalls[name] = msgspec.structs.replace(firewall, publish=publish)
    return changed(plan, firewalls=firewalls, fronts=_serving(plan, renamed))


def _serving(plan: Plan, renamed: Callable[[str], str | None]) -> dict[str, Front]:
    """The fronts, with what they serve put through `renamed`."""
    fronts: dict[str, Front] = {}
    for name, front in plan.fronts.items():
        serves: dict[str, int] = {}
        for listener, port in front.serves.items():
            becomes = renamed(listener)
            if becomes is not None:
                serves[becomes] = port
        encrypts = tuple(filter(None, map(renamed, front.encrypts)))
        fronts[name] = msgspec.structs.replace(front, serves=serves, encrypts=encrypts)
    return fronts


def with_renamed_owner(plan: Plan, old: str, new: str | None) -> Plan:
    """The plan with what an installation has published under its new name; None: without it."""

    def renamed(listener: str) -> str | None:
        owner, _, rest = listener.partition("/")
        if owner != old:
            return listener
        return None if new is None else f"{new}/{rest}"

    return with_published(plan, renamed)
