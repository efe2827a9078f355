"""Two deployments → `changes.xlsx`: what to add, to remove and to change, a sheet each; the lists
on their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from operator import attrgetter

from exporters.changes.csv import documents, place
from exporters.changes.model import (
    SYSTEMS,
    ChangeRequest,
    change_request,
    forward_sides,
    found_words,
)
from exporters.changes.systems import system_documents, system_sides
from exporters.handover.xlsx_book import EPOCH, Book
from exporters.handover.xlsx_cells import CellValue
from exporters.handover.xlsx_sheets import Sheet, port_value
from exporters.lines import prefixed
from wizard.changes import ChangedRecord, ChangeEntry, Changes
from wizard.changes.denials import denied_where
from wizard.changes.fields import (
    Signed,
    notes,
    signed,
    signed_destinations,
    signed_ports,
    signed_sources,
)
from wizard.changes.values import WORDS
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.views.denials import ports_denied
from wizard.views.words import NOBODY_SUPPLIED, WAYS, encryption_text

_RULE = (
    ("Firewall", 14), ("Rule", 17), ("Way", 10), ("From", 16), ("Source", 22), ("To", 16), ("Destination", 22),
    ("Transport", 10), ("Port", 12), ("Service", 26), ("Encrypted", 11), ("Status", 11), ("Waits for", 16),
    ("Because of", 36), ("Document", 40), ("Done by", 16), ("Date", 11),
)  # fmt: skip
_CHANGE = (
    ("Firewall", 14), ("Rule", 17), ("Way", 10), ("From", 16), ("Source stays", 20), ("Add to source", 20),
    ("Remove from source", 20), ("To", 16), ("Destination stays", 20), ("Add to destination", 20),
    ("Remove from destination", 20), ("Transport", 10), ("Port stays", 14), ("Add port", 12), ("Remove port", 12),
    ("Service", 26), ("Also differs", 26), ("Because of", 36), ("Was rule", 17), ("Document", 40), ("Done by", 16),
    ("Date", 11),
)  # fmt: skip
_END: tuple[CellValue, CellValue] = (None, None)


def content(old: Deployment, new: Deployment, changes: Changes) -> bytes:
    """The workbook's bytes."""
    request = change_request(old, new, changes)
    named = (f"Change request: {request.title}", dict(request.given).get("Reference", ""))
    book = Book()
    rows: list[tuple[str, CellValue]] = [("Change request", request.title), *request.given]
    for who, adds, removes, edits in request.summary:
        rows.append((who, f"add {adds}, remove {removes}, change {edits}"))
    if request.unchanged:
        rows.append(("Changes", request.unchanged))
    book.add_pairs("Request", rows, named)
    for sheet in _sheets(request):
        if sheet.rows:
            book.add(sheet, named)
    return book.saved(new.plan.request.wanted or EPOCH, named[0])


def _sheets(request: ChangeRequest) -> Iterator[Sheet]:
    changes = request.changes
    entries = changes.rules
    for sign, title in (("+", "Add"), ("-", "Remove")):
        rows = tuple(_rule(request, entry) for entry in entries if entry.sign == sign)
        yield Sheet(title, _RULE, rows, f"Rules to {title.lower()}")
    yield Sheet(
        "Change",
        _CHANGE,
        tuple(_edit(request, e) for e in entries if e.sign == "~"),
        "Rules that stay, in part",
    )
    yield Sheet(
        "Port forwards",
        (("Action", 10), ("Firewall", 14), ("Public was", 24), ("Public", 24), ("Led to", 24), ("Leads to", 24),
         ("Because of", 40), ("Document", 46)),
        tuple(map(partial(_forward, request), changes.forwards)),
        lead=4,
    )  # fmt: skip
    yield Sheet(
        "Proxy allowlist",
        (("Action", 10), ("Scheme", 9), ("Host", 40), ("Port", 8), ("Path", 18), ("From", 20), ("Purpose", 40),
         ("Also differs", 24), ("Because of", 40), ("Document", 46)),
        tuple(map(partial(_host, request), changes.allowlist)),
        lead=4,
    )  # fmt: skip
    yield Sheet(
        "TLS bypass",
        (("Action", 10), ("Host", 40), ("Because of", 40), ("Document", 50)),
        tuple(map(partial(_bypass, request), changes.tls_bypass)),
    )
    yield Sheet(
        "Mail senders",
        (("Action", 10), ("Address", 24), ("Domain", 28), ("Because of", 40), ("Document", 50)),
        tuple(map(partial(_sender, request), changes.mail_senders)),
    )
    yield Sheet(
        "Never",
        (("Action", 10), ("Never", 18), ("From", 18), ("Source", 24), ("To", 18), ("Destination", 24), ("Port", 22),
         ("Why", 40), ("Lines", 24), ("Because of", 40)),
        tuple(map(partial(_denial, request), changes.denials)),
        "What must never be, and the firewalls that get, lose or change lines that deny it",
    )  # fmt: skip
    yield Sheet(
        "Other systems",
        (("Team", 20), ("Action", 10), ("Way", 8), ("From", 16), ("Source", 26), ("To", 16), ("Destination", 26),
         ("Port", 14), ("Service", 26), ("Document", 40)),
        tuple(_systems(request)),
        SYSTEMS,
        lead=4,
    )  # fmt: skip
    yield Sheet(
        "Findings",
        (
            ("Now", 8),
            ("Severity", 11),
            ("What was found", 80),
            ("What to do", 50),
            ("Because of", 14),
        ),
        tuple(found_words(request)),
    )
    yield Sheet(
        "Answers",
        (("Number", 9), ("About", 44), ("What", 34), ("Was", 40), ("Is", 40)),
        tuple(map(attrgetter("number", "thing", "label", "was", "becomes"), request.answers)),
        "What was answered differently",
    )


