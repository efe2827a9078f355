"""Linux host and boundary firewalls → nftables: `nftables.nft`, and `nftables.sh` that applies and
undoes it.

All of it is one table of its own, replaced as a whole. `nft_rules.py` writes the rules, `nft_nat.py`
the translation, this file what stands around them: the chains, what networks need beside the rules,
the script's hooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exporters import script
from exporters.denials import remarks
from exporters.firewalls import nft_rules, normal
from exporters.firewalls.nft_nat import redirect, source_chains
from exporters.firewalls.nft_rules import AddressSets, comment
from exporters.firewalls.normal import is_multicast
from exporters.firewalls.published import published_rules, shut_ports
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network.addresses import declared_of
from wizard.network.source_nat import source_nats
from wizard.plan.model import Firewall
from wizard.rules.model import Forward, Rule

_ICMP = """\
        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
        icmp type { echo-request, echo-reply } accept
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
        icmpv6 type { echo-request, echo-reply } accept
        ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert } accept
        ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
        ip6 saddr { ::, fe80::/10 } icmpv6 type { mld-listener-query, mld-listener-report } accept
        ip6 saddr { ::, fe80::/10 } icmpv6 type { mld-listener-done, mld2-listener-report } accept
"""

_INPUT_BASICS = f"""\
        iif "lo" accept
        ct state established,related accept
{_ICMP}\
        udp sport 67 udp dport 68 accept
        ip6 daddr fe80::/10 udp dport 546 accept
"""

_OUTPUT_BASICS = f"""\
        oif "lo" accept
        ct state established,related accept
{_ICMP}\
        udp sport 68 udp dport 67 accept
        ip6 saddr fe80::/10 udp sport 546 udp dport 547 accept
"""

# What hosts behind a router need to hear; most of it is `related` already.
_FORWARD_BASICS = """\
        ct state established,related accept
        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
"""

_IGMP = '        ip protocol igmp accept comment "membership of the multicast groups below"\n'

# Logs that fill a disk are no help.
_LOG_LIMIT = "limit rate 10/minute burst 20 packets"


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The rules as a file for `nft -f`, and the script that holds the same rules."""
    rules = ruleset(deployment, firewall)
    text = script.Script(
        format="nftables",
        firewall=firewall,
        plan=script.plan_title(deployment),
        tool="nft",
        needs=("nft",),
        payload={"rules": rules},
        hooks=f"table={table_name(firewall)}\n\n"
        + "\n".join(script.template(f"{part}.sh") for part in ("older", "nftables")),
        lasting="They last until the machine restarts.",
        notes=(
            (
                f"Puts the rules for the firewall '{firewall}' into nftables, and takes them out"
                " again."
            ),
        ),
    )
    return {
        "nftables.nft": rules,
        "nftables.sh": script.render(
            text,
            script.guard_lines(deployment, firewall),
            script.machine_lines(deployment, firewall),
        ),
    }


def table_name(firewall: str) -> str:
    """The one table that is ours. Names hold no underscore, so two names never share a table."""
    return "portwright_" + firewall.replace("-", "_")


def ruleset(deployment: Deployment, firewall: str) -> str:
    """The text for `nft -f`: replaces our table in one step, and touches no other."""
    settings = deployment.plan.firewalls[firewall]
    rules = deployment.rules_of(firewall)
    sets = AddressSets()
    table = table_name(firewall)
    log = table if settings.log == "drops" else ""
    if settings.guards_hosts:
        chains, about = _host_chains(rules, settings, sets, log)
        chains += _published_chain(deployment, firewall, sets, log)
    else:
        forwards = normal.led_forwards(deployment, firewall)
        denied = deployment.denied_at(firewall)
        deny = settings.default == "deny"
        chains, about = _boundary_chains(rules, forwards, deny, denied, sets, log)
        nats = source_nats(deployment.network, firewall)
        zones = normal.written_zone_nats(deployment, firewall)
        chains += source_chains(nats, zones, sets, deployment.hairpins_of(firewall))
    if log:
        about.append(
            "What is dropped is logged with the table's name, ten lines a minute of a kind."
        )
    head = [
        "#!/usr/sbin/nft -f",
        f"# {plain(deployment.plan.name, 200)}" if deployment.plan.name else "#",
        f"# Firewall {firewall}, {_count(len(rules), 'rule')}. Written by Portwright.",
        *(f"# {line}" for line in about),
        *(f"# {line}" for line in remarks(deployment, firewall, writes_source_nat=True)),
        "# Each rule has its id first in its comment; the handover documents say why.",
    ]
    body = "\n".join(part.rstrip("\n") + "\n" for part in (*sets.lines(), *chains))
    return (
        "\n".join(head)
        + f"\n\ntable inet {table}\ndelete table inet {table}\n\ntable inet {table} {{\n{body}}}\n"
    )


def _host_chains(
    rules: Sequence[Rule], settings: Firewall, sets: AddressSets, log: str
) -> tuple[list[str], list[str]]:
    filtered = settings.egress == "filtered"
    about = [
        (
            "Inbound: everything new is dropped that no rule allows. Let through without a rule:"
            " loopback,"
        ),
        (
            "established and related traffic, ICMP errors and ping, neighbour and router discovery,"
            " MLD, DHCP."
        ),
        "Outbound: " + ("the same." if filtered else "open."),
    ]
    basics = _INPUT_BASICS
    if settings.guests:
        about.append(normal.about_guests(settings.guests))
        basics += _guests("iifname", settings.guests, normal.GUESTS_ASK)
    chains = _rule_chain("input", "input", "drop", basics, _in(rules, "in"), sets, log=log)
    if filtered:
        outgoing = _in(rules, "out")
        basics = _OUTPUT_BASICS + _old_sessions(_in(rules, "in"))
        if settings.guests:
            basics += _guests("oifname", settings.guests, normal.GUESTS_TOLD)
        chains += _rule_chain("output", "output", "drop", basics, outgoing, sets, log=log)
    return chains, about


