"""Linux host firewalls → `firewalld.sh`: services, address sets, up to three policies of our own.

A policy from ANY to HOST that comes before the zones and ends in DROP holds the inbound rules, one
from HOST to ANY the outbound ones. A rule of the plan is a service (its ports, with id and reason)
and a rich rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import msgspec

from exporters import script
from exporters.denials import remarks
from exporters.firewalls import normal
from exporters.firewalls.normal import GUESTS_ASK, GUESTS_TOLD, live, without_exceptions, words
from exporters.firewalls.published import LINUX_FORMATS, refuse_published
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.network.ports import range_texts
from wizard.rules.model import Direction, Rule

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_ID = re.compile(r"[a-z0-9-]{1,40}")
_ANY = (("0.0.0.0/0",), ("::/0",))
_WORDS = 300
_PRIORITY = -100  # before the zones, after firewalld's own allow-host-ipv6

_PING = (
    "destination-unreachable",
    "time-exceeded",
    "parameter-problem",
    "echo-request",
    "echo-reply",
)
_SIX = (
    "packet-too-big",
    "neighbour-solicitation",
    "neighbour-advertisement",
    "router-solicitation",
    "router-advertisement",
)
_NEAR = '<source address="fe80::/10"/>'
# What networks need, as the inside of rich rules: (family, elements).
_BASICS: dict[Direction, tuple[tuple[str, str], ...]] = {
    "in": (
        *(("", f'<icmp-type name="{name}"/>') for name in _PING),
        *(("ipv6", f'<icmp-type name="{name}"/>') for name in _SIX),
        # MLD comes from neighbours; firewalld has no name for it.
        ("ipv6", f'{_NEAR}<protocol value="ipv6-icmp"/>'),
        ("ipv4", '<port protocol="udp" port="68"/>'),
        ("ipv6", '<destination address="fe80::/10"/><port protocol="udp" port="546"/>'),
    ),
    "out": (
        ("ipv4", '<protocol value="icmp"/>'),
        ("ipv6", '<protocol value="ipv6-icmp"/>'),
        ("ipv4", '<port protocol="udp" port="67"/>'),
        ("ipv6", f'{_NEAR}<port protocol="udp" port="547"/>'),
    ),
}


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The script that holds the XML files of firewalld.

    Raises:
        CannotSay: where containers publish ports on the host.
    """
    refuse_published(deployment, firewall, "firewalld", LINUX_FORMATS)
    settings = deployment.plan.firewalls[firewall]
    filtered = settings.egress == "filtered"
    files = objects(deployment, firewall)
    text = script.Script(
        format="firewalld",
        firewall=firewall,
        plan=script.plan_title(deployment),
        tool="firewalld",
        needs=("firewall-cmd", "firewall-offline-cmd", "mktemp"),
        payload={"files": "".join(f"=== {path}\n{text}" for path, text in files.items())},
        hooks=f"prefix={prefix(firewall)}\n\n{script.template('firewalld.sh')}",
        lasting=(
            "They are in firewalld's permanent configuration too, and last over a restart of the"
            " machine."
        ),
        persistent=True,
        notes=(
            (
                f"Puts the rules for the firewall '{firewall}' into firewalld, and takes them out"
                " again."
            ),
            (
                f"Its services, address sets and policies begin with {prefix(firewall)}; it touches"
                " no other."
            ),
            (
                "Inbound: everything new is dropped that no rule allows, also what zones allow"
                " (they are not asked)."
            ),
            (
                "Let through without a rule: loopback, established traffic, ICMP errors and ping,"
                " neighbour and router"
            ),
            "discovery, ICMPv6 from link-local addresses (MLD), DHCP (udp 68 and 546).",
            "Outbound: "
            + ("the same; all ICMP, and DHCP (udp 67 and 547)." if filtered else "open."),
            *([normal.about_guests(settings.guests)] if settings.guests else []),
            *(
                [
                    f"What is dropped is logged as {prefix(firewall)}in or out, at most ten lines a"
                    " minute. firewalld's rules do not count."
                ]
                if settings.log == "drops"
                else []
            ),
            *remarks(deployment, firewall),
            (
                "firewall-cmd --info-service shows a rule's id and reason; the handover"
                " documents say what is behind it."
            ),
        ),
    )
    return {
        "firewalld.sh": script.render(
            text,
            script.guard_lines(deployment, firewall),
            script.machine_lines(deployment, firewall),
        )
    }


def prefix(firewall: str) -> str:
    """What our names begin with, and no other firewall's do: a firewall's name has no underscore
    and no capital. firewalld takes 18 characters for a policy.
    """
    return f"pw_{normal.short_name(firewall, 11, 'X')}_"


class IpSets:
    """The named address sets: a list of addresses is written once, whoever uses it."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._names: dict[tuple[str, ...], str] = {}

    def side(self, tag: str, cidrs: tuple[str, ...], excepted: tuple[str, ...]) -> str:
        """The element for one side of a rule; empty for any address of the rule's family."""
        negated = bool(excepted)
        if cidrs in _ANY and not negated:
            return ""
        listed = excepted if negated else cidrs
        invert = ' invert="True"' if negated else ""
        if len(listed) == 1:
            return f'<{tag} address="{bare(listed[0])}"{invert}/>'
        name = self._names.setdefault(listed, f"{self._prefix}{len(self._names) + 1}")
        return f'<{tag} ipset="{name}"{invert}/>'

    def files(self) -> dict[str, str]:
        """The files of the sets by their path below firewalld's folder."""
        return {f"ipsets/{name}.xml": _set(cidrs) for cidrs, name in self._names.items()}


