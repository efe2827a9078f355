"""What the palette finds beside commands: questions with their choices, rules by port or address,
findings, files, products that are not chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from screens.board.entry import Entry, TabId, View, entry_words
from screens.board.seen import AT_ONCE, Seen
from screens.main.command import Command
from screens.windows.palette import CommandRow
from wizard.facts.search import Hit, ports_beside
from wizard.facts.search import terms as texts_and_ports
from wizard.index.places import Asked, not_chosen, places, subject
from wizard.index.terms import terms
from wizard.questions import STEPS, Question
from wizard.views.answers import product_key
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.main.wizard import Wizard

# A letter or two fits nearly everything.
_LEAST = 2
# So many rows of a table stand there themselves; the others are one row more.
_ROWS = 20
# So many questions and products at most; who types on sees fewer.
_MOST = 100


class Found:
    """What fits the words, as rows of the palette. Made once a window: nothing changes behind it."""

    def __init__(self, app: Wizard) -> None:
        self._app = app
        self._seen: dict[TabId, Seen] = {}

        # Which files there would be is worked out while one types; of a large plan it takes long.
        derived = app.derived
        small = derived is not None and len(derived.deployment.rules) <= AT_ONCE
        if small and app.exporting.form.files is None:
            app.exporting.refresh()

    def __call__(self, words: str) -> list[CommandRow]:
        """What fits, the nearest first; nothing as long as hardly anything is typed."""
        if len(words.strip()) < _LEAST:
            return []
        named, within = self._questions(words)
        return [
            *named,
            *self._files(words),
            *self._tables(words),
            *within,
            *self._products(words),
        ]

    @cached_property
    def _places(self) -> tuple[Asked, ...]:
        return tuple(places(self._app.catalog, self._app.plan))

    def _questions(self, words: str) -> tuple[list[CommandRow], list[CommandRow]]:
        """Those that are called so, and those that hold or open it."""
        named: list[CommandRow] = []
        within: list[tuple[Asked, str]] = []
        for place in self._places:
            reason = place.why(words)
            if reason:
                within.append((place, reason))
            elif reason is not None and len(named) < _MOST:
                named.append(self._question(place, reason))
        looked_for = texts_and_ports(words)
        within.sort(
            key=lambda of: ports_beside(of[0].question.label, of[0].question.facts, looked_for)
        )
        return named, [self._question(place, reason) for place, reason in within[:_MOST]]

    def _question(self, place: Asked, reason: str) -> CommandRow:
        question = place.question
        number = next(n for n, step in enumerate(STEPS, start=1) if step.id == question.step)
        command = Command(
            f"at:{question.key}",
            subject(self._app.catalog, question),
            partial(_go, question),
            keycap=f"step {number}",
            help=question.more or question.help,
        )
        answer = ". ".join(filter(None, (place.answer, reason)))
        return CommandRow(command, about=f"{question.group}: {answer}")

    def _products(self, words: str) -> Iterator[CommandRow]:
        hits, absent = not_chosen(self._app.catalog, self._app.plan, words)
        yield from map(_product, hits[:_MOST])
        for sentence in absent:
            command = Command(f"absent:{sentence}", sentence, _stay, help=sentence)
            yield CommandRow(command, "not in the facts", sentence)

    def _files(self, words: str) -> Iterator[CommandRow]:
        form, looked_for = self._app.exporting.form, terms(words)
        for path in form.files or {}:
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
            for command in (look,) if path in form.binary else (look, send):
                if all(term.stands_in(command.title.casefold()) for term in looked_for):
                    yield CommandRow(command)

    def _tables(self, words: str) -> Iterator[CommandRow]:
        derived = self._app.derived
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
