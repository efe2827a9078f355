"""Terms → access lists of Cisco IOS, Cisco ASA and Arista EOS.

IOS and ASA have groups of addresses and ports (IOS for IPv4 only). EOS has neither: a line stands for
each pair of addresses, and what is not the internet is denied before the internet is allowed. Ports are
numbers: `kerberos` is another port in an older ASA.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from exporters.firewalls.vendor_denials import denied_sides, planned
from exporters.firewalls.vendor_objects import (
    Objects,
    masked,
    member_name,
    port_words,
    range_ends,
)
from exporters.firewalls.vendor_terms import BothSides, Term
from wizard.network.addresses import ANYWHERE, Cidrs, bare, is_single

# What networks need to find out that a packet did not get through; the same that the Linux formats
# let pass.
_ICMP = {4: ("icmp", ("3", "11", "12")), 6: ("icmp", ("1", "2", "3", "4"))}
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


def cisco_ios(name: str, all_terms: Sequence[Term]) -> str:
    """Groups, then a list for each family."""
    objects = Objects()
    lines: list[str] = []
    for family, begin in ((4, "ip access-list extended"), (6, "ipv6 access-list")):
        terms = [term for term in all_terms if term.family == family]
        if terms:
            lines.append(f"{begin} {name}-v{family}")
            lines += _grouped(objects, terms) if family == 4 else _each_pair(terms)
            lines += _icmp(*_ICMP[family])
    return _text([*_ios_groups(objects), *lines])


def arista_eos(name: str, all_terms: Sequence[Term]) -> str:
    """A list for each family."""
    lines: list[str] = []
    for family, begin in ((4, "ip access-list"), (6, "ipv6 access-list")):
        terms = [term for term in all_terms if term.family == family]
        if terms:
            lines += [f"{begin} {name}-v{family}", *_each_pair(terms)]
            lines += _icmp("icmpv6" if family == 6 else "icmp", _ICMP[family][1])
    return _text(lines)


def cisco_asa(name: str, all_terms: Sequence[Term]) -> str:
    """Objects and groups, then one list for both families."""
    objects = Objects()
    lines: list[str] = []
    for term in all_terms:
        verdict = _VERDICTS[term.action]
        source = _asa(objects, term.whose, term.sources)
        destination = _asa(objects, term.whom, term.destinations)
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
    lines += [f"access-list {name} extended permit {kind}" for kind in _ASA_ICMP]
    return _text([*_asa_groups(objects), *lines])


def udp_answers(key: str, all_terms: Sequence[Term]) -> list[str]:
    """The lines of a list without state that would let UDP's answers back."""
    objects = Objects()
    answering = [
        term.answering for term in all_terms if term.transport == "udp" and term.action == "allow"
    ]
    lines: list[str] = []
    for term, denying in planned(answering):
        if key == "cisco-ios" and term.family == 4:
            lines += _back_lines("permit", term, [_ios_sides(objects, term)])
        else:
            for verdict, sides in _verdicts(term, denying):
                lines += _back_lines(verdict, term, _pairs(sides))
    return lines


def _grouped(objects: Objects, terms: Sequence[Term]) -> list[str]:
    """The lines of a list that has groups, one for each rule."""
    forward: list[str] = []
    back: list[str] = []
    for term in terms:
        verdict = _VERDICTS[term.action]
        sides = _ios_sides(objects, term)
        forward += _remarks(term.name, term.comment)
        if len(term.ports) > 1:
            forward.append(f" {verdict} object-group {objects.service(term)} {' '.join(sides)}")
        else:
            forward += _lines(verdict, term, [sides])
        if term.transport == "tcp" and term.action == "allow":
            answering = term.answering
            back += _answers_begin(term)
            back += _established("permit", answering, [_ios_sides(objects, answering)])
    return _ordered(terms, forward, back)


def _each_pair(terms: Sequence[Term]) -> list[str]:
    """The lines of a list that has no groups: one for each two addresses and ports."""
    forward: list[str] = []
    back: list[str] = []
    for term, denying in planned(terms):
        forward += _remarks(term.name, term.comment)
        for verdict, sides in _verdicts(term, denying):
            forward += _lines(verdict, term, _pairs(sides))
    tcp = [term for term in terms if term.transport == "tcp" and term.action == "allow"]
    for term, denying in planned([term.answering for term in tcp]):
        back += _answers_begin(term)
        for verdict, sides in _verdicts(term, denying):
            back += _established(verdict, term, _pairs(sides))
    return _ordered(terms, forward, back)


