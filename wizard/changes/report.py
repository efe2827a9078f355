"""Changes as `portwright diff` prints them for people: 80 columns, a block for each firewall and
list.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import zip_longest

from wizard.changes import ChangedRecord, ChangeEntry, Changes
from wizard.changes.denials import denied_where
from wizard.changes.fields import (
    Signed,
    notes,
    signed_destinations,
    signed_ports,
    signed_sources,
)
from wizard.changes.policies import PolicyChange
from wizard.findings import Finding
from wizard.network.addresses import bare
from wizard.network.ports import ports_text
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.text import one_line
from wizard.views.denials import denial_text
from wizard.views.words import NOBODY

_COLUMNS = 80
_WIDTHS = (27, 27, 20)
_MOST = 6  # addresses of one side; all of them are in JSON and CSV


def text(changes: Changes) -> str:
    """What each firewall and list gains (+), loses (-) and changes (~), and the answers that caused
    it.
    """
    parts = list(filter(None, _parts(changes)))
    if not parts:
        return "No difference."
    if not changes:
        parts.append("No firewall and no list changes.")
    return "\n\n".join(parts)


def _parts(changes: Changes) -> Iterator[str]:
    numbers = changes.numbers()
    answers = [
        f"{numbers.get(group.key, ''):<3} {one_line(group.text, 600)}{changes.effect(group)}"
        for group in changes.groups
    ]
    yield _list("Answers that changed", answers, indent=4)
    for firewall, entries in changes.rules_of().items():
        yield _firewall(changes, firewall, entries)
    yield _list("Everything else", list(map(partial(_policy, changes), changes.policies)))
    yield _list("What must never be", list(map(partial(_denial, changes), changes.denials)))
    lists: tuple[tuple[str, Sequence[ChangeEntry[ChangedRecord]]], ...] = (
        ("Port forwards", changes.forwards),
        ("Allowlist of the proxy", changes.allowlist),
        ("TLS bypass", changes.tls_bypass),
        ("Mail senders", changes.mail_senders),
        ("Findings", changes.findings),
    )
    for title, listed in lists:
        yield _list(title, list(map(partial(_line, changes), listed)))


def _policy(changes: Changes, policy: PolicyChange) -> str:
    number = changes.numbers().get(policy.group, "")
    return f"~ {policy.text}{f' [{number}]' if number else ''}"


def _denial(changes: Changes, entry: ChangeEntry[Denial]) -> str:
    causes = changes.because(entry)
    tail = f" [{causes}]" if causes else ""
    words = one_line(denial_text(entry.record), 600)
    return f"{entry.sign} {words} ({denied_where(entry)}){tail}"


def _words(record: ChangedRecord) -> str:
    match record:
        case Forward():
            return f"{record.firewall}: {_forward(record)}"
        case AllowlistEntry():
            purposes = ", ".join(record.purposes)
            return f"{record.scheme}://{record.host}:{record.port} for {purposes}"
        case Bypass():
            return record.host
        case MailSender():
            return f"{record.address} ({record.domain})"
        case Finding():
            return f"{record.severity} {record.code}: {record.message}"
        case Rule():
            return record.id
        case Denial():
            return denial_text(record)


def _list(title: str, lines: Sequence[str], indent: int = 2) -> str:
    if not lines:
        return ""
    return "\n".join([title, *(_wrapped(text, indent) for text in lines)])


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        text,
        _COLUMNS,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=True,
    )


def _line(changes: Changes, entry: ChangeEntry[ChangedRecord]) -> str:
    causes = changes.because(entry)
    tail = f" [{causes}]" if causes else ""
    differing = "; ".join(notes(entry))
    more = f" ({differing})" if differing else ""
    return f"{entry.sign} {one_line(_words(entry.record), 600)}{more}{tail}"


def _forward(forward: Forward) -> str:
    public = forward.public_address or "(address not known yet)"
    inside = forward.address or f"({NOBODY})"
    return (
        f"{public} {forward.transport} {ports_text((forward.public_ports,))} "
        f"leads to {inside} {ports_text((forward.ports,))}"
    )


def _firewall(changes: Changes, name: str, entries: Sequence[ChangeEntry[Rule]]) -> str:
    marks = [entry.sign for entry in entries]
    words = (("+", "added"), ("-", "removed"), ("~", "changed"))
    counts = ", ".join(f"{marks.count(m)} {word}" for m, word in words if m in marks)
    lines = [f"Firewall {name}: rules {counts}"]
    lines += _row(" ", [["Source"], ["Destination"], ["Port"]])
    lines += _row("-", [["-" * width] for width in _WIDTHS])
    for entry in entries:
        lines += _row(entry.sign, list(_cells(entry)))
        about = _about(changes, entry)
        lines.append(
            textwrap.fill(about, _COLUMNS, initial_indent="    ", subsequent_indent="    ")
        )
    return "\n".join(lines)


def _cells(entry: ChangeEntry[Rule]) -> Iterator[list[str]]:
    rule, ports = entry.record, signed_ports(entry)
    yield [rule.from_, *_side(entry, signed_sources(entry), rule.except_sources)]
    yield [rule.to, *_side(entry, signed_destinations(entry), rule.except_destinations)]
    if entry.sign == "~" and any(sign for sign, _ in ports):
        yield [rule.transport, *_signed(entry, ports)]
    else:
        yield [f"{rule.transport} {ports_text(rule.ports)}"]


def _about(changes: Changes, entry: ChangeEntry[Rule]) -> str:
    """What the rule is for, what else differs, why, and the ids under which scripts have it."""
    rule, was = entry.record, entry.before
    way = {"in": "inbound", "out": "outbound"}.get(rule.direction, "")
    parts = [way] if way else []
    parts += map(one_line, rule.services[:4])
    parts += [f"and {len(rule.services) - 4} more"] if len(rule.services) > 4 else []
    text = "; ".join([*parts, *notes(entry)])
    causes = changes.because(entry)
    old = f", was {was.id}" if was is not None and was.id != rule.id else ""
    return f"{text} {f'[{causes}] ' if causes else ''}({rule.id}{old})"


def _side(entry: ChangeEntry[Rule], items: Signed, excepted: Sequence[str]) -> Iterator[str]:
    if not items:
        yield f"({NOBODY})"
    yield from _signed(entry, tuple((sign, bare(cidr)) for sign, cidr in items))
    if excepted:
        yield "except private and own networks"


def _signed(entry: ChangeEntry[Rule], items: Signed) -> Iterator[str]:
    """What stands in one cell; signs only where the entry is a change of a part."""
    # What comes and goes is shown first to the last; of what stays, as many as there is room for.
    moving = [item for item in items if item[0]]
    staying = [item for item in items if not item[0]]
    fitting = staying[: max(_MOST - len(moving), 1)] + moving[: _MOST * 2]
    for sign, text in fitting:
        yield f"{sign} {text}" if sign and entry.sign == "~" else text
    if len(items) > len(fitting):
        yield f"and {len(items) - len(fitting)} more"


def _row(sign: str, cells: Sequence[Iterable[str]]) -> Iterator[str]:
    """Cells of lines → lines of text, each cell wrapped to its column."""
    columns = [_column(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    for parts in zip_longest(*columns):
        padded = (f"{part or '':<{width}}" for part, width in zip(parts, _WIDTHS, strict=True))
        yield " ".join((sign, *padded)).rstrip()
        sign = " "


def _column(cell: Iterable[str], width: int) -> list[str]:
    lines: list[str] = []
    for line in cell:
        lines += _folded(line, width)
    return lines


def _folded(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent=" ", break_on_hyphens=False) or [""]
