"""Linux host and boundary firewalls → `iptables.sh`: both families, in chains of their own.

The chains are jumped to from INPUT, OUTPUT, FORWARD and, for port forwards, PREROUTING. What stands
in the chains is written here; the hooks in `templates/iptables.sh` put it in and take it out, one
transaction a family.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from exporters import script
from exporters.denials import remarks
from exporters.firewalls import normal
from exporters.firewalls.iptables_chains import COMMENT, Chains, port_match
from exporters.firewalls.normal import GUESTS_ASK, GUESTS_TOLD, chunks, listed, live, words
from exporters.firewalls.published import published_rules, shut_ports
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network.addresses import bare, declared_of
from wizard.network.ports import PortRange, join_ports
from wizard.network.source_nat import SourceNat, ZoneNat, source_nats
from wizard.plan.model import Firewall
from wizard.rules.hairpin import Hairpin
from wizard.rules.model import Direction, Forward, Rule

IpVersion = Literal[4, 6]

_ERRORS: dict[IpVersion, tuple[str, ...]] = {
    4: tuple(
        f"-p icmp -m icmp --icmp-type {kind}"
        for kind in ("destination-unreachable", "time-exceeded", "parameter-problem")
    ),
    6: tuple(f"-p ipv6-icmp -m icmp6 --icmpv6-type {kind}" for kind in range(1, 5)),
}
_ICMP: dict[IpVersion, tuple[str, ...]] = {
    4: (
        *_ERRORS[4],
        *(f"-p icmp -m icmp --icmp-type {kind}" for kind in ("echo-request", "echo-reply")),
    ),
    6: (
        *_ERRORS[6],
        *(f"-p ipv6-icmp -m icmp6 --icmpv6-type {kind}" for kind in (128, 129)),
        # Router and neighbour discovery, never from another network.
        *(
            f"-p ipv6-icmp -m hl --hl-eq 255 -m icmp6 --icmpv6-type {kind}"
            for kind in range(133, 137)
        ),
        *(
            f"-s {source} -p ipv6-icmp -m icmp6 --icmpv6-type {kind}"
            for source in ("::/128", "fe80::/10")
            for kind in (130, 131, 132, 143)
        ),
    ),
}
_DHCP: dict[tuple[Direction, IpVersion], str] = {
    ("in", 4): "-p udp -m udp --sport 67 --dport 68",
    # RFC 8415 asks neither for a source port nor for a link-local source of what servers answer.
    ("in", 6): "-d fe80::/10 -p udp -m udp --dport 546",
    ("out", 4): "-p udp -m udp --sport 68 --dport 67",
    ("out", 6): "-s fe80::/10 -p udp -m udp --sport 546 --dport 547",
}
_SESSIONS = "SSH sessions older than these rules"
_ESTABLISHED = "-m conntrack --ctstate RELATED,ESTABLISHED"


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The script that holds the rules of both families."""
    settings = deployment.plan.firewalls[firewall]
    if settings.guards_hosts:
        about = [
            (
                "Inbound: everything new is dropped that no rule allows. Let through without a"
                " rule: loopback,"
            ),
            (
                "established and related traffic, ICMP errors and ping, neighbour and router"
                " discovery, MLD, DHCP."
            ),
            "Outbound: " + ("the same." if settings.egress == "filtered" else "open."),
            *([normal.about_guests(settings.guests)] if settings.guests else []),
        ]
    else:
        dropped = "what must never be is dropped; " if deployment.denied_at(firewall) else ""
        about = [
            (
                "Forwarded traffic: established and related traffic, ICMP errors and what the rules"
                " allow passes;"
            ),
            (
                "everything else new is dropped."
                if settings.default == "deny"
                else f"{dropped}the rest meets the rules that stand after these, and the policy of FORWARD."
            ),
            (
                "Forwarding itself (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding) is not"
                " switched on by this."
            ),
        ]
    text = script.Script(
        format="iptables",
        firewall=firewall,
        plan=script.plan_title(deployment),
        tool="iptables-restore",
        needs=("iptables", "iptables-restore", "iptables-save"),
        payload={
            "rules4": ruleset(deployment, firewall, 4),
            "rules6": ruleset(deployment, firewall, 6),
        },
        hooks=f"prefix={chain_prefix(firewall)}\n\n"
        + "\n".join(script.template(f"{part}.sh") for part in ("older", "tables", "iptables")),
        lasting="They last until the machine restarts.",
        notes=(
            (
                f"Puts the rules for the firewall '{firewall}' into iptables and ip6tables, and"
                " takes them out."
            ),
            (
                f"Its chains begin with {chain_prefix(firewall)}; the jumps to them come first,"
                " after rules that only deny."
            ),
            *about,
            *(
                ["What is dropped is logged with the chains' name, ten lines a minute of a kind."]
                if settings.log == "drops"
                else []
            ),
            *remarks(deployment, firewall, writes_source_nat=True),
            "Each rule has its id first in its comment; the handover documents say why.",
        ),
    )
    return {
        "iptables.sh": script.render(
            text,
            script.guard_lines(deployment, firewall),
            script.machine_lines(deployment, firewall),
        )
    }


