"""What would open a connection that stops: the features, options and ports that have to be answered
differently.

Facts that fit the parties and the port are looked for, those first that speak of these parties, not
of somebody who is at one of their addresses, and that need the fewest answers. The first few are
tried: with their answers in the plan, does the connection get through?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.deployment import Deployment, deploy
from wizard.explain.hops import Connection
from wizard.explain.values import Explanation, Opener, OpenStep
from wizard.explain.way import connections, way_of
from wizard.facts.model import (
    OWN_PRODUCT,
    Catalog,
    Condition,
    EndpointFact,
    FlowFact,
    Product,
)
from wizard.network import addresses
from wizard.network.party import Party
from wizard.network.ports import holds_port, parse_ports
from wizard.network.topology import Network
from wizard.plan.keys import (
    EncryptedOnlyKey,
    FeatureKey,
    FirewallKey,
    Key,
    ProductsKey,
    PublicKey,
    key_named,
)
from wizard.plan.model import INTERNET, OptionValue, Plan, ProductPlan
from wizard.questions import AnswerError, answered, question_at, value_of, written
from wizard.rules.management import MANAGEMENT
from wizard.rules.select import MANAGER, active_features, fits_version

_TRIED = 6
OpeningAnswer = tuple[str, OptionValue]
# How far the parties of a fact are from those that are asked for: 0 is the same role. Second: 0
# where the product itself listens at the other end.
Distance = tuple[int, int]
_AT_HOME: Distance = (0, 0)
Candidate = tuple[Distance, Opener]


def remedies(deployment: Deployment, way: Explanation) -> tuple[Opener, ...]:
    """What would open a way that stops, the nearest first. Compiles the plans of the first few."""
    plan, catalog = deployment.plan, deployment.catalog
    network = deployment.network
    by_product = dict(connections(deployment, way))
    distinct = dict.fromkeys(by_product.values())
    for opener in _leading_inside(deployment, way):
        if _opens(deployment, way, opener):
            return (msgspec.structs.replace(_worded(deployment, opener), opens=True),)
    candidates: list[Candidate] = []
    for connection in distinct:
        candidates += _of_management(network, connection)
    for name, connection in by_product.items():
        if product := catalog.products.get(name):
            candidates += _of_product(catalog, network, connection, product, plan.products[name])
    if not candidates:
        for product in catalog.products.values():
            if product.id not in plan.products and product.id != OWN_PRODUCT:
                for connection in distinct:
                    candidates += _of_product(catalog, network, connection, product, None)
    return _tried(deployment, way, _ranked(candidates))


def _tried(
    deployment: Deployment, way: Explanation, ranked: Iterable[Candidate]
) -> tuple[Opener, ...]:
    """The first few tried. What needs all the answers of one that opens it, and more, is left out."""
    remaining: list[Candidate] = []
    enough: list[set[OpeningAnswer]] = []
    trials = _TRIED
    for distance, opener in ranked:
        answers = set(_answers(opener))
        if any(fewer <= answers for fewer in enough):
            continue
        opens = _opens(deployment, way, opener) if trials else None
        trials = max(trials - 1, 0)
        if opens:
            enough.append(answers)
        worded = msgspec.structs.replace(_worded(deployment, opener), opens=opens)
        remaining.append((distance, worded))
    remaining.sort(key=_usefulness)
    return tuple(opener for _, opener in remaining)


def _usefulness(candidate: Candidate) -> tuple[int, ...]:
    """What opens it comes first; of what is as near, what was not tried before what does not."""
    distance, opener = candidate
    return (0,) if opener.opens else (1, *distance, opener.opens is False)


def _opens(deployment: Deployment, way: Explanation, opener: Opener) -> bool:
    plan = _answered(deployment, opener)
    if plan is deployment.plan:
        return False
    service = f"{way.port}/{way.transport}"
    return way_of(deploy(deployment.catalog, plan), way.source, way.destination, service).allowed


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each set of answers once, with all that it is for; the nearest with the fewest answers first."""
    by_answers: dict[tuple[str, tuple[OpeningAnswer, ...]], list[Candidate]] = {}
    for candidate in sorted(candidates, key=_order):
        opener = candidate[1]
        by_answers.setdefault((opener.installation, _answers(opener)), []).append(candidate)
    joined: list[Candidate] = []
    for alike in by_answers.values():
        service = "; ".join(dict.fromkeys(opener.service for _, opener in alike))
        distance, nearest = alike[0]
        joined.append((distance, msgspec.structs.replace(nearest, service=service)))
    joined.sort(key=_effort)
    return joined


def _order(candidate: Candidate) -> tuple[Distance, str, str, str]:
    distance, opener = candidate
    return distance, opener.installation, opener.feature, opener.flow


def _effort(candidate: Candidate) -> tuple[int, int, int, str, str]:
    (parties, listening), opener = candidate
    return parties, len(opener.steps), listening, opener.installation, opener.feature


