"""Warnings about the plan: what is still open, and what works and deserves a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

import msgspec

from wizard.facts.model import DEVICES, PRINT_DATA, EndpointFact, Fact
from wizard.findings.model import (
    MAIL_TEAM,
    NETWORK_TEAM,
    PRINT_TEAM,
    SERVER_TEAM,
    Remarks,
    Survey,
    few,
    flows_text,
    warning,
    way_out,
)
from wizard.network.party import Party
from wizard.network.ports import holds_port
from wizard.plan.model import INTERNET
from wizard.plan.placement import ByFeatures, by_features, placed_roles, places_of
from wizard.plan.proxies import PROXY
from wizard.rules.compile import compile_rules
from wizard.rules.select import (
    MANAGER,
    Selected,
    SelectedEndpoint,
    active_features,
    fits_version,
    roles_needed,
    select_flows,
)
from wizard.rules.wants import Want, fact_wants

# LPR, IPP and raw printing: what a connection of the plan's own is known by.
_PRINT_PORTS = (515, 631, 9100)


@warning("unplaced-role", PRINT_TEAM, "Say where it is, or that there is none.")
def unplaced_role(r: Survey) -> Remarks:
    """A needed role has no place."""
    chosen: tuple[Selected | SelectedEndpoint, ...] = (*r.flows, *r.endpoints)
    placing = {name for name, answers in r.plan.products.items() if answers.feature_roles}
    features_by_fact = {
        selected.fact.id: by_features(selected.fact)
        for selected in chosen
        if selected.fact.installation in placing
    }
    # Hundreds of facts of one installation wait for the same.
    is_unplaced = cache(partial(_is_unplaced, r))
    for role, ids in roles_needed(r.plan, r.flows, r.endpoints).items():
        by_installation = ((i, i.partition("/")[0]) for i in ids)
        waiting = tuple(
            fact_id
            for fact_id, installation in by_installation
            if is_unplaced(installation, role, features_by_fact.get(fact_id, ()))
        )
        if waiting:
            yield (
                f"{r.role_name(role)}: its address is not given. Waiting for it: {flows_text(waiting)}."
                " Say where it is, or that there is none.",
                (role, *waiting),
            )


@warning(
    "unused-role",
    PRINT_TEAM,
    "Take the place away, or switch on what needs it, where something does.",
)
def unused_role(r: Survey) -> Remarks:
    """A role is placed, and nothing uses it."""
    used = {INTERNET, *(firewall.role for firewall in r.plan.firewalls.values())}
    for never in r.plan.never.values():
        used |= {never.from_.role, never.to.role}
    for flow in r.flows:
        used |= {flow.fact.from_, flow.fact.to, *flow.standing}
    for endpoint in r.endpoints:
        used |= {endpoint.fact.from_, *endpoint.standing}
    for want in r.wants:
        used |= {want.from_, want.to}
    unused = [role for role in placed_roles(r.plan) if role not in used]
    for role in dict.fromkeys(unused):
        yield (
            f"{r.role_name(role)} is placed, and nothing in this plan uses it."
            f" {_use_of(r, role)} take its place away.",
            (role,),
        )


def _use_of(r: Survey, role: str) -> str:
    """What would use a role, as the first half of an advice."""
    if role in r.plan.own.roles:
        return "Add a connection of your own from or to it, or"
    lacking = _features_off(
        r, r.plan.products, lambda fact: role in (fact.from_, getattr(fact, "to", ""))
    )
    return (
        f"Switch on what needs it ({few(lacking)}), or"
        if lacking
        else ("Nothing that this plan's products have needs it:")
    )


def _features_off(
    r: Survey, installations: Iterable[str], is_meant: Callable[[Fact], bool]
) -> dict[str, None]:
    """The features of installations that are off and have such a fact, in words."""
    lacking: dict[str, None] = {}
    for name in installations:
        product, answers = r.catalog.products[name], r.plan.products[name]
        active = active_features(product, answers)
        facts: tuple[Fact, ...] = (*product.flows, *product.endpoints)
        for fact in facts:
            off = [c.feature for c in fact.when[0] if c.feature not in active]
            is_there = fits_version(fact.versions, answers.version or product.newest)
            if off and is_there and is_meant(fact):
                lacking[f"{product.name}: {product.features[off[0]].name}"] = None
    return lacking


@warning("unknown-need", PRINT_TEAM, "Take its name from the papers or from rules.csv.")
def unknown_need(r: Survey) -> Remarks:
    """Something is on record about a need that no rule has."""
    if not r.plan.needs:
        return
    # Few plans have any.
    from wizard.rules.needs import need_name
    from wizard.text import near

    known = dict.fromkeys(map(need_name, r.compiled.rules))
    for name in r.plan.needs:
        if name not in known:
            yield f"No rule is of the need {name}{near(name, known) or '.'}", (name,)


@warning("unknown-host", PRINT_TEAM, "Name the host.")
def unknown_host(r: Survey) -> Remarks:
    """A host that only the customer knows is not given."""
    for endpoint in r.endpoints:
        if endpoint.host is None:
            fact = endpoint.fact
            yield (
                f"{fact.purpose}: the host is yours to name. Set {fact.host_key or ''} under"
                f" [products.{fact.installation}.hosts].",
                (fact.id,),
            )


@warning(
    "ambiguous-path",
    NETWORK_TEAM,
    "Take the rules from the firewalls that the traffic does not use.",
)
def ambiguous_path(r: Survey) -> Remarks:
    """Several equally short ways."""
    for (sources, destinations, firewalls), ids in r.obstructed("ambiguous").items():
        yield (
            f"From {few(sources)} to {few(destinations)} there are several equally short ways. Each"
            f" of {', '.join(firewalls)} got the rules; take away those that traffic does not use.",
            (*firewalls, *ids),
        )


@warning(
    "smtp-blocked-by-cloud", MAIL_TEAM, "Use port 587 or 465, or have the provider lift the block."
)
def smtp_blocked_by_cloud(r: Survey) -> Remarks:
    """Outbound port 25 from a role behind a cloud firewall."""
    clouds = [name for name, firewall in r.network.guards.items() if firewall.kind == "cloud"]
    for want in r.wants:
        if want.transport == "tcp" and holds_port(want.ports, 25):
            behind = [name for name in clouds if r.network.held(name, want.sources)]
            if behind:
                yield (
                    f"{want.fact.service}: cloud providers block outbound port 25 by default. Use"
                    " port 587 or 465, or ask the provider to lift the block.",
                    (want.id, *behind),
                )


@warning(
    "dns-missing", PRINT_TEAM, "Let it ask a DNS server, or check that rules for DNS are there."
)
def dns_missing(r: Survey) -> Remarks:
    """A role with endpoints is behind filtered egress or a boundary, and no flow lets it ask a name
    server.
    """
    asking: set[tuple[str, str]] = set()
    for flow in r.flows:
        if flow.fact.to == "dns-server" and holds_port(flow.ports, 53):
            asking.add((flow.fact.installation, flow.fact.from_))
    ids_by_role: dict[str, list[str]] = {}
    for endpoint in r.endpoints:
        installation, role = endpoint.fact.installation, endpoint.fact.from_
        party = r.network.party_of(endpoint.fact, role)
        if party is None or party.unplaced or _asks(r, asking, installation, role):
            continue
        if _filtered(r, party) or _behind_boundary(r, party):
            ids_by_role.setdefault(role, []).append(endpoint.fact.id)
    for role, ids in sorted(ids_by_role.items()):
        yield (
            f"{r.role_name(role)} must find hosts on the internet by name, and nothing lets it ask"
            f" a DNS server. {_way_to_dns(r, role, ids)}, or make sure that the rules for DNS are"
            " there already.",
            (role, *ids),
        )


def _way_to_dns(r: Survey, role: str, ids: Iterable[str]) -> str:
    """What would let a role ask a DNS server: a feature that is off, else a connection of one's own."""

    def asks(fact: Fact) -> bool:
        if isinstance(fact, EndpointFact) or (fact.from_, fact.to) != (role, "dns-server"):
            return False
        return holds_port(fact.ports, 53)

    named = dict.fromkeys(fact_id.partition("/")[0] for fact_id in ids)
    lacking = _features_off(r, r.plan.products.keys() & named.keys(), asks)
    if lacking:
        return f"Switch on {' or '.join(sorted(lacking))}"
    return "Add a connection of your own from it to the DNS servers on 53"


