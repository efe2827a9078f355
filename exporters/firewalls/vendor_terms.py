"""Rules of a boundary → terms for the makes' writers: one family each, nothing left to a list that may be
empty.

An empty side would be anybody somewhere. So a term has addresses on both sides, exceptions are taken
out beforehand, and what the writers call things is harmless in each make.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from exporters.safe import plain, xml_comment
from wizard.network.addresses import ANYWHERE, beyond, declared_of, overlap
from wizard.network.ports import PortRange, join_ports, ports_text
from wizard.rules.model import Rule

# Less than `plain` keeps: no `*/` that ends a comment in Junos, no `?` that asks a command line for
# help.
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9 ._,:;/()+=@-]")

# The shortest limit on a policy's name is FortiGate's, 35 characters: pw-, 20 of the id, and a
# digest.
_ID = 20
_COMMENT = 200


class BothSides(NamedTuple):
    """Addresses of one family, from and to."""

    sources: tuple[str, ...]
    destinations: tuple[str, ...]


NOWHERE = BothSides((), ())


class Term(msgspec.Struct, frozen=True):
    """A rule with something on both sides: addresses of one family, sorted, exceptions taken out.

    `name` is made from all the rest: no name ever stands for two different contents. `whose` and
    `whom` are the roles that groups of their addresses are called after. `whole` is what both sides
    were before their exceptions, `without` these: for lists that deny them first.
    """

    name: str
    rule: str
    comment: str
    family: int
    transport: str
    ports: tuple[PortRange, ...]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    action: Literal["allow", "deny"] = "allow"
    whose: str = ""
    whom: str = ""
    whole: BothSides = NOWHERE
    without: BothSides = NOWHERE
    inside: tuple[str, ...] = ()
    inside_ports: tuple[PortRange, ...] = ()

    @property
    def answering(self) -> Term:
        """The same with what answers: behind a port forward that is the address inside."""
        if not self.inside:
            return self
        return msgspec.structs.replace(
            self,
            destinations=self.inside,
            ports=self.inside_ports,
            inside=(),
            inside_ports=(),
            whole=BothSides(self.whole.sources, self.inside),
            without=BothSides(self.without.sources, ()),
        )


class Body(NamedTuple):
    """What a make's writer has written. `denies`: some lines deny what is not the internet. Lines that
    would let UDP's answers back stand before the first line that denies, or behind the last one.
    """

    text: str
    denies: bool = False
    udp_first: tuple[str, ...] = ()
    udp_last: tuple[str, ...] = ()


def terms(rules: Iterable[Rule]) -> list[Term]:
    """The terms of these rules in their order; none for a rule that lets nobody through.

    Raises:
        ValueError: for a port or an address that is none.
    """
    terms_by_name: dict[str, Term] = {}
    for rule in rules:
        sources = _side(rule.sources, rule.except_sources, rule.family)
        destinations = _side(rule.destinations, rule.except_destinations, rule.family)
        ports = join_ports(rule.ports)
        if any(not 1 <= low <= high <= 65535 for low, high in rule.ports):
            raise ValueError(f"{rule.id}: {ports} are no ports")
        if rule.direction == "forward" and sources and destinations and ports:
            term = _term(rule, sources, destinations, ports)
            terms_by_name.setdefault(term.name, term)
    return list(terms_by_name.values())


def of_action(all_terms: Iterable[Term], action: Literal["allow", "deny"]) -> list[Term]:
    """Those terms that allow, or those that deny."""
    return [term for term in all_terms if term.action == action]


def text(words: str, limit: int = _COMMENT) -> str:
    """Text → one line that none of their syntaxes reads as anything but a comment."""
    # Two dashes end no comment in XML, but may not stand in one.
    return xml_comment(_NOT_ALLOWED.sub("_", plain(words, limit))).strip(" -")


def digest(*parts: object, size: int = 4) -> str:
    """A few hexadecimal digits for these parts."""
    return hashlib.blake2b(
        chr(31).join(map(str, parts)).encode(errors="replace"), digest_size=size
    ).hexdigest()


def _term(
    rule: Rule,
    sources: tuple[str, ...],
    destinations: tuple[str, ...],
    ports: tuple[PortRange, ...],
) -> Term:
    key = re.sub(r"[^a-z0-9-]", "-", rule.id.lower())[:_ID].strip("-")
    parts: tuple[object, ...] = (rule.id, rule.family, rule.transport, ports, sources, destinations)
    if rule.action == "deny":
        parts = (*parts, rule.action)
    whole = BothSides(
        declared_of(rule.sources, rule.family), declared_of(rule.destinations, rule.family)
    )
    return Term(
        name=f"pw-{key}-{digest(*parts)}" if key else f"pw-{digest(*parts)}",
        rule=text(rule.id, 40),
        # What a short limit cuts off is the reason, not who and which port.
        comment=text(
            f"{rule.id} {rule.from_} to {rule.to} {rule.transport} {ports_text(ports)}: "
            f"{'; '.join(rule.services)}"
        ),
        family=rule.family,
        transport=rule.transport,
        ports=ports,
        sources=sources,
        destinations=destinations,
        action=rule.action,
        whose=_called(rule.from_, rule.sources),
        whom=_called(rule.to, rule.destinations),
        whole=whole,
        without=BothSides(
            overlap(declared_of(rule.except_sources, rule.family), whole.sources),
            overlap(declared_of(rule.except_destinations, rule.family), whole.destinations),
        ),
    )


def _called(role: str, cidrs: tuple[str, ...]) -> str:
    """The role, or 'internet' for whoever may be anywhere there."""
    return "internet" if ANYWHERE[4] in cidrs or ANYWHERE[6] in cidrs else role


def _side(listed: tuple[str, ...], excepted: tuple[str, ...], family: int) -> tuple[str, ...]:
    of_rule, without = declared_of(listed, family), declared_of(excepted, family)
    return beyond(of_rule, without) if of_rule and without else of_rule
