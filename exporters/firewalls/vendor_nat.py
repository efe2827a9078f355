"""Rules as devices compare them that look before they translate a destination.

A forwarded service is reached on the public address and port: there an inbound list of IOS or EOS, and
a rule of PAN-OS, hold those. FortiOS holds a virtual IP in place of the destination.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters.firewalls.vendor_terms import digest, terms, text
from wizard.network.ports import PortRange, common_ports, join_ports, range_text
from wizard.rules.model import Forward, Rule


class Reached(msgspec.Struct, frozen=True):
    """A rule, or the part of it that goes through one port forward."""

    rule: Rule
    forward: Forward | None = None

    @property
    def public(self) -> Rule:
        """The rule with public address and ports, where a forward leads to it."""
        if self.forward is None:
            return self.rule
        return msgspec.structs.replace(
            self.rule,
            destinations=(f"{self.forward.public_address}/32",),
            ports=tuple(_outside(self.rule.ports, self.forward)),
        )


def reached(rules: Iterable[Rule], forwards: Sequence[Forward]) -> Iterator[Reached]:
    """The rules in their order, each in the parts that forwards make of it."""
    for rule in rules:
        rest = rule
        for forward in forwards:
            ports = common_ports(rule.ports, (forward.ports,))
            if ports and _leads_to(forward, rule):
                part = msgspec.structs.replace(
                    rule, destinations=(f"{forward.address}/32",), ports=ports
                )
                yield Reached(part, forward)
                if len(rule.destinations) == 1:
                    rest = msgspec.structs.replace(rest, ports=_without(rest.ports, forward.ports))
        if rest.ports:
            yield Reached(rest)


def vip_name(forward: Forward) -> str:
    """What FortiOS calls the virtual IP of a forward; another content is another name."""
    parts = (
        forward.transport,
        forward.public_address,
        forward.public_ports,
        forward.address,
        forward.ports,
    )
    return f"pw-vip-{digest(*parts)}"


def with_vips(body: str, parts: Sequence[Reached], forwards: Sequence[Forward]) -> str:
    """FortiOS: the virtual IPs, and policies that name them in place of the address inside."""
    vips = {vip_name(forward): _vip(forward) for forward in forwards if forward.is_complete}
    if not vips:
        return body
    for part in parts:
        if part.forward is None:
            continue
        for term in terms([part.rule]):
            body = re.sub(
                rf'(set name "{term.name}"\n(?: +set .*\n)*? +set dstaddr )".*"',
                rf'\g<1>"{vip_name(part.forward)}"',
                body,
            )
    lines = ["config firewall vip"]
    for name, settings in vips.items():
        lines += [f'    edit "{name}"', *settings, "    next"]
    return "\n".join([*lines, "end", body])


def _vip(forward: Forward) -> list[str]:
    return [
        f'        set comment "{text(forward.id, 40)}"',
        f"        set extip {forward.public_address}",
        '        set extintf "any"',
        "        set portforward enable",
        f"        set protocol {forward.transport}",
        f"        set extport {range_text(*forward.public_ports)}",
        f'        set mappedip "{forward.address}"',
        f"        set mappedport {range_text(*forward.ports)}",
    ]


def _leads_to(forward: Forward, rule: Rule) -> bool:
    return (
        forward.is_complete
        and rule.action == "allow"
        and rule.transport == forward.transport
        and rule.sources == forward.sources
        and f"{forward.address}/32" in rule.destinations
    )


def _outside(ports: Iterable[PortRange], forward: Forward) -> Iterator[PortRange]:
    by = forward.public_ports[0] - forward.ports[0]
    for low, high in ports:
        yield low + by, high + by


def _without(ports: Iterable[PortRange], gone: PortRange) -> tuple[PortRange, ...]:
    first, last = gone
    parts: list[PortRange] = []
    for low, high in ports:
        if low < first:
            parts.append((low, min(high, first - 1)))
        if last < high:
            parts.append((max(low, last + 1), high))
    return join_ports(parts)