@warning(
    "no-print-path",
    PRINT_TEAM,
    "Switch on 'Print data to the devices', or check that rules for it are there.",
)
def no_print_path(r: Survey) -> Remarks:
    """Firewalls stand between who sends jobs and the devices, and no flow carries print data."""
    for product_id in r.plan.products:
        rules = compile_rules(r.network, _unasked_print_data(r, product_id)).rules
        rules = tuple(rule for rule in rules if not rule.unresolved)
        if rules:
            senders = dict.fromkeys(rule.from_ for rule in rules)
            firewalls = dict.fromkeys(rule.firewall for rule in rules)
            yield (
                f"{r.product_name(product_id)}: jobs go on to the devices from"
                f" {few(map(r.role_name, senders))}, and no rule lets print data through"
                f" {few(firewalls)}. Switch on 'Print data to the devices', or make sure that the"
                " rules for it are there already.",
                (product_id, *senders, *firewalls),
            )


@warning(
    "no-management", SERVER_TEAM, "Add a way in for administration before the rules are loaded."
)
def no_management(r: Survey) -> Remarks:
    """A host firewall would leave no way in for administration."""
    managed = {
        rule.firewall for rule in r.compiled.rules if rule.direction == "in" and rule.is_management
    }
    for name, firewall in sorted(r.plan.firewalls.items()):
        if firewall.kind == "host" and name not in managed:
            why = (
                "names no administrator's computer that may reach it"
                if firewall.management
                else "has no rule for remote administration"
            )
            yield (
                f"{name} {why}. Once its rules are loaded, nobody can log in over the network."
                f" {_way_in(r, name)}.",
                (name,),
            )


