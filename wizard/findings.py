"""What a careful reviewer would say about a plan: one small function a finding, in a table.

Each function takes everything that is known of the plan and yields findings. They advise; nothing is blocked
by them. Subjects are ids: flows, endpoints, rules, firewalls, zones or roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Literal

import msgspec

from wizard import addresses
from wizard.compile import Compiled
from wizard.facts import Catalog, EndpointFact, FlowFact
from wizard.flows import Selected, SelectedEndpoint, needed_roles
from wizard.limits import passed_limits
from wizard.plan import INTERNET, Plan
from wizard.ports import PortRange, join_ports
from wizard.rules import AllowlistEntry, Bypass, Rule
from wizard.topology import Network, Party, overlapping_zones
from wizard.wants import PROXY, Want

FIRST_DYNAMIC = 49152  # where the dynamic ports begin (RFC 6335, Windows)
MANY_PORTS = 100

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Finding(msgspec.Struct, frozen=True):
    """A remark. `subjects` are ids of what it is about: flows, endpoints, rules, firewalls, zones or roles."""

    code: str
    severity: Severity
    message: str
    subjects: tuple[str, ...]


class Review(msgspec.Struct, frozen=True):
    """Everything that the findings look at."""

    catalog: Catalog
    plan: Plan
    network: Network
    flows: tuple[Selected, ...]
    endpoints: tuple[SelectedEndpoint, ...]
    wants: tuple[Want, ...]
    compiled: Compiled
    allowlist: tuple[AllowlistEntry, ...]
    tls_bypass: tuple[Bypass, ...]

    def role_name(self, role: str) -> str:
        """The role in words."""
        known = self.catalog.roles.get(role)
        return known.name if known else role

    def product_name(self, product: str) -> str:
        """The product in words."""
        known = self.catalog.products.get(product)
        return known.name if known else product


Said = Iterator[tuple[str, tuple[str, ...]]]
Check = Callable[[Review], Said]


def review(subject: Review) -> tuple[Finding, ...]:
    """All findings: errors first, then in the order of their codes and messages."""
    found = [
        Finding(code, severity, message, subjects)
        for code, (severity, check) in FINDINGS.items()
        for message, subjects in check(subject)
    ]
    return tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.code, f.message)))


# Errors


def port_conflict(r: Review) -> Said:
    """Two selected flows listen on an overlapping port and transport at the same address."""
    listening = [s for s in r.flows if _listens(r, s.fact)]
    seen: set[tuple[str, str]] = set()
    for one, other in combinations(listening, 2):
        ports = _common_ports(one.ports, other.ports)
        if not ports or one.fact.transport != other.fact.transport or not _in_the_way(one, other):
            continue
        shared = _shared_address(r, one.fact, other.fact)
        if shared and (one.fact.id, other.fact.id) not in seen:
            seen.add((one.fact.id, other.fact.id))
            names = f"{r.product_name(one.fact.product)} ({one.fact.service}) and "
            names += f"{r.product_name(other.fact.product)} ({other.fact.service})"
            yield (
                f"{names} both listen on {ports_text(ports)}/{one.fact.transport} at {shared}. "
                "Move one of them to another port, or to a host of its own.",
                (one.fact.id, other.fact.id),
            )


def forward_conflict(r: Review) -> Said:
    """Two forwards want one public port."""
    for one, other in combinations(r.compiled.forwards, 2):
        same_side = (one.firewall, one.transport) == (other.firewall, other.transport)
        ports = _common_ports((one.public_ports,), (other.public_ports,))
        leads = [(f.address, f.ports, f.unresolved) for f in (one, other)]
        if same_side and ports and leads[0] != leads[1]:
            yield (
                f"{one.firewall}: public port {ports_text(ports)}/{one.transport} is wanted for "
                f"{one.address or 'a host without an address yet'} and for "
                f"{other.address or 'a host without an address yet'}. One public port leads to one host: "
                "move one service to another port, or give it a public address of its own.",
                (*one.flows, *other.flows),
            )


def cleartext_over_untrusted(r: Review) -> Said:
    """A flow that must never be public has a party in the internet."""
    for want in _troubled(r, "cleartext"):
        side = want.from_ if any(p.zone == INTERNET for p in want.sources.pieces) else want.to
        yield (
            f"{want.service} ({want.id}) is not encrypted, and {r.role_name(side)} is on the internet. "
            "No rule and no forward is made for it. Let it come through a VPN, from a zone of your own.",
            (want.id,),
        )


def overlapping_networks(r: Review) -> Said:
    """Networks of two zones overlap."""
    for one, other, network in overlapping_zones(r.plan):
        yield (
            f"Zones {one} and {other} both hold addresses of {network}. An address can be in one zone only.",
            (one, other),
        )


def address_outside_zone(r: Review) -> Said:
    """A role's address is in none of its zones."""
    roles = {role for want in r.wants for role in (want.from_, want.to)} | r.plan.roles.keys()
    for product in ("", *r.plan.products):
        own = r.plan.products[product].roles if product else {}
        for role in sorted(roles | own.keys()):
            r.network.party(product, role)
    for (product, role), stray in sorted(r.network.stray.items()):
        place = r.plan.placement(product, role)
        zones = ", ".join(place.zones) if place and place.zones else "any zone of the plan"
        where = f" for {r.product_name(product)}" if product else ""
        yield (
            f"{r.role_name(role)}{where}: {', '.join(stray)} is not in {zones}. "
            "Nothing is allowed for it until the address or the zone is put right.",
            (role,),
        )


