"""What the palette finds beside commands: questions with their choices, rules by port or address,
findings, files, products that are not chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import msgspec

from screens.board.entry import Entry, TabId, View, entry_words
from screens.board.seen import AT_ONCE, Seen
from screens.main.command import Command
from screens.windows.palette import CommandRow
from wizard.facts.search import Hit
from wizard.index.found import Fitting, Found, found_in
from wizard.index.places import Asked, places, subject
from wizard.questions import STEPS, Question
from wizard.tables import ids_of
from wizard.views.answers import product_key
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.board.derived import Derived
    from screens.main.wizard import Wizard
    from screens.steps.export import Export
    from wizard.facts.model import Catalog
    from wizard.plan.model import Plan

# A letter or two fits nearly everything.
_LEAST = 2
# So many rows of a table stand there themselves; the others are one row more.
_ROWS = 20
# So many questions and products at most; who types on sees fewer.
_MOST = 100


class Searched(Protocol):
    """What is looked through."""

    plan: Plan
    derived: Derived | None

    @property
    def catalog(self) -> Catalog:
        """The facts."""


class FoundRows:
    """What fits the words, as rows of the palette. Made once a window: no answer changes behind it.

    Of the files those are found that the export step has by then.
    """

    def __init__(self, searched: Searched, export: Export) -> None:
        self._searched = searched
        self._export = export
        self._seen: dict[TabId, Seen] = {}

    def __call__(self, words: str) -> list[CommandRow]:
        """What fits, the nearest first; nothing as long as hardly anything is typed."""
        if len(words.strip()) < _LEAST:
            return []
        searched = self._searched
        found = found_in(searched.catalog, searched.plan, words, self._places)
        return [
            *map(self._question, found.named[:_MOST]),
            *self._files(found),
            *self._tables(words),
            *map(self._question, found.within[:_MOST]),
            *self._products(found),
        ]

    @cached_property
    def _places(self) -> tuple[Asked, ...]:
        return tuple(places(self._searched.catalog, self._searched.plan))

    def _question(self, fitting: Fitting) -> CommandRow:
        question = fitting.asked.question
        number = list(ids_of(STEPS)).index(question.step) + 1
        command = Command(
            f"at:{question.key}",
            subject(self._searched.catalog, question),
            partial(_go, question),
            keycap=f"step {number}",
            help=question.more or question.help,
        )
        answer = ". ".join(filter(None, (fitting.asked.answer, fitting.why)))
        return CommandRow(command, about=f"{question.group}: {answer}")

    def _products(self, found: Found) -> Iterator[CommandRow]:
        hits, absent = found.products
        yield from map(_product, hits[:_MOST])
        for sentence in absent:
            command = Command(f"absent:{sentence}", sentence, _stay, help=sentence)
            yield CommandRow(command, "not in the facts", sentence)

    def _files(self, found: Found) -> Iterator[CommandRow]:
        for path in self._export.files or {}:
            look = Command(
                f"file:{path}",
                f"Look into the file {path}",
                partial(_look, path),
                keycap="file",
                help="As it would be written.",
            )
            send = Command(
                f"copy-file:{path}",
                f"Send the file {path} to your terminal",
                partial(_send, path),
                help="To your terminal's clipboard; it says where the file is and how to fetch it.",
            )
            for command in (look,) if path in self._export.binary else (look, send):
                if found.is_file(path, command.title):
                    yield CommandRow(command)

    def _tables(self, words: str) -> Iterator[CommandRow]:
        derived = self._searched.derived
        for tab, table in derived.tables.items() if derived is not None else ():
            name = table.kind.title
            if len(table.shown.keys) > AT_ONCE:
                yield _filter(tab, f"{name} with '{words.strip()}'", words)
                continue
            view = View(grouped=False, folded=False, words=words)
            seen = self._seen[tab] = Seen(table.kind, table.shown, view, self._seen.get(tab))
            seen.prepare()
            lead = table.kind.group_is_column(view)
            for entry in islice(seen, _ROWS):
                yield _record(tab, name, entry, lead)
            if len(seen) > _ROWS:
                rows = plural(len(seen), "row")
                yield _filter(tab, f"{name}: all {rows} with '{words.strip()}'", words)


def _record(tab: TabId, table: str, entry: Entry, lead: bool) -> CommandRow:
    """A row; `lead`: its first cell is its group, which the line below says."""
    words = entry_words(msgspec.structs.replace(entry, cells=entry.cells[lead:]))
    command = Command(
        f"row:{tab}:{entry.key}",
        words,
        partial(_stand, tab, entry.key),
        keycap=table,
        help="To its row in the preview; Enter there goes to the answer behind it.",
    )
    return CommandRow(command, about=": ".join(filter(None, (entry.group, words))))


def _filter(tab: TabId, title: str, words: str) -> CommandRow:
    command = Command(
        f"rows:{tab}",
        title,
        partial(_show, tab, words),
        help="To the table in the preview, with this filter. Esc shows all rows again.",
    )
    return CommandRow(command)


def _product(hit: Hit) -> CommandRow:
    feature = f": {hit.feature_name}" if hit.feature_name else ""
    command = Command(
        f"product:{hit.product}:{hit.feature}",
        hit.name + feature,
        partial(_choose, hit.product),
        keycap="not chosen",
        help="To the product in step 1, where it can be chosen.",
    )
    return CommandRow(command, about="; ".join(hit.why))


# --- what they do


def _go(question: Question, app: Wizard) -> None:
    app.actions.row(question.step, question.key)


def _choose(product: str, app: Wizard) -> None:
    app.actions.row("products", product_key(product))


def _stand(tab: TabId, key: str, app: Wizard) -> None:
    app.actions.show_row(tab, key)


def _show(tab: TabId, words: str, app: Wizard) -> None:
    app.actions.filter(words, tab)


def _stay(app: Wizard) -> None:
    return None


def _look(path: str, app: Wizard) -> None:
    app.exporting.look(path)


def _send(path: str, app: Wizard) -> None:
    app.copying.file(path)
