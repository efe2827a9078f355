"""Two deployments → a change request in Markdown: what each firewall and list gains and loses, and
why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from exporters.changes.csv import documents, place
from exporters.changes.doing import doing_parts
from exporters.changes.model import (
    CLOSING,
    SYSTEMS,
    TASKS,
    AnswerRow,
    ChangeRequest,
    change_request,
    forward_sides,
    found_words,
    host_text,
    rule_sides,
)
from exporters.changes.systems import system_documents, system_sides
from exporters.handover.markdown import cell, pair_rows, table
from exporters.handover.model import ConnectionRow
from exporters.lines import numbered
from exporters.safe import markdown as safe
from wizard.changes import ChangeEntry, Changes, ChangeSign
from wizard.changes.denials import denied_where
from wizard.changes.fields import notes
from wizard.changes.values import WORDS
from wizard.deployment import Deployment
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.views.denials import denial_text
from wizard.views.words import WAYS, encryption_text

_RULES = ("", "Source", "Destination", "Port", "Service", "Way", "Because of", "Rule", "Document")


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """The whole request. Dates and names are those of the new plan."""
    return "\n".join(_lines(change_request(old, new, changes)))


def _lines(request: ChangeRequest) -> Iterator[str]:
    yield f"# Change request: {safe(request.title, 200)}"
    yield ""
    yield from table(("Request", ""), pair_rows(request.given))
    if request.unchanged:
        yield from [request.unchanged, ""]
    yield from table(("The change", ""), pair_rows(request.doing.facts))
    yield from table(("Who", "Adds", "Removes", "Changes"), request.summary)
    yield from _answers(request)
    for name, about, entries in request.firewalls:
        yield from [f"## Firewall {safe(name)}", "", safe(about, 500), ""]
        yield from table(_RULES, map(partial(_rule, request), entries))
    yield from _denials(request)
    yield from _forwards(request)
    yield from _lists(request)
    yield from _systems(request)
    yield from _findings(request)
    yield from _doing(request)
    yield from ["## Approval", ""]
    yield from table(
        ("Who", "Approves", "Name", "Date", "Signature"),
        ((who, cell(condition), "", "", "") for who, condition in request.doing.approvals),
    )


def _doing(request: ChangeRequest) -> Iterator[str]:
    """Implementation, tests, way back and review, as lists; texts are our own, names are plain."""
    for title, lines in doing_parts(request.doing):
        yield from [f"## {title}", ""]
        yield from numbered(lines)
        yield ""


def _answers(request: ChangeRequest) -> Iterator[str]:
    yield from ["## What was answered differently", ""]
    if request.without_answers:
        yield from [request.without_answers, ""]
    yield from table(("", "About", "What", "Was", "Is"), map(_answer, request.answers))
    if request.legend:
        yield from [request.legend, ""]


def _answer(row: AnswerRow) -> tuple[str, ...]:
    return row.number, cell(row.thing), cell(row.label), cell(row.was), cell(row.becomes)


def _mark(sign: ChangeSign) -> str:
    return f"**{WORDS[sign]}**"


def _rule(request: ChangeRequest, entry: ChangeEntry[Rule]) -> tuple[str, ...]:
    rule, was = entry.record, entry.before
    ids = [rule.id] if was is None or was.id == rule.id else [rule.id, f"was {was.id}"]
    return (
        _mark(entry.sign),
        *map(_signed, rule_sides(request, entry)),
        cell(*rule.services, *_about(entry)),
        WAYS[rule.direction].column,
        cell(request.changes.because(entry)),
        cell(*ids),
        cell(*documents(request.side(entry.sign), rule.flows)),
    )


def _about(entry: ChangeEntry[Rule]) -> Iterator[str]:
    yield f"encrypted: {encryption_text(entry.record.encrypted)}"
    if entry.record.status != "required":
        yield entry.record.status
    yield from notes(entry)


def _signed(items: Sequence[tuple[str, str]]) -> str:
    """What comes in bold, what goes struck out; in words too, since not every ticket shows either."""
    words = {"+": "**add** ", "-": "**remove** ", "": ""}
    return "<br>".join(f"{words[sign]}{cell(text)}" for sign, text in items)


def _denials(request: ChangeRequest) -> Iterator[str]:
    if request.changes.denials:
        yield from ["## What must never be", ""]
    rows = map(partial(_denial, request), request.changes.denials)
    yield from table(("", "What", "Firewalls", "Because of"), rows)


def _denial(request: ChangeRequest, entry: ChangeEntry[Denial]) -> tuple[str, ...]:
    what, where = cell(denial_text(entry.record)), cell(denied_where(entry))
    return _mark(entry.sign), what, where, cell(request.changes.because(entry))


def _forwards(request: ChangeRequest) -> Iterator[str]:
    if request.changes.forwards:
        yield from ["## Port forwards", ""]
    yield from table(
        ("", "Firewall", "Public", "Leads to", "Because of", "Document"),
        map(partial(_forward, request), request.changes.forwards),
    )


def _forward(request: ChangeRequest, entry: ChangeEntry[Forward]) -> tuple[str, ...]:
    return (
        _mark(entry.sign),
        cell(entry.record.firewall),
        *map(_signed, forward_sides(entry)),
        cell(request.changes.because(entry)),
        cell(*documents(request.side(entry.sign), entry.record.flows)),
    )


def _lists(request: ChangeRequest) -> Iterator[str]:
    changes = request.changes
    if changes.allowlist:
        yield from ["## Proxy allowlist", "", TASKS["allowlist"], ""]
    yield from table(
        ("", "Host", "Port", "Path", "From", "Purpose", "Because of", "Document"),
        map(partial(_host, request), changes.allowlist),
    )
    if changes.tls_bypass:
        yield from ["## TLS bypass list", "", TASKS["bypass"], ""]
    rows = map(partial(_bypass, request), changes.tls_bypass)
    yield from table(("", "Host", "Because of", "Document"), rows)
    if changes.mail_senders:
        yield from ["## Mail senders", "", TASKS["senders"], ""]
    yield from table(
        ("", "Address", "Domain", "Because of", "Document"),
        map(partial(_sender, request), changes.mail_senders),
    )


def _host(request: ChangeRequest, entry: ChangeEntry[AllowlistEntry]) -> tuple[str, ...]:
    host = entry.record
    return (
        _mark(entry.sign),
        cell(host_text(host)),
        str(host.port),
        cell(*host.paths),
        cell(*map(request.role, host.from_)),
        cell(*host.purposes, *notes(entry)),
        cell(request.changes.because(entry)),
        cell(*documents(request.side(entry.sign), host.endpoints)),
    )


def _bypass(request: ChangeRequest, entry: ChangeEntry[Bypass]) -> tuple[str, ...]:
    return _mark(entry.sign), cell(entry.record.host), *_end(request, entry)


def _sender(request: ChangeRequest, entry: ChangeEntry[MailSender]) -> tuple[str, ...]:
    address, domain = cell(entry.record.address), cell(entry.record.domain)
    return _mark(entry.sign), address, domain, *_end(request, entry)


def _end(
    request: ChangeRequest, entry: ChangeEntry[Bypass] | ChangeEntry[MailSender]
) -> tuple[str, str]:
    document = place(request.side(entry.sign), entry.record.source)
    return cell(request.changes.because(entry)), cell(document)


def _systems(request: ChangeRequest) -> Iterator[str]:
    for part in request.systems:
        yield from [f"## {part.team.name}", "", SYSTEMS, ""]
        yield from table(
            ("", "From", "To", "Port", "Service", "Way", "Document"), map(_system, part.entries)
        )


def _system(entry: ChangeEntry[ConnectionRow]) -> tuple[str, ...]:
    row = entry.record
    sources, destinations, ports = system_sides(entry)
    return (
        _mark(entry.sign),
        _signed((("", row.from_), *sources)),
        _signed((("", row.to), *destinations)),
        _signed(ports),
        cell(*row.services),
        row.way,
        cell(*system_documents(row)),
    )


def _findings(request: ChangeRequest) -> Iterator[str]:
    findings: Iterable[tuple[str, ...]] = (
        (word, severity, cell(message), what, cell(causes))
        for word, severity, message, what, causes in found_words(request)
    )
    rows = table(("", "Severity", "What was found", "What to do", "Because of"), findings)
    if rows:
        yield from ["## Findings", "", CLOSING, "", *rows]