def no_path(r: Review) -> Said:
    """Nothing joins the zones of a flow, or its parties share no family."""
    apart: dict[tuple[tuple[str, ...], ...], dict[str, None]] = {}
    families: dict[tuple[tuple[str, ...], ...], dict[str, None]] = {}
    for trouble in r.compiled.troubles:
        if trouble.kind == "no-path":
            apart.setdefault(trouble.places, {})[trouble.want] = None
        elif trouble.kind == "no-family":
            families.setdefault(trouble.places, {})[trouble.want] = None
    for (these, those), wanted in apart.items():
        yield (
            f"Nothing joins {_few(these)} to {_few(those)}: {_flows_text(wanted)} cannot run. "
            "Add the firewall or router that joins them.",
            tuple(wanted),
        )
    for ((this,), (that,)), wanted in families.items():
        yield (
            f"{this} and {that} share no address family (one has IPv4, the other IPv6): "
            f"{_flows_text(wanted)} cannot run between them.",
            tuple(wanted),
        )


# Warnings


def unplaced_role(r: Review) -> Said:
    """A needed role has no place."""
    for role, wanted in needed_roles(r.catalog, r.plan).items():
        without = [w for w in wanted if _is_unplaced(r, w, role)]
        if without:
            yield (
                f"{r.role_name(role)} has no place yet: {_flows_text(dict.fromkeys(without))} "
                f"{'waits' if len(without) == 1 else 'wait'} for it. Say where it is, or that there is none.",
                (role, *without),
            )


def unknown_host(r: Review) -> Said:
    """A host that only the customer knows is not given."""
    for endpoint in r.endpoints:
        if endpoint.host is None:
            key = endpoint.fact.host_key or ""
            yield (
                f"{endpoint.fact.purpose}: the host is yours to name. Set {key} under "
                f"[products.{endpoint.fact.product}.hosts].",
                (endpoint.fact.id,),
            )


def ambiguous_path(r: Review) -> Said:
    """Several equally short ways."""
    found: dict[tuple[tuple[str, ...], ...], dict[str, None]] = {}
    for trouble in r.compiled.troubles:
        if trouble.kind == "ambiguous":
            found.setdefault(trouble.places, {})[trouble.want] = None
    for (these, those, firewalls), wanted in found.items():
        yield (
            f"From {_few(these)} to {_few(those)} there are several equally short ways. "
            f"Each of {', '.join(firewalls)} got the rules; take away those that traffic does not use.",
            (*firewalls, *wanted),
        )


