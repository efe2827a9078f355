"""Which answers caused what changed: `traced(old, new)` → the changes, each row with its causes.

The differing answers are put together by the thing they are about (`Changes.groups`). A row has in
`causes` the keys of the groups that caused it, and in `how` in what way: `needed` (without any one
of them the row would not be), `enough` (each of them alone makes it), `together` (all of them do,
fewer don't), `among` (some of them do; the change is too large to work out which). `caused(changes,
row)` gives the groups, `cause_text` one line of words. The group `facts` stands where the two
deployments were made from different facts.

How it is found out: each group is taken back in the new plan, and what then is missing it has
caused. Rows that no single group makes or breaks are looked at from the other side: which groups do
it alone, then which few. Plans taken half back may make no sense; they are only ever deployed, and
findings of theirs are not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from wizard.changes import allowlist_key, bypass_key, compare, finding_key, forward_key, sender_key
from wizard.changes.answers import about, grouped
from wizard.changes.hints import Hints
from wizard.changes.trials import Row, Trials
from wizard.changes.values import AnswerGroup, Changes, How, RuleChange, Sign
from wizard.deployment import Deployment

# Names and dates stand in the papers; no rule, list or finding comes from them.
INERT = frozenset({"name", "request"})
Found = tuple[tuple[str, ...], How]
C = TypeVar("C", bound=msgspec.Struct)
NOTHING: Found = ((), "")


def traced(
    old: Deployment, new: Deployment, changes: Changes | None = None, most: int | None = None
) -> Changes:
    """What `new` adds to and takes from `old`, each row with the answers that caused it.

    At most `most` plans are tried for it; left out: as many as take about a second.
    """
    found = compare(old, new) if changes is None else changes
    groups = grouped(old, new, found.answers)
    acting = [group.key for group in groups if group.key not in INERT]
    trials = Trials(old, new, {about(answer.key): answer.group for answer in found.answers}, most)
    causes = _causes(trials, acting, list(dict.fromkeys(_rows(found))))
    hints = Hints(old, new)
    for kind in _KINDS:
        for change in getattr(found, kind):
            row = _row(kind, change)
            keys, how = causes.get(row, NOTHING)
            if how == "among":
                causes[row] = hints.plausible(change, keys), how
            elif kind == "rules" and change.whole and not change.pair:
                causes[row] = _lasting(trials, acting, change, (keys, how))
    return _with_causes(msgspec.structs.replace(found, groups=groups), causes)


def caused(changes: Changes, row: Any) -> tuple[AnswerGroup, ...]:
    """The groups that caused a row or an edit, in the order of the answers."""
    return tuple(group for group in changes.groups if group.key in row.causes)


def cause_text(changes: Changes, row: Any) -> str:
    """What caused a row or an edit, in one line; empty where nothing is known of it."""
    texts = [group.text for group in caused(changes, row)]
    if len(texts) < 2:
        return "".join(texts)
    lead = {"enough": "Each alone: ", "among": "Among: "}.get(row.how, "")
    shown = texts if len(texts) < 5 else [*texts[:3], f"{len(texts) - 3} more"]
    return lead + "; ".join(shown)


def _causes(trials: Trials, groups: Sequence[str], rows: Sequence[Row]) -> dict[Row, Found]:
    """Row → the groups that caused it, and how."""
    if not groups or not rows:
        return {}
    if len(groups) == 1:
        return dict.fromkeys(rows, ((groups[0],), "needed"))
    found: dict[Row, Found] = {}
    needed = _needed(trials, groups, rows)
    for row, (keys, how) in needed.items():
        found[row] = (_leading(keys), how)
    rest = [row for row in rows if row not in found]
    alone: dict[Row, list[str]] = {}
    for group in groups:
        if rest and trials.enough_for(1):
            for row in trials.holding((group,), rest):
                alone.setdefault(row, []).append(group)
    found |= {
        row: (tuple(keys), "enough" if len(keys) > 1 else "needed") for row, keys in alone.items()
    }
    for row in rest:
        if row not in found:
            found[row] = _together(trials, groups, row)
    return found


def _needed(trials: Trials, groups: Sequence[str], rows: Sequence[Row]) -> dict[Row, Found]:
    """The groups without which a row would not be. Where they are too many to be taken back one by
    one, halves are taken back first, and only those that matter are looked into, while trials are
    left.
    """
    found: dict[Row, list[str]] = {}
    unsure: dict[Row, list[str]] = {}
    parts = [[group] for group in groups]
    if not trials.enough_for(len(groups)):
        parts = list(_halves(groups))
    queue = [(part, list(rows)) for part in parts]
    while queue:
        part, asked = queue.pop(0)
        if not trials.enough_for(1):
            for row in asked:
                unsure.setdefault(row, []).extend(part)
            continue
        there = trials.holding([g for g in groups if g not in part], asked)
        gone = [row for row in asked if row not in there]
        if len(part) == 1:
            for row in gone:
                found.setdefault(row, []).append(part[0])
        elif gone:
            queue += [(half, gone) for half in _halves(part)]
    named: dict[Row, Found] = {row: (tuple(keys), "needed") for row, keys in found.items()}
    for row, keys in unsure.items():
        every = {*keys, *found.get(row, ())}
        named[row] = (tuple(group for group in groups if group in every), "among")
    return named


def _lasting(trials: Trials, groups: Sequence[str], change: RuleChange, found: Found) -> Found:
    """Of a rule that comes or goes for good, the causes without those that would only have moved
    it.
    """
    keys, how = found
    if how not in ("needed", "enough") or len(keys) < 2:
        return found

    def moves(group: str) -> bool:
        taken = [other for other in groups if other != group] if how == "needed" else [group]
        return trials.knows(taken) and trials.has_alike(taken, change.rule)

    kept = tuple(key for key in keys if not moves(key))
    return (kept, how if len(kept) > 1 else "needed") if kept else found


def _together(trials: Trials, groups: Sequence[str], row: Row) -> Found:
    """The fewest groups that make the row: what it can do without is left out, one after the other."""
    kept = list(groups)
    for group in groups:
        fewer = [other for other in kept if other != group]
        if not trials.knows(fewer) and not trials.enough_for(1):
            return tuple(kept), "among"
        if trials.holding(fewer, (row,)):
            kept = fewer
    return tuple(kept), "together"


def _halves(groups: Sequence[str]) -> Iterator[list[str]]:
    middle = (len(groups) + 1) // 2
    yield list(groups[:middle])
    yield list(groups[middle:])


@lru_cache(maxsize=512)
def _leading(keys: tuple[str, ...]) -> tuple[str, ...]:
    """A product that was added goes without saying where one of its own answers is named."""
    return tuple(key for key in keys if not any(other.startswith(f"{key}.") for other in keys))


# Rows as keys, and back


def _rows(changes: Changes) -> Iterator[Row]:
    for kind in _KINDS:
        yield from (_row(kind, change) for change in getattr(changes, kind))


def _row(kind: str, change: Any) -> Row:
    sign: Sign = change.sign
    if kind == "rules":
        return sign, "rule", change.rule.id, change.ports
    name, key, field = _KINDS[kind]
    return sign, name, key(getattr(change, field))


_KINDS: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "rules": ("rule", str, "rule"),
    "forwards": ("forward", forward_key, "forward"),
    "allowlist": ("allowlist", allowlist_key, "entry"),
    "tls_bypass": ("bypass", bypass_key, "entry"),
    "mail_senders": ("sender", sender_key, "entry"),
    "findings": ("finding", finding_key, "finding"),
}


def _with_causes(changes: Changes, causes: Mapping[Row, Found]) -> Changes:
    def named(kind: str) -> tuple[Any, ...]:
        return tuple(
            _named(change, causes.get(_row(kind, change), NOTHING))
            for change in getattr(changes, kind)
        )

    rows = {kind: named(kind) for kind in _KINDS}
    return msgspec.structs.replace(
        changes,
        **rows,
        rule_edits=tuple(
            _of_pair(
                edit,
                causes.get(("-", "rule", edit.was.id, edit.was.ports), NOTHING),
                causes.get(("+", "rule", edit.becomes.id, edit.becomes.ports), NOTHING),
            )
            for edit in changes.rule_edits
        ),
        forward_edits=tuple(
            _of_keys("forward", forward_key, edit, causes) for edit in changes.forward_edits
        ),
        allowlist_edits=tuple(
            _of_keys("allowlist", allowlist_key, edit, causes) for edit in changes.allowlist_edits
        ),
    )


def _of_keys(
    kind: str, key: Callable[[Any], object], edit: Any, causes: Mapping[Row, Found]
) -> Any:
    was = causes.get(("-", kind, key(edit.was)), NOTHING)
    return _of_pair(edit, was, causes.get(("+", kind, key(edit.becomes)), NOTHING))


def _of_pair(edit: C, was: Found, becomes: Found) -> C:
    """What caused either half caused the edit."""
    return _named(edit, (tuple(dict.fromkeys((*becomes[0], *was[0]))), becomes[1] or was[1]))


def _named(change: C, found: Found) -> C:
    keys, how = found
    return msgspec.structs.replace(change, causes=keys, how=how)