def _answers(opener: Opener) -> tuple[OpeningAnswer, ...]:
    return tuple((step.key, step.value) for step in opener.steps)


def _of_product(
    catalog: Catalog,
    network: Network,
    connection: Connection,
    product: Product,
    chosen: ProductPlan | None,
) -> Iterator[Candidate]:
    choose: tuple[OpeningAnswer, ...] = () if chosen is not None else (("products", product.id),)
    answers = chosen or ProductPlan()
    for fact in product.flows:
        if fact.transport != connection.transport or fact.scope == "loopback":
            continue
        port = _port_steps(product, answers, fact, connection.port)
        if port is None or not _between(network, product.id, fact, connection):
            continue
        distance = (
            _distance(network, product.id, fact.from_, connection.sources)
            + _distance(network, product.id, fact.to, connection.destinations),
            0 if catalog.roles[fact.to].product_owned else 1,
        )
        steps = (
            *choose,
            *_unmet(product, answers, fact),
            *_present(network.plan, product.id, fact),
            *_published(product, answers, fact, connection),
            *port,
        )
        if steps:
            yield distance, _opener(fact, fact.service, steps)
    outside = INTERNET in connection.destinations.by_zone
    for end in product.endpoints if outside and connection.transport == "tcp" else ():
        if end.port == connection.port and _is_at(
            network, product.id, end.from_, connection.sources
        ):
            steps = (*choose, *_unmet(product, answers, end))
            if steps:
                away = _distance(network, product.id, end.from_, connection.sources)
                yield (away, 1), _opener(end, end.purpose, steps)


def _of_management(network: Network, connection: Connection) -> Iterator[Candidate]:
    """A way in for administration, where the host's firewall has none for this port."""
    if not _is_at(network, "", MANAGER, connection.sources):
        return
    for name, firewall in network.guards.items():
        for method, flow in MANAGEMENT.items():
            if (
                method not in firewall.management
                and connection.transport == "tcp"
                and holds_port(flow.ports, connection.port)
                and network.held(name, connection.destinations)
            ):
                value = (*firewall.management, method)
                steps = ((f"firewalls.{name}.management", value),)
                yield _AT_HOME, _opener(flow, flow.service, steps)


def _leading_inside(deployment: Deployment, way: Explanation) -> Iterator[Opener]:
    """Hairpin NAT at the boundary whose forward leads only those outside."""
    for hop in way.hops:
        if hop.allowed or hop.forward is None or hop.kind != "boundary":
            continue
        facts = [fact for fact in deployment.facts_of(hop.forward.flows) if type(fact) is FlowFact]
        if facts and not deployment.plan.firewalls[hop.firewall].hairpin:
            key = str(FirewallKey(hop.firewall, "hairpin"))
            yield _opener(facts[0], facts[0].service, ((key, True),))


def _opener(
    fact: FlowFact | EndpointFact, service: str, steps: tuple[OpeningAnswer, ...]
) -> Opener:
    bare = tuple(OpenStep(key, value, "", "") for key, value in dict(steps).items())
    return Opener(
        fact.product, fact.installation, fact.feature, fact.id, service, bare[0].key, "", bare
    )


def _unmet(
    product: Product, answers: ProductPlan, fact: FlowFact | EndpointFact
) -> tuple[OpeningAnswer, ...]:
    """The answers that the fact still needs: of its alternatives, the one that needs fewest."""
    version: tuple[OpeningAnswer, ...] = ()
    clear: tuple[OpeningAnswer, ...] = ()
    if answers.encrypted_only and isinstance(fact, FlowFact) and fact.clear_twin_of is not None:
        clear = ((str(EncryptedOnlyKey(product.id)), False),)
    if not fits_version(fact.versions, answers.version or product.newest):
        at = fact.versions.until or product.newest
        version = ((f"products.{product.id}.version", at),)
    ways = [list(_of_conditions(product, answers, all_of)) for all_of in fact.when]
    return (*min(ways, key=len, default=()), *version, *clear)


def _of_conditions(
    product: Product, answers: ProductPlan, all_of: Iterable[Condition]
) -> Iterator[OpeningAnswer]:
    for condition in all_of:
        yield from _of_condition(product, answers, condition)


def _of_condition(
    product: Product, answers: ProductPlan, condition: Condition
) -> Iterator[OpeningAnswer]:
    feature = product.features[condition.feature]
    key = f"products.{product.id}.features.{condition.feature}"
    on = condition.feature in active_features(product, answers)
    if not on:
        yield key, True
    chosen = answers.features.get(condition.feature, {})
    for name, option in feature.options.items():
        value = chosen.get(name, option.default) if on else option.default
        values = set(value) if isinstance(value, tuple) else {value}
        needed = condition.options.get(name)
        if needed is not None and not values & {*needed, *option.everything()}:
            chosen_values = value if isinstance(value, tuple) else ()
            answer = (*chosen_values, needed[0]) if option.kind == "choices" else needed[0]
            yield f"{key}.{name}", answer
        elif needed is None and value is None and option.choices:
            # A required option that does not matter here still has to be answered.
            first = option.choices[0].value
            yield f"{key}.{name}", (first,) if option.kind == "choices" else first


