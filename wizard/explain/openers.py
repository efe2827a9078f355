"""What would open a connection that stops: the features, options and ports that have to be answered
differently.

Facts that fit the parties and the port are looked for, those first that speak of these parties, not
of somebody who is at one of their addresses, and that need the fewest answers. The first few are
tried: with their answers in the plan, does the connection get through?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from wizard.deployment import Deployment
from wizard.explain.hops import Asked
from wizard.explain.values import Opener, OpenStep
from wizard.facts.model import Catalog, Condition, EndpointFact, FlowFact, Product
from wizard.network import addresses
from wizard.network.ports import PortRange, parse_ports
from wizard.network.topology import Network, Party
from wizard.plan.model import INTERNET, Plan, ProductPlan
from wizard.questions import AnswerError, answered, question_at, value_of, written
from wizard.rules.select import MANAGEMENT, MANAGER, active_features, fits_version

_TRIED = 6
Steps = tuple[tuple[str, Any], ...]
# How far the parties of a fact are from those that are asked for: 0 is the same role. Second: 0
# where the product itself listens at the other end.
Far = tuple[int, int]
_AT_HOME: Far = (0, 0)
Candidate = tuple[Far, Opener]


def openers(
    deployment: Deployment,
    network: Network,
    asked: Mapping[str, Asked],
    gets_through: Callable[[Plan], bool],
) -> tuple[Opener, ...]:
    """What would open it, the nearest first. `asked` is the question as each product understands it
    (a role can be elsewhere for each), `gets_through` tells of a changed plan whether the
    connection does.
    """
    plan, catalog = deployment.plan, deployment.catalog
    found: list[Candidate] = []
    for one in dict.fromkeys(asked.values()):
        found += _of_management(network, one)
    for name, one in asked.items():
        if name in catalog.products:
            found += _of_product(catalog, network, one, catalog.products[name], plan.products[name])
    if not found:
        for product in catalog.products.values():
            if product.id not in plan.products:
                for one in dict.fromkeys(asked.values()):
                    found += _of_product(catalog, network, one, product, None)
    return _tried(deployment, _ranked(found), gets_through)


def _tried(
    deployment: Deployment, ranked: Iterable[Candidate], gets_through: Callable[[Plan], bool]
) -> tuple[Opener, ...]:
    """The first few tried. What needs all the answers of one that opens it, and more, is left out."""
    kept: list[Candidate] = []
    left = _TRIED
    for far, opener in ranked:
        steps = {(step.key, step.value) for step in opener.steps}
        if any(one.opens and {(s.key, s.value) for s in one.steps} <= steps for _, one in kept):
            continue
        opens = gets_through(_answered(deployment, opener)) if left else None
        left = max(left - 1, 0)
        kept.append((far, msgspec.structs.replace(_worded(deployment, opener), opens=opens)))
    # What was found to open it comes first. Of what is as near, what was not tried comes before
    # what does not.
    kept.sort(key=lambda one: (0,) if one[1].opens else (1, *one[0], one[1].opens is False))
    return tuple(opener for _, opener in kept)


def _ranked(found: Iterable[Candidate]) -> list[Candidate]:
    """Each set of answers once, with all that it is for; the nearest with the fewest answers first."""
    by_steps: dict[tuple[str, Steps], list[Candidate]] = {}
    for far, opener in sorted(
        found, key=lambda one: (one[0], one[1].product, one[1].feature, one[1].flow)
    ):
        steps = tuple((step.key, step.value) for step in opener.steps)
        by_steps.setdefault((opener.product, steps), []).append((far, opener))
    joined: list[Candidate] = []
    for same in by_steps.values():
        service = "; ".join(dict.fromkeys(opener.service for _, opener in same))
        far, first = same[0]
        joined.append((far, msgspec.structs.replace(first, service=service)))
    joined.sort(
        key=lambda one: (one[0][0], len(one[1].steps), one[0][1], one[1].product, one[1].feature)
    )
    return joined


def _of_product(
    catalog: Catalog, network: Network, asked: Asked, product: Product, own: ProductPlan | None
) -> Iterator[Candidate]:
    choose: Steps = () if own is not None else (("products", product.id),)
    answers = own or ProductPlan()
    for fact in product.flows:
        if fact.transport != asked.transport or fact.scope == "loopback":
            continue
        port = _port_steps(product, answers, fact, asked.port)
        if port is None or not _between(network, product.id, fact, asked):
            continue
        far = (
            _far(network, product.id, fact.from_, asked.sources)
            + _far(network, product.id, fact.to, asked.destinations),
            0 if catalog.roles[fact.to].product_owned else 1,
        )
        steps = (
            *choose,
            *_unmet(product, answers, fact),
            *_present(network.plan, product.id, fact),
            *port,
        )
        if steps:
            yield far, _opener(product.id, fact.feature, fact.id, fact.service, steps)
    outside = any(piece.zone == INTERNET for piece in asked.destinations.pieces)
    for end in product.endpoints if outside and asked.transport == "tcp" else ():
        if end.port == asked.port and _is_at(network, product.id, end.from_, asked.sources):
            steps = (*choose, *_unmet(product, answers, end))
            if steps:
                far = (_far(network, product.id, end.from_, asked.sources), 1)
                yield far, _opener(product.id, end.feature, end.id, end.purpose, steps)


def _of_management(network: Network, asked: Asked) -> Iterator[Candidate]:
    """A way in for administration, where the host's firewall has none for this port."""
    if not _is_at(network, "", MANAGER, asked.sources):
        return
    for name, firewall in network.guards.items():
        for method, (service, ports, _) in MANAGEMENT.items():
            if (
                method not in firewall.management
                and asked.transport == "tcp"
                and _holds(ports, asked.port)
                and network.held(name, asked.destinations)
            ):
                value = (*firewall.management, method)
                steps = ((f"firewalls.{name}.management", value),)
                yield (
                    _AT_HOME,
                    _opener("management", method, f"management/{method}", service, steps),
                )


