"""The tables of the preview: what the last answer added, took and changed, and how the rows are
looked at.
"""

from __future__ import annotations

import random
from operator import attrgetter

import msgspec
import pytest

from screens.board.entry import Entry, Mark, RowKind, View
from screens.board.seen import SAMPLE
from screens.board.tables import Table


class Row(msgspec.Struct, frozen=True):
    key: str
    content: int = 0
    group: str = "g"


def entry(row: Row, mark: Mark) -> Entry:
    return Entry(row.key, mark, ("", "tcp", str(row.content), row.key, row.group), row.group)


KIND = RowKind(
    "bypass",
    "Rows",
    attrgetter("key"),
    attrgetter("content"),
    attrgetter("group"),
    entry,
    groups=["g", "h"],
)
PLAIN = View(grouped=False)


def shown(table: Table, view: View = PLAIN) -> list[tuple[str, str]]:
    return [(entry.mark, entry.key) for entry in table.seen(view)]


def expected(now: list[Row], before: list[Row]) -> list[tuple[str, str]]:
    """The same by looking each row up; where rows were moved, what was taken may stand elsewhere."""
    was, there = {row.key: row for row in before}, {row.key for row in now}
    found = [
        ("+" if row.key not in was else "~" if was[row.key].content != row.content else "", row.key)
        for row in now
    ]
    return found + [("-", row.key) for row in before if row.key not in there]


@pytest.mark.parametrize("seed", range(60))
def test_marks_say_what_came_went_and_changed(seed: int) -> None:
    chance = random.Random(seed)
    size = chance.choice([0, 1, 5, 80, 3_000])
    before = [Row(f"r{number}", chance.randrange(3)) for number in range(size)]
    now = [row for row in before if chance.random() > chance.choice([0.01, 0.3])]
    for _ in range(chance.randrange(12)):
        now.insert(chance.randrange(len(now) + 1), Row(f"n{chance.random()}"))
    if chance.random() < 0.5:
        # Another compile makes the same rules as other objects.
        now = [Row(row.key, row.content) for row in now]
    for _ in range(chance.randrange(5) if now else 0):
        at = chance.randrange(len(now))
        now[at] = Row(now[at].key, now[at].content + 1)
    if chance.random() < 0.4 and now:
        now.insert(chance.randrange(len(now)), now.pop(chance.randrange(len(now))))
    old = Table(KIND, before)
    table = Table(KIND, now, old)
    assert sorted(shown(table)) == sorted(expected(now, before))
    assert [key for mark, key in shown(table) if mark != "-"] == [row.key for row in now]
    tab = table.tab(PLAIN)
    marks = [mark for mark, _ in shown(table)]
    assert (tab.count, tab.new, tab.gone) == (len(now), marks.count("+"), marks.count("-"))
    # The table before is as it was, and the next answer takes the marks away.
    assert shown(old) == [("", row.key) for row in before]
    assert shown(Table(KIND, list(now), table)) == [("", row.key) for row in now]


def test_what_was_taken_follows_what_it_followed() -> None:
    before = Table(KIND, [Row(key) for key in "abcdef"])
    assert shown(Table(KIND, [Row(key) for key in "bxdf"], before)) == [
        ("-", "a"),
        ("", "b"),
        ("-", "c"),
        ("+", "x"),
        ("", "d"),
        ("-", "e"),
        ("", "f"),
    ]


def test_a_row_that_comes_to_another_group_is_shown_there() -> None:
    before = Table(KIND, [Row("a"), Row("b")])
    table = Table(KIND, [Row("a"), Row("b", 1, "h")], before)
    assert [entry.key for entry in table.seen(View())] == ["heading g", "a", "heading h", "b"]


@pytest.mark.parametrize("sort", [0, 1])
@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("words", ["", "r1", "r1 2"])
def test_every_way_of_looking_finds_its_rows_again(sort: int, grouped: bool, words: str) -> None:
    before = Table(KIND, [Row(f"r{number}", number % 7, "gh"[number % 2]) for number in range(300)])
    rows = [Row(f"r{number}", number % 7, "gh"[number % 2]) for number in range(5, 310)]
    seen = Table(KIND, rows, before).seen(View(sort, grouped, words))
    entries = list(seen)
    assert len(entries) == len(seen)
    assert len({entry.key for entry in entries}) == len(entries)
    for index, one in enumerate(entries):
        assert seen.index_of(one.key) == index
        if not one.heading:
            assert all(word in "".join((one.key, *one.cells)) for word in words.split())
    assert len(entries) > 50 if not words else 0 < len(entries) < 120
    assert seen.index_of("r999") is None
    assert grouped == any(one.heading for one in entries)
    if grouped and not words:
        assert entries[0].cells == ("g", "152, 5 new, 3 gone")


def test_words_typed_one_after_the_other_find_the_same_as_at_once() -> None:
    table = Table(KIND, [Row(f"r{number}", number) for number in range(2_000)])
    for typed in ("r", "r1", "r1 ", "r1 9", "r1 99", "r1 9", "r2", "r", "r1", ""):
        seen = table.seen(View(0, False, typed))
        # Some keys come before the words so far were looked for.
        if typed not in ("r1", "r1 9"):
            fresh = Table(KIND, table.there.records).seen(View(0, False, typed))
            assert [one.key for one in seen] == [one.key for one in fresh]


def test_what_nobody_wants_any_more_is_left() -> None:
    table = Table(KIND, [Row(f"r{number}", number) for number in range(5_000)])
    asked = 0

    def wanted() -> bool:
        nonlocal asked
        asked += 1
        return asked < 2

    seen = table.seen(View(1, True, "r"))
    assert not seen.prepare(wanted)
    assert not seen.ready
    assert seen.prepare()
    assert len(seen) == 5_001


def test_nothing_is_made_for_rows_that_are_not_looked_at() -> None:
    made = 0

    def counted(row: Row, mark: Mark) -> Entry:
        nonlocal made
        made += 1
        return entry(row, mark)

    kind = msgspec.structs.replace(KIND, entry=counted)
    rows = [Row(f"r{number}", number, "gh"[number > 50_000]) for number in range(100_000)]
    before = Table(kind, rows)
    table = Table(kind, [*rows[:70_000], Row("new", 0, "h"), *rows[70_003:]], before)
    assert table.tab(View()).new == 1
    seen = table.seen(View())
    assert len(seen) == 100_003
    assert seen.index_of("new") == 70_005
    # The widths of the columns are taken from some.
    assert made <= SAMPLE