def objects(deployment: Deployment, firewall: str) -> dict[str, str]:
    """All files by their path below firewalld's folder."""
    rules = deployment.rules_of(firewall)
    settings = deployment.plan.firewalls[firewall]
    mark = prefix(firewall)
    sets = IpSets(mark)
    services: dict[str, str] = {}
    logs = settings.log == "drops"
    policies = {
        f"policies/{mark}in.xml": _policy("in", live(rules, "in"), mark, services, sets, logs=logs)
    }
    if settings.guests:
        policies[f"policies/{mark}gst.xml"] = _guests()
    if settings.egress == "filtered":
        policies[f"policies/{mark}out.xml"] = _policy(
            "out", live(rules, "out"), mark, services, sets, bool(settings.guests), logs
        )
    return sets.files() | services | policies


def _policy(
    direction: Direction,
    rules: Sequence[Rule],
    mark: str,
    services: dict[str, str],
    sets: IpSets,
    tells_guests: bool = False,
    logs: bool = False,
) -> str:
    lines = [_rich(family, elements) for family, elements in _BASICS[direction]]
    if tells_guests:
        lines += [_rich("", element) for element in _port_elements(GUESTS_TOLD)]
    if any(normal.is_multicast(rule) for rule in rules):
        lines.append(_rich("ipv4", '<protocol value="igmp"/>'))
    for number, rule in enumerate(map(_sayable, normal.joined(rules)), 1):
        if not (rule.sources and rule.destinations):
            continue
        key = normal.first_id(rule)
        name = f"{mark}{key}" if _ID.fullmatch(key) else f"{mark}{direction}_{number}"
        if f"services/{name}.xml" in services:
            name = f"{mark}{direction}_{number}"
        services[f"services/{name}.xml"] = _service(rule)
        source = sets.side("source", rule.sources, rule.except_sources)
        destination = sets.side("destination", rule.destinations, rule.except_destinations)
        lines.append(_rich(f"ipv{rule.family}", f'{source}{destination}<service name="{name}"/>'))
    if logs:
        # After all that accepts, and before the policy's end drops; logs that fill a disk are no help.
        lines.append(
            f'  <rule priority="32767"><log prefix="{mark}{direction}: " level="info">'
            '<limit value="10/m"/></log></rule>\n'
        )
    ends = ("ANY", "HOST") if direction == "in" else ("HOST", "ANY")
    way = "Inbound" if direction == "in" else "Outbound"
    return (
        f'{_HEAD}<policy priority="{_PRIORITY}" target="DROP">\n  <short>{way} rules</short>\n '
        f" <description>{way}: everything new is dropped that no rule allows. Written by"
        f' Portwright.</description>\n  <ingress-zone name="{ends[0]}"/>\n  <egress-zone'
        f' name="{ends[1]}"/>\n' + "".join(lines) + "</policy>\n"
    )


def _guests() -> str:
    """Before the other policies, from the zones of the guests' interfaces alone: the script puts in
    which these are.
    """
    lines = "".join(_rich("", element) for element in _port_elements(GUESTS_ASK))
    return (
        f'{_HEAD}<policy priority="{_PRIORITY - 1}" target="CONTINUE">\n  <short>Guests</short>\n'
        "  <description>Guests ask this machine for addresses and names. Written by"
        f' Portwright.</description>\n  <ingress-zone name="GUESTS"/>\n  <egress-zone'
        f' name="HOST"/>\n{lines}</policy>\n'
    )


def _port_elements(ports: Mapping[str, Sequence[int]]) -> list[str]:
    return [
        f'<port protocol="{transport}" port="{number}"/>'
        for transport, numbers in ports.items()
        for number in numbers
    ]


def _sayable(rule: Rule) -> Rule:
    """A side is 'these' or 'all but these': where a rule says both, the exceptions are cut out."""
    cut = without_exceptions(rule)
    changes: dict[str, tuple[str, ...]] = {}
    if rule.except_sources and rule.sources not in _ANY:
        changes |= {"sources": cut.sources, "except_sources": ()}
    if rule.except_destinations and rule.destinations not in _ANY:
        changes |= {"destinations": cut.destinations, "except_destinations": ()}
    if cut.sources and cut.destinations:
        return msgspec.structs.replace(rule, **changes)
    return cut


def _rich(family: str, elements: str) -> str:
    of = f' family="{family}"' if family else ""
    return f"  <rule{of}>{elements}<accept/></rule>\n"


def _service(rule: Rule) -> str:
    ports = "".join(
        f'  <port protocol="{rule.transport}" port="{ports}"/>\n'
        for ports in range_texts(rule.ports)
    )
    short, about = (escape(text) for text in (plain(rule.id, 60), words(rule, _WORDS)))
    return (
        f"{_HEAD}<service>\n  <short>{short}</short>\n "
        f" <description>{about}</description>\n{ports}</service>\n"
    )


def _set(cidrs: Iterable[str]) -> str:
    cidrs = tuple(cidrs)
    family = "inet6" if ":" in cidrs[0] else "inet"
    entries = "".join(f"  <entry>{bare(cidr)}</entry>\n" for cidr in cidrs)
    return (
        f'{_HEAD}<ipset type="hash:net">\n  <short>Addresses of the plan</short>\n'
        f'  <option name="family" value="{family}"/>\n{entries}</ipset>\n'
    )
