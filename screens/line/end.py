"""The last two steps in line mode: what follows from the plan, and writing the files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import starmap
from pathlib import Path

import msgspec

from screens.board.derived import (
    firewall_counts,
)
from screens.files import left_out
from screens.line.item import Item, ItemContext, ItemWords, LineOutcome, Next, Stay
from screens.line.lists import Lists, go_to_cause
from screens.line.reading import read_number, read_ticks, read_yes
from screens.line.talk import numbered
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.questions import AnswerError
from wizard.session.saving import default_folder
from wizard.session.session import Exporter, NotExported, Offer
from wizard.session.storage import path_of
from wizard.tables import each_made
from wizard.views.words import OWN_PROGRAM, TO_BE_SUPPLIED, plural


class ReviewItem(Item):
    """What follows from the answers: counts, findings, what is open."""

    def __init__(self, lists: Lists) -> None:
        super().__init__("review", "Review")
        self._lists = lists

    def words(self, context: ItemContext) -> ItemWords:
        deployment = context.derived.deployment
        counts = [f"{name}: {plural(n, 'rule')}" for name, n in firewall_counts(deployment).items()]
        findings = self._lists.lines("findings")
        lines = [*(counts or ["No firewall, so no rules."]), *findings]
        if context.derived.open:
            lines += self._lists.lines("open")
        lists = ", ".join(self._lists.names())
        return ItemWords(
            "What follows from the answers",
            (*lines, f"Lists to read: {lists}. Enter alone: on to the export."),
            "",
            (
                "Write the name of a list to read it, 'rules 9100' for what of it fits; then"
                " 'why 3' or 'to 3' for its third line.",
            ),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if text.isdigit():
            return go_to_cause(context, self._lists.record(text))
        return self._lists.read(text)


class ExportAnswers(msgspec.Struct):
    """What was said about the export so far."""

    exporter: Exporter
    folder: str = ""
    ticks_changed: frozenset[str] = frozenset()
    # What the files would be, and of what: until an answer changes they are not worked out again.
    worked_out: tuple[Deployment, Sequence[str], Mapping[str, str]] | None = None

    def target(self, plan: Plan) -> Path:
        return path_of(self.folder or default_folder(plan))

    def fitting(self, context: ItemContext) -> tuple[Offer, ...]:
        """The formats that fit the plan."""
        return self.exporter.fitting(context.derived.deployment)

    def formats(self, context: ItemContext) -> list[str]:
        """The names of those that are to be written."""
        return [
            entry.name for entry in self.fitting(context) if entry.is_ticked(self.ticks_changed)
        ]

    def has_files(self, context: ItemContext) -> bool:
        """Whether the files of the plan as it is now are worked out."""
        if self.worked_out is None:
            return False
        of, formats, _ = self.worked_out
        return of is context.derived.deployment and formats == self.formats(context)

    def files(self, context: ItemContext) -> Mapping[str, str]:
        """The files that would be written, by path.

        Raises:
            AnswerError: where none could be.
        """
        deployment, formats = context.derived.deployment, self.formats(context)
        if self.has_files(context):
            assert self.worked_out is not None
            return self.worked_out[2]
        files = self.exporter.preview(deployment, formats)
        if isinstance(files, NotExported):
            raise AnswerError(files.reason)
        texts = each_made(_readable, files)
        self.worked_out = (deployment, formats, texts)
        return texts


def _readable(content: str | bytes) -> str:
    return content if isinstance(content, str) else f"({len(content):,} bytes, no text)"


def looked_into(path: str, text: str) -> Stay:
    """A file that would be written, as it would be."""
    return Stay((f"{path}:", *text.splitlines(), f"End of {path}."), exact=True)


def file_words(path: str, text: str) -> str:
    """How a file is called in a list; one that is no text has none to show."""
    lines = text.count("\n")
    return f"{path}, {plural(lines, 'line') if lines else OWN_PROGRAM}"


class Folder(Item):
    """Where to."""

    takes_text = True

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
        fitting = self._exporting.fitting(context)
        before = [entry.is_ticked(self._exporting.ticks_changed) for entry in fitting]
        after = read_ticks(text, before, [entry.name for entry in fitting])
        for entry, was, is_now in zip(fitting, before, after, strict=True):
            if was != is_now:
                self._exporting.ticks_changed ^= {entry.name}
        return Stay(tuple(self.words(context).lines))


class Write(Item):
    """A look into each file, and writing them."""

    def __init__(self, exporting: ExportAnswers) -> None:
        super().__init__("write", "Export")
        self._exporting = exporting

    def subject(self, context: ItemContext) -> str:
        """Without the folder, which may be long."""
        return "Write the files"

    def words(self, context: ItemContext) -> ItemWords:
        try:
            files = self._exporting.files(context)
        except AnswerError as error:
            return ItemWords("Write the files?", (str(error),), "no")
        lines = numbered(starmap(file_words, files.items()))
        for name, missing in left_out(context.derived.deployment):
            lines.append(f"Left out: firewall {name}, {TO_BE_SUPPLIED}: {missing}.")
        target = self._exporting.target(context.plan)
        return ItemWords(
            f"Write these {len(files)} files to {target}?",
            tuple(lines),
            "no; yes writes them, a number looks into a file",
            ("'replace' writes over what an earlier export wrote there; all other files stay.",),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if re.fullmatch(r"[0-9]+", text):
            files = self._exporting.files(context)
            path = list(files)[read_number(text, len(files)) - 1]
            return looked_into(path, files[path])
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