def _verdicts(term: Term, denying: bool) -> Iterator[tuple[str, BothSides]]:
    """What is denied first of a term, and what is then allowed."""
    if not denying:
        yield _VERDICTS[term.action], BothSides(term.sources, term.destinations)
        return
    for sides in denied_sides(term):
        yield "deny", sides
    yield "permit", term.whole


def _ordered(terms: Sequence[Term], forward: list[str], back: list[str]) -> list[str]:
    if any(term.action == "deny" for term in terms):
        # Answers of what is allowed the other way are no new connections.
        return back + forward
    return forward + back


def _lines(verdict: str, term: Term, pairs: Iterable[SidePair]) -> Iterator[str]:
    for (source, destination), ports in product(pairs, term.ports):
        yield f" {verdict} {term.transport} {source} {destination} {port_words(*ports)}"


def _back_lines(verdict: str, term: Term, pairs: Iterable[SidePair]) -> Iterator[str]:
    """A term the other way round: what answers, from its ports."""
    for (source, destination), ports in product(pairs, term.ports):
        yield f"{verdict} {term.transport} {destination} {port_words(*ports)} {source}"


def _established(verdict: str, term: Term, pairs: Iterable[SidePair]) -> Iterator[str]:
    for line in _back_lines(verdict, term, pairs):
        yield f" {line} established"


def _answers_begin(term: Term) -> Iterator[str]:
    return _remarks(f"{term.name}-back", f"{term.rule} answers")


def _remarks(*texts: str) -> Iterator[str]:
    for words in texts:
        room = _REMARK - len(" remark ")
        # Most fit, and wrapping takes longer than all the rest of a line.
        for line in [words] if 0 < len(words) <= room else textwrap.wrap(words, room):
            yield f" remark {line}"


def _icmp(protocol: str, kinds: Sequence[str]) -> list[str]:
    return [
        " remark ICMP errors",
        *(f" permit {protocol} any any {kind}" for kind in kinds),
        "exit",
    ]


def _pairs(sides: BothSides) -> Iterator[SidePair]:
    """Each two addresses, for what has no groups."""
    for source, destination in product(*sides):
        yield _prefixed(source), _prefixed(destination)


def _ios_sides(objects: Objects, term: Term) -> SidePair:
    sources, destinations = (term.whose, term.sources), (term.whom, term.destinations)
    return _ios(objects, *sources), _ios(objects, *destinations)


def _prefixed(cidr: str) -> str:
    if cidr in ANYWHERE.values():
        return "any"
    return f"host {bare(cidr)}" if is_single(cidr) else cidr


def _ios(objects: Objects, role: str, cidrs: Cidrs) -> str:
    side = objects.side(role, cidrs)
    if side in objects.groups:
        return f"object-group {side}"
    if side == ANYWHERE[4]:
        return "any"
    if is_single(side):
        return f"host {bare(side)}"
    return " ".join(masked(side, inverted=True))


def _asa(objects: Objects, role: str, cidrs: Cidrs) -> str:
    side = objects.side(role, cidrs)
    if side in objects.groups:
        return f"object-group {side}"
    for family, anywhere in ANYWHERE.items():
        if side == anywhere:
            return f"any{family}"
    return _asa_member(side)


def _asa_member(member: str) -> str:
    if is_single(member):
        return f"host {bare(member)}"
    return member if ":" in member else " ".join(masked(member))


def _ios_groups(objects: Objects) -> Iterator[str]:
    for name, listed in objects.groups.items():
        yield f"object-group network {name}"
        for member in listed:
            ends = range_ends(member)
            if ends:
                yield f" range {ends[0]} {ends[1]}"
            else:
                single = f"host {bare(member)}"
                yield f" {single if is_single(member) else ' '.join(masked(member))}"
        yield "exit"
    for name, (transport, ports) in objects.services.items():
        yield f"object-group service {name}"
        for span in ports:
            yield f" {transport} {port_words(*span)}"
        yield "exit"


def _asa_groups(objects: Objects) -> Iterator[str]:
    ranges = [range_ends(member) for listed in objects.groups.values() for member in listed]
    for ends in dict.fromkeys(map(tuple, filter(None, ranges))):
        yield f"object network {member_name('-'.join(ends))}"
        yield f" range {ends[0]} {ends[1]}"
    for name, listed in objects.groups.items():
        yield f"object-group network {name}"
        for member in listed:
            if range_ends(member):
                yield f" network-object object {member_name(member)}"
            else:
                yield f" network-object {_asa_member(member)}"
    for name, (transport, ports) in objects.services.items():
        yield f"object-group service {name} {transport}"
        for span in ports:
            yield f" port-object {port_words(*span)}"


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