def nat_without_address(r: Review) -> Said:
    """A NAT boundary has forwards and no public address."""
    for name in sorted({f.firewall for f in r.compiled.forwards if f.public_address is None}):
        yield (f"{name} has port forwards, and its public address is not known.", (name,))


def hairpin(r: Review) -> Said:
    """A forwarded service is also used from a zone behind the same NAT boundary."""
    for name in sorted({f.firewall for f in r.compiled.forwards}):
        forwards = [f for f in r.compiled.forwards if f.firewall == name and f.address]
        behind = {z for z in r.plan.zones if (way := r.network.way(z, INTERNET)) and name in way.firewalls}
        users: dict[str, None] = {}
        for want in r.wants:
            inside = {p.zone for p in want.sources.pieces} & behind
            if inside and any(_serves(f.address, f.transport, f.ports, want) for f in forwards):
                users[want.id] = None
        if users:
            yield (
                f"{name} forwards a service that is also used from inside ({_flows_text(users)}). Inside, the "
                "public name leads to the NAT address: let it resolve to the inside address (split DNS), or set up "
                "hairpin NAT.",
                (name, *users),
            )


def internet_exposure(r: Review) -> Said:
    """A rule lets the internet in."""
    open_rules: dict[tuple[str, str], list[Rule]] = {}
    for rule in r.compiled.rules:
        if rule.direction != "out" and rule.sources and rule.sources[0] in addresses.ANYWHERE.values():
            open_rules.setdefault((rule.to, rule.transport), []).append(rule)
    for (to, transport), rules in sorted(open_rules.items()):
        ports = join_ports(pair for rule in rules for pair in rule.ports)
        yield (
            f"The internet may connect to {r.role_name(to)} on {ports_text(ports)}/{transport}. "
            "Narrow it to known addresses if you can, and keep that host patched.",
            tuple(dict.fromkeys(flow for rule in rules for flow in rule.flows)),
        )


def unencrypted(r: Review) -> Said:
    """A network flow carries data in the clear."""
    for product, facts in _by_product(
        s.fact for s in r.flows if s.fact.encrypted is False and s.fact.scope == "network"
    ):
        services = list(dict.fromkeys(fact.service for fact in facts))
        yield (
            f"{r.product_name(product)} sends in the clear: {_few(services)}. "
            "Keep these connections inside your own network.",
            tuple(fact.id for fact in facts),
        )


def dynamic_range(r: Review) -> Said:
    """A rule opens more than 100 ports."""
    found: dict[tuple[str, ...], int] = {}
    for rule in r.compiled.rules:
        count = sum(high - low + 1 for low, high in rule.ports)
        if count > MANY_PORTS:
            found[rule.flows] = max(count, found.get(rule.flows, 0))
    for flows, count in found.items():
        yield (
            f"{count} ports are opened for {_flows_text(dict.fromkeys(flows))}. "
            "Give the ports that are really in use, or pin the service to one port, and the rule gets narrow.",
            flows,
        )


def deprecated_port(r: Review) -> Said:
    """A deprecated fact is selected."""
    for product, facts in _by_product(s.fact for s in r.flows if s.fact.status == "deprecated"):
        yield (
            f"{r.product_name(product)}: the vendor calls these ports deprecated: {_few([f.service for f in facts])}. "
            "Open them only for old versions.",
            tuple(fact.id for fact in facts),
        )


def mdns_across_zones(r: Review) -> Said:
    """The parties of a multicast discovery flow are in different zones."""
    yield from _across_zones(
        r, "multicast", "mDNS does not cross routers: add printers by address, or run an mDNS reflector."
    )


