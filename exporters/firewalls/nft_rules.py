"""Rules → lines of an nftables chain, and the sets that they look up.

Few rules are written one by one, as a person would. Many go into concatenated interval sets of
source, destination and port: nft needs time that grows with the square of the number of anonymous
sets, and these have none. What is allowed is the same either way: the union of the rules, and
nothing for a rule with an empty side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from exporters.firewalls.nft_layers import layers
from exporters.firewalls.normal import words
from exporters.safe import plain
from wizard.network.addresses import bare, declared_of
from wizard.network.ports import PortRange, join_ports, range_texts
from wizard.rules.model import Rule

# One by one up to so many rules; and any rule that would make more elements than this.
_FEW = 64
_ELEMENTS = 512

_COMMENT = 128  # bytes that nft takes


class AddressSets:
    """The named address sets of one table: a list of addresses is written once, whoever uses it."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], str] = {}

    def use(self, role: str, cidrs: tuple[str, ...]) -> str:
        """What stands behind `saddr`: the one address, or the name of the set that holds them."""
        if len(cidrs) == 1:
            return bare(cidrs[0])
        if cidrs not in self._names:
            base = _identifier(role) + ("_6" if ":" in cidrs[0] else "_4")
            used = set(self._names.values())
            names = (base, *(f"{base}_{number}" for number in range(2, len(used) + 3)))
            self._names[cidrs] = next(name for name in names if name not in used)
        return "@" + self._names[cidrs]

    def lines(self) -> Iterator[str]:
        """The definitions, in the order of first use."""
        for cidrs, name in self._names.items():
            kind = "ipv6_addr" if ":" in cidrs[0] else "ipv4_addr"
            yield _set(name, kind, [bare(cidr) for cidr in cidrs])


def render(
    chain: str, rules: Sequence[Rule], sets: AddressSets, counts: bool = False
) -> tuple[list[str], list[str]]:
    """The definitions of the sets that only this chain uses, and the chain's lines; they count
    packets where asked to.
    """
    accept = "counter accept" if counts else "accept"
    live = [
        rule for rule in map(_normal, rules) if rule.sources and rule.destinations and rule.ports
    ]
    if len(live) <= _FEW:
        return [], [_line(rule, sets, accept) for rule in live]
    alone = [rule for rule in live if _size(rule) > _ELEMENTS]
    groups: dict[_Group, list[Rule]] = defaultdict(list)
    for rule in live:
        if _size(rule) <= _ELEMENTS:
            key = _Group(rule.family, rule.transport, rule.except_sources, rule.except_destinations)
            groups[key].append(rule)
    definitions = []
    lines = [_line(rule, sets, accept) for rule in alone]
    for number, (group, members) in enumerate(groups.items(), 1):
        names = "\n".join(f"    # {words(rule, 200)}" for rule in members)
        definitions.append(f"    # The rules in {chain}_rules_{number}:\n{names}\n")
        for layer, elements in enumerate(layers(members, _COMMENT), 1):
            name = f"{chain}_rules_{number}" + (f"_{layer}" if layer > 1 else "")
            address = f"ipv{group.family}_addr"
            definitions.append(_set(name, f"{address} . {address} . inet_service", elements))
            ip = _ip(group.family)
            lookup = f"{ip} saddr . {ip} daddr . {group.transport} dport @{name} {accept}"
            lines.append(f"        {_exceptions(group, sets)}{lookup}")
    return definitions, lines


def denials(rules: Sequence[Rule], sets: AddressSets, log: str = "") -> list[str]:
    """The lines that drop what must never be, one by one: they come before all that is allowed.
    `log` is the statement that logs such a packet first.
    """
    lines: list[str] = []
    for rule in map(_normal, rules):
        if log:
            lines.append(_line(rule, sets, log))
        lines.append(_line(rule, sets, "counter drop" if log else "drop"))
    return lines


def comment(key: str, reason: str) -> str:
    """What stands in a comment's quotes: id first, at most 128 bytes, nothing that nft or a shell
    reads.
    """
    return plain(f"{key} {reason}", _COMMENT)


