"""For information: what is worth knowing and needs nothing done."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from wizard.facts.model import Fact, FlowFact, Product
from wizard.findings.model import (
    NETWORK_TEAM,
    PRINT_TEAM,
    PROXY_TEAM,
    SERVER_TEAM,
    Remarks,
    Survey,
    few,
    note,
)
from wizard.network.ports import common_ports
from wizard.plan.model import INTERNET, Plan, ProductPlan, changed
from wizard.plan.proxies import proxies_of
from wizard.rules.select import MANAGER, active_features, select_flows
from wizard.rules.serving import Serving
from wizard.tables import ids_of

_KERBEROS = ((88, 88),)


@note("host-only-allowlist", PROXY_TEAM, "Nothing, if letting the whole host through is accepted.")
def host_only_allowlist(r: Survey) -> Remarks:
    """An endpoint has a path, and proxies without inspection see the host only."""
    if all(used.inspects for used in proxies_of(r.plan)):
        return
    with_path = [endpoint for endpoint in r.endpoints if endpoint.fact.path != "/"]
    if with_path:
        hosts = few(e.host or e.fact.host_key or "" for e in with_path)
        yield (
            f"{hosts}: only part of the host is needed, but without TLS inspection a proxy sees the"
            " host, not the path, so the whole host is let through.",
            tuple(endpoint.fact.id for endpoint in with_path),
        )


@note("source-contradicts", PRINT_TEAM, "Ask the vendor which statement is correct.")
def source_contradicts(r: Survey) -> Remarks:
    """A selected fact is one side of a contradiction in the documents."""
    ids_by_contradiction: dict[str, list[str]] = {}
    facts: list[Fact] = [flow.fact for flow in r.flows]
    for fact in facts + [endpoint.fact for endpoint in r.endpoints]:
        if fact.contradiction:
            ids_by_contradiction.setdefault(fact.contradiction, []).append(fact.id)
    for contradiction, ids in ids_by_contradiction.items():
        yield f"The documents do not agree. {contradiction}", tuple(ids)


@note("facts-incomplete", PRINT_TEAM, "Ask the maker about it before you rely on these rules.")
def facts_incomplete(r: Survey) -> Remarks:
    """Of a product, or of a chosen feature of it, not all could be read."""
    installations: dict[str, list[str]] = {}
    for name, answers in r.plan.products.items():
        declared = r.catalog.products.get(name)
        if declared is not None and declared.gaps and _lacks(declared, answers):
            installations.setdefault(r.plan.product_of(name), []).append(name)
    for product, names in installations.items():
        yield (
            f"What is known of {r.product_name(product)} is incomplete. Not known:"
            f" {r.catalog.products[names[0]].gaps}",
            tuple(names),
        )


def _lacks(product: Product, answers: ProductPlan) -> bool:
    """True where the gaps are of the whole product or of a feature that is on."""
    return not product.gaps_in or not active_features(product, answers).isdisjoint(product.gaps_in)


@note(
    "no-encrypted-way",
    PRINT_TEAM,
    "Choose the encrypted one where there is one. Keep the rest on your internal network, or do without"
    " the feature.",
)
def no_encrypted_way(r: Survey) -> Remarks:
    """A product is to be used encrypted only, and some of it is there in the clear alone, or left out
    with nothing encrypted in its place.
    """
    facts_by_installation: dict[str, list[FlowFact]] = {}
    for flow in r.flows:
        fact = flow.fact
        answers = r.plan.products.get(fact.installation)
        if answers is not None and answers.encrypted_only and _is_clear(fact):
            facts_by_installation.setdefault(fact.installation, []).append(fact)
    for installation, facts in facts_by_installation.items():
        yield (
            f"{r.product_name(installation)} is to be used encrypted only; this has no encrypted way:"
            f" {few(fact.service for fact in facts)}.",
            tuple(ids_of(facts)),
        )
    yield from _left_out_alone(r)


def _left_out_alone(r: Survey) -> Remarks:
    """What encrypted-only takes away though the plan does not use its encrypted twin."""
    selected = {flow.fact.id for flow in r.flows}
    flows_by_installation: dict[str, list[FlowFact]] = {}
    for flow in select_flows(r.catalog, _in_the_clear_too(r.plan)):
        fact = flow.fact
        twin = f"{fact.installation}/{fact.clear_twin_of}"
        if fact.clear_twin_of and not selected & {fact.id, twin}:
            flows_by_installation.setdefault(fact.installation, []).append(fact)
    for installation, facts in flows_by_installation.items():
        yield (
            f"{r.product_name(installation)} is to be used encrypted only, so this is left out, and"
            f" nothing encrypted is chosen in its place: {few(fact.service for fact in facts)}.",
            tuple(ids_of(facts)),
        )


def _in_the_clear_too(plan: Plan) -> Plan:
    """Only the installations that are to be used encrypted only, as if they were not."""
    products: dict[str, ProductPlan] = {}
    for name, answers in plan.products.items():
        if answers.encrypted_only:
            products[name] = msgspec.structs.replace(answers, encrypted_only=False)
    return changed(plan, products=products)


def _is_clear(fact: FlowFact) -> bool:
    return fact.encrypted is False and fact.scope == "network"


@note(
    "internal-flow",
    PRINT_TEAM,
    "Place them in the zone of a VPN, or open a listener to the internet on purpose.",
)
def internal_flow(r: Survey) -> Remarks:
    """All of a party is on the internet, and the flow is meant for the inside."""
    stopped = {o.want for o in r.compiled.obstacles if o.kind == "internal"}
    facts_by_role: dict[str, list[FlowFact]] = {}
    for want in r.wants:
        if want.id in stopped and not want.pairs:
            role = want.to if want.sources.without_internet.pieces else want.from_
            facts_by_role.setdefault(role, []).append(want.fact)
    for role, facts in facts_by_role.items():
        services = few(f"{fact.service} ({fact.id})" for fact in facts)
        who = (
            "These services are for inside networks only, and the plan has the internet ask for them"
            if role == INTERNET
            else f"{r.role_name(role)} is on the internet, and this is meant for the inside"
        )
        yield (
            f"{who}: {services}."
            " No rule and no forward is made for it. Place"
            f" {'the machines' if role == INTERNET else 'them'} in a zone of your own, such as that of"
            f" a VPN{_opening(r, facts)}.",
            tuple(dict.fromkeys(ids_of(facts))),
        )


def _opening(r: Survey, facts: Iterable[FlowFact]) -> str:
    """Which listeners could be opened on purpose: those that are not in the clear."""
    listeners: dict[str, str] = {}
    for fact in facts:
        if fact.listener is not None and fact.encrypted is not False:
            listeners[fact.listener] = fact.installation
    words = few(f'public = ["{name}"] of {product}' for name, product in listeners.items())
    own = few(fact.entry for fact in facts if fact.is_own and fact.encrypted is not False)
    if own:
        return f", or say public = true of your own connection: {own}"
    return f", or open a listener on purpose: {words}" if words else ""


@note(
    "site-without-partner",
    PRINT_TEAM,
    "Place one in the site, or in a zone that is in no site, if it should not use the others'.",
)
def site_without_partner(r: Survey) -> Remarks:
    """Sites have no partner of their own for somebody, nor is there a central one."""
    for gap in Serving(r.network, r.flows).unserved():
        one = len(gap.sites) == 1
        partners = " or ".join(map(r.role_name, gap.partners))
        yield (
            f"{'Site' if one else 'Sites'} {few(gap.sites)} {'has' if one else 'have'} no partner for"
            f" {r.role_name(gap.served)} ({partners}), and no zone outside the sites has one: all"
            " sites that have one serve it. Place one there, or leave its zone out of the sites.",
            gap.flows,
        )


@note(
    "management-wide",
    NETWORK_TEAM,
    "Give the administrators' computers addresses, or a zone of their own.",
)
def management_wide(r: Survey) -> Remarks:
    """Administration is open to a whole zone, in which others are too."""
    administrators = r.plan.roles.get(MANAGER)
    if administrators is None or administrators.addresses:
        return
    managed = [
        rule.firewall
        for rule in r.compiled.rules
        if rule.direction == "in" and rule.is_management and rule.sources
    ]
    shared: dict[str, list[str]] = {}
    for role, place in r.plan.roles.items():
        for zone in place.zones:
            if role != MANAGER and zone in administrators.zones:
                shared.setdefault(zone, []).append(r.role_name(role))
    if managed and shared:
        others = few(name for names in shared.values() for name in names)
        yield (
            f"All of {few(shared)} may administer {few(managed)}: the administrators' computers have"
            f" no addresses of their own, and others are there too ({others}).",
            tuple(dict.fromkeys((*managed, *shared))),
        )


@note(
    "domain-egress",
    SERVER_TEAM,
    "Nothing, where it is no member of a domain; else switch on Member of an Active Directory domain (Windows"
    " print server), or add connections of your own to its controllers.",
)
def domain_egress(r: Survey) -> Remarks:
    """Kerberos to a directory server is what every member of a domain needs first: without it
    nobody has thought of the domain.
    """
    told = {
        rule.firewall
        for rule in r.compiled.rules
        if rule.direction == "out"
        and rule.to == "directory-server"
        and common_ports(rule.ports, _KERBEROS)
    }
    for name, firewall in r.network.guards.items():
        if firewall.platform == "windows" and firewall.egress == "filtered" and name not in told:
            yield (
                f"{name}: as a member of a domain it asks its domain controllers for more than this"
                " plan lets out (Microsoft's list: DNS 53, Kerberos 88 and 464, LDAP 389, SMB 445,"
                " time 123/udp, RPC 135 and 49152-65535).",
                (name,),
            )
