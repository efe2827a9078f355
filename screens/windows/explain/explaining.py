"""'Why can A reach B?': a window that follows one connection of the plan, firewall by firewall."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from textual import events

from screens.board.why import cause, why
from screens.widgets.lines import width, wrap
from screens.widgets.rows import Row, RowKey, Spot
from screens.windows.explain.explained import (
    ConnectionQuestion,
    Told,
    Word,
    asked_of,
    completed,
    fitting,
    told,
    words,
)
from screens.windows.form import FormWindow
from screens.windows.modals import Reading
from wizard.explain import QuestionError
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.stage import Stage

_FIELDS = {
    "source": ("From", "A role, a zone, an address or a network."),
    "destination": ("To", "A role, a zone, an address or a network."),
    "service": ("Port", "A port and its transport, such as 9191/tcp or 161/udp."),
}
_MORE = (
    "Type to filter what the plan knows, Left and Right go through what fits. An address or a"
    " network of one of the zones can be typed as well.\n\nEnter asks. Below stands every firewall"
    " on the way with the rule that lets the connection through and the document that asks for it;"
    " or where it stops, and what would open it. Enter on a rule says why it is there, Enter on a"
    " feature goes to its question; c sends the whole answer to your terminal's clipboard."
)
_STYLES = {"fact": "dim", "note": "dim"}
_KEYS = "Enter: ask  Tab: next  Left, Right: what fits  Alt+X: turn  Esc: close"


class Explaining:
    """The explaining hands of the app. The last question stays, for coming back to it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.asked = ConnectionQuestion()

    def open(self, asked: ConnectionQuestion | None = None) -> None:
        """Open the window: on the row under the cursor of the preview, or on the last question."""
        self._stage.commit()
        of_row = asked_of(self._stage.looked_at())
        self._show(asked or (of_row if of_row != ConnectionQuestion() else self.asked), None)

    def _show(self, asked: ConnectionQuestion, stand: RowKey | None) -> None:
        window = Explain(self._stage, asked, stand)

        def closed(result: str | None) -> None:
            self.asked = window.asked
            if window.jump is not None:
                row = window.stood
                self._stage.jump_to(window.jump, lambda: self._show(window.asked, row))

        self._stage.open_window(window, closed)