def chain_prefix(firewall: str) -> str:
    """What the names of all our chains begin with, and no other firewall's do (a name has no
    underscore).
    """
    return f"pw_{normal.short_name(firewall, 14, '.')}_"


def ruleset(deployment: Deployment, firewall: str, family: IpVersion) -> str:
    """The chains of one family, in the form of `iptables-restore --noflush`."""
    settings = deployment.plan.firewalls[firewall]
    rules = [rule for rule in deployment.rules_of(firewall) if rule.family == family]
    prefix = chain_prefix(firewall)
    chains = Chains(prefix, settings.log == "drops")
    redirects: list[str] = []
    if settings.guards_hosts:
        _host_chain(chains, "in", family, live(rules, "in"), _guests("in", settings))
        if settings.egress == "filtered":
            sessions = [(match, _SESSIONS) for match in _old_sessions(live(rules, "in"))]
            more = [*sessions, *_guests("out", settings)]
            _host_chain(chains, "out", family, live(rules, "out"), more)
        _published_chain(chains, deployment, firewall, family)
    else:
        main = chains.start("forward")
        for match in (_ESTABLISHED, *_ERRORS[family]):
            chains.add(main, match, "ACCEPT")
        denied = [rule for rule in deployment.denied_at(firewall) if rule.family == family]
        chains.deny(main, "n", live(denied, "forward"))
        chains.allow(main, "f", normal.joined(live(rules, "forward")))
        if settings.default == "deny":
            chains.drop(main)
        if family == 4:
            redirects = [
                line
                for entry in normal.led_forwards(deployment, firewall)
                for line in _redirect(entry)
            ]
    name = plain(deployment.plan.name, 200)
    head = [f"# {name}".rstrip(), f"# Firewall {firewall}, IPv{family}. Written by Portwright."]
    zones = normal.written_zone_nats(deployment, firewall) if family == 4 else ()
    redirects += (f"-d {zone.seen} -j NETMAP --to {zone.own}" for zone in zones)
    nats = source_nats(deployment.network, firewall) if family == 4 else ()
    nat = [*_nat_chain(f"{prefix}nat", "PREROUTING", redirects)]
    ways = deployment.hairpins_of(firewall) if family == 4 else ()
    nat += _source_chains(prefix, nats, zones, [line for way in ways for line in _back_inside(way)])
    tables = [
        chains.table(),
        *([("\n").join(["*nat", *_named_first(nat), "COMMIT"])] if nat else []),
    ]
    return "\n".join([*head, *tables]) + "\n"


def _nat_chain(name: str, hook: str, lines: Sequence[str]) -> Iterator[str]:
    """A chain of the table `nat` and the jump to it; nothing without lines."""
    if lines:
        yield f":{name} - [0:0]"
        yield from (f"-A {name} {line}" for line in lines)
        yield f"-I {hook} 1 -j {name}"


def _source_chains(
    prefix: str, nats: Sequence[SourceNat], zones: Sequence[ZoneNat], back_inside: Sequence[str]
) -> Iterator[str]:
    """What changes sources on their way out: a chain for each, left again for what is excepted."""
    main = [*back_inside]
    for number, nat in enumerate(nats, 1):
        chain = f"{prefix}s{number}"
        note = f'-m comment --comment "{plain(f"source NAT {nat.about}", COMMENT)}"'
        target = f"SNAT --to-source {nat.to}" if nat.to else "MASQUERADE"
        yield f":{chain} - [0:0]"
        yield from (f"-A {chain} -d {cidr} -j RETURN" for cidr in nat.excepted)
        yield f"-A {chain} {note} -j {target}"
        main += (f"-s {cidr} -j {chain}" for cidr in nat.sources)
    for number, zone in enumerate(zones, 1):
        chain = f"{prefix}z{number}"
        yield f":{chain} - [0:0]"
        yield from (f"-A {chain} -d {cidr} -j RETURN" for cidr in zone.inside)
        yield f"-A {chain} -j NETMAP --to {zone.seen}"
        main.append(f"-s {zone.own} -j {chain}")
    yield from _nat_chain(f"{prefix}snat", "POSTROUTING", main)


def _named_first(lines: Sequence[str]) -> list[str]:
    """Every chain is named before a line jumps to it."""
    return sorted(lines, key=lambda line: not line.startswith(":"))