def _opener(product: str, feature: str, flow: str, service: str, steps: Steps) -> Opener:
    bare = tuple(OpenStep(key, value, "", "") for key, value in dict(steps).items())
    return Opener(product, feature, flow, service, bare[0].key, "", bare)


def _unmet(product: Product, own: ProductPlan, fact: FlowFact | EndpointFact) -> Steps:
    """The answers that the fact still needs: of its alternatives, the one that needs fewest."""
    version: Steps = ()
    if not fits_version(fact.versions, own.version or product.newest):
        at = fact.versions.until or product.newest
        version = ((f"products.{product.id}.version", at),)
    ways = [
        tuple(step for one in all_of for step in _of_condition(product, own, one))
        for all_of in fact.when
    ]
    return (*min(ways, key=len, default=()), *version)


def _of_condition(
    product: Product, own: ProductPlan, condition: Condition
) -> Iterator[tuple[str, Any]]:
    feature = product.features[condition.feature]
    key = f"products.{product.id}.features.{condition.feature}"
    on = condition.feature in active_features(product, own)
    if not on:
        yield key, True
    given = own.features.get(condition.feature, {})
    for name, option in feature.options.items():
        value = given.get(name, option.default) if on else option.default
        values = set(value) if isinstance(value, tuple) else {value}
        wanted = condition.options.get(name)
        if wanted is not None and not (values & set(wanted) or values & option.everything()):
            kept = value if isinstance(value, tuple) else ()
            yield f"{key}.{name}", (*kept, wanted[0]) if option.kind == "choices" else wanted[0]
        elif wanted is None and value is None and option.choices:
            # A required option that does not matter here still has to be answered.
            first = option.choices[0].value
            yield f"{key}.{name}", (first,) if option.kind == "choices" else first