class Explain(FormWindow):
    """Three fields, and below them the way of the connection."""

    def __init__(self, stage: Stage, asked: ConnectionQuestion, stand: RowKey | None) -> None:
        super().__init__("Explain a connection", _KEYS, shape="-broad")
        self._stage = stage
        self.asked = asked
        self.stood = stand
        # The question to go to, once the window is closed.
        self.jump: RowKey | None = None
        self._answer: tuple[Told, ...] = ()
        self._answered = ConnectionQuestion()
        self._problem = ""
        self._filter = {"source": "", "destination": "", "service": ""}

    def on_mount(self) -> None:
        self.form.replaces = True
        self._stage.follow(self, self._follow)
        self._ask()

    def _follow(self) -> None:
        self._answered = ConnectionQuestion()
        self._ask()

    # --- asking ----------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Work the answer out in a thread, if the question is whole and another one."""
        if self._stage.derived is not None and self.asked.complete and self.asked != self._answered:
            self.run_worker(self._work_out(self.asked), group="explain", exclusive=True)

    async def _work_out(self, asked: ConnectionQuestion) -> None:
        derived = self._stage.derived
        assert derived is not None
        try:
            answer, problem = await asyncio.to_thread(told, derived.deployment, asked), ""
        except QuestionError as error:
            answer, problem = (), str(error)
        self._answer, self._problem, self._answered = answer, problem, asked
        self.refill(self.stood if self._row_of(self.stood) else None)

    def _row_of(self, key: RowKey | None) -> Row | None:
        return next((row for row in self.rows() if row.key == key), None)

    # --- rows ------------------------------------------------------------------------------------

    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows(self.columns))

    def _rows(self, columns: int) -> Iterator[Row]:
        for key, (label, help) in _FIELDS.items():
            yield Row(key, "text", label, getattr(self.asked, key), help=help, more=_MORE)
        yield Row("fitting", "note", self._fitting_line(columns - 3))
        if self._problem and self.asked.complete:
            yield Row("problem:heading", "heading", "This cannot be asked")
            for number, text in enumerate(wrap(self._problem, columns - 4)):
                yield Row(f"problem:{number}", "note", text, style="bad")
            return
        if not (self._answer and self.asked.complete):
            yield Row("empty", "heading", "The way")
            text = "Working it out…" if self.asked.complete else "Fill in all three; Enter asks."
            yield Row("empty:text", "note", text)
            return
        of_before = (
            "" if self.asked == self._answered else "of the question before; Enter asks again"
        )
        yield Row("way:heading", "heading", "The way", value=of_before)
        for number, said in enumerate(self._answer):
            yield from self._drawn(Spot(said.kind, f"{number}"), said, columns)

    def _drawn(self, key: Spot, said: Told, columns: int) -> Iterator[Row]:
        """A line of the answer as rows: what can be worked is one row, the rest of its text stands
        below.
        """
        indent = {"rule": 2, "fact": 4, "opener": 2, "note": 2}.get(said.kind, 0)
        sign = {"verdict": "✓ " if said.good else "! ", "opener": "+ "}.get(said.kind, "")
        style = _STYLES.get(said.kind, "")
        if said.kind in ("verdict", "hop", "way"):
            style = "good" if said.good else "bad"
        parts = wrap(sign + said.text, columns - 5 - indent)
        if said.record is not None or said.key is not None:
            help = (
                "Enter: why it is there." if said.record is not None else "Enter: to this question."
            )
            yield Row(key, "action", " " * indent + parts[0], help=help, choice=key.name)
            parts = parts[1:]
            indent += 2
        for number, text in enumerate(parts):
            yield Row(Spot(f"{key}", f"{number}"), "note", " " * indent + text, style=style)

    def _fitting_line(self, columns: int) -> str:
        """What could stand in the field under the cursor, as much of it as there is room for."""
        field = _field(self.form.current)
        if field is None or self._stage.derived is None:
            return ""
        hits = self._values(field)
        if not hits:
            return "Nothing of the plan fits; addresses and networks can be typed as well."
        text = f"{plural(len(hits), 'fits', 'fit')}:"
        now = getattr(self.asked, field)
        at = hits.index(now) if now in hits else 0
        for hit in (*hits[at:], *hits[:at]):
            if width(f"{text}  {hit}") > columns - 2:
                return f"{text} …"
            text += f"  {hit}"
        return text

    def _words(self, field: str) -> tuple[Word, ...]:
        derived = self._stage.derived
        return (
            fitting(words(derived.deployment, self.asked, field), self._filter[field])
            if derived
            else ()
        )

    def _values(self, field: str) -> list[str]:
        return [word.value for word in self._words(field)]

    # --- what is done ----------------------------------------------------------------------------

    def pressed(self, row: Row, key: str) -> bool:
        if field := _field(row.key):
            if key in ("left", "right"):
                self._turn(field, 1 if key == "right" else -1)
                return True
            return False
        if key == "c":
            self._copy()
            return True
        if key not in ("enter", "space", "w"):
            return False
        said = self._answer[int(str(row.choice))]
        self.stood = row.key
        if said.key is not None:
            self._close_for(said.key)
        elif said.record is not None:
            self._why(said)
        return True

    def _close_for(self, key: RowKey) -> None:
        self.jump = key
        self.close_with("jump")

    def _turn(self, field: str, by: int) -> None:
        """Another of the words that fit."""
        values = self._values(field)
        if not values:
            self.say("Nothing of the plan fits what is typed.", bad=True)
            return
        now = getattr(self.asked, field)
        at = (values.index(now) + by) % len(values) if now in values else 0 if by > 0 else -1
        self._set(field, values[at])
        self.refill(field)

    def _set(self, field: str, text: str) -> None:
        self.asked = msgspec.structs.replace(self.asked, **{field: text})
        self._ask()

    def typed(self, row: Row, text: str) -> bool:
        derived = self._stage.derived
        field = str(row.key)
        known = words(derived.deployment, self.asked, field) if derived is not None else ()
        self._filter[field] = ""
        self._set(field, completed(known, text))
        self.refill()
        return True

    def stands_on(self, row: Row | None, moved: bool) -> None:
        """The words that fit follow what is typed; coming to a field, all of them are there."""
        field = _field(row.key) if row is not None else None
        text = self.form.text()
        before = dict(self._filter)
        if field is not None and text is not None:
            if moved:
                self._filter[field] = ""
            elif text != getattr(self.asked, field):
                self._filter[field] = text
        if row is not None and field is None:
            self.stood = row.key
        super().stands_on(row, moved)
        if moved or before != self._filter:
            self.refill()

    def on_key(self, event: events.Key) -> None:
        if event.key == "alt+x":
            event.stop()
            self.form.commit()
            self.asked = msgspec.structs.replace(
                self.asked, source=self.asked.destination, destination=self.asked.source
            )
            self._ask()
            self.refill()

    def _copy(self) -> None:
        """Send the whole answer to the terminal."""
        asked = self._answered
        lines = [
            f"{asked.source} → {asked.destination} {asked.service}",
            *(said.text for said in self._answer),
        ]
        self._stage.send("the explanation", "\n".join(lines) + "\n", "explanation.txt")

    def _why(self, said: Told) -> None:
        derived, record = self._stage.derived, said.record
        if derived is None or record is None:
            return
        deployment = derived.deployment

        def closed(result: str | None) -> None:
            key = cause(deployment, record)
            if result == "enter" and key is not None:
                self._close_for(key)

        keys = "Esc: close   Enter: to its answer   c: send   Up, Down: scroll"
        title, _ = why(deployment, record, 60)
        self._stage.open_window(
            Reading(
                title,
                lambda columns: why(deployment, record, columns)[1],
                keys=keys,
                copy=lambda: self._stage.send_record(record),
            ),
            closed,
        )


def _field(key: RowKey | None) -> str | None:
    """The name of a field, where the row is one."""
    return key if isinstance(key, str) and key in _FIELDS else None