def _published_chain(
    deployment: Deployment, firewall: str, sets: AddressSets, log: str
) -> list[str]:
    """What containers publish is forwarded: let through what the rules allow, drop the rest of it."""
    shut = shut_ports(deployment, firewall)
    if not shut:
        return []
    lines = [
        "        ct state established,related accept",
        "        ct status ! dnat accept",
        *nft_rules.published(published_rules(deployment, firewall), sets, bool(log)),
    ]
    for entry in shut:
        note = comment(entry.installation, f"published by {entry.engine}, nobody else")
        for pair in entry.ports:
            match = nft_rules.asked_for_port(entry.transport, pair)
            if log:
                lines.append(f'        {match} {_LOG_LIMIT} log prefix "{log} forward: "')
            drop = "counter drop" if log else "drop"
            lines.append(f'        {match} {drop} comment "{note}"')
    head = "filter hook forward priority filter; policy accept;"
    return [nft_rules.chain("published", head, lines)]


def _boundary_chains(
    rules: Sequence[Rule],
    forwards: Sequence[Forward],
    deny: bool,
    denied: Sequence[Rule],
    sets: AddressSets,
    log: str,
) -> tuple[list[str], list[str]]:
    if deny:
        about = [
            (
                "Forwarded traffic: everything new is dropped that no rule allows. Let through"
                " without a rule:"
            ),
            "established and related traffic, ICMP errors.",
        ]
    else:
        drops = "only what must never be" if denied else "nothing"
        about = [
            (
                f"Forwarded traffic: this table drops {drops}. Where another table does, that one"
                " must let the"
            ),
            "same traffic through; in nftables a packet passes only if every table accepts it.",
        ]
    about.append(
        "Forwarding itself (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding) is not switched on"
        " by this."
    )
    chains = []
    redirects = [line for forward in forwards for line in redirect(forward, sets)]
    if redirects:
        chains.append(
            nft_rules.chain(
                "port_forwards", "nat hook prerouting priority dstnat; policy accept;", redirects
            )
        )
    policy = "drop" if deny else "accept"
    chains += _rule_chain(
        "forward", "forward", policy, _FORWARD_BASICS, _in(rules, "forward"), sets, denied, log
    )
    return chains, about


def _in(rules: Sequence[Rule], direction: str) -> list[Rule]:
    return [rule for rule in rules if rule.direction == direction]


def _rule_chain(
    name: str,
    hook: str,
    policy: str,
    basics: str,
    rules: Sequence[Rule],
    sets: AddressSets,
    denied: Sequence[Rule] = (),
    log: str = "",
) -> list[str]:
    """The sets that the chain's rules need, and the chain. Answers of connections that are there
    pass; then comes what is denied, then what is allowed. `log` is the name under which the log has
    what is dropped; none: it has nothing.
    """
    logged = f'{_LOG_LIMIT} log prefix "{log} {hook}: "' if log else ""
    multicast = any(declared_of(rule.destinations, 4) and is_multicast(rule) for rule in rules)
    own_sets, lines = nft_rules.render(name, normal.joined(rules), sets, bool(log))
    basics_lines = (basics + (_IGMP if multicast and hook != "forward" else "")).splitlines()
    if log and policy == "drop":
        lines += [f"        {logged}", "        counter drop"]
    chain = nft_rules.chain(
        name,
        f"filter hook {hook} priority filter; policy {policy};",
        [*basics_lines, *nft_rules.denials(denied, sets, logged), *lines],
    )
    return [*own_sets, chain]


def _guests(way: str, devices: Sequence[str], ports: Mapping[str, Sequence[int]]) -> str:
    """Lets guests behind these interfaces ask this machine for addresses and names, or be told."""
    names = ", ".join(f'"{device}"' for device in devices)
    return "".join(
        f"        {way} {{ {names} }} {transport} dport {{ {', '.join(map(str, numbers))} }} accept\n"
        for transport, numbers in ports.items()
    )


def _old_sessions(rules: Sequence[Rule]) -> str:
    """Lets SSH sessions go on that are older than the table: the kernel does not know them as
    established.

    Only packets in the middle of a connection, never the first of one.
    """
    lines = []
    for rule in rules:
        if "management/ssh" not in rule.flows or rule.transport != "tcp":
            continue
        ip = "ip6" if rule.family == 6 else "ip"
        servers, clients = (
            declared_of(rule.destinations, rule.family),
            declared_of(rule.sources, rule.family),
        )
        if servers and clients and not rule.except_sources and not rule.except_destinations:
            lines.append(
                f"        {ip} saddr {nft_rules.inline(servers)} {ip} daddr"
                f" {nft_rules.inline(clients)} "
                f"tcp sport {nft_rules.ports(rule.ports)} tcp flags & (syn | ack) == ack accept "
                f'comment "{comment(rule.id, "SSH sessions older than these rules")}"\n'
            )
    return "".join(lines)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
