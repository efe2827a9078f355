"""What a step shows: rows. A heading, a tick box, one of several, a field, something to do, a
remark.

Rows are made by the steps from the plan (`screens/steps/`), drawn here, and worked by
`widgets/form.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Literal, Protocol

import msgspec

from screens.widgets.lines import Line, StyledText, clean, fit, line, short, width, wrap
from wizard.facts.model import Fact
from wizard.plan.field import ChoiceKey
from wizard.plan.keys import Key
from wizard.questions import Question, Value

LineKind = Literal["heading", "note", "label", "flag", "one", "many", "item", "text", "action"]

# What a field has at least, its brackets and the gap before it among it, where labels are long.
_LEAST_FIELD = 30
# Labels end here, so that values have their room; longer ones push theirs.
_LABELS = 28
# Beside the preview, or on the smallest terminal.
_NARROW = 60

LIVE: frozenset[LineKind] = frozenset({"flag", "one", "many", "item", "text", "action"})


class Spot(msgspec.Struct, frozen=True):
    """A row that stands for one of several things of a kind: a zone, a file, a preset."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


# Which row it is. A plain text names a row of which there is one.
RowKey = Key | ChoiceKey | Spot | str


class Row(msgspec.Struct, frozen=True):
    """One line of a form.

    `key` is unique in the form. `value` is what stands on the right; of a field, the text in it.
    `on` is the tick of a box. `question` is what the row answers, `choice` the value that an item
    stands for. `stands` marks a heading that the cursor can stand on. `problem` is an error to show
    under the row; `hint` is shown beside it while the cursor is there, and the word `mark` always.
    `replaced`: what is typed into the field replaces what stands there. A filter finds it by
    further `words`, and by the ports and hosts of `facts`; one that is `sought` is seen only where a
    filter finds it, by its `words` alone.
    """

    key: RowKey
    kind: LineKind
    label: str = ""
    value: str = ""
    on: bool = False
    radio: bool = False
    level: int = 0
    help: str = ""
    more: str = ""
    missing: bool = False
    stands: bool = False
    question: Question | None = None
    choice: Value = None
    problem: str = ""
    hint: str = ""
    mark: str = ""
    replaced: bool = False
    style: str = ""
    words: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    sought: bool = False

    @property
    def live(self) -> bool:
        """Whether the cursor can stand on it."""
        return self.kind in LIVE or self.stands

    @property
    def long_help(self) -> str:
        """The short help and the long one, which holds the short one, mostly."""
        short = "" if self.help.rstrip(".…") in self.more else self.help
        return "\n\n".join(filter(None, (short, self.more)))

    def why(self, words: str) -> str | None:
        """Why every word of the filter fits the row: '' where they stand in its words, else what it
        opens that fits (a port, a host); None where one fits nothing.
        """
        # Who filters can wait for it; the first frame can't.
        from wizard.index.questions import product_why, why

        own = (self.label, self.value, self.help, str(self.key), *self.words)
        question = self.question
        if self.sought:
            own = self.words
        if self.kind == "item":
            asked = (question.group, str(question.key), *question.words) if question else ()
            return product_why(words, (*own, *asked), self.facts)
        return why(words, own, question, self.value, closed=not self.on)


class Typed(msgspec.Struct, frozen=True):
    """What of a field's text is in sight while it is typed in, and where the cursor is."""

    text: str
    caret: int


class Answers(Protocol):
    """Who takes what is done in the form: the app.

    Calls and not messages: Textual would hand the next key to the form before a message has reached
    the app, and an answer has to be on disk before the next key counts.
    """

    def pressed(self, row: Row, key: str) -> bool:
        """A key on a row; False where it means nothing there."""

    def typed(self, row: Row, text: str) -> bool:
        """Text was typed into a row's field and left; False where it cannot be taken."""

    def stands_on(self, row: Row | None, moved: bool) -> None:
        """The cursor stands on this row. `moved`: it came there, or somebody typed into the field."""

    def turned_down(self, words: str) -> None:
        """Something cannot be done there, in words."""


def whole_notes(rows: tuple[Row, ...], columns: int) -> tuple[Row, ...]:
    """The same rows; a remark that is longer than its line takes several: nobody can stand on it to
    read it.
    """
    room = columns - 2
    if not any(row.kind == "note" and width(clean(row.label)) > room for row in rows):
        return rows
    whole: list[Row] = []
    for row in rows:
        parts = wrap(row.label, room) if row.kind == "note" else [row.label]
        for number, part in enumerate(parts):
            key = Spot(f"{row.key}", f"{number}") if number else row.key
            whole.append(msgspec.structs.replace(row, key=key, label=part))
    return tuple(whole)