def inline(cidrs: Sequence[str]) -> str:
    """Addresses as they stand in a rule."""
    return bare(cidrs[0]) if len(cidrs) == 1 else "{ " + ", ".join(map(bare, cidrs)) + " }"


def ports(pairs: Sequence[PortRange]) -> str:
    """Ports as they stand in a rule."""
    words = range_texts(pairs)
    return words[0] if len(words) == 1 else "{ " + ", ".join(words) + " }"


class _Group(msgspec.Struct, frozen=True):
    """What the rules of one concatenated set share."""

    family: int
    transport: str
    except_sources: tuple[str, ...]
    except_destinations: tuple[str, ...]


def _normal(rule: Rule) -> Rule:
    """The same rule with sorted addresses of its one family only, and ports that do not touch."""
    family = rule.family
    return msgspec.structs.replace(
        rule,
        ports=join_ports(rule.ports),
        sources=declared_of(rule.sources, family),
        destinations=declared_of(rule.destinations, family),
        except_sources=declared_of(rule.except_sources, family),
        except_destinations=declared_of(rule.except_destinations, family),
    )


def _line(rule: Rule, sets: AddressSets, verdict: str = "accept") -> str:
    ip = _ip(rule.family)
    group = _Group(rule.family, rule.transport, rule.except_sources, rule.except_destinations)
    return (
        f"        {_exceptions(group, sets)}"
        f"{ip} saddr {sets.use(rule.from_, rule.sources)} {ip} daddr"
        f" {sets.use(rule.to, rule.destinations)} "
        f'{rule.transport} dport {ports(rule.ports)} {verdict} comment "{words(rule, _COMMENT)}"'
    )


def published(rules: Sequence[Rule], sets: AddressSets, counts: bool) -> list[str]:
    """The lines that let through what rules say of packets that a container engine has translated:
    by what was asked for. A line for each run of ports, as nft lists no set of original ports.
    """
    lines = []
    accept = "counter accept" if counts else "accept"
    for rule in map(_normal, rules):
        ip = _ip(rule.family)
        match = f"{ip} saddr {sets.use(rule.from_, rule.sources)}"
        if rule.except_sources:
            match += f" {ip} saddr != {sets.use('not_internet', rule.except_sources)}"
        for pair in rule.ports:
            asked = f"ct original {ip} daddr {inline(rule.destinations)}"
            asked += f" {asked_for_port(rule.transport, pair)}"
            lines.append(f'        {match} {asked} {accept} comment "{words(rule, _COMMENT)}"')
    return lines


def asked_for_port(transport: str, pair: PortRange) -> str:
    """What matches packets by the port that they went to before they were translated."""
    return f"meta l4proto {transport} ct original proto-dst {ports((pair,))}"


def _exceptions(group: _Group, sets: AddressSets) -> str:
    ip = _ip(group.family)
    text = ""
    if group.except_sources:
        text += f"{ip} saddr != {sets.use('not_internet', group.except_sources)} "
    if group.except_destinations:
        text += f"{ip} daddr != {sets.use('not_internet', group.except_destinations)} "
    return text


def _size(rule: Rule) -> int:
    return len(rule.sources) * len(rule.destinations) * len(rule.ports)


def _set(name: str, kind: str, elements: Iterable[str]) -> str:
    listed = ",\n            ".join(elements)
    return (
        f"    set {name} {{\n        type {kind}\n        flags interval\n"
        f"        elements = {{\n            {listed}\n        }}\n    }}\n"
    )


def _ip(family: int) -> str:
    return "ip6" if family == 6 else "ip"


def _identifier(role: str) -> str:
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in role.lower())[:40]
    return letters if letters[:1].isalpha() else "set_" + letters


def chain(name: str, hook: str, lines: Sequence[str]) -> str:
    """A chain at a hook, as text."""
    return "\n".join([f"    chain {name} {{", f"        type {hook}", *lines, "    }"]) + "\n"