def broadcast_across_zones(r: Review) -> Said:
    """The parties of a broadcast flow are in different zones."""
    yield from _across_zones(
        r, "broadcast", "Broadcasts do not cross routers: only hosts of one network find each other."
    )


def tls_inspection(r: Review) -> Said:
    """The proxy inspects TLS and a selected product breaks under it."""
    if r.plan.proxy.tls_inspection and r.plan.proxy.mode != "none" and r.tls_bypass:
        products = sorted({product for entry in r.tls_bypass for product in entry.products})
        yield (
            f"The proxy inspects TLS, and {', '.join(r.product_name(p) for p in products)} fails under inspection. "
            f"Exempt {_few([entry.host for entry in r.tls_bypass])} from it.",
            tuple(products),
        )


def wildcard_unsupported(r: Review) -> Said:
    """An endpoint is known only as a wildcard and the proxy takes none."""
    if r.plan.proxy.wildcards:
        return
    for endpoint in r.endpoints:
        if endpoint.host is not None and endpoint.host.startswith("*."):
            key = endpoint.fact.host_key
            hint = f" Give the one host that you use as {key}." if key else ""
            yield (
                f"{endpoint.host} is known only as a wildcard, and the proxy takes none.{hint}",
                (endpoint.fact.id,),
            )


def smtp_blocked_by_cloud(r: Review) -> Said:
    """Outbound port 25 from a role behind a cloud firewall."""
    clouds = [name for name, firewall in r.network.guards.items() if firewall.kind == "cloud"]
    for want in r.wants:
        sends = want.transport == "tcp" and any(low <= 25 <= high for low, high in want.ports)
        behind = [name for name in clouds if r.network.held(name, want.sources)]
        if sends and behind:
            yield (
                f"{want.service}: cloud providers block outbound port 25 by default. "
                "Use port 587 or 465, or ask the provider to lift the block.",
                (want.id, *behind),
            )


def dns_missing(r: Review) -> Said:
    """A role with endpoints is behind filtered egress or a boundary, and no flow lets it ask a name server."""
    asking = {
        (s.fact.product, s.fact.from_)
        for s in r.flows
        if s.fact.to == "dns-server" and any(low <= 53 <= high for low, high in s.ports)
    }
    by_role: dict[str, list[str]] = {}
    for endpoint in r.endpoints:
        product, role = endpoint.fact.product, endpoint.fact.from_
        party = r.network.party(product, role)
        if party is None or party.unplaced or _asks(r, asking, product, role):
            continue
        if _filtered(r, party) or _behind_boundary(r, party):
            by_role.setdefault(role, []).append(endpoint.fact.id)
    for role, endpoints in sorted(by_role.items()):
        yield (
            f"{r.role_name(role)} must find hosts on the internet by name, and nothing lets it ask a name server. "
            "Switch on name lookup, or make sure that the rules for DNS are there already.",
            (role, *endpoints),
        )


def no_management(r: Review) -> Said:
    """A host firewall would leave no way in for administration."""
    managed = {
        rule.firewall
        for rule in r.compiled.rules
        if rule.direction == "in" and any(flow.startswith("management/") for flow in rule.flows)
    }
    for name, firewall in sorted(r.plan.firewalls.items()):
        if firewall.kind == "host" and name not in managed:
            why = (
                "has no administrator's computer to be reached from"
                if firewall.management
                else "says no way in"
            )
            yield (
                f"{name} {why} for administration: once its rules are in, nobody can log in over the network. "
                "Add ssh, rdp or winrm to its management, and say where the administrators' computers are.",
                (name,),
            )


def rule_limit(r: Review) -> Said:
    """A target's limit is passed."""
    for name, message in passed_limits(r.plan, r.compiled.rules, r.network.covered):
        yield message, (name,)


# For information


