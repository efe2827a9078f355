"""The window that asks with which plan to compare: a typed path, the file that the plan came from,
or its start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from screens.widgets.lines import wrap
from screens.widgets.rows import Row, Spot
from screens.windows.compare.plan_files import (
    Base,
    PathHit,
    UnreadablePlan,
    found,
    read_file,
    spoken,
)
from screens.windows.form import FormWindow
from screens.windows.modals import Reading, text_lines
from wizard.session.storage import path_of
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.stage import Stage

_KEYS = "Type a path; Left, Right: what fits   Enter: take it   Esc: close"
_MORE = (
    "A plan file: plan.toml in the folder of an export, or one that was saved with Ctrl+S. Folders"
    " open when their name and a / are typed; ~ is your home. Left and Right go through what fits."
    " A file that is no plan changes nothing, and all that is wrong with it can be read here."
)


class ChoosePlan(FormWindow):
    """Gives back 'chosen' when `chosen` was chosen and can be read."""

    def __init__(self, stage: Stage, trouble: UnreadablePlan | None = None) -> None:
        super().__init__("Compare with which plan?", _KEYS)
        self._stage = stage
        self._trouble = trouble
        self._typed = ""
        self._taken = ""
        self._hits = found("")
        self.chosen = Base()

    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows())

    def _rows(self) -> Iterator[Row]:
        help = "A path; Left and Right go through what fits, Enter takes it."
        yield Row("path", "text", "Plan file", self._taken, help=help, more=_MORE)
        if self._trouble is not None:
            yield from self._trouble_rows(self._trouble)
        yield Row("heading:known", "heading", "This plan's own")
        origin = self._stage.session.draft.origin
        if origin:
            name = spoken(Path(origin))
            yield Row(
                "origin",
                "action",
                "The file that it came from",
                name,
                help=f"Enter compares with {name}.",
            )
        yield Row(
            "opened",
            "action",
            "As it was when the wizard was opened",
            help="Enter shows what was changed since.",
        )
        hits = self._hits
        yield Row(
            "heading:files", "heading", "Plan files and folders", plural(len(hits), "fits", "fit")
        )
        for number, hit in enumerate(hits):
            hint = "Enter opens the folder." if hit.folder else "Enter compares with it."
            yield Row(Spot("file", f"{number}"), "action", hit.text, help=hint)
        if not hits:
            yield Row("none", "note", "No file *.toml and no folder begins like this.")

    def _trouble_rows(self, trouble: UnreadablePlan) -> Iterator[Row]:
        for number, text in enumerate(wrap(trouble.text, self.columns - 4)):
            yield Row(f"trouble:{number}", "note", text, style="bad")
        if trouble.errors:
            yield Row("errors", "action", "Read what is wrong", help="Enter opens it.")

    def pressed(self, row: Row, key: str) -> bool:
        if row.key == "path":
            if key in ("left", "right"):
                self._turn(1 if key == "right" else -1)
                return True
            if key == "enter":
                self._take_typed(self.form.text() or "")
                return True
            return False
        if key not in ("enter", "space"):
            return False
        if row.key == "errors" and self._trouble is not None:
            self._stage.open_window(
                Reading(self._trouble.text, text_lines("\n".join(self._trouble.errors)))
            )
        elif row.key == "opened":
            self._take(Base())
        elif row.key == "origin":
            self._take(Base(Path(self._stage.session.draft.origin or "")))
        elif isinstance(row.key, Spot):
            self._take_hit(self._hits[int(row.key.name)])
        return True

    def stands_on(self, row: Row | None, moved: bool) -> None:
        text = self.form.text()
        typed = row is not None and row.key == "path" and text is not None and text != self._taken
        super().stands_on(row, moved)
        if typed and text is not None and text != self._typed:
            self._narrow(text)
            self.refill()

    def _narrow(self, text: str) -> None:
        self._typed, self._trouble, self._hits = text, None, found(text)

    def typed(self, row: Row, text: str) -> bool:
        self._taken = text
        self.refill()
        return True

    def _turn(self, by: int) -> None:
        """Another of the files and folders that fit, into the field."""
        texts = [hit.text for hit in self._hits]
        if texts:
            now = self.form.text()
            at = texts.index(now) + by if now in texts else 0 if by > 0 else -1
            self._taken = texts[at % len(texts)]
            self.refill("path")

    def _take_typed(self, text: str) -> None:
        """Enter on a path: the file, the only one that it is the beginning of, or into the folder."""
        hits, self._taken = found(text), text
        if text.strip() and len(hits) == 1 and hits[0].text.startswith(text):
            self._take_hit(hits[0])
        elif text.strip():
            self._take(Base(path_of(text)))
        else:
            self.form.step(1)

    def _take_hit(self, hit: PathHit) -> None:
        if hit.folder:
            self._taken = hit.text
            self._narrow(hit.text)
            self.refill("path")
        else:
            self._take(Base(hit.path))

    def _take(self, base: Base) -> None:
        """Close with it, if it can be read."""
        self.run_worker(self._read(base), group="read", exclusive=True)

    async def _read(self, base: Base) -> None:
        if base.path is not None:
            plan = await asyncio.to_thread(read_file, base.path, self._stage.session.catalog)
            if isinstance(plan, UnreadablePlan):
                self._trouble = plan
                self.refill("errors" if plan.errors else None)
                self.say(plan.text, bad=True)
                return
        self.chosen = base
        self.close_with("chosen")