def _why(request: ChangeRequest, entry: ChangeEntry[ChangedRecord]) -> str:
    return request.changes.cause_text(entry.cause)


def _rule(request: ChangeRequest, entry: ChangeEntry[Rule]) -> tuple[CellValue, ...]:
    rule = entry.record
    return (
        rule.firewall, rule.id, WAYS[rule.direction].column, request.role(rule.from_),
        _side(rule.sources, rule.except_sources),
        request.role(rule.to), _side(rule.destinations, rule.except_destinations), rule.transport,
        port_value(rule.ports), _many(rule.services), encryption_text(rule.encrypted), rule.status,
        _many(rule.unresolved), _why(request, entry),
        _many(documents(request.side(entry.sign), rule.flows)), *_END,
    )  # fmt: skip


def _forward(request: ChangeRequest, entry: ChangeEntry[Forward]) -> tuple[CellValue, ...]:
    public, inside = forward_sides(entry)
    return (
        WORDS[entry.sign], entry.record.firewall, _of(public, "-"), _of(public, "", "+"),
        _of(inside, "-"), _of(inside, "", "+"), _why(request, entry),
        _many(documents(request.side(entry.sign), entry.record.flows)),
    )  # fmt: skip


def _host(request: ChangeRequest, entry: ChangeEntry[AllowlistEntry]) -> tuple[CellValue, ...]:
    host = entry.record
    return (
        WORDS[entry.sign], host.scheme, host.host, host.port, _many(host.paths),
        _many(map(request.role, host.from_)), _many(host.purposes), _many(notes(entry)),
        _why(request, entry), _many(documents(request.side(entry.sign), host.endpoints)),
    )  # fmt: skip


def _bypass(request: ChangeRequest, entry: ChangeEntry[Bypass]) -> tuple[CellValue, ...]:
    document = place(request.side(entry.sign), entry.record.source)
    return WORDS[entry.sign], entry.record.host, _why(request, entry), document


def _sender(request: ChangeRequest, entry: ChangeEntry[MailSender]) -> tuple[CellValue, ...]:
    sender = entry.record
    document = place(request.side(entry.sign), sender.source)
    return WORDS[entry.sign], sender.address, sender.domain, _why(request, entry), document


def _systems(request: ChangeRequest) -> Iterator[tuple[CellValue, ...]]:
    for part in request.systems:
        for entry in part.entries:
            row = entry.record
            sources, destinations, ports = map(_marked, system_sides(entry))
            yield (
                part.team.name, WORDS[entry.sign], row.way, row.from_, sources, row.to,
                destinations, ports, _many(row.services), _many(system_documents(row)),
            )  # fmt: skip


def _denial(request: ChangeRequest, entry: ChangeEntry[Denial]) -> tuple[CellValue, ...]:
    denial, was = entry.record, entry.before or entry.record
    return (
        WORDS[entry.sign], denial.name, _marked(signed(was.from_, denial.from_)),
        _marked(signed(was.sources, denial.sources)), _marked(signed(was.to, denial.to)),
        _marked(signed(was.destinations, denial.destinations)),
        _marked(signed((ports_denied(was),), (ports_denied(denial),))), denial.reason,
        denied_where(entry), _why(request, entry),
    )  # fmt: skip


def _edit(request: ChangeRequest, entry: ChangeEntry[Rule]) -> tuple[CellValue, ...]:
    rule, was = entry.record, entry.before
    return (
        rule.firewall, rule.id, WAYS[rule.direction].column,
        request.role(rule.from_), *_parts(signed_sources(entry)),
        request.role(rule.to), *_parts(signed_destinations(entry)),
        rule.transport, *map(_number, _parts(signed_ports(entry))),
        _many(rule.services), _many(notes(entry)), _why(request, entry),
        was.id if was else None, _many(documents(request.new, rule.flows)), *_END,
    )  # fmt: skip


def _parts(items: Signed) -> tuple[str, str, str]:
    """What stays, comes and goes."""
    return _of(items, ""), _of(items, "+"), _of(items, "-")


def _number(text: str) -> CellValue:
    """A single port as a number, so that it sorts and filters as one."""
    return int(text) if text.isascii() and text.isdigit() else text


def _of(items: Signed, *signs: str) -> str:
    return _many(bare(text) for sign, text in items if sign in signs)


def _side(cidrs: Iterable[str], excepted: Iterable[str]) -> str:
    texts = list(map(bare, cidrs)) or [NOBODY_SUPPLIED]
    return _many([*texts, *prefixed("except ", map(bare, excepted))])


def _marked(items: Signed) -> str:
    """What stays, and in words what comes and goes."""
    words = {"+": "add ", "-": "remove ", "": ""}
    return _many(f"{words[sign]}{text}" for sign, text in items)


def _many(texts: Iterable[str]) -> str:
    return "\n".join(texts)