def _host_chain(
    chains: Chains,
    direction: Direction,
    family: IpVersion,
    rules: Sequence[Rule],
    more: Sequence[tuple[str, str]],
) -> None:
    main = chains.start(direction)
    basics = ["-i lo" if direction == "in" else "-o lo", _ESTABLISHED, *_ICMP[family]]
    basics.append(_DHCP[direction, family])
    if any(normal.is_multicast(rule) for rule in rules):
        basics.append("-p igmp")
    for match in basics:
        chains.add(main, match, "ACCEPT")
    for match, comment in more:
        chains.add(main, match, "ACCEPT", comment)
    chains.allow(main, direction[0], normal.joined(rules))
    chains.drop(main)


def _published_chain(
    chains: Chains, deployment: Deployment, firewall: str, family: IpVersion
) -> None:
    """What containers publish is forwarded: what the rules allow goes on to the engine's own rules,
    the rest of it is dropped.
    """
    shut = shut_ports(deployment, firewall)
    if not shut:
        return
    main = chains.start_published({entry.engine for entry in shut})
    chains.add(main, _ESTABLISHED, "RETURN")
    for rule in published_rules(deployment, firewall):
        if rule.family != family:
            continue
        note = words(rule, COMMENT)
        # RETURN leads to the rules of others: no chain can except somebody from it.
        exact = normal.without_exceptions(rule)
        for pair in exact.ports:
            for destination in exact.destinations:
                asked = _asked_for(exact.transport, pair, destination)
                for source in exact.sources:
                    chains.add(main, f"-s {source} {asked}", "RETURN", note)
    for entry in shut:
        note = plain(f"{entry.installation} published by {entry.engine}, nobody else", COMMENT)
        for pair in entry.ports:
            asked = _asked_for(entry.transport, pair)
            chains.drop(main, f"{asked} -m conntrack --ctstate DNAT", note)


def _asked_for(transport: str, pair: PortRange, destination: str = "") -> str:
    """What matches packets by where they went before they were translated."""
    low, high = pair
    at = f"--ctorigdst {destination} " if destination else ""
    ports = str(low) if low == high else f"{low}:{high}"
    return f"-p {transport} -m conntrack {at}--ctorigdstport {ports}"


def _guests(direction: Direction, settings: Firewall) -> list[tuple[str, str]]:
    """Matches and comments that let guests ask this machine for addresses and names."""
    way, wanted = ("-i", GUESTS_ASK) if direction == "in" else ("-o", GUESTS_TOLD)
    lines = []
    for device in settings.guests:
        for transport, numbers in wanted.items():
            run = join_ports((number, number) for number in numbers)
            lines.append((f"{way} {device} {port_match(transport, run)}", "guests"))
    return lines


def _old_sessions(rules: Iterable[Rule]) -> list[str]:
    """Matches that let SSH sessions go on that are older than the rules: never the first packet of
    one.
    """
    return [
        f"-s {server} -d {client} -p tcp -m multiport --sports {listed(run)} -m tcp --tcp-flags"
        " SYN,ACK ACK"
        for rule in rules
        if "management/ssh" in rule.flows and rule.transport == "tcp"
        if not rule.except_sources and not rule.except_destinations
        for run in chunks(rule.ports)
        for server in rule.destinations
        for client in rule.sources
    ]


def _redirect(forward: Forward) -> list[str]:
    """Destination NAT for one forward; nothing for one that has no address or that nobody may use."""
    sources = declared_of(forward.sources, 4)
    if forward.public_address is None or forward.address is None:
        return []
    if ":" in forward.public_address or ":" in forward.address:
        return []
    public, inner = bare(forward.public_address), bare(forward.address)
    (low, high), (to_low, to_high) = forward.public_ports, forward.ports
    if high - low != to_high - to_low:
        raise ValueError(f"{forward.id}: the two port ranges differ in length")
    if low == to_low:
        steps = [((low, high), inner)]
    else:
        steps = [
            ((low + step, low + step), f"{inner}:{to_low + step}") for step in range(high - low + 1)
        ]
    note = plain(f"{forward.id} {'; '.join(forward.flows)}", COMMENT)
    return [
        f"-s {source} -d {public}/32 {port_match(forward.transport, [run])} "
        f'-m comment --comment "{note}" -j DNAT --to-destination {target}'
        for source in sources
        for run, target in steps
    ]


def _back_inside(way: Hairpin) -> Iterator[str]:
    """Source NAT for those who have another way to the server: its answers come back through here."""
    forward = way.forward
    note = plain(f"{forward.id} hairpin", COMMENT)
    for source in way.hidden:
        yield (
            f"-s {source} -d {forward.address}/32 {port_match(forward.transport, [forward.ports])} -m"
            f" conntrack --ctorigdst {forward.public_address} -m comment --comment"
            f' "{note}" -j SNAT --to-source {forward.public_address}'
        )
