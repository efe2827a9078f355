"""The lines round the form: title, steps, counts, help, keys. Each is one line view."""

from __future__ import annotations

from typing import Literal

import msgspec
from textual import events
from textual.message import Message

from screens.widgets.line_view import LineView
from screens.widgets.lines import Line, StyledText, clean, fit, line, short, width
from wizard.questions import StepId

State = Literal["now", "done", "open", "later", "skipped"]
_GLYPHS: dict[State, str] = {"now": "▸", "done": "✓", "open": "!", "later": " ", "skipped": "-"}

_STYLES: dict[State, str] = {
    "now": "current",
    "done": "",
    "open": "warn",
    "later": "dim",
    "skipped": "dim",
}


class StepState(msgspec.Struct, frozen=True):
    """A step as the step list shows it. `note` is its state in words."""

    id: StepId
    number: int
    title: str
    state: State
    note: str


def _shorter(stage: StepState, columns: int) -> str:
    """A step in the strip where not all titles fit; below 80 columns only the present one has it."""
    mark = f"{stage.number}{_GLYPHS[stage.state]}"
    title = stage.title.split(" ")[0]
    if columns < 80:
        return mark + (title if stage.state == "now" else "")
    return short(mark + title, 9)


class Bar(LineView):
    """One line or two that say something."""

    def say(self, *pieces: str | StyledText) -> None:
        self.show([line(*pieces)])


class StatusBar(LineView):
    """The counts, and at the right end a tip, where there is room for all of it."""

    @staticmethod
    def room(counts: str, columns: int) -> int:
        """How many columns a tip may have beside these counts."""
        return columns - 5 - width(clean(counts))

    def put(self, counts: str, style: str, tip: str) -> None:
        columns = max(20, self.app.size.width)
        text = short(clean(counts), columns - 2)
        if not tip or width(tip) > self.room(counts, columns):
            self.show([line((f" {text}", style))])
        else:
            gap = columns - 2 - width(text) - width(tip)
            self.show([line((f" {text}", style), " " * gap, (tip, "dim"))])


class TopBar(LineView):
    """'Portwright · plan · Step 2/7 Features'."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: tuple[str, StepState, int, str] | None = None

    def put(self, name: str, stage: StepState, total: int, saved: str) -> None:
        self._said = (name, stage, total, saved)
        self.show(self.fitted())

    def fitted(self) -> list[Line]:
        if self._said is None:
            return []
        name, stage, total, saved = self._said
        columns = max(20, self.size.width)
        title, plan = " Portwright", f" · {name or 'new plan'}"
        step = f"Step {stage.number}/{total} {stage.title}"
        step = f"{saved}  {step} " if saved else f"{step} "
        pieces: list[StyledText] = [(title, "title"), (plan, "")]
        used = width(clean(title + plan))
        if used + width(step) + 1 > columns:
            text = fit(clean(title + plan), max(10, columns - width(step) - 1))
            pieces, used = [(text, "title")], width(text)
        return [line(*pieces, " " * max(1, columns - used - width(step)), (step, "title"))]


class Steps(LineView):
    """The steps: one line of them, or a list where there is room. A click goes there."""

    class Chosen(Message):
        def __init__(self, step: StepId) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._stages: tuple[StepState, ...] = ()
        self._tall = False
        self._hits: list[tuple[int, int, int, StepId]] = []

    def put(self, stages: tuple[StepState, ...], *, tall: bool) -> None:
        self._stages, self._tall = stages, tall
        self.show(self.fitted())

    def fitted(self) -> list[Line]:
        self._hits = []
        return self._list(self._stages) if self._tall else [self._strip(self._stages)]

    def _strip(self, stages: tuple[StepState, ...]) -> Line:
        columns = max(20, self.size.width)
        texts = [
            f"{stage.number}{_GLYPHS[stage.state]}{stage.title.split(' ')[0]}" for stage in stages
        ]
        if sum(width(text) + 2 for text in texts) > columns:
            texts = [_shorter(stage, columns) for stage in stages]
        pieces: list[StyledText] = [(" ", "")]
        at = 1
        for stage, text in zip(stages, texts, strict=True):
            style = _STYLES[stage.state]
            self._hits.append((0, at, at + width(text), stage.id))
            pieces += [(text, style), ("  ", "")]
            at += width(text) + 2
        return line(*pieces)

    def _list(self, stages: tuple[StepState, ...]) -> list[Line]:
        columns = max(16, self.size.width)
        lines: list[Line] = [line(""), line((" Steps", "heading"))]
        for stage in stages:
            style = _STYLES[stage.state]
            text = fit(
                f" {stage.number} {_GLYPHS[stage.state]} {stage.title.split(' and ')[0]}", columns
            )
            self._hits += [
                (len(lines), 0, columns, stage.id),
                (len(lines) + 1, 0, columns, stage.id),
            ]
            lines += [line((text, style)), line((fit(f"     {stage.note}", columns), "dim"))]
        return lines

    def on_click(self, event: events.Click) -> None:
        for y, start, end, step in self._hits:
            if event.y == y and start <= event.x < end:
                self.post_message(self.Chosen(step))


class Footer(LineView):
    """At most five keys, with what they do."""

    class Pressed(Message):
        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hits: list[tuple[int, int, str]] = []

    def put(self, keys: tuple[tuple[str, str, str], ...]) -> None:
        """(key, words, id of the command), at most five."""
        pieces: list[StyledText] = [(" ", "")]
        self._hits = []
        at = 1
        columns = max(20, self.app.size.width)
        while len(keys) > 2 and sum(width(key + words) + 4 for key, words, _ in keys) > columns:
            # How to leave stays.
            keys = (*keys[:-2], keys[-1])
        for key, words, command in keys[:5]:
            self._hits.append((at, at + width(key) + 1 + width(words), command))
            pieces += [(key, "key"), (f" {words}   ", "")]
            at += width(key) + width(words) + 4
        self.show([line(*pieces)])

    def on_click(self, event: events.Click) -> None:
        for start, end, command in self._hits:
            if start <= event.x < end:
                self.post_message(self.Pressed(command))
