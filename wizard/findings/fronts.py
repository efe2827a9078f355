"""What a reviewer would say about load balancers and reverse proxies."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.findings.model import (
    FIREWALL_TEAM,
    NETWORK_TEAM,
    PRINT_TEAM,
    Remarks,
    Survey,
    few,
    note,
    warning,
)
from wizard.plan.fronts import front_role, front_title, fronts_of
from wizard.plan.publishing import publish_name
from wizard.rules.wants import Want


@warning("unused-front", PRINT_TEAM, "Take it away, or say what it serves.")
def unused_front(r: Survey) -> Remarks:
    """A front serves what nobody uses, or nothing."""
    passed = _passed(r)
    for name, front in r.plan.fronts.items():
        used = {publish_name(want.fact) for want in passed.get(name, ())}
        idle = [listener for listener in front.serves if listener not in used]
        if not front.serves or len(idle) == len(front.serves):
            yield f"{front_title(name, front)} serves nothing that this plan uses.", (name,)
        elif idle:
            yield (
                f"{front_title(name, front)} serves {few(idle)}, and nothing in this plan connects to"
                " it.",
                (name,),
            )


@warning("front-conflict", FIREWALL_TEAM, "Give one of them another port on it.")
def front_conflict(r: Survey) -> Remarks:
    """A load balancer is to take two services on one port, and has nothing to tell them apart by."""
    for name, front in r.plan.fronts.items():
        listeners_by_port: dict[int, list[str]] = {}
        for listener, port in front.serves.items():
            listeners_by_port.setdefault(port, []).append(listener)
        for port, listeners in listeners_by_port.items():
            if front.kind == "load-balancer" and len(listeners) > 1:
                yield (
                    f"{front_title(name, front)} takes {' and '.join(listeners)} on port {port}. A"
                    " load balancer does not look into connections: they would go to one of the two.",
                    (name, *listeners),
                )


@note(
    "tls-ends-at-front",
    NETWORK_TEAM,
    "See that nobody else can listen behind it, or let the server take TLS itself.",
)
def tls_ends_at_front(r: Survey) -> Remarks:
    """A connection is encrypted up to a front, and in the clear behind it."""
    for name, wants in _passed(r).items():
        front = r.plan.fronts[name]
        clear = [want.id for want in wants if _ends_there(r, name, want)]
        if clear:
            yield (
                f"Encrypted as far as {front_title(name, front)}, in the clear behind it:"
                f" {few(clear)}.",
                (name, *dict.fromkeys(clear)),
            )


def _ends_there(r: Survey, name: str, want: Want) -> bool:
    """True where what the front takes encrypted goes on as something else."""
    role = front_role(name, r.plan.fronts[name])
    if want.to != role or want.fact.encrypted is not True:
        return False
    for onward in r.wants:
        leaves = onward.from_ == role or (onward.relay is not None and onward.relay.role == role)
        if onward.id == want.id and leaves and onward.fact.encrypted is not True:
            return True
    return False


def _passed(r: Survey) -> dict[str, list[Want]]:
    """The connections of each front: those to it."""
    passed: dict[str, list[Want]] = {}
    for name, want in _through(r):
        passed.setdefault(name, []).append(want)
    return passed


def _through(r: Survey) -> Iterator[tuple[str, Want]]:
    if not r.plan.fronts:
        return
    facts = {flow.fact.id: flow.fact for flow in r.flows}
    for want in r.wants:
        fact = facts.get(want.id)
        for name, front in fronts_of(r.plan, fact).items() if fact is not None else ():
            if want.to == front_role(name, front):
                yield name, want