def _port_steps(
    product: Product, answers: ProductPlan, fact: FlowFact, port: int
) -> tuple[OpeningAnswer, ...] | None:
    """The answers that bring the fact to the port: none needed, a listener's port, a range; None:
    it cannot.
    """
    if fact.listener is not None and fact.listener in answers.ports:
        if answers.ports[fact.listener] == port:
            return ()
        return (
            ((f"products.{product.id}.ports.{fact.listener}", port),)
            if holds_port(fact.ports, port)
            else None
        )
    if fact.ports_option is not None:
        chosen = answers.features.get(fact.feature, {}).get(fact.ports_option)
        if isinstance(chosen, tuple) and chosen:
            if holds_port(parse_ports(chosen), port):
                return ()
            key = f"products.{product.id}.features.{fact.feature}.{fact.ports_option}"
            return ((key, (*chosen, str(port))),) if holds_port(fact.ports, port) else None
    return () if holds_port(fact.ports, port) else None


def _present(plan: Plan, product: str, fact: FlowFact) -> Iterator[OpeningAnswer]:
    for role in (fact.from_, fact.to):
        place = plan.placement(product, role)
        if place is not None and place.absent:
            answers = plan.products.get(product)
            owned = answers is not None and role in answers.roles
            head = f"products.{product}.roles" if owned else "roles"
            yield f"{head}.{role}.absent", False


def _published(
    product: Product, answers: ProductPlan, fact: FlowFact, connection: Connection
) -> Iterator[OpeningAnswer]:
    """The listener is opened to the internet on purpose, where the fact is not meant for it."""
    comes_from_outside = INTERNET in connection.sources.by_zone
    is_meant_for_it = fact.exposure != "internal" or fact.listener in answers.public
    if not comes_from_outside or is_meant_for_it or fact.encrypted is False:
        return
    if fact.listener is not None:
        yield str(PublicKey(product.id)), (*answers.public, fact.listener)


def _between(network: Network, product: str, fact: FlowFact, connection: Connection) -> bool:
    return _is_at(network, product, fact.from_, connection.sources) and _is_at(
        network, product, fact.to, connection.destinations
    )


def _distance(network: Network, product: str, role: str, party: Party) -> int:
    """How far a role is from a party: 0 the same, 1 in one of its zones, 2 only at one of its
    addresses.

    'The internet' is every address, and so everybody is at one of its addresses.
    """
    if party.role == role:
        return 0
    place = network.party(product, role)
    shares_a_zone = place is not None and place.by_zone.keys() & party.by_zone.keys()
    return 1 if shares_a_zone else 2


def _is_at(network: Network, product: str, role: str, party: Party) -> bool:
    if party.role == role:
        return True
    place = network.party(product, role)
    if place is None:
        return False
    return bool(addresses.overlap(place.every_cidr, party.every_cidr))


def _answered(deployment: Deployment, opener: Opener) -> Plan:
    """The plan with the answers; what cannot be answered so leaves it as it is."""
    plan = deployment.plan
    try:
        for step in opener.steps:
            chosen = (*plan.products, str(step.value)) if step.key == "products" else step.value
            plan = answered(deployment.catalog, plan, _key(step), chosen)
    except AnswerError:
        return deployment.plan
    return plan


def _key(step: OpenStep) -> Key:
    key = key_named(step.key)
    if key is None:
        raise AnswerError(f"There is no question {step.key!r}.")
    return key


def _worded(deployment: Deployment, opener: Opener) -> Opener:
    steps = tuple(_worded_step(deployment, step) for step in opener.steps)
    product = deployment.catalog.products.get(opener.installation)
    lead = f"{product.name}: " if product and steps[0].key != "products" else ""
    label = lead + ", ".join(map(_instruction, steps))
    return msgspec.structs.replace(opener, steps=steps, label=label)


def _instruction(step: OpenStep) -> str:
    switch = step.value is True and isinstance(key_named(step.key), FeatureKey)
    return f"switch on {step.label}" if switch else f"set {step.label} to {step.value_text}"


def _worded_step(deployment: Deployment, step: OpenStep) -> OpenStep:
    catalog, plan = deployment.catalog, deployment.plan
    try:
        question = question_at(catalog, plan, _key(step))
    except AnswerError:
        return msgspec.structs.replace(step, label=step.key, value_text=str(step.value))
    labels = question.labels
    values = step.value if isinstance(step.value, tuple) else (step.value,)
    if step.key == "products":
        values = tuple(value_of(catalog, plan, ProductsKey()) or ()) + values  # type: ignore[arg-type]
    text = (
        written(question, step.value)
        if isinstance(step.value, bool) or not labels
        else ", ".join(labels.get(value, str(value)) for value in values)
    )
    return msgspec.structs.replace(step, label=question.label, value_text=text)
