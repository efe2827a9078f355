"""Windows host firewalls → `windows.ps1`: rules of one named group, and the verbs that apply and
undo them.

Windows lets in what any rule allows, and a rule that blocks wins over all of them. So there is no
blocking rule here: what no rule allows is dropped by the default action of the profiles.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters import script
from exporters.denials import remarks
from exporters.firewalls.normal import (
    first_id,
    is_multicast,
    joined,
    live,
    logged_elsewhere,
    without_exceptions,
)
from exporters.firewalls.published import refuse_published
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.network.ports import range_texts
from wizard.rules.model import Rule

# Addresses that one rule lists on its far side; more make further rules.
_PEERS = 500
_HALVES = {"0.0.0.0/0": ("0.0.0.0/1", "128.0.0.0/1"), "::/0": ("::/1", "8000::/1")}
_SVCHOST = r"%SystemRoot%\System32\svchost.exe"


class Basic(msgspec.Struct, frozen=True):
    """What a network needs beside the plan's rules: the parameters of one rule."""

    name: str
    about: str
    direction: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The script.

    Raises:
        CannotSay: where containers publish ports on the host.
    """
    refuse_published(
        deployment, firewall, "Windows Firewall", "filter them where the container runs"
    )
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    lines = list(_rules(deployment, firewall))
    parts = {
        "title": "\n".join(
            f"# {line}".rstrip()
            for line in (
                *_about(firewall, filtered),
                *logged_elsewhere(deployment.plan.firewalls[firewall]),
                *remarks(deployment, firewall),
            )
        ),
        "settings": "\n".join(
            [
                f"$Firewall = {word(firewall)}",
                f"$Group = {word(group_name(firewall))}",
                f"$Task = {word(f'Portwright {firewall}')}",
                f"$Filtered = ${'true' if filtered else 'false'}",
                f"$RuleCount = {len(lines)}",
                f"$Rules = {word(hashlib.sha256(chr(10).join(lines).encode()).hexdigest())}",
            ]
        ),
        "guard": "\n".join(script.guard_lines(deployment, firewall)),
        "rules": "\n".join(f"    {line}" for line in lines),
    }
    return {"windows.ps1": script.filled(script.template("windows.ps1"), parts)}


def group_name(firewall: str) -> str:
    """The group that is ours, as Windows shows it."""
    return f"Portwright {firewall}"


def word(text: str, limit: int = 1000) -> str:
    """Text of a plan → a single-quoted string of PowerShell: ASCII, with nothing in it that could
    end it.
    """
    return _quoted(plain(text, limit))


def _quoted(text: str) -> str:
    """A single-quoted string of PowerShell, in which nothing is expanded."""
    return "'" + text.replace("'", "''") + "'"


def _about(firewall: str, filtered: bool) -> list[str]:
    return [
        f"Rules for the firewall '{plain(firewall)}' of a Windows host, in a group of their own.",
        (
            "Inbound: everything new is dropped that no rule allows. Let through beside the plan's"
            " rules: loopback,"
        ),
        "answers, ICMP errors and ping, neighbour and router discovery, DHCP.",
        "Outbound: " + ("the same." if filtered else "as the profiles have it."),
        "Rules of other groups stay: what they allow stays allowed, what they block stays blocked.",
    ]


def _rules(deployment: Deployment, firewall: str) -> Iterator[str]:
    """One command a rule."""
    rules = deployment.rules_of(firewall)
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    inbound = [without_exceptions(rule) for rule in joined(live(rules, "in"))]
    going_out = joined(live(rules, "out")) if filtered else []
    outbound = list(map(without_exceptions, going_out))
    group = group_name(firewall)
    for basic in _basics(filtered, any(map(is_multicast, (*inbound, *outbound)))):
        yield _command(
            f"portwright-{firewall}-basic-{basic.name}",
            f"Portwright {firewall}: {basic.about}",
            "Every plan: what a network needs beside the rules of the plan",
            group,
            basic.direction,
            basic.parameters,
        )
    for direction, listed in (("Inbound", inbound), ("Outbound", outbound)):
        for rule in listed:
            yield from _plan_rule(rule, firewall, group, direction)


def _plan_rule(rule: Rule, firewall: str, group: str, direction: str) -> Iterator[str]:
    inbound = direction == "Inbound"
    local, peers = (
        (rule.destinations, rule.sources) if inbound else (rule.sources, rule.destinations)
    )
    if not local or not peers:
        return
    port = "LocalPort" if inbound else "RemotePort"
    services = "; ".join(rule.services)
    for number, some in enumerate(_runs(_written(peers)), 1):
        suffix = "" if number == 1 else f"-part{number}"
        yield _command(
            f"portwright-{firewall}-{_key(first_id(rule))}{suffix}",
            f"Portwright {firewall}: {services} ({rule.from_} to {rule.to})",
            f"{rule.id} {services} ({rule.from_} to {rule.to})",
            group,
            direction,
            (
                ("Protocol", (rule.transport.upper(),)),
                ("LocalAddress", tuple(_written(local))),
                (port, range_texts(rule.ports)),
                ("RemoteAddress", tuple(some)),
            ),
        )


def _command(
    name: str,
    display: str,
    description: str,
    group: str,
    direction: str,
    parameters: Iterable[tuple[str, tuple[str, ...]]],
) -> str:
    words = [
        "New-NetFirewallRule",
        # A run of `apply` has names of its own, so that its rules stand beside the former ones for
        # a moment.
        f"-Name ({word(name + '-')} + $Run)",
        f"-DisplayName {word(display, 200)}",
        f"-Description {word(description, 250)}",
        f"-Group {word(group)}",
        f"-Enabled True -Profile Any -Direction {direction} -Action Allow",
        *(f"-{key} {', '.join(map(_quoted, values))}" for key, values in parameters),
        "-ErrorAction Stop | Out-Null",
    ]
    return " ".join(words)


def _basics(filtered: bool, multicast: bool) -> Iterator[Basic]:
    dhcp = (
        ("Protocol", ("UDP",)),
        ("LocalPort", ("68",)),
        ("RemotePort", ("67",)),
        *_service("Dhcp"),
    )
    # Servers answer from any address and port (RFC 8415 asks for none): what counts is where to.
    dhcp6_in = (
        ("Protocol", ("UDP",)),
        ("LocalAddress", ("fe80::/10",)),
        ("LocalPort", ("546",)),
        *_service("Dhcp"),
    )
    dhcp6_out = (
        ("Protocol", ("UDP",)),
        ("LocalPort", ("546",)),
        ("RemoteAddress", ("fe80::/10", "ff02::1:2")),
        ("RemotePort", ("547",)),
        *_service("Dhcp"),
    )
    igmp = (("Protocol", ("2",)),)
    neighbours = ("1", "2", "3", "4", "128", "135", "136")
    yield Basic("icmp-in", "ICMP errors and ping", "Inbound", _icmp("4", "3", "8", "11", "12"))
    yield Basic("icmp6-in", "ICMPv6 errors, ping, neighbours", "Inbound", _icmp("6", *neighbours))
    link = (*_icmp("6", "130", "133", "134"), ("RemoteAddress", ("fe80::/10",)))
    yield Basic("link-in", "IPv6 routers and group queries of the link", "Inbound", link)
    yield Basic("dhcp-in", "DHCP", "Inbound", dhcp)
    yield Basic("dhcp6-in", "DHCP for IPv6", "Inbound", dhcp6_in)
    if multicast:
        yield Basic("igmp-in", "membership of multicast groups", "Inbound", igmp)
    if filtered:
        out6 = _icmp("6", *neighbours, "129", "131", "132", "133", "143")
        yield Basic(
            "icmp-out", "ICMP errors and ping", "Outbound", _icmp("4", "0", "3", "8", "11", "12")
        )
        yield Basic("icmp6-out", "ICMPv6 errors, ping, neighbours, groups", "Outbound", out6)
        yield Basic("dhcp-out", "DHCP", "Outbound", dhcp)
        yield Basic("dhcp6-out", "DHCP for IPv6", "Outbound", dhcp6_out)
        if multicast:
            yield Basic("igmp-out", "membership of multicast groups", "Outbound", igmp)


def _icmp(version: str, *types: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("Protocol", (f"ICMPv{version}",)), ("IcmpType", types))


def _service(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("Program", (_SVCHOST,)), ("Service", (name,)))


def _written(cidrs: Iterable[str]) -> list[str]:
    """Addresses as Windows takes them: it has no /0."""
    return [bare(part) for cidr in cidrs for part in _HALVES.get(cidr, (cidr,))]


def _runs(listed: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(listed), _PEERS):
        yield listed[start : start + _PEERS]


def _key(key: str) -> str:
    """A rule's id as part of a name: letters, digits, dots and dashes."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", key)[:64]
