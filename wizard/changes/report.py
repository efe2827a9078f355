"""Changes as `portwright diff` prints them for people: 80 columns, a block for each firewall and
list.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wizard.changes import Changes
from wizard.changes.entries import (
    RuleEntry,
    Signed,
    bare,
    because,
    effect,
    forward_entries,
    host_entries,
    numbers,
    rule_entries,
)
from wizard.network.ports import ports_text
from wizard.rules.model import Forward
from wizard.text import one_line

_COLUMNS = 80
_WIDTHS = (27, 27, 20)
_MOST = 6  # addresses of one side; all of them are in JSON and CSV


def text(changes: Changes) -> str:
    """What each firewall and list gains (+), loses (-) and changes (~), and the answers that caused
    it.
    """
    parts = [part for part in _parts(changes) if part]
    if not parts:
        return "No difference."
    if not changes:
        parts.append("No firewall and no list changes.")
    return "\n\n".join(parts)


def _parts(changes: Changes) -> Iterator[str]:
    known = numbers(changes)
    answers = [
        (known.get(g.key, ""), f"{one_line(g.text, 600)}{effect(changes, g)}")
        for g in changes.groups
    ]
    yield _list(
        "Answers that changed", [f"{number:<3} {said}" for number, said in answers], indent=4
    )
    for firewall, entries in rule_entries(changes).items():
        yield _firewall(changes, firewall, entries)
    yield _list(
        "Port forwards",
        [
            _line(changes, e, f"{e.forward.firewall}: {_forward(e.forward)}", e.notes)
            for e in forward_entries(changes)
        ],
    )
    yield _list(
        "Allowlist of the proxy",
        [
            _line(
                changes,
                e,
                f"{e.entry.scheme}://{e.entry.host}:{e.entry.port} for"
                f" {', '.join(e.entry.purposes)}",
                e.notes,
            )
            for e in host_entries(changes)
        ],
    )
    yield _list("TLS bypass", [_line(changes, c, c.entry.host) for c in changes.tls_bypass])
    yield _list(
        "Mail senders",
        [_line(changes, c, f"{c.entry.address} ({c.entry.domain})") for c in changes.mail_senders],
    )
    yield _list(
        "Findings",
        [
            _line(changes, c, f"{c.finding.severity} {c.finding.code}: {c.finding.message}")
            for c in changes.findings
        ],
    )


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


def _line(changes: Changes, row: Any, said: str, notes: Sequence[str] = ()) -> str:
    causes = because(changes, row)
    tail = f" [{causes}]" if causes else ""
    more = f" ({'; '.join(notes)})" if notes else ""
    return f"{row.sign} {one_line(said, 600)}{more}{tail}"


def _forward(forward: Forward) -> str:
    public = forward.public_address or "(address not known yet)"
    inside = forward.address or "(nobody yet)"
    return (
        f"{public} {forward.transport} {ports_text((forward.public_ports,))} "
        f"leads to {inside} {ports_text((forward.ports,))}"
    )


def _firewall(changes: Changes, name: str, entries: Sequence[RuleEntry]) -> str:
    counts = [
        f"{sum(e.sign == sign for e in entries)} {word}"
        for sign, word in (("+", "added"), ("-", "removed"), ("~", "changed"))
        if any(e.sign == sign for e in entries)
    ]
    lines = [f"Firewall {name}: rules {', '.join(counts)}"]
    lines += _row(" ", [["Source"], ["Destination"], ["Port"]])
    lines += _row("-", [["-" * width] for width in _WIDTHS])
    for entry in entries:
        lines += _row(entry.sign, list(_cells(entry)))
        lines.append(
            textwrap.fill(
                _about(changes, entry), _COLUMNS, initial_indent="    ", subsequent_indent="    "
            )
        )
    return "\n".join(lines)


def _cells(entry: RuleEntry) -> Iterator[list[str]]:
    rule = entry.rule
    yield [rule.from_, *_side(entry, entry.sources, rule.except_sources)]
    yield [rule.to, *_side(entry, entry.destinations, rule.except_destinations)]
    if entry.sign == "~" and any(sign for sign, _ in entry.ports):
        yield [rule.transport, *_signed(entry, entry.ports)]
    else:
        yield [f"{rule.transport} {ports_text(rule.ports)}"]


def _about(changes: Changes, entry: RuleEntry) -> str:
    """What the rule is for, what else differs, why, and the ids under which scripts have it."""
    rule, was = entry.rule, entry.was
    way = {"in": "inbound", "out": "outbound"}.get(rule.direction, "")
    services = [one_line(service) for service in rule.services[:4]]
    more = [f"and {len(rule.services) - 4} more"] if len(rule.services) > 4 else []
    said = "; ".join([*([way] if way else []), *services, *more, *entry.notes])
    causes = because(changes, entry)
    old = f", was {was.id}" if was is not None and was.id != rule.id else ""
    return f"{said} {f'[{causes}] ' if causes else ''}({rule.id}{old})"


def _side(entry: RuleEntry, items: Signed, excepted: Sequence[str]) -> Iterator[str]:
    if not items:
        yield "(nobody yet)"
    yield from _signed(entry, tuple((sign, bare(cidr)) for sign, cidr in items))
    if excepted:
        yield "except own networks"


def _signed(entry: RuleEntry, items: Signed) -> Iterator[str]:
    """What stands in one cell; signs only where the entry is a change of a part."""
    # What comes and goes is shown first to the last; of what stays, as many as there is room for.
    moving = [item for item in items if item[0]]
    staying = [item for item in items if not item[0]]
    shown = staying[: max(_MOST - len(moving), 1)] + moving[: _MOST * 2]
    for sign, text in shown:
        yield f"{sign} {text}" if sign and entry.sign == "~" else text
    if len(items) > len(shown):
        yield f"and {len(items) - len(shown)} more"


def _row(sign: str, cells: Sequence[Iterable[str]]) -> list[str]:
    """Cells of lines → lines of text, each cell wrapped to its column."""
    columns = [
        [part for line in cell for part in _folded(line, width)]
        for cell, width in zip(cells, _WIDTHS, strict=True)
    ]
    height = max(map(len, columns))
    return [
        " ".join(
            [
                sign if at == 0 else " ",
                *(
                    f"{col[at] if at < len(col) else '':<{w}}"
                    for col, w in zip(columns, _WIDTHS, strict=True)
                ),
            ]
        ).rstrip()
        for at in range(height)
    ]


def _folded(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent=" ", break_on_hyphens=False) or [""]
