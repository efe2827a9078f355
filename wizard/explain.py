"""The way of one connection: every firewall on it and the rule there that lets it through, or where it stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from wizard import addresses
from wizard.addresses import FAMILIES, Family
from wizard.crossings import crossings
from wizard.deployment import Deployment
from wizard.facts import FlowFact
from wizard.flows import select_flows
from wizard.plan import INTERNET, Plan
from wizard.rules import Direction, Forward, Rule
from wizard.text import near
from wizard.topology import Network, Party, Piece


class QuestionError(ValueError):
    """A question that cannot be asked of this plan; the text says what is wrong with it."""


class Because(msgspec.Struct, frozen=True):
    """The fact behind a rule, and where it stands."""

    flow: str
    service: str
    document: str
    locator: str


class Hop(msgspec.Struct, frozen=True):
    """One firewall on the way. `rules` are those that let the connection through; none: it stops here."""

    firewall: str
    kind: str
    direction: Direction
    allowed: bool
    rules: tuple[Rule, ...]
    forward: Forward | None
    because: tuple[Because, ...]


class Opener(msgspec.Struct, frozen=True):
    """A feature that would open the connection, by the fact that says so."""

    product: str
    feature: str
    flow: str
    service: str


class Explanation(msgspec.Struct, frozen=True):
    """Whether a connection gets through, hop by hop. `stops` says in words why it does not."""

    source: str
    destination: str
    transport: str
    port: int
    allowed: bool
    hops: tuple[Hop, ...]
    stops: str
    nearest: tuple[Opener, ...]


def explain(deployment: Deployment, source: str, destination: str, service: str) -> Explanation:
    """The way from `source` to `destination` (addresses, CIDRs, role or zone names) for `PORT/TRANSPORT`.

    A role can be at another place for each product: the first product for which it gets through answers.

    Raises:
        QuestionError: for a name that the plan does not know, or a service that is none.
    """
    port, transport = _service(service)
    found = [
        _explain(deployment, Network(deployment.plan), product, source, destination, port, transport)
        for product in deployment.plan.products or ("",)
    ]
    return next((explanation for explanation in found if explanation.allowed), found[0])


def _explain(
    deployment: Deployment,
    network: Network,
    product: str,
    source: str,
    destination: str,
    port: int,
    transport: str,
) -> Explanation:
    sources = _party(network, product, source)
    destinations = _party(network, product, destination)
    forward = _forward_to(deployment, destinations, port, transport)
    if forward is not None and forward.address is not None:
        destinations = Party(destination, network.locate((f"{forward.address}/32",)))
    elif name := _public(deployment.plan, destinations):
        hop = Hop(name, "boundary", "forward", False, (), forward, ())
        stops = f"It stops at {name}: no port forward there leads {port}/{transport} to a host."
        return _answer(source, destination, transport, port, (hop,), stops, ())
    for party, word in ((sources, source), (destinations, destination)):
        if party.unplaced:
            return _answer(
                source, destination, transport, port, (), f"{word} has no place in this plan yet.", ()
            )
    hops, stops = _hops(deployment, network, sources, destinations, port, transport, forward)
    stops = stops or _first_stop(hops)
    nearest = tuple(_openers(deployment, network, sources, destinations, port, transport)) if stops else ()
    return _answer(source, destination, transport, port, hops, stops, nearest)


def _answer(
    source: str,
    destination: str,
    transport: str,
    port: int,
    hops: tuple[Hop, ...],
    stops: str,
    near: tuple[Opener, ...],
) -> Explanation:
    return Explanation(source, destination, transport, port, not stops, hops, stops, near)


def _service(text: str) -> tuple[int, str]:
    match = re.fullmatch(r"\s*(\d{1,5})/(tcp|udp)\s*", text, re.IGNORECASE)
    if not match or not 1 <= int(match[1]) <= 65535:
        raise QuestionError(f"{text!r} is no port and transport such as 9191/tcp or 161/udp")
    return int(match[1]), match[2].lower()


def _party(network: Network, product: str, word: str) -> Party:
    """A zone, a role or an address → where it is."""
    plan = network.plan
    if word == INTERNET:
        return Party(word, (Piece(INTERNET, tuple(addresses.ANYWHERE.values()), anywhere=True),))
    if word in plan.zones:
        return Party(word, (Piece(word, addresses.declared(plan.zones[word].networks)),))
    if plan.placement(product, word) is not None:
        return network.party(product, word) or Party(word, ())
    if any(word in answers.roles for answers in plan.products.values()):
        return Party(word, ())
    try:
        item = addresses.parse_item(word)
    except ValueError:
        known = [*plan.zones, *plan.roles, INTERNET]
        raise QuestionError(
            f"{word!r} is no address, and no zone or role of this plan{near(word, known)}"
        ) from None
    public = {firewall.public_address for firewall in plan.firewalls.values()}
    pieces_found = network.locate(addresses.declared([item]))
    if not pieces_found and item not in public:
        raise QuestionError(f"{word} is in no zone of this plan")
    return Party(word, pieces_found or (Piece(INTERNET, addresses.declared([item])),))


def _public(plan: Plan, destinations: Party) -> str:
    """The boundary whose public address is asked for; empty for none."""
    wanted = {cidr for piece in destinations.pieces for cidr in piece.cidrs}
    names = (name for name, one in plan.firewalls.items() if one.nat and f"{one.public_address}/32" in wanted)
    return next(names, "")


def _forward_to(deployment: Deployment, destinations: Party, port: int, transport: str) -> Forward | None:
    wanted = {cidr for piece in destinations.pieces for cidr in piece.cidrs}
    for forward in deployment.forwards:
        low, high = forward.public_ports
        if (
            forward.transport == transport
            and low <= port <= high
            and f"{forward.public_address}/32" in wanted
        ):
            return forward
    return None


def _hops(
    deployment: Deployment,
    network: Network,
    sources: Party,
    destinations: Party,
    port: int,
    transport: str,
    forward: Forward | None,
) -> tuple[tuple[Hop, ...], str]:
    way = crossings(network, sources, destinations)
    if way.no_path:
        these, those = way.no_path[0]
        return (), f"Nothing joins {', '.join(these)} to {', '.join(those)}."
    families = [family for family in FAMILIES if sources.cidrs(family) and destinations.cidrs(family)]
    if not families:
        return (), "The two share no address family."
    asked = _Asked(deployment, network, sources, destinations, port, transport, tuple(families))
    hops = []
    for name, firewall in network.guards.items():
        if firewall.egress == "filtered" and asked.touches(sources, name):
            hops.append(asked.hop(name, "out"))
    order = [
        f for one in sources.pieces for two in destinations.pieces for f in _way_names(network, one, two)
    ]
    for name in dict.fromkeys(order):
        if any(block.firewall == name for block in way.blocks):
            hops.append(asked.hop(name, "forward", forward if forward and forward.firewall == name else None))
    for name in network.guards:
        if asked.touches(destinations, name):
            hops.append(asked.hop(name, "in"))
    return tuple(hops), ""


def _way_names(network: Network, one: Piece, two: Piece) -> tuple[str, ...]:
    way = network.way(one.zone, two.zone)
    return way.firewalls if way else ()


class _Asked:
    """One question, put to one firewall after the other."""

    def __init__(
        self,
        deployment: Deployment,
        network: Network,
        sources: Party,
        destinations: Party,
        port: int,
        transport: str,
        families: tuple[Family, ...],
    ) -> None:
        self.deployment = deployment
        self.network = network
        self.sources = sources
        self.destinations = destinations
        self.port = port
        self.transport = transport
        self.families = families

    def touches(self, party: Party, firewall: str) -> bool:
        return bool(self.network.held(firewall, party))

    def hop(self, name: str, direction: Direction, forward: Forward | None = None) -> Hop:
        """What one firewall does with the connection: let through only if its rules hold all of it."""
        rules = [r for r in self.deployment.rules_of(name) if r.direction == direction and self._fits(r)]
        firewall = self.deployment.plan.firewalls[name]
        passed: dict[str, Rule] = {}
        complete = True
        for source, destination in self._pairs(name, direction):
            holding = [r for r in rules if _holds(r, source, destination)]
            complete = complete and bool(holding)
            passed.update({r.id: r for r in holding})
        allowed = complete and bool(passed)
        found = tuple(passed.values()) if allowed else ()
        return Hop(
            name,
            firewall.kind,
            direction,
            allowed,
            found,
            forward,
            tuple(_because(self.deployment, found, self.port)),
        )

    def _fits(self, rule: Rule) -> bool:
        return rule.transport == self.transport and any(low <= self.port <= high for low, high in rule.ports)

    def _pairs(self, name: str, direction: Direction) -> Iterator[tuple[str, str]]:
        for family in self.families:
            sources, destinations = self.sources.cidrs(family), self.destinations.cidrs(family)
            if direction == "in":
                destinations = addresses.of_family(self.network.held(name, self.destinations), family)
            elif direction == "out":
                sources = addresses.of_family(self.network.held(name, self.sources), family)
            for source in sources:
                for destination in destinations:
                    yield source, destination


def _holds(rule: Rule, source: str, destination: str) -> bool:
    return _side_holds(rule.sources, rule.except_sources, source) and _side_holds(
        rule.destinations, rule.except_destinations, destination
    )


def _side_holds(cidrs: Iterable[str], excepted: tuple[str, ...], cidr: str) -> bool:
    # 'The internet' in a question means what it means in a rule: everything but the plan's own networks.
    anywhere = cidr in addresses.ANYWHERE.values()
    return addresses.covers(cidrs, (cidr,)) and (anywhere or not addresses.overlap((cidr,), excepted))


def _because(deployment: Deployment, rules: Iterable[Rule], port: int) -> Iterator[Because]:
    """The facts behind the rules: of a joined rule only those that ask for this port."""
    for flow in dict.fromkeys(flow for rule in rules for flow in rule.flows):
        fact = deployment.facts.get(flow)
        if isinstance(fact, FlowFact):
            ports = [pair for value in deployment.flows if value.id == flow for pair in value.ports]
            if not any(low <= port <= high for low, high in ports):
                continue
            service = fact.service
        elif fact is None:
            yield Because(flow, flow.partition("/")[2], "", "the plan's own management access")
            continue
        else:
            service = fact.purpose
        document = deployment.catalog.documents[fact.source.document].title
        yield Because(flow, service, document, fact.source.locator)


def _first_stop(hops: Iterable[Hop]) -> str:
    for hop in hops:
        if not hop.allowed:
            return f"It stops at {hop.firewall}: no rule there lets all of it through."
    return ""


def _openers(
    deployment: Deployment, network: Network, sources: Party, destinations: Party, port: int, transport: str
) -> Iterator[Opener]:
    """Features of the plan's products that are off, or differently set, and would open this connection."""
    selected = {s.fact.id for s in select_flows(deployment.catalog, deployment.plan)}
    for product_id in sorted(deployment.plan.products):
        for fact in deployment.catalog.products[product_id].flows:
            if (
                fact.id not in selected
                and fact.transport == transport
                and any(low <= port <= high for low, high in fact.ports)
                and _is_at(network, deployment.plan, product_id, fact.from_, sources)
                and _is_at(network, deployment.plan, product_id, fact.to, destinations)
            ):
                yield Opener(product_id, fact.feature, fact.id, fact.service)


def _is_at(network: Network, plan: Plan, product: str, role: str, party: Party) -> bool:
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
