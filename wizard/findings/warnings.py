"""Warnings: what works, and deserves a second look; or what is still open."""

from __future__ import annotations

from wizard.findings.errors import MANY_PORTS
from wizard.findings.model import Review, Said, by_product, common_ports, few, flows_text, overlaps
from wizard.network import addresses
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.network.topology import Party
from wizard.plan.model import INTERNET
from wizard.rules.limits import passed_limits
from wizard.rules.model import Rule
from wizard.rules.select import PROXY, needed_roles
from wizard.rules.wants import Want


def unplaced_role(r: Review) -> Said:
    """A needed role has no place."""
    for role, wanted in needed_roles(r.catalog, r.plan).items():
        without = [w for w in wanted if _is_unplaced(r, w, role)]
        if without:
            yield (
                (
                    f"{r.role_name(role)} has no place yet: {flows_text(dict.fromkeys(without))}"
                    f" {'waits' if len(without) == 1 else 'wait'} for it. Say where it is, or that"
                    " there is none."
                ),
                (role, *without),
            )


def unknown_host(r: Review) -> Said:
    """A host that only the customer knows is not given."""
    for endpoint in r.endpoints:
        if endpoint.host is None:
            key = endpoint.fact.host_key or ""
            yield (
                (
                    f"{endpoint.fact.purpose}: the host is yours to name. Set {key} under "
                    f"[products.{endpoint.fact.product}.hosts]."
                ),
                (endpoint.fact.id,),
            )


def ambiguous_path(r: Review) -> Said:
    """Several equally short ways."""
    found: dict[tuple[tuple[str, ...], ...], dict[str, None]] = {}
    for obstacle in r.compiled.obstacles:
        if obstacle.kind == "ambiguous":
            found.setdefault(obstacle.places, {})[obstacle.want] = None
    for (these, those, firewalls), wanted in found.items():
        yield (
            (
                f"From {few(these)} to {few(those)} there are several equally short ways. Each of"
                f" {', '.join(firewalls)} got the rules; take away those that traffic does not use."
            ),
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
        behind = {
            z for z in r.plan.zones if (way := r.network.way(z, INTERNET)) and name in way.firewalls
        }
        users: dict[str, None] = {}
        for want in r.wants:
            inside = {p.zone for p in want.sources.pieces} & behind
            if inside and any(_serves(f.address, f.transport, f.ports, want) for f in forwards):
                users[want.id] = None
        if users:
            yield (
                (
                    f"{name} forwards a service that is also used from inside"
                    f" ({flows_text(users)}). Inside, the public name leads to the NAT address: let"
                    " it resolve to the inside address (split DNS), or set up hairpin NAT."
                ),
                (name, *users),
            )


def internet_exposure(r: Review) -> Said:
    """A rule lets the internet in."""
    open_rules: dict[tuple[str, str], list[Rule]] = {}
    for rule in r.compiled.rules:
        if (
            rule.direction != "out"
            and rule.sources
            and rule.sources[0] in addresses.ANYWHERE.values()
        ):
            open_rules.setdefault((rule.to, rule.transport), []).append(rule)
    for (to, transport), rules in sorted(open_rules.items()):
        ports = join_ports(pair for rule in rules for pair in rule.ports)
        yield (
            (
                f"The internet may connect to {r.role_name(to)} on {ports_text(ports)}/{transport}."
                " Narrow it to known addresses if you can, and keep that host patched."
            ),
            tuple(dict.fromkeys(flow for rule in rules for flow in rule.flows)),
        )


def unencrypted(r: Review) -> Said:
    """A network flow carries data in the clear."""
    for product, facts in by_product(
        s.fact for s in r.flows if s.fact.encrypted is False and s.fact.scope == "network"
    ):
        services = list(dict.fromkeys(fact.service for fact in facts))
        yield (
            (
                f"{r.product_name(product)} sends in the clear: {few(services)}. "
                "Keep these connections inside your own network."
            ),
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
            (
                f"{count} ports are opened for {flows_text(dict.fromkeys(flows))}. Give the ports"
                " that are really in use, or pin the service to one port, and the rule gets"
                " narrow."
            ),
            flows,
        )


def deprecated_port(r: Review) -> Said:
    """A deprecated fact is selected."""
    for product, facts in by_product(s.fact for s in r.flows if s.fact.status == "deprecated"):
        yield (
            (
                f"{r.product_name(product)}: the vendor calls these ports deprecated:"
                f" {few([f.service for f in facts])}. Open them only for old versions."
            ),
            tuple(fact.id for fact in facts),
        )


def mdns_across_zones(r: Review) -> Said:
    """The parties of a multicast discovery flow are in different zones."""
    yield from _across_zones(
        r,
        "multicast",
        "mDNS does not cross routers: add printers by address, or run an mDNS reflector.",
    )


def broadcast_across_zones(r: Review) -> Said:
    """The parties of a broadcast flow are in different zones."""
    yield from _across_zones(
        r,
        "broadcast",
        "Broadcasts do not cross routers: only hosts of one network find each other.",
    )


def tls_inspection(r: Review) -> Said:
    """The proxy inspects TLS and a selected product breaks under it."""
    if r.plan.proxy.tls_inspection and r.plan.proxy.mode != "none" and r.tls_bypass:
        products = sorted({product for entry in r.tls_bypass for product in entry.products})
        yield (
            (
                f"The proxy inspects TLS, and {', '.join(r.product_name(p) for p in products)}"
                f" fails under inspection. Exempt {few([entry.host for entry in r.tls_bypass])}"
                " from it."
            ),
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
                (
                    f"{want.fact.service}: cloud providers block outbound port 25 by default. "
                    "Use port 587 or 465, or ask the provider to lift the block."
                ),
                (want.id, *behind),
            )


def dns_missing(r: Review) -> Said:
    """A role with endpoints is behind filtered egress or a boundary, and no flow lets it ask a name
    server.
    """
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
            (
                f"{r.role_name(role)} must find hosts on the internet by name, and nothing lets it"
                " ask a name server. Switch on name lookup, or make sure that the rules for DNS"
                " are there already."
            ),
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
                (
                    f"{name} {why} for administration: once its rules are in, nobody can log in"
                    " over the network. Add ssh, rdp or winrm to its management, and say where the"
                    " administrators' computers are."
                ),
                (name,),
            )


