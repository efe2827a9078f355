"""Windows host firewalls → `windows.ps1`: rules of one named group, and the verbs that apply and
undo them; beside it the same rules for Intune.

Windows lets in what any rule allows, and a rule that blocks wins over all of them. So there is no
blocking rule here: what no rule allows is dropped by the default action of the profiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters import script
from exporters.denials import remarks
from exporters.firewalls import intune
from exporters.firewalls.normal import is_multicast, logged_elsewhere
from exporters.firewalls.published import refuse_published
from exporters.firewalls.windows_rules import WindowsRule, windows_rules
from exporters.lines import commented, prefixed
from exporters.safe import plain
from wizard.deployment import Deployment

_SVCHOST = r"%SystemRoot%\System32\svchost.exe"


class Basic(msgspec.Struct, frozen=True):
    """What a network needs beside the plan's rules: the parameters of one rule."""

    name: str
    about: str
    direction: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The script, and the policy for Intune.

    Raises:
        CannotSay: where containers publish ports on the host.
    """
    refuse_published(
        deployment, firewall, "Windows Firewall", "filter them where the container runs"
    )
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    rules = windows_rules(deployment, firewall)
    lines = list(_commands(rules, firewall, filtered))
    title = (
        *_about(firewall, filtered),
        *logged_elsewhere(deployment.plan.firewalls[firewall]),
        *remarks(deployment, firewall),
    )
    parts = {
        "title": "\n".join(commented(title)),
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
        "rules": "\n".join(prefixed("    ", lines)),
    }
    return {
        "windows.ps1": script.filled(script.template("windows.ps1"), parts),
        **intune.policies(deployment, firewall, rules),
    }


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


def _commands(rules: Sequence[WindowsRule], firewall: str, filtered: bool) -> Iterator[str]:
    """One command a rule."""
    group = group_name(firewall)
    for basic in _basics(filtered, any(is_multicast(made.rule) for made in rules)):
        yield _command(
            f"portwright-{firewall}-basic-{basic.name}",
            f"Portwright {firewall}: {basic.about}",
            "Every plan: what a network needs beside the rules of the plan",
            group,
            basic.direction,
            basic.parameters,
        )
    for made in rules:
        yield _plan_rule(made, firewall, group)


def _plan_rule(made: WindowsRule, firewall: str, group: str) -> str:
    said = f"{made.services} {made.ends}"
    return _command(
        made.name,
        f"Portwright {firewall}: {said}",
        f"{made.rule.id} {said}",
        group,
        "Inbound" if made.inbound else "Outbound",
        (
            ("Protocol", (made.rule.transport.upper(),)),
            ("LocalAddress", made.local),
            ("LocalPort" if made.inbound else "RemotePort", made.ports),
            ("RemoteAddress", made.peers),
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
