"""One connection explained, for people: what can be asked, and the way of it as lines to stand on.
Pure.

A question is three words: source, destination, `PORT/TRANSPORT`. The screen and line mode show the
same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Literal

import msgspec

from screens.board.tables import Record
from screens.widgets.rows import RowKey
from wizard.deployment import Deployment
from wizard.explain import Explanation, Hop, explain
from wizard.network import addresses
from wizard.network.party import Piece
from wizard.network.renumbered import network_texts
from wizard.network.topology import Network
from wizard.plan.keys import key_named
from wizard.plan.model import INTERNET, Plan
from wizard.plan.publishing import public_addresses
from wizard.questions import AnswerError, question_at
from wizard.rules.model import AllowlistEntry, Flow, Forward, Rule
from wizard.tables import each_made, indexed
from wizard.views.containers import forwarded_text
from wizard.views.words import NOBODY, WAYS, few, narrow_ports, plural

# A rule that joins very many services, or a question that very many features answer, is cut here.
MOST_RULES, MOST_FACTS, MOST_OTHERS, MOST_OPENERS = 12, 6, 3, 12


class ConnectionQuestion(msgspec.Struct, frozen=True):
    """A question in the making."""

    source: str = ""
    destination: str = ""
    service: str = ""

    @property
    def complete(self) -> bool:
        """Whether it can be asked."""
        return bool(self.source and self.destination and self.service)


class Word(msgspec.Struct, frozen=True):
    """Something that can stand in a field, and what it is."""

    value: str
    note: str


class Told(msgspec.Struct, frozen=True):
    """A line of the answer. `record` is what it shows, `key` the question that it leads to, where
    there is one.
    """

    kind: Literal["verdict", "way", "hop", "rule", "fact", "opener", "note"]
    text: str
    good: bool = True
    record: Record | None = None
    key: RowKey | None = None


def told(deployment: Deployment, asked: ConnectionQuestion) -> tuple[Told, ...]:
    """The answer to a question: the verdict first, then hop by hop, then what would open it.

    Raises:
        QuestionError: for a name that the plan does not know, or a service that is none.
    """
    found = explain(deployment, asked.source, asked.destination, asked.service)
    return tuple(_told(deployment, found))


def _told(deployment: Deployment, found: Explanation) -> Iterator[Told]:
    yield Told("verdict", _verdict(found), found.allowed)
    if found.hops:
        yield Told("way", _way(deployment.plan, found), found.allowed)
    for note in found.notes:
        yield Told("note", note)
    if found.stop_key:
        label = _label(deployment, found.stop_key)
        key = key_named(found.stop_key)
        yield Told("opener", f"To its question: {label}", key=key)
    leg = ""
    for number, hop in enumerate(found.hops, start=1):
        if hop.leg != leg:
            leg = hop.leg
            yield Told("note", f"{leg.capitalize()}:")
        yield from _hop(number, hop)
    if not found.allowed:
        yield from _openers(found)


def _openers(found: Explanation) -> Iterator[Told]:
    """What would open it; where something surely does, what only might is left out."""
    shown = list(filter(attrgetter("opens"), found.nearest)) or list(found.nearest)
    lead = {True: "To open it", False: "Needed, but not enough", None: "May open it"}
    for opener in shown[:MOST_OPENERS]:
        text = f"{lead[opener.opens]}: {opener.label} ({opener.service})"
        yield Told("opener", text, key=key_named(opener.key))
    if len(shown) > MOST_OPENERS:
        yield Told("note", f"and {len(shown) - MOST_OPENERS} more")
    if not shown and found.hops and not found.never:
        yield Told("note", "No feature of the chosen products would open it.")


def _label(deployment: Deployment, key: str) -> str:
    answer = key_named(key)
    try:
        return question_at(deployment.catalog, deployment.plan, answer).label if answer else key
    except AnswerError:
        return key


def _verdict(found: Explanation) -> str:
    if not found.allowed:
        return found.stops
    if not found.hops:
        return "It gets through: no firewall of the plan is on the way."
    names = list(dict.fromkeys(map(attrgetter("firewall"), found.hops)))
    said = " and ".join((", ".join(names[:-1]), names[-1]) if names[1:] else names)
    return f"It gets through: allowed at {said}."


def _way(plan: Plan, found: Explanation) -> str:
    """`clients → [core] → [server] → servers`: zones at the ends, firewalls between; it ends where
    it stops.
    """
    names = [", ".join(zones_of(plan, found.source)) or found.source]
    for before, hop in zip((None, *found.hops), found.hops, strict=False):
        if found.through and before is not None and before.leg != hop.leg:
            names.append(found.through)
        names.append(f"[{hop.firewall}]" if hop.allowed else f"[{hop.firewall}] STOP")
        if not hop.allowed:
            break
    else:
        names.append(", ".join(zones_of(plan, found.destination)) or found.destination)
    return " → ".join(names)


def _hop(number: int, hop: Hop) -> Iterator[Told]:
    way = WAYS[hop.direction].verb
    verdict = "lets it through" if hop.allowed else "STOPS it"
    yield Told("hop", f"{number}. {hop.firewall} ({hop.kind}, {way}): {verdict}", hop.allowed)
    if hop.forward is not None:
        one = hop.forward
        public = f"{one.public_address or '?'} {one.transport} {narrow_ports([one.public_ports])}"
        text = (
            f"forward {one.id}: {public} leads to {one.address or '?'}:{narrow_ports([one.ports])}"
        )
        yield Told("rule", text, record=one)
    if hop.sees:
        yield Told("note", f"it sees it come from {few(hop.sees, 2)}")
    if hop.leads_to:
        lead = "and" if hop.sees else "it sees it"
        yield Told("note", f"{lead} go to {few(hop.leads_to, 2)}")
    if hop.published:
        yield Told("note", forwarded_text(hop.published))
    for rule in hop.rules[:MOST_RULES]:
        yield Told("rule", f"rule {rule.id}: {sentence(rule)}", record=rule)
    if len(hop.rules) > MOST_RULES:
        yield Told("note", f"and {plural(len(hop.rules) - MOST_RULES, 'more rule')}")
    for because in hop.because[:MOST_FACTS]:
        # Management is the plan's own wish; no document asks for it.
        place = (
            f". See {because.document}, {because.locator}"
            if because.document
            else f": {because.locator}"
        )
        yield Told("fact", f"{because.service}{place}.")
    if len(hop.because) > MOST_FACTS:
        yield Told(
            "note", f"and {plural(len(hop.because) - MOST_FACTS, 'more service')} of this rule"
        )
    for rule in hop.others[:MOST_OTHERS]:
        yield Told("rule", f"it lets through only: rule {rule.id}, {sentence(rule)}", record=rule)
    if len(hop.others) > MOST_OTHERS:
        yield Told(
            "note", f"and {plural(len(hop.others) - MOST_OTHERS, 'more rule')} for this port"
        )


def sentence(rule: Rule) -> str:
    """`tcp 9191 from user-computer (10.0.20.0/22) to print-server (10.0.10.5/32)`."""
    return (
        f"{rule.transport} {narrow_ports(rule.ports)} from {rule.from_} ({_some(rule.sources)}) "
        f"to {rule.to} ({_some(rule.destinations)})"
    )


def _some(cidrs: tuple[str, ...]) -> str:
    return few(cidrs, 2) or NOBODY


def zones_of(plan: Plan, word: str) -> tuple[str, ...]:
    """The zones that a word of a question is in; none for a word that is nowhere."""
    if word == INTERNET or word in plan.zones:
        return (word,)
    network = Network(plan)
    pieces: list[Piece] = []
    for product in plan.viewpoints:
        party = network.party(product, word)
        if party is not None:
            pieces += party.pieces
    if not pieces:
        try:
            pieces += network.locate(addresses.declared([addresses.parse_item(word)]))
        except ValueError:
            return ()
    return tuple(dict.fromkeys(map(attrgetter("zone"), pieces)))


# --- what can be asked ---------------------------------------------------------------------------


def words(deployment: Deployment, asked: ConnectionQuestion, field: str) -> tuple[Word, ...]:
    """All that can stand in a field of the question: `source`, `destination` or `service`."""
    found = _services(deployment, asked) if field == "service" else _parties(deployment)
    return tuple(indexed(attrgetter("value"), reversed(list(found))).values())[::-1]


def fitting(all_words: Iterable[Word], typed: str) -> tuple[Word, ...]:
    """The words that fit what was typed: those that begin with it first."""
    parts = typed.casefold().split()
    hits: list[Word] = []
    for word in all_words:
        text = f"{word.value} {word.note}".casefold()
        if all(part in text for part in parts):
            hits.append(word)
    start = typed.strip().casefold()
    return tuple(sorted(hits, key=lambda word: not word.value.casefold().startswith(start)))


def completed(all_words: Iterable[Word], typed: str) -> str:
    """What was typed, or the only word that it is the beginning of; `9191` is a port of its own."""
    text = typed.strip()
    values = list(map(attrgetter("value"), all_words))
    if not text or text in values:
        return text
    begun = [value for value in values if value.casefold().startswith(text.casefold())]
    whole = [value for value in begun if value.partition("/")[0] == text]
    return whole[0] if len(whole) == 1 else begun[0] if len(begun) == 1 else text


def _parties(deployment: Deployment) -> Iterator[Word]:
    plan, catalog = deployment.plan, deployment.catalog
    used: dict[str, None] = {}
    for flow in deployment.flows:
        used |= dict.fromkeys((flow.from_, flow.to))
    for role in dict.fromkeys((*plan.roles, *plan.fronts, *used)):
        places = zones_of(plan, role)
        known = catalog.roles.get(role)
        if places and role != INTERNET and known is not None:
            yield Word(role, f"{known.name}, in {', '.join(places)}")
    for name, zone in plan.zones.items():
        yield Word(name, f"zone {', '.join(network_texts(zone)) or 'without networks'}")
    yield Word(INTERNET, "every public address outside the zones")
    for name, firewall in plan.firewalls.items():
        for address in public_addresses(firewall):
            yield Word(address, f"public address of {name}")
        for item in firewall.addresses:
            yield Word(item, f"guarded by {name}")
    fronts = each_made(attrgetter("place"), plan.fronts)
    for role, place in {**plan.roles, **fronts}.items():
        for item in place.addresses:
            yield Word(item, catalog.roles[role].name if role in catalog.roles else role)


def _services(deployment: Deployment, asked: ConnectionQuestion) -> Iterator[Word]:
    """Services of the plan; those between the two that are asked about come first."""

    def far(flow: Flow) -> int:
        return (flow.from_ != asked.source) + (flow.to != asked.destination)

    for flow in sorted((flow for flow in deployment.flows if flow.scope == "network"), key=far):
        for low, high in flow.ports:
            more = f" ({low}-{high})" if high > low else ""
            yield Word(f"{low}/{flow.transport}", f"{flow.service}{more}: {flow.from_} → {flow.to}")
    yield Word("22/tcp", "SSH")
    yield Word("3389/tcp", "Remote Desktop")


def asked_of(record: Record | None) -> ConnectionQuestion:
    """The question that a row of the preview stands for; an empty one for rows that are no
    connection.
    """
    match record:
        case Rule() | Flow():
            port = f"{record.ports[0][0]}/{record.transport}" if record.ports else ""
            return ConnectionQuestion(record.from_, record.to, port)
        case Forward():
            port = f"{record.public_ports[0]}/{record.transport}"
            return ConnectionQuestion(INTERNET, record.public_address or record.address or "", port)
        case AllowlistEntry():
            return ConnectionQuestion(
                record.from_[0] if record.from_ else "", INTERNET, f"{record.port}/tcp"
            )
        case _:
            return ConnectionQuestion()
