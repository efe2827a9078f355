"""Terms → access lists of Cisco IOS, Cisco ASA and Arista EOS.

ASA and IOS's IPv4 lists have groups of addresses and ports. Without groups a line stands for each pair
of addresses, and what is not the internet is denied before the internet is allowed. Ports are numbers:
`kerberos` is another port in an older ASA.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product
from typing import Literal, NamedTuple

from exporters.firewalls.vendor_denials import Passing, planned
from exporters.firewalls.vendor_objects import (
    Objects,
    masked,
    member_name,
    port_words,
    range_ends,
)
from exporters.firewalls.vendor_terms import Body, BothSides, Term
from exporters.lines import ended, prefixed
from wizard.network.addresses import ANYWHERE, Cidrs, bare, family_of, is_single

# What networks need to find out that a packet did not get through; the same that the Linux formats
# let pass.
_ICMP = {4: ("3", "11", "12"), 6: ("1", "2", "3", "4")}
_ASA_ICMP = (
    "icmp any4 any4 unreachable",
    "icmp any4 any4 time-exceeded",
    "icmp any4 any4 parameter-problem",
    "icmp6 any6 any6 unreachable",
    "icmp6 any6 any6 packet-too-big",
    "icmp6 any6 any6 time-exceeded",
    "icmp6 any6 any6 parameter-problem",
)
_REMARK = 100  # characters

_VERDICTS = {"allow": "permit", "deny": "deny"}

# Both sides, in a list's words.
SidePair = tuple[str, str]
# What stands behind a network's address.
Mask = Literal["length", "wildcard", "netmask"]


class ListFamily(NamedTuple):
    """How a make writes the list of one family. `objects`: its groups, where its lists take any."""

    family: int
    begin: str
    icmp: str
    objects: Objects | None = None


def cisco_ios(name: str, all_terms: Sequence[Term]) -> Body:
    """Groups, then a list for each family."""
    objects = Objects()
    four = ListFamily(4, "ip access-list extended", "icmp", objects)
    body = _without_state(name, all_terms, four, ListFamily(6, "ipv6 access-list", "icmp"))
    return body._replace(text=ended(_ios_groups(objects)) + body.text)


def arista_eos(name: str, all_terms: Sequence[Term]) -> Body:
    """A list for each family."""
    families = ListFamily(4, "ip access-list", "icmp"), ListFamily(6, "ipv6 access-list", "icmpv6")
    return _without_state(name, all_terms, *families)


def cisco_asa(name: str, all_terms: Sequence[Term]) -> Body:
    """Objects and groups, then one list for both families."""
    objects = Objects()
    lines: list[str] = []
    for term in all_terms:
        verdict = _VERDICTS[term.action]
        source = _side_words(objects, term.whose, term.sources, "netmask")
        destination = _side_words(objects, term.whom, term.destinations, "netmask")
        if len(term.ports) == 1:
            ports = port_words(*term.ports[0])
        else:
            ports = f"object-group {objects.service(term)}"
        lines += [
            f"access-list {name} remark {term.name}",
            f"access-list {name} remark {term.comment[:_REMARK]}".rstrip(),
            f"access-list {name} extended {verdict} {term.transport} {source} {destination} {ports}",
        ]
    lines.append(f"access-list {name} remark ICMP errors")
    lines += prefixed(f"access-list {name} extended permit ", _ASA_ICMP)
    return Body(ended([*_asa_groups(objects), *lines]))


def _without_state(name: str, all_terms: Sequence[Term], *families: ListFamily) -> Body:
    lines: list[str] = []
    body = Body("")
    for family in families:
        terms = [term for term in all_terms if term.family == family.family]
        if not terms:
            continue
        order = planned(terms, exact=family.objects is not None)
        lines.append(f"{family.begin} {name}-v{family.family}")
        for passing in (*order.first, *order.last):
            if not _is_udp_answer(passing):
                lines += _remarked(family, passing)
        lines += _icmp(family)
        body = Body(
            "",
            body.denies or order.denies,
            (*body.udp_first, *_udp_answers(family, order.first)),
            (*body.udp_last, *_udp_answers(family, order.last)),
        )
    return body._replace(text=ended(lines))


def _is_udp_answer(passing: Passing) -> bool:
    return passing.back and passing.term.transport == "udp"


def _udp_answers(family: ListFamily, passings: Iterable[Passing]) -> Iterator[str]:
    for passing in filter(_is_udp_answer, passings):
        yield from _lines(family, passing)


def _remarked(family: ListFamily, passing: Passing) -> Iterator[str]:
    """The lines of one rule one way, with its name and what it is for."""
    term = passing.term
    if passing.back:
        yield from _remarks(f"{term.name}-back", f"{term.rule} answers")
    else:
        yield from _remarks(term.name, term.comment)
    established = " established" if passing.back else ""
    for line in _lines(family, passing):
        yield f" {line}{established}"


def _lines(family: ListFamily, passing: Passing) -> Iterator[str]:
    term = passing.term
    for action, sides in passing.verdicts():
        verdict = _VERDICTS[action]
        if family.objects and not passing.back and len(term.ports) > 1:
            ((source, destination),) = _pairs(family, passing, sides)
            service = family.objects.service(term)
            yield f"{verdict} object-group {service} {source} {destination}"
            continue
        for (source, destination), span in product(_pairs(family, passing, sides), term.ports):
            ports = port_words(*span)
            ends = (
                f"{source} {ports} {destination}"
                if passing.back
                else (f"{source} {destination} {ports}")
            )
            yield f"{verdict} {term.transport} {ends}"


def _pairs(family: ListFamily, passing: Passing, sides: BothSides) -> Iterator[SidePair]:
    """Both sides as groups, or each two addresses where there are none."""
    if family.objects is None:
        for source, destination in product(*sides):
            yield address_words(source, "length"), address_words(destination, "length")
        return
    roles = passing.term.whose, passing.term.whom
    whose, whom = reversed(roles) if passing.back else roles
    yield (
        _side_words(family.objects, whose, sides.sources, "wildcard"),
        _side_words(family.objects, whom, sides.destinations, "wildcard"),
    )


def _remarks(*texts: str) -> Iterator[str]:
    for words in texts:
        room = _REMARK - len(" remark ")
        # Most fit, and wrapping takes longer than all the rest of a line.
        for line in [words] if 0 < len(words) <= room else textwrap.wrap(words, room):
            yield f" remark {line}"


def _icmp(family: ListFamily) -> list[str]:
    return [
        " remark ICMP errors",
        *prefixed(f" permit {family.icmp} any any ", _ICMP[family.family]),
        "exit",
    ]


def address_words(cidr: str, mask: Mask) -> str:
    """One address, network or everybody, as a line or a group has them."""
    if cidr in ANYWHERE.values():
        return f"any{family_of(cidr)}" if mask == "netmask" else "any"
    if is_single(cidr):
        return f"host {bare(cidr)}"
    if mask == "length" or ":" in cidr:
        return cidr
    return " ".join(masked(cidr, inverted=mask == "wildcard"))


def _side_words(objects: Objects, role: str, cidrs: Cidrs, mask: Mask) -> str:
    side = objects.side(role, cidrs)
    return f"object-group {side}" if side in objects.groups else address_words(side, mask)


def _ios_groups(objects: Objects) -> Iterator[str]:
    for name, listed in objects.groups.items():
        yield f"object-group network {name}"
        for member in listed:
            ends = range_ends(member)
            if ends:
                yield f" range {ends[0]} {ends[1]}"
            else:
                yield f" {address_words(member, 'netmask')}"
        yield "exit"
    for name, (transport, ports) in objects.services.items():
        yield f"object-group service {name}"
        for span in ports:
            yield f" {transport} {port_words(*span)}"
        yield "exit"


def _asa_groups(objects: Objects) -> Iterator[str]:
    members = chain.from_iterable(objects.groups.values())
    for member in dict.fromkeys(filter(range_ends, members)):
        yield f"object network {member_name(member)}"
        yield f" range {' '.join(range_ends(member))}"
    for name, listed in objects.groups.items():
        yield f"object-group network {name}"
        for member in listed:
            if range_ends(member):
                yield f" network-object object {member_name(member)}"
            else:
                yield f" network-object {address_words(member, 'netmask')}"
    for name, (transport, ports) in objects.services.items():
        yield f"object-group service {name} {transport}"
        for span in ports:
            yield f" port-object {port_words(*span)}"