def _way_in(r: Survey, name: str) -> str:
    """What is missing for a way in."""
    methods = "" if r.plan.firewalls[name].management else "Add ssh, rdp or winrm to its management"
    administrators = r.network.party("", MANAGER)
    if administrators is not None and not administrators.unplaced:
        return methods or (
            f"Put what {name} guards into a zone of the plan that something joins to the"
            " administrators' computers"
        )
    where = "say where the administrators' computers are"
    if administrators is None:
        where += ", of which this plan says that there are none"
    return f"{methods}, and {where}" if methods else where[0].upper() + where[1:]


def _unasked_print_data(r: Survey, product: str) -> Iterator[Want]:
    """The ways of print data that the product would open, from senders that have none so far."""
    answers, declared = r.plan.products[product], r.catalog.products.get(product)
    if declared is None or PRINT_DATA not in declared.features or PRINT_DATA in answers.features:
        return
    switched_on = {**answers.features, PRINT_DATA: {"snmp": False}}
    asked = msgspec.structs.replace(answers, features=switched_on)
    plan = msgspec.structs.replace(r.plan, products={product: asked})
    flows = (flow for flow in select_flows(r.catalog, plan) if flow.fact.feature == PRINT_DATA)
    for want in fact_wants(r.network, flows, ()):
        if not any(_carries_print_data(other, want) for other in r.wants):
            yield want


def _carries_print_data(want: Want, instead_of: Want) -> bool:
    """True for print data from the same place to any kind of device."""
    if want.to not in DEVICES or want.sources is not instead_of.sources:
        return False
    service = want.fact.service.casefold()
    on_its_ports = want.transport == "tcp" and any(holds_port(want.ports, p) for p in _PRINT_PORTS)
    return on_its_ports or "print data" in service or "print jobs" in service


def _is_unplaced(r: Survey, installation: str, role: str, by: ByFeatures) -> bool:
    party = r.network.party(installation, role, by)
    if party is None:
        return role == PROXY  # an explicit proxy that is nowhere
    if not party.unplaced:
        return False
    places = places_of(r.plan, installation, role, by)
    strays = (at for at in places if (at, role) in r.network.stray)
    return next(strays, None) is None


def _asks(r: Survey, asking: set[tuple[str, str]], installation: str, role: str) -> bool:
    """True if a flow lets the role ask: of this installation, or of another that has the role at
    the same place.
    """
    party = r.network.party(installation, role)
    return any(
        asker == role and (other == installation or r.network.party(other, role) is party)
        for other, asker in asking
    )


def _filtered(r: Survey, party: Party) -> bool:
    return any(
        firewall.egress == "filtered" and bool(r.network.held(name, party))
        for name, firewall in r.network.guards.items()
    )


def _behind_boundary(r: Survey, party: Party) -> bool:
    return any(
        r.plan.firewalls[name].kind == "boundary"
        for zone in party.by_zone
        for name in way_out(r, zone)
    )


@warning("own-facts-changed", PRINT_TEAM, "See what differs, then save the plan again.")
def own_facts_changed(r: Survey) -> Remarks:
    """A product file of somebody's own is another one than when the plan was saved."""
    for product, digest in r.plan.catalog.own.items():
        declared = r.catalog.products.get(product)
        if declared is not None and declared.digest not in ("", digest):
            yield (
                f"{declared.name}: the product file {product}.toml has changed since this plan was"
                " saved; what follows is by the file as it is now.",
                (product,),
            )