def host_only_allowlist(r: Review) -> Said:
    """An endpoint has a path, and proxies without inspection see the host only."""
    if r.plan.proxy.tls_inspection and r.plan.proxy.mode != "none":
        return
    with_path = [e for e in r.endpoints if e.fact.path != "/"]
    if with_path:
        hosts = list(dict.fromkeys(e.host or e.fact.host_key or "" for e in with_path))
        yield (
            f"{_few(hosts)}: only part of the host is needed, but without TLS inspection a proxy sees the host, "
            "not the path, so the whole host is let through.",
            tuple(e.fact.id for e in with_path),
        )


def source_contradicts(r: Review) -> Said:
    """A selected fact is one side of a contradiction in the documents."""
    said: dict[str, list[str]] = {}
    facts: list[FlowFact | EndpointFact] = [*(s.fact for s in r.flows), *(e.fact for e in r.endpoints)]
    for fact in facts:
        if fact.contradiction:
            said.setdefault(fact.contradiction, []).append(fact.id)
    for contradiction, ids in said.items():
        yield f"The documents do not agree. {contradiction}", tuple(ids)


FINDINGS: dict[str, tuple[Severity, Check]] = {
    "port-conflict": ("error", port_conflict),
    "forward-conflict": ("error", forward_conflict),
    "cleartext-over-untrusted": ("error", cleartext_over_untrusted),
    "overlapping-zones": ("error", overlapping_networks),
    "address-outside-zone": ("error", address_outside_zone),
    "no-path": ("error", no_path),
    "unplaced-role": ("warning", unplaced_role),
    "unknown-host": ("warning", unknown_host),
    "ambiguous-path": ("warning", ambiguous_path),
    "nat-without-address": ("warning", nat_without_address),
    "hairpin": ("warning", hairpin),
    "internet-exposure": ("warning", internet_exposure),
    "unencrypted": ("warning", unencrypted),
    "dynamic-range": ("warning", dynamic_range),
    "deprecated-port": ("warning", deprecated_port),
    "mdns-across-zones": ("warning", mdns_across_zones),
    "broadcast-across-zones": ("warning", broadcast_across_zones),
    "tls-inspection": ("warning", tls_inspection),
    "wildcard-unsupported": ("warning", wildcard_unsupported),
    "smtp-blocked-by-cloud": ("warning", smtp_blocked_by_cloud),
    "dns-missing": ("warning", dns_missing),
    "no-management": ("warning", no_management),
    "rule-limit": ("warning", rule_limit),
    "host-only-allowlist": ("info", host_only_allowlist),
    "source-contradicts": ("info", source_contradicts),
}


# What several of them ask


def ports_text(ports: tuple[PortRange, ...]) -> str:
    """`80, 9200-9999`."""
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)


def _few(names: Iterable[str], most: int = 4) -> str:
    listed = list(dict.fromkeys(names))
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def _flows_text(ids: Iterable[str]) -> str:
    return _few(ids, most=3)


def _common_ports(one: Iterable[PortRange], other: Iterable[PortRange]) -> tuple[PortRange, ...]:
    return tuple((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))


def _listens(r: Review, fact: FlowFact) -> bool:
    """True where the product's own software has the port for itself: mDNS responders share theirs."""
    role = r.catalog.roles.get(fact.to)
    return role is not None and role.product_owned and fact.cast == "unicast"


def _in_the_way(one: Selected, other: Selected) -> bool:
    """Two products always are; within one product only ports that meet because one of them was moved."""
    if _is_dynamic(one) or _is_dynamic(other):
        return False
    if one.fact.product != other.fact.product:
        return True
    return not _common_ports(one.fact.ports, other.fact.ports)


def _is_dynamic(selected: Selected) -> bool:
    """Ports that the system gives out on demand: it passes over those that are taken."""
    return any(low >= FIRST_DYNAMIC and high - low > MANY_PORTS for low, high in selected.ports)


