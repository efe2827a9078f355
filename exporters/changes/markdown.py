"""Two deployments → a change request in Markdown: what each firewall and list gains and loses, and
why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporters.changes.csv import documents, place
from exporters.changes.model import (
    CLOSING,
    SYSTEMS,
    TASKS,
    ChangeRequest,
    change_request,
    forward_sides,
    found_words,
    host_text,
    rule_sides,
)
from exporters.handover.markdown import cell, table
from exporters.safe import markdown as safe
from wizard.changes import Changes
from wizard.changes.entries import WORDS, Mark, RuleEntry, because
from wizard.deployment import Deployment
from wizard.views.words import WAYS, encryption_text

_RULES = ("", "Source", "Destination", "Port", "Service", "Way", "Because of", "Rule", "Document")


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """The whole request. Dates and names are those of the new plan."""
    return "\n".join(_lines(change_request(old, new, changes)))


def _lines(request: ChangeRequest) -> Iterator[str]:
    yield f"# Change request: {safe(request.title, 200)}"
    yield ""
    yield from table(("Request", ""), ((label, cell(value)) for label, value in request.given))
    if not request.changes:
        yield "No firewall and no list changes."
        yield ""
    yield from table(("Who", "Adds", "Removes", "Changes"), request.summary)
    yield from _answers(request)
    for name, about, entries in request.firewalls:
        yield from [f"## Firewall {safe(name)}", "", safe(about, 500), ""]
        yield from table(_RULES, (_rule(request, entry) for entry in entries))
    yield from _forwards(request)
    yield from _lists(request)
    yield from _systems(request)
    yield from _findings(request)
    yield from ["## Approval", ""]
    yield from table(
        ("Who", "Name", "Date", "Signature"),
        ((who, "", "", "") for who in ("Requester", "Approver")),
    )


def _answers(request: ChangeRequest) -> Iterator[str]:
    yield from ["## What was answered differently", ""]
    yield from table(
        ("", "About", "What", "Was", "Is"),
        (
            (
                row.number,
                cell(row.thing),
                cell(row.label),
                cell(row.was),
                cell(row.becomes),
            )
            for row in request.answers
        ),
    ) or ["Nothing: the facts behind the plan changed.", ""]


def _mark(sign: Mark) -> str:
    return f"**{WORDS[sign]}**"


def _rule(request: ChangeRequest, entry: RuleEntry) -> tuple[str, ...]:
    rule, was = entry.rule, entry.was
    sides = rule_sides(request, entry)
    ids = [rule.id] if was is None or was.id == rule.id else [rule.id, f"was {was.id}"]
    return (
        _mark(entry.sign),
        _signed(sides.sources),
        _signed(sides.destinations),
        _signed(sides.ports),
        cell(*rule.services, *_about(entry)),
        WAYS[rule.direction].column,
        cell(because(request.changes, entry)),
        cell(*ids),
        cell(*documents(request.side(entry.sign), rule.flows)),
    )


def _about(entry: RuleEntry) -> Iterator[str]:
    yield f"encrypted: {encryption_text(entry.rule.encrypted)}"
    if entry.rule.status != "required":
        yield entry.rule.status
    yield from entry.notes


def _signed(items: Sequence[tuple[str, str]]) -> str:
    """What comes in bold, what goes struck out; in words too, since not every ticket shows either."""
    words = {"+": "**add** ", "-": "**remove** ", "": ""}
    return "<br>".join(f"{words[sign]}{cell(said)}" for sign, said in items)


def _forwards(request: ChangeRequest) -> Iterator[str]:
    if request.forwards:
        yield from ["## Port forwards", ""]
    yield from table(
        ("", "Firewall", "Public", "Leads to", "Because of", "Document"),
        (
            (
                _mark(entry.sign),
                cell(entry.forward.firewall),
                *(_signed(side) for side in forward_sides(entry)),
                cell(because(request.changes, entry)),
                cell(*documents(request.side(entry.sign), entry.forward.flows)),
            )
            for entry in request.forwards
        ),
    )


def _lists(request: ChangeRequest) -> Iterator[str]:
    changes = request.changes
    if request.hosts:
        yield from ["## Proxy allowlist", "", TASKS["allowlist"], ""]
    yield from table(
        ("", "Host", "Port", "Path", "From", "Purpose", "Because of", "Document"),
        (
            (
                _mark(entry.sign),
                cell(host_text(entry.entry)),
                str(entry.entry.port),
                cell(*entry.entry.paths),
                cell(*(request.role(role) for role in entry.entry.from_)),
                cell(*entry.entry.purposes, *entry.notes),
                cell(because(changes, entry)),
                cell(*documents(request.side(entry.sign), entry.entry.endpoints)),
            )
            for entry in request.hosts
        ),
    )
    if changes.tls_bypass:
        yield from ["## TLS bypass list", "", TASKS["bypass"], ""]
    yield from table(
        ("", "Host", "Because of", "Document"),
        (
            (
                _mark(c.sign),
                cell(c.entry.host),
                cell(because(changes, c)),
                cell(place(request.side(c.sign), c.entry.source)),
            )
            for c in changes.tls_bypass
        ),
    )
    if changes.mail_senders:
        yield from ["## Mail senders", "", TASKS["senders"], ""]
    yield from table(
        ("", "Address", "Domain", "Because of", "Document"),
        (
            (
                _mark(c.sign),
                cell(c.entry.address),
                cell(c.entry.domain),
                cell(because(changes, c)),
                cell(place(request.side(c.sign), c.entry.source)),
            )
            for c in changes.mail_senders
        ),
    )


def _systems(request: ChangeRequest) -> Iterator[str]:
    for part in request.systems:
        yield from [f"## {part.team.name}", "", SYSTEMS, ""]
        yield from table(
            ("", "From", "To", "Port", "Service", "Way", "Document"),
            (
                (
                    _mark(entry.sign),
                    _signed((("", entry.row.from_), *entry.sources)),
                    _signed((("", entry.row.to), *entry.destinations)),
                    _signed(entry.ports),
                    cell(*entry.row.services),
                    entry.row.way,
                    cell(*entry.documents),
                )
                for entry in part.entries
            ),
        )


def _findings(request: ChangeRequest) -> Iterator[str]:
    found: Iterable[tuple[str, ...]] = (
        (word, severity, cell(message), what, cell(causes))
        for word, severity, message, what, causes in found_words(request)
    )
    rows = table(("", "Severity", "What was found", "What to do", "Because of"), found)
    if rows:
        yield from ["## Findings", "", CLOSING, "", *rows]
