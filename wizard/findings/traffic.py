"""Warnings about the traffic that is let through: open to many, in the clear, old, or far-reaching."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, product

from wizard.facts.discovery import is_mdns
from wizard.findings.model import (
    FIREWALL_TEAM,
    NETWORK_TEAM,
    PRINT_TEAM,
    PROXY_TEAM,
    Remarks,
    Survey,
    about_site,
    by_installation,
    few,
    flows_text,
    note,
    warning,
)
from wizard.network import addresses
from wizard.network.ports import MANY_PORTS, join_ports, port_count, ports_text
from wizard.network.proxied import Proxied
from wizard.plan.keys import Key, OptionKey, OwnConnectionKey
from wizard.plan.model import INTERNET
from wizard.plan.proxies import UsedProxy, proxies_of, splits
from wizard.plan.reflectors import reflector_role
from wizard.rules.model import Rule
from wizard.rules.reflected import Reflector, reflectors
from wizard.rules.remarks import remarks_of
from wizard.tables import ids_of


@warning(
    "internet-exposure",
    FIREWALL_TEAM,
    "Narrow the sources if they are known, and keep the host patched.",
)
def internet_exposure(r: Survey) -> Remarks:
    """A rule lets the internet in."""
    anywhere = addresses.ANYWHERE.values()
    open_rules: dict[tuple[str, str], list[Rule]] = {}
    for rule in r.compiled.rules:
        if rule.direction != "out" and rule.sources and rule.sources[0] in anywhere:
            open_rules.setdefault((rule.to, rule.transport), []).append(rule)
    for (to, transport), rules in sorted(open_rules.items()):
        ports = join_ports(pair for rule in rules for pair in rule.ports)
        yield (
            f"The internet may connect to {r.role_name(to)} on {ports_text(ports)}/{transport}."
            " Narrow it to known addresses if you can, and keep that host patched.",
            tuple(dict.fromkeys(flow for rule in rules for flow in rule.flows)),
        )


@warning("unencrypted", PRINT_TEAM, "Keep these connections on your internal network.")
def unencrypted(r: Survey) -> Remarks:
    """A network flow carries data in the clear."""
    kept_off = r.kept_off()
    facts = [flow.fact for flow in r.flows if flow.fact.id not in kept_off]
    in_clear = (fact for fact in facts if fact.encrypted is False and fact.scope == "network")
    for installation, of_it in by_installation(in_clear).items():
        yield (
            f"{r.product_name(installation)} sends in the clear: {few(f.service for f in of_it)}."
            " Keep these connections on your internal network.",
            tuple(ids_of(of_it)),
        )


@warning("dynamic-range", PRINT_TEAM, "Name the ports that are in use, or pin the service to one.")
def dynamic_range(r: Survey) -> Remarks:
    """A rule opens more than 100 ports."""
    most_ports: dict[tuple[str, ...], int] = {}
    for rule in r.compiled.rules:
        count = port_count(rule.ports)
        if count > MANY_PORTS:
            most_ports[rule.flows] = max(count, most_ports.get(rule.flows, 0))
    for flows, count in most_ports.items():
        yield (
            f"{count} ports are opened for {flows_text(flows)}. {_narrower(r, flows)}.",
            flows,
        )


def _narrower(r: Survey, flows: tuple[str, ...]) -> str:
    """Where the plan takes the ports that are in use, or that nothing of it does."""
    wide = [s.fact for s in r.flows if s.fact.id in flows and port_count(s.ports) > MANY_PORTS]
    keys: dict[Key, None] = {}
    for fact in wide:
        if fact.ports_option:
            keys[OptionKey(fact.installation, fact.feature, fact.ports_option)] = None
        elif fact.is_own:
            keys[OwnConnectionKey(fact.entry, "ports")] = None
    if wide and not keys:
        return (
            "No answer of the plan narrows them: pin the service to fewer ports on its machines, and"
            " have the firewall team open those"
        )
    where = f" ({few(map(str, keys))})" if keys else ""
    return (
        f"Give the ports that are really in use{where}, or pin the service to one port, and the rule"
        " gets narrow"
    )


@warning("deprecated-port", PRINT_TEAM, "Leave them closed unless an old version needs them.")
def deprecated_port(r: Survey) -> Remarks:
    """A deprecated fact is selected."""
    deprecated = (flow.fact for flow in r.flows if flow.fact.status == "deprecated")
    for installation, facts in by_installation(deprecated).items():
        yield (
            f"{r.product_name(installation)}: the vendor calls these ports deprecated:"
            f" {few(fact.service for fact in facts)}. Open them only for old versions.",
            tuple(ids_of(facts)),
        )


@warning("mdns-across-zones", NETWORK_TEAM, "Add printers by address, or run an mDNS reflector.")
def mdns_across_zones(r: Survey) -> Remarks:
    """The parties of a multicast discovery flow are in different zones."""
    present = reflectors(r.network)
    return _across_zones(
        r,
        "multicast",
        " ".join(
            (
                "mDNS does not cross routers: add printers by address, or run an mDNS reflector.",
                *_without_an_address(r, {reflector.name: reflector for reflector in present}),
            )
        ),
        lambda zone, other: any(reflector.serves(zone, other) for reflector in present),
    )


def _without_an_address(r: Survey, present: Mapping[str, Reflector]) -> Iterator[str]:
    """Of each reflector the zones in which it is not known by an address, and so serves nobody."""
    for name, firewall in r.plan.firewalls.items():
        if firewall.reflects:
            own = present[name].own if name in present else {}
            if lacking := [z for z in firewall.zones if z not in own and z != INTERNET]:
                yield f"The reflector {name} needs an address of its own in {few(lacking)}."


@note("mdns-reflected", NETWORK_TEAM, "Nothing, once the reflector runs.")
def mdns_reflected(r: Survey) -> Remarks:
    """A reflector carries multicast DNS between zones."""
    flows_by_role: dict[str, dict[str, None]] = {}
    zones_by_role: dict[str, set[str]] = {}
    names = {reflector_role(reflector.name): reflector.name for reflector in reflectors(r.network)}
    for want in r.wants:
        for role in names.keys() & {want.from_, want.to}:
            flows_by_role.setdefault(role, {})[want.id] = None
            party = want.sources if want.from_ == role else want.destinations
            zones_by_role.setdefault(role, set()).update(party.by_zone)
    for role, flows in flows_by_role.items():
        yield (
            f"{names[role]} carries mDNS between {few(sorted(zones_by_role[role]))}. Hosts' own"
            " firewalls let it in from its address in their zone; the reflector itself is set up"
            " there.",
            tuple(flows),
        )


@warning(
    "broadcast-across-zones",
    PRINT_TEAM,
    "Accept that hosts find each other inside one network only.",
)
def broadcast_across_zones(r: Survey) -> Remarks:
    """The parties of a broadcast flow are in different zones."""
    return _across_zones(
        r,
        "broadcast",
        "Broadcasts do not cross routers: only hosts of one network find each other.",
    )


def _across_zones(
    r: Survey,
    cast: str,
    advice: str,
    is_served: Callable[[str, str], bool] = lambda zone, other: False,
) -> Remarks:
    apart: dict[str, dict[str, None]] = {}  # installation → flows
    zones: dict[str, dict[str, None]] = {}
    for want in r.wants:
        if not want.link_local or want.fact.cast != cast:
            continue
        for pair in want.pairs:
            ways = product(pair.sources.by_zone, pair.destinations.by_zone)
            unserved = [way for way in ways if way[0] != way[1]]
            if is_mdns(want.fact):
                unserved = [way for way in unserved if not is_served(*way)]
            if unserved:
                between = sorted(set(chain.from_iterable(unserved)))
                apart.setdefault(want.installation, {})[want.id] = None
                zones.setdefault(want.installation, {}).update(dict.fromkeys(between))
    for installation, flows in apart.items():
        yield (
            f"{r.product_name(installation)} discovery would have to cross zones"
            f" ({few(zones[installation])}). {advice}",
            tuple(flows),
        )


@warning("tls-inspection", PROXY_TEAM, "Take the hosts of the bypass list out of TLS inspection.")
def tls_inspection(r: Survey) -> Remarks:
    """The proxy inspects TLS and a selected product breaks under it."""
    for used in proxies_of(r.plan):
        if used.inspects and r.tls_bypass:
            installations = sorted({name for entry in r.tls_bypass for name in entry.installations})
            yield (
                f"{_the_proxy(used)} inspects TLS, and"
                f" {', '.join(map(r.product_name, installations))} fails under inspection. Exempt"
                f" {few(entry.host for entry in r.tls_bypass)} from it.",
                (*installations, *about_site(used.site)),
            )


_LOGINS = {"basic": "a name and a password", "windows": "a Windows account"}


@warning(
    "proxy-login",
    PROXY_TEAM,
    "Let the machines that it runs on through without a login, by their addresses.",
)
def proxy_login(r: Survey) -> Remarks:
    """The proxy asks for a login, and something that goes through it is known not to give one."""
    proxied = Proxied(r.network)
    for used in proxied.used:
        login = used.answers.asks_for
        through = set(_installations_through(r, proxied, used)) if login != "none" else set()
        for counting in remarks_of(r.catalog, r.plan) if through else ():
            if login in counting.remark.no_login and counting.installation in through:
                gives_none = (
                    "probably gives none"
                    if counting.remark.evidence == "inferred"
                    else "is known not to give one"
                )
                yield (
                    f"{_the_proxy(used)} asks for {_LOGINS[login]}, and"
                    f" {r.product_name(counting.installation)} {gives_none}."
                    f" {counting.remark.text}",
                    (counting.installation, *about_site(used.site)),
                )


def _installations_through(r: Survey, proxied: Proxied, used: UsedProxy) -> Iterator[str]:
    """Those of whose machines some connect to a proxy."""
    for endpoint in r.endpoints:
        party = r.network.party_of(endpoint.fact, endpoint.fact.from_)
        clients = None if party is None else proxied.clients(party, used)
        if clients is not None and splits(used.answers, endpoint.fact.scheme):
            yield endpoint.fact.installation


def _the_proxy(used: UsedProxy) -> str:
    return f"The proxy of {used.site}" if used.site else "The proxy"


@warning("wildcard-unsupported", PROXY_TEAM, "Name the one host that is used.")
def wildcard_unsupported(r: Survey) -> Remarks:
    """An endpoint is known only as a wildcard and the proxy takes none."""
    for used in proxies_of(r.plan):
        for endpoint in r.endpoints if not used.answers.wildcards else ():
            host = endpoint.host
            if host is not None and host.startswith("*.") and endpoint.counts_at(used.answers):
                key = endpoint.fact.host_key
                hint = f" Give the one host that you use as {key}." if key else ""
                proxy = f"the proxy of {used.site}" if used.site else "the proxy"
                yield (
                    f"{host} is known only as a wildcard, and {proxy} takes none.{hint}",
                    (endpoint.fact.id, *about_site(used.site)),
                )