def label_columns(rows: tuple[Row, ...], columns: int) -> dict[RowKey, int]:
    """How wide the label of each field is drawn, so that values stand below each other: all of
    them, or in a narrow form those of a part and a level, for a long label leaves them little room.
    """
    places: dict[RowKey, tuple[int, int]] = {}
    widest: dict[tuple[int, int], int] = {}
    made: dict[RowKey, int] = {}
    part = 0
    for row in rows:
        if row.kind == "heading":
            part += 1
        elif row.kind == "label" and not row.value:
            # Nothing stands beside it.
            made[row.key] = width(_indent(row) + row.label)
        elif row.kind in ("one", "many", "text", "label"):
            place = (part, row.level) if columns < _NARROW else (0, 0)
            places[row.key] = place
            widest[place] = max(widest.get(place, 0), width(_indent(row) + row.label))
    most = min(_LABELS, max(columns // 2 + 2, columns - _LEAST_FIELD))
    return made | {key: max(12, min(widest[place], most)) for key, place in places.items()}


def _label_of(row: Row, labels: int, columns: int) -> int:
    """How wide the label of this field is: a longer one pushes its own value, and no other.

    The value keeps room for a network or two.
    """
    return max(labels, min(width(_indent(row) + row.label), columns - _LEAST_FIELD))


def field_columns(row: Row, labels: int, columns: int) -> int:
    """How many columns the text of a field has."""
    mark = 1 + width(row.mark) if row.mark else 0
    return max(8, columns - _label_of(row, labels, columns) - 7 - mark)


def field_start(row: Row, labels: int, columns: int) -> int:
    """The column in which the text of a field starts."""
    return _label_of(row, labels, columns) + 5


def drawn(
    row: Row, labels: int, columns: int, *, at_cursor: bool, field: Typed | None = None
) -> Line:
    """The row as a line of so many columns. Of the row at the cursor `field` is what is typed."""
    mark: StyledText = ("> ", "key") if at_cursor else ("! ", "bad") if row.problem else ("  ", "")
    match row.kind:
        case "heading":
            text = short(row.label, columns - 6)
            remark = " " + (row.hint if at_cursor and row.hint else row.value)
            remark = "" if remark == " " else _whole_parts(remark, columns - width(clean(text)) - 5)
            rule = "─" * max(0, columns - width(clean(text)) - 4 - width(remark))
            return line(mark, (text + " ", "heading"), (rule, "dim"), (remark, "dim"))
        case "note":
            return line("  ", (short(row.label, columns - 2), row.style or "dim"))
        case "flag" | "item":
            return _box(row, mark, columns)
        case "action":
            text = short(row.label, columns - 4)
            remark = row.hint if at_cursor and row.hint else row.value
            room = columns - 4 - len(_indent(row)) - width(clean(text)) - 2
            remark = "  " + short(remark, room) if remark else ""
            return line(mark, _indent(row), (text, row.style or "key"), (remark, "dim"))
        case _:
            return _field(row, mark, labels, columns, field)


def _whole_parts(remark: str, room: int) -> str:
    """A remark of parts, three blanks between them, without the first ones where all have no room."""
    while width(remark) > room and "   " in remark:
        remark = " " + remark.partition("   ")[2]
    return short(remark, room)


def all_drawn(
    rows: tuple[Row, ...],
    labels: Mapping[RowKey, int],
    columns: int,
    cursor: int | None,
    field: Typed | None,
) -> list[Line]:
    """All rows as lines; `field` is what is typed into the row with the number `cursor`."""
    lines: list[Line] = []
    for at, row in enumerate(rows):
        at_cursor = at == cursor
        typed = field if at_cursor else None
        label = labels.get(row.key, 0)
        lines.append(drawn(row, label, columns, at_cursor=at_cursor, field=typed))
    return lines


def _box(row: Row, mark: StyledText, columns: int) -> Line:
    box = ("(o) " if row.on else "( ) ") if row.radio else ("[x] " if row.on else "[ ] ")
    indent = _indent(row)
    room = columns - 6 - len(indent)
    text = short(row.label, room)
    rest = room - width(clean(text)) - 2
    value = "  " + short(row.value, rest) if row.value and rest > 8 else ""
    return line(mark, indent, (box, "key" if row.on else ""), text, (value, "dim"))


def _field(row: Row, mark: StyledText, labels: int, columns: int, field: Typed | None) -> Line:
    label = fit(_indent(row) + row.label, _label_of(row, labels, columns))
    room = field_columns(row, labels, columns)
    beside: StyledText = (
        f" {row.mark}" if row.mark else "",
        "bad" if row.mark == "error" else "warn",
    )
    if row.kind != "text":
        if row.missing:
            return line(
                mark,
                label,
                "  ",
                ("! ", "warn"),
                (short(row.value or "choose", room), "warn"),
                beside,
            )
        arrows = ("< ", " >") if row.kind == "one" else ("", "")
        if arrows[0] and room - 1 < width(clean(row.value)) <= room + 2:
            # A whole word is worth more than the sign behind it.
            arrows = ("< ", "")
        value = short(row.value, room - 1 if arrows[1] else room + 2)
        return line(
            mark,
            label,
            "  ",
            (arrows[0], "dim"),
            (value, "" if row.value else "dim"),
            (arrows[1], "dim"),
            beside,
        )
    if field is None:
        needed = row.missing and not row.value
        text = "! needed" if needed else row.value
        style = "bad" if row.problem else "warn" if needed else "field"
        return line(mark, label, "  ", ("[", "dim"), (fit(text, room), style), ("]", "dim"), beside)
    text = field.text + " "
    before, caret, after = _split(text, field.caret)
    after = fit(after, max(0, room - field.caret - width(caret)))
    return line(
        mark,
        label,
        "  ",
        ("[", "key"),
        (before, "field"),
        (caret, "caret"),
        (after, "field"),
        ("]", "key"),
        beside,
    )


def _split(text: str, column: int) -> tuple[str, str, str]:
    """Text before, at and after a column."""
    at = 0
    for index, character in enumerate(text):
        if at >= column:
            return text[:index], character, text[index + 1 :]
        at += width(character)
    return text, " ", ""


def _indent(row: Row) -> str:
    return "    " * row.level


FILTER = Row(
    "filter",
    "text",
    "Filter",
    help="Type to see only what fits. Down or Enter: to the rows. Esc: all again.",
)
# Space ticks a box, and there is none where one types.
_AFTER_SPACE = "Space parts words here. Down or Enter: to the rows, where Space ticks a box."
NOTHING = Row("filter:nothing", "note", "Nothing fits. Esc shows all again.")


def unsought(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Without the rows that are there for whoever looks for them."""
    return tuple(row for row in rows if not row.sought)


def filtered(rows: tuple[Row, ...], words: str) -> tuple[Row, ...]:
    """The row of the filter, and below it what fits."""
    fitting = _fitting(rows, words) or (NOTHING,)
    told = _AFTER_SPACE if words.endswith(" ") else FILTER.help
    return (msgspec.structs.replace(FILTER, value=words, help=told), *fitting)


def _fitting(rows: tuple[Row, ...], words: str) -> tuple[Row, ...]:
    """The rows that fit the filter, each with its heading, and options below a feature that fits.
    An option that fits has what it is an option of above it, to be read only: the cursor goes to what
    was looked for.

    What has the words in its label comes first: headings above it, and it below its heading.
    """
    sections: list[list[list[Row]]] = [[]]
    heading: list[Row] = []
    # The rows that this one is an option of, from the feature on, and those of them in sight.
    above: list[Row] = []
    in_sight: set[RowKey] = set()
    feature_fits = False
    for row in rows:
        if row.sought:
            if row.why(words) is not None:
                sections.append([[], [row]])
            continue
        if row.kind in ("heading", "note") and not row.stands:
            heading = [row] if row.kind == "heading" else heading
            sections.append([])
            above, feature_fits = [], False
            continue
        why = row.why(words)
        fits = why is not None
        # A choice keeps what is chosen.
        if why and row.kind not in ("one", "many", "label"):
            row = msgspec.structs.replace(row, value=why)
        above = [other for other in above if other.level < row.level]
        if row.level == 0:
            feature_fits = fits
        if fits or (row.level > 0 and feature_fits):
            if not sections[-1]:
                sections[-1].append(heading)
                heading = []
            for shown in (*above, row):
                if shown.key in in_sight:
                    continue
                in_sight.add(shown.key)
                if shown.level == 0 or len(sections[-1]) == 1:
                    sections[-1].append([])
                if shown is not row and shown.live:
                    shown = msgspec.structs.replace(shown, kind="note", value="")
                sections[-1][-1].append(shown)
        above.append(row)
    term = words.strip().casefold()
    for section in sections:
        section[1:] = sorted(section[1:], key=lambda block: not _called(block, term))
    sections.sort(key=lambda section: not any(_called(block, term) for block in section[1:2]))
    return tuple(chain.from_iterable(chain.from_iterable(sections)))


def _called(block: list[Row], term: str) -> bool:
    """Has the first of these rows that can be chosen, of which others are options, this in its label?"""
    first = next((row for row in block if row.live), block[0])
    return term in first.label.casefold()