def _shared_address(r: Review, one: FlowFact, other: FlowFact) -> str | None:
    here, there = r.network.party(one.product, one.to), r.network.party(other.product, other.to)
    if here is None or there is None:
        return None
    if one.to != other.to and not (_has_addresses(r, one) and _has_addresses(r, other)):
        return None  # two roles somewhere in one zone need not be one machine
    mine = tuple(c for piece in here.pieces if not piece.anywhere for c in piece.cidrs)
    shared = _overlap_of(there, mine)
    return shared[0].removesuffix("/32").removesuffix("/128") if shared else None


def _has_addresses(r: Review, fact: FlowFact) -> bool:
    place = r.plan.placement(fact.product, fact.to)
    return place is not None and bool(place.addresses)


def _overlap_of(party: Party, cidrs: tuple[str, ...]) -> tuple[str, ...]:
    local = tuple(c for piece in party.pieces if not piece.anywhere for c in piece.cidrs)
    return addresses.overlap(local, cidrs)


def _overlaps(party: Party, cidrs: tuple[str, ...]) -> bool:
    return bool(_overlap_of(party, cidrs))


def _troubled(r: Review, kind: str) -> list[Want]:
    ids = {trouble.want for trouble in r.compiled.troubles if trouble.kind == kind}
    return [want for want in r.wants if want.id in ids]


def _is_unplaced(r: Review, wanted: str, role: str) -> bool:
    product = wanted.partition("/")[0]
    party = r.network.party(product if product in r.plan.products else "", role)
    if role == PROXY and party is None:
        return True  # an explicit proxy that is nowhere
    key = (product if product in r.plan.products and role in r.plan.products[product].roles else "", role)
    return party is not None and party.unplaced and key not in r.network.stray


def _serves(address: str | None, transport: str, ports: PortRange, want: Want) -> bool:
    return (
        want.transport == transport
        and bool(_common_ports((ports,), want.ports))
        and address is not None
        and _overlaps(want.destinations, (f"{address}/32",))
    )


def _by_product(facts: Iterable[FlowFact]) -> list[tuple[str, list[FlowFact]]]:
    found: dict[str, list[FlowFact]] = {}
    for fact in facts:
        found.setdefault(fact.product, []).append(fact)
    return list(found.items())


def _across_zones(r: Review, cast: str, advice: str) -> Said:
    for product, facts in _by_product(
        s.fact for s in r.flows if s.fact.scope == "link-local" and s.fact.cast == cast
    ):
        apart: dict[str, None] = {}
        zones: dict[str, None] = {}
        for fact in facts:
            sides = (r.network.party(product, fact.from_), r.network.party(product, fact.to))
            placed = [{p.zone for p in side.pieces} for side in sides if side is not None and side.pieces]
            if len(placed) == 2 and len(placed[0] | placed[1]) > 1:
                apart[fact.id] = None
                zones.update(dict.fromkeys(sorted(placed[0] | placed[1])))
        if apart:
            yield (
                f"{r.product_name(product)}: the parties of discovery are in different zones ({_few(zones)}). {advice}",
                tuple(apart),
            )


def _asks(r: Review, asking: set[tuple[str, str]], product: str, role: str) -> bool:
    """True if a flow lets the role ask: of this product, or of another that has the role at the same place."""
    return any(
        asker == role and (other == product or r.network.party(other, role) is r.network.party(product, role))
        for other, asker in asking
    )


def _filtered(r: Review, party: Party) -> bool:
    return any(
        firewall.egress == "filtered" and bool(r.network.held(name, party))
        for name, firewall in r.network.guards.items()
    )


def _behind_boundary(r: Review, party: Party) -> bool:
    for piece in party.pieces:
        way = r.network.way(piece.zone, INTERNET)
        if way and any(r.plan.firewalls[name].kind == "boundary" for name in way.firewalls):
            return True
    return False


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


def rules_of_subject(rules: Iterable[Rule], subject: str) -> list[Rule]:
    """Rules that a subject of a finding stands for: by rule id, flow or firewall."""
    return [rule for rule in rules if subject in (rule.id, rule.firewall) or subject in rule.flows]
