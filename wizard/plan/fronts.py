"""What stands in front of servers and is what others connect to: load balancers, reverse proxies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.facts.model import FlowFact
from wizard.network.ports import PortRange, single_port
from wizard.plan.keys import FrontKey, PlacePart, RoleKey
from wizard.plan.model import Front, FrontKind, Plan
from wizard.plan.publishing import publish_name
from wizard.tables import picked, those_not_in

FRONT_WORDS: dict[FrontKind, str] = {
    "load-balancer": "load balancer",
    "reverse-proxy": "reverse proxy",
}


def front_role(name: str, front: Front) -> str:
    """The role that a front is to others: the one that places it, else one of its own name."""
    return front.role or name


def front_title(name: str, front: Front) -> str:
    """What people call a front: `balancer (load balancer)`."""
    return f"{name} ({FRONT_WORDS[front.kind]})"


def place_key(
    plan: Plan, role: str, part: PlacePart = "zones", product: str | None = None
) -> FrontKey | RoleKey:
    """Where it is asked where a role is; a front that has a place of its own is asked for itself."""
    front = plan.fronts.get(role)
    if front is not None and front.role is None:
        return FrontKey(role, "addresses")
    return RoleKey(role, part, product)


def before(fronts: Mapping[str, Front], listener: str, name: str) -> str | None:
    """The front through which connections to a listener come to this one; None: whoever opens them
    comes to it directly. A front before it that does not serve the listener is passed over.
    """
    for nearer in row(fronts, name):
        if listener in fronts[nearer].serves:
            return nearer
    return None


def row(fronts: Mapping[str, Front], name: str) -> Iterator[str]:
    """The fronts before this one, the nearest first; the front itself last, where they lead back."""
    passed: set[str] = set()
    nearer = fronts[name].behind
    while nearer is not None and nearer in fronts and nearer not in passed:
        yield nearer
        passed.add(nearer)
        nearer = fronts[nearer].behind


def serving(fronts: Mapping[str, Front], listener: str) -> tuple[str, ...]:
    """The fronts that serve a listener, each after the one that comes before it."""
    waiting = [name for name, front in fronts.items() if listener in front.serves]
    ordered: list[str] = []
    while waiting:
        ready = [name for name in waiting if before(fronts, listener, name) not in waiting]
        # Where each stands behind another one, nobody is first.
        ordered += ready or waiting
        waiting = list(those_not_in(waiting, ordered))
    return tuple(ordered)


def fronts_of(plan: Plan, fact: FlowFact) -> dict[str, Front]:
    """The fronts through which a fact's connections go, in the order in which they are passed; none
    for what a front opens itself.
    """
    return picked(plan.fronts, fronts_before(plan, fact))


def fronts_before(plan: Plan, fact: FlowFact) -> dict[str, str | None]:
    """The same, each with the one that comes before it; None for the first of a row."""
    if not plan.fronts or fact.scope != "network" or fact.cast != "unicast":
        return {}
    if fact.at_peer:  # a front stands before those whose listener it is
        return {}
    others: dict[str, Front] = {}
    for name, front in plan.fronts.items():
        if fact.from_ not in (front_role(name, front), front.kind):
            others[name] = front
    listener = publish_name(fact)
    names = serving(others, listener)
    return {name: before(others, listener, name) for name in names}


def front_ports(
    front: Front, fact: FlowFact, ports: tuple[PortRange, ...]
) -> tuple[PortRange, ...]:
    """The ports on which a front takes a fact's connections; `ports`: those of the server."""
    port = front.serves[publish_name(fact)]
    # One number stands for one port; what has more keeps its own.
    return ports if single_port(ports) is None else ((port, port),)