def _port_steps(product: Product, own: ProductPlan, fact: FlowFact, port: int) -> Steps | None:
    """The answers that bring the fact to the port: none needed, a listener's port, a range; None:
    it cannot.
    """
    if fact.listener is not None and fact.listener in own.ports:
        if own.ports[fact.listener] == port:
            return ()
        return (
            ((f"products.{product.id}.ports.{fact.listener}", port),)
            if _holds(fact.ports, port)
            else None
        )
    if fact.ports_option is not None:
        given = own.features.get(fact.feature, {}).get(fact.ports_option)
        if isinstance(given, tuple) and given:
            if _holds(parse_ports(given), port):
                return ()
            key = f"products.{product.id}.features.{fact.feature}.{fact.ports_option}"
            return ((key, (*given, str(port))),) if _holds(fact.ports, port) else None
    return () if _holds(fact.ports, port) else None


def _present(plan: Plan, product: str, fact: FlowFact) -> Iterator[tuple[str, Any]]:
    for role in (fact.from_, fact.to):
        place = plan.placement(product, role)
        if place is not None and place.absent:
            own = plan.products.get(product)
            head = f"products.{product}.roles" if own is not None and role in own.roles else "roles"
            yield f"{head}.{role}.absent", False


def _between(network: Network, product: str, fact: FlowFact, asked: Asked) -> bool:
    return _is_at(network, product, fact.from_, asked.sources) and _is_at(
        network, product, fact.to, asked.destinations
    )


def _far(network: Network, product: str, role: str, party: Party) -> int:
    """How far a role is from a party: 0 the same, 1 in one of its zones, 2 only at one of its
    addresses.

    'The internet' is every address, and so everybody is at one of its addresses.
    """
    if party.role == role:
        return 0
    place = network.party(product, role)
    zones = {piece.zone for piece in place.pieces} if place is not None else set()
    return 1 if zones & {piece.zone for piece in party.pieces} else 2


def _is_at(network: Network, product: str, role: str, party: Party) -> bool:
    if party.role == role:
        return True
    place = network.party(product, role)
    if place is None:
        return False
    return bool(
        addresses.overlap(
            [c for piece in place.pieces for c in piece.cidrs],
            [c for piece in party.pieces for c in piece.cidrs],
        )
    )


def _holds(ports: tuple[PortRange, ...], port: int) -> bool:
    return any(low <= port <= high for low, high in ports)


def _answered(deployment: Deployment, opener: Opener) -> Plan:
    """The plan with the answers; what cannot be answered so leaves it as it is."""
    plan = deployment.plan
    try:
        for step in opener.steps:
            value = step.value
            if step.key == "products":
                value = (*plan.products, value)
            plan = answered(deployment.catalog, plan, step.key, value)
    except AnswerError:
        return deployment.plan
    return plan


def _worded(deployment: Deployment, opener: Opener) -> Opener:
    steps = tuple(_worded_step(deployment, step) for step in opener.steps)
    said = []
    for step in steps:
        switch = step.value is True and step.key.count(".") == 3 and ".features." in step.key
        said.append(
            f"switch on {step.label}" if switch else f"set {step.label} to {step.value_text}"
        )
    named = deployment.catalog.products.get(opener.product)
    lead = f"{named.name}: " if named and steps[0].key != "products" else ""
    return msgspec.structs.replace(opener, steps=steps, label=lead + ", ".join(said))


def _worded_step(deployment: Deployment, step: OpenStep) -> OpenStep:
    catalog, plan = deployment.catalog, deployment.plan
    try:
        question = question_at(catalog, plan, step.key)
    except AnswerError:
        return msgspec.structs.replace(step, label=step.key, value_text=str(step.value))
    labels = {choice.value: choice.label for choice in question.choices}
    values = step.value if isinstance(step.value, tuple) else (step.value,)
    if step.key == "products":
        values = tuple(value_of(catalog, plan, "products") or ()) + values  # type: ignore[arg-type]
    text = (
        written(question, step.value)
        if isinstance(step.value, bool) or not labels
        else ", ".join(labels.get(value, str(value)) for value in values)
    )
    return msgspec.structs.replace(step, label=question.label, value_text=text)
