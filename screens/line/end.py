"""The last two steps in line mode: what follows from the plan, and writing the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from screens.board.derived import (
    MARK_WORDS,
    Derived,
    Entry,
    Record,
    Tab,
    View,
    firewall_counts,
    tabs,
)
from screens.board.why import cause, why
from screens.files import left_out
from screens.line.items import Goto, Item, ItemContext, ItemWords, LineOutcome, Next, Stay
from screens.line.reading import read_number, read_ticks, read_yes
from screens.line.talk import numbered
from screens.widgets.lines import Line
from screens.widgets.rows import RowKey
from wizard.plan.keys import Key
from wizard.plan.model import Plan
from wizard.questions import AnswerError, question_at
from wizard.session.saving import default_folder
from wizard.session.session import Exporter, NotExported, Offer
from wizard.session.storage import path_of
from wizard.views.words import TO_BE_SUPPLIED, plural


class Numbered(msgspec.Struct, frozen=True):
    """A line with a number that is no record: the key of its question, and what says why it is
    there.
    """

    key: RowKey | None
    why: Callable[[int], tuple[str, list[Line]]] | None = None


class Lists:
    """The tables of the review as lists, each with numbers; `why 3` and `to 3` speak of the last
    one shown.
    """

    def __init__(self) -> None:
        self._last: list[Record | Numbered | None] = []

    def number(self, items: Sequence[Numbered]) -> None:
        """Another list with numbers was shown."""
        self._last = list(items)

    def names(self, derived: Derived) -> tuple[str, ...]:
        """The lists that there are now."""
        return tuple(tab.id for tab in self._tabs(derived))

    def _tabs(self, derived: Derived) -> tuple[Tab, ...]:
        return tabs(derived, View(), everything=True, columns=72)

    def lines(self, derived: Derived, name: str) -> list[str]:
        """One list.

        Raises:
            AnswerError: where there is no such list.
        """
        prefix = name.casefold()
        tab = next((t for t in self._tabs(derived) if prefix and t.id.startswith(prefix)), None)
        if tab is None:
            raise AnswerError(
                f"There is no list {name!r}; there are {', '.join(self.names(derived))}."
            )
        self._last = []
        lines = (
            [f"{tab.title}: {plural(tab.count, 'line')}."]
            if tab.entries
            else [f"{tab.title}: {tab.empty}"]
        )
        for entry in tab.entries:
            if entry.heading:
                lines.append(f"{entry.cells[0]}: {entry.cells[1]}")
            elif entry.drawn is not None:
                lines.append(entry.drawn.plain)
            else:
                self._last.append(entry.record)
                lines.append(f"{len(self._last)} {entry_words(entry)}")
        return lines

    def record(self, text: str) -> Record | Numbered:
        """What has this number in the list shown last.

        Raises:
            AnswerError: where there is none.
        """
        if not self._last:
            raise AnswerError("Show a list first: x rules.")
        record = self._last[read_number(text, len(self._last)) - 1]
        assert record is not None
        return record


def entry_words(entry: Entry) -> str:
    """A row of a table, said in a line: `new: in tcp 9191, user-computer to print-server, Web
    interface`.
    """
    mark = f"{MARK_WORDS[entry.mark]}: " if entry.mark else ""
    head = " ".join(cell for cell in entry.cells[:3] if cell)
    return mark + ", ".join(part for part in (head, *entry.cells[3:]) if part)


def why_lines(derived: Derived, record: Record | Numbered, columns: int) -> list[str]:
    """Why a row is there.

    Raises:
        AnswerError: where there is nothing behind it but its question.
    """
    if not isinstance(record, Numbered):
        title, lines = why(derived.deployment, record, columns)
    elif record.why is not None:
        title, lines = record.why(columns)
    else:
        raise AnswerError(
            "There is no more to say about it; 'to' and its number goes to the question."
        )
    return [title, *(line.plain.rstrip() for line in lines)]


def go_to_cause(context: ItemContext, record: Record | Numbered) -> Goto:
    """To the answer behind a row.

    Raises:
        AnswerError: where no single answer caused it.
    """
    key = record.key if isinstance(record, Numbered) else cause(context.derived.deployment, record)
    try:
        if isinstance(key, Key):
            return Goto(question_at(context.catalog, context.plan, key).step, key)
    except AnswerError:
        pass
    raise AnswerError("No single answer caused this.")


class ReviewItem(Item):
    """What follows from the answers: counts, findings, what is open."""

    def __init__(self, lists: Lists) -> None:
        super().__init__("review", "Review")
        self._lists = lists

    def words(self, context: ItemContext) -> ItemWords:
        deployment = context.derived.deployment
        counts = [f"{name}: {plural(n, 'rule')}" for name, n in firewall_counts(deployment).items()]
        findings = self._lists.lines(context.derived, "findings")
        lines = [*(counts or ["No firewall, so no rules."]), *findings]
        if context.derived.open:
            lines += self._lists.lines(context.derived, "open")
        lists = ", ".join(self._lists.names(context.derived))
        return ItemWords(
            "What follows from the answers",
            (*lines, f"Lists to read: {lists}. Enter alone: on to the export."),
            "",
            ("Write the name of a list to read it, then 'why 3' or 'to 3' for its third line.",),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if text.isdigit():
            return go_to_cause(context, self._lists.record(text))
        return Stay(tuple(self._lists.lines(context.derived, text)))


class ExportAnswers(msgspec.Struct):
    """What was said about the export so far."""

    exporter: Exporter
    folder: str = ""
    left_out: frozenset[str] = frozenset()

    def target(self, plan: Plan) -> Path:
        return path_of(self.folder or default_folder(plan))

    def fitting(self, context: ItemContext) -> tuple[Offer, ...]:
        """The formats that fit the plan."""
        return self.exporter.fitting(context.derived.deployment)

    def formats(self, context: ItemContext) -> list[str]:
        """The names of those that are to be written."""
        return [entry.name for entry in self.fitting(context) if entry.name not in self.left_out]


class Folder(Item):
    """Where to."""

    def __init__(self, exporting: ExportAnswers) -> None:
        super().__init__("folder", "Export")
        self._exporting = exporting

    def words(self, context: ItemContext) -> ItemWords:
        return ItemWords(
            "Folder to write to",
            ("A new folder, or one that an earlier export wrote.",),
            str(self._exporting.target(context.plan)),
            (
                (
                    "Nothing is applied to any system: files are written into this folder, all or"
                    " none. A folder that holds other files is refused, so that nothing of yours is"
                    " overwritten."
                ),
            ),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        text = text.removeprefix("=")
        if "\0" in text or text.startswith("-"):
            raise AnswerError("A folder's name cannot begin with '-'; write ./ before it.")
        self._exporting.folder = text
        return Next()


class Formats(Item):
    """Which formats."""

    def __init__(self, exporting: ExportAnswers) -> None:
        super().__init__("formats", "Export")
        self._exporting = exporting

    def words(self, context: ItemContext) -> ItemWords:
        fitting, chosen = self._exporting.fitting(context), self._exporting.formats(context)
        lines = [f"{'yes' if f.name in chosen else 'no '} {f.name}: {f.about}" for f in fitting]
        return ItemWords(
            "Formats that fit this plan",
            tuple(numbered(lines)),
            f"{len(chosen)} of {len(fitting)}",
            ("Numbers switch on or off: '2 5' changes both.",),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        names = [entry.name for entry in self._exporting.fitting(context)]
        on = [name not in self._exporting.left_out for name in names]
        after = read_ticks(text, on, names)
        self._exporting.left_out = frozenset(
            n for n, ticked in zip(names, after, strict=True) if not ticked
        )
        return Stay(tuple(self.words(context).lines))


class Write(Item):
    """A look into each file, and writing them."""

    def __init__(self, exporting: ExportAnswers) -> None:
        super().__init__("write", "Export")
        self._exporting = exporting

    def _files(self, context: ItemContext) -> dict[str, str]:
        exporting = self._exporting
        files = exporting.exporter.preview(context.derived.deployment, exporting.formats(context))
        if isinstance(files, NotExported):
            raise AnswerError(files.reason)
        return {
            path: content if isinstance(content, str) else f"({len(content):,} bytes, no text)"
            for path, content in files.items()
        }

    def words(self, context: ItemContext) -> ItemWords:
        try:
            files = self._files(context)
        except AnswerError as error:
            return ItemWords("Write the files?", (str(error),), "no")
        lines = numbered(
            f"{path}, {plural(text.count(chr(10)), 'line')}" for path, text in files.items()
        )
        lines += [
            f"Left out: firewall {name}, {TO_BE_SUPPLIED}: {missing}."
            for name, missing in left_out(context.derived.deployment)
        ]
        target = self._exporting.target(context.plan)
        return ItemWords(
            f"Write these {len(files)} files to {target}?",
            tuple(lines),
            "no; yes writes them, a number looks into a file",
            ("'replace' writes over what an earlier export wrote there; all other files stay.",),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if re.fullmatch(r"[0-9]+", text):
            files = self._files(context)
            path = list(files)[read_number(text, len(files)) - 1]
            return Stay((f"{path}:", *files[path].splitlines(), f"End of {path}."), exact=True)
        force = text.casefold() == "replace"
        if not force and not read_yes(text):
            return Next()
        return self._write(context, force)

    def _write(self, context: ItemContext, replace: bool) -> LineOutcome:
        exporting = self._exporting
        outcome = exporting.exporter.write(
            context.derived.deployment,
            exporting.target(context.plan),
            exporting.formats(context),
            replace=replace,
        )
        if isinstance(outcome, NotExported):
            raise AnswerError(f"Nothing was written. {outcome.reason}")
        return Stay(
            (
                f"Written: {plural(len(outcome.files), 'file')} to {outcome.folder.resolve()}.",
                *outcome.files,
                *(f"{name} was left out, {why}." for name, why in outcome.left_out),
                *outcome.next,
                "q leaves; the draft is kept.",
            ),
            exact=True,
        )


def export_items(exporting: ExportAnswers) -> tuple[Item, ...]:
    """The items of the last step."""
    return Folder(exporting), Formats(exporting), Write(exporting)