def rule_limit(r: Review) -> Said:
    """A target's limit is passed."""
    for name, message in passed_limits(r.plan, r.compiled.rules, r.network.covered):
        yield message, (name,)


def _is_unplaced(r: Review, wanted: str, role: str) -> bool:
    product = wanted.partition("/")[0]
    party = r.network.party(product if product in r.plan.products else "", role)
    if role == PROXY and party is None:
        return True  # an explicit proxy that is nowhere
    key = (
        product if product in r.plan.products and role in r.plan.products[product].roles else "",
        role,
    )
    return party is not None and party.unplaced and key not in r.network.stray


def _serves(address: str | None, transport: str, ports: PortRange, want: Want) -> bool:
    return (
        want.transport == transport
        and bool(common_ports((ports,), want.ports))
        and address is not None
        and overlaps(want.destinations, (f"{address}/32",))
    )


def _across_zones(r: Review, cast: str, advice: str) -> Said:
    for product, facts in by_product(
        s.fact for s in r.flows if s.fact.scope == "link-local" and s.fact.cast == cast
    ):
        apart: dict[str, None] = {}
        zones: dict[str, None] = {}
        for fact in facts:
            sides = (r.network.party(product, fact.from_), r.network.party(product, fact.to))
            placed = [
                {p.zone for p in side.pieces} for side in sides if side is not None and side.pieces
            ]
            if len(placed) == 2 and len(placed[0] | placed[1]) > 1:
                apart[fact.id] = None
                zones.update(dict.fromkeys(sorted(placed[0] | placed[1])))
        if apart:
            yield (
                (
                    f"{r.product_name(product)}: the parties of discovery are in different zones"
                    f" ({few(zones)}). {advice}"
                ),
                tuple(apart),
            )


def _asks(r: Review, asking: set[tuple[str, str]], product: str, role: str) -> bool:
    """True if a flow lets the role ask: of this product, or of another that has the role at the
    same place.
    """
    return any(
        asker == role
        and (other == product or r.network.party(other, role) is r.network.party(product, role))
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
