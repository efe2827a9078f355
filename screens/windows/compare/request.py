"""The window that writes a comparison as a change request: for the ticket, into a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from screens.files import not_written
from screens.steps.export import scp_line
from screens.widgets.lines import wrap
from screens.widgets.rows import Row, Spot
from screens.windows.compare.compared import Comparison
from screens.windows.compare.plan_files import request_folder
from screens.windows.form import FormWindow
from screens.windows.looking import looking
from wizard.session.session import Exported
from wizard.session.storage import path_of, read_content, reason
from wizard.views.words import OWN_PROGRAM, plural

if TYPE_CHECKING:
    from screens.stage import Stage

_MORE = (
    "The request as people read it (changes.md, changes.html), as a workbook and as CSV with add"
    " and remove for each row, what goes onto the lists and off them, and tests for after the"
    " change; README.md says which is for whom. A folder that holds other files is refused, so that"
    " nothing of yours is overwritten."
)


class RequestWindow(FormWindow):
    """Where to, and what came of it."""

    def __init__(self, stage: Stage, comparison: Comparison) -> None:
        super().__init__("Write the change request", "Enter: write   Esc: back to the comparison")
        self._stage = stage
        self._comparison = comparison
        self._folder = request_folder(stage.session.plan)
        self._replace = False
        self._written: Exported | None = None
        self._error = ""

    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows())

    def _rows(self) -> Iterator[Row]:
        comparison = self._comparison
        room = self.columns - 4
        for number, text in enumerate(
            wrap(f"{comparison.old.name} → {comparison.new.name}: {comparison.summary()}", room)
        ):
            yield Row(f"about:{number}", "note", text, style="key")
        yield Row("heading:where", "heading", "Where to")
        help = "A new folder, or one that an earlier change request wrote."
        yield Row("folder", "text", "Folder", self._folder, help=help, more=_MORE)
        help = "Only files that an earlier export wrote are replaced; all others stay."
        yield Row(
            "replace",
            "flag",
            "Replace what an earlier one wrote there",
            on=self._replace,
            help=help,
        )
        yield Row(
            "write",
            "action",
            "Write it",
            help="Enter writes the files. Nothing is applied to any system.",
        )
        for number, text in enumerate(wrap(self._error, room) if self._error else ()):
            yield Row(f"error:{number}", "note", text, style="bad")
        if self._written is not None:
            yield from self._result(self._written, room)

    def _result(self, report: Exported, room: int) -> Iterator[Row]:
        count = plural(len(report.files), "file")
        yield Row("heading:written", "heading", f"Written: {count}")
        lines = [(str(report.folder.resolve()), "good"), *((text, "") for text in report.next)]
        lines += [
            (f"{beside}: what was edited by hand in {path}", "warn")
            for path, beside in report.edited
        ]
        lines.append(("To fetch it, on your own computer:", ""))
        lines.append((scp_line(report.folder, self._stage.host), "key"))
        for number, (text, style) in enumerate(lines):
            for part, words in enumerate(wrap(text, room)):
                yield Row(f"said:{number}.{part}", "note", words, style=style)
        for path, size in report.files.items():
            key = Spot("file", path)
            yield Row(key, "action", path, f"{size:,} bytes", help="Enter looks into it.")

    def pressed(self, row: Row, key: str) -> bool:
        if key not in ("enter", "space"):
            return False
        if row.key == "replace":
            self._replace = not self._replace
            self.refill()
            return True
        if isinstance(row.key, Spot) and self._written is not None:
            path = row.key.name
            text = _look(self._written.folder / path)
            keys = "Esc: close   Up, Down, PgUp, PgDn"
            self._stage.open_window(looking(path, text, keys))
            return True
        if row.key == "folder" and key == "enter":
            return not self._take(self.form.text() or "") or self._write()
        return row.key == "write" and self._write()

    def typed(self, row: Row, text: str) -> bool:
        _ = self._take(text)
        return True

    def _take(self, text: str) -> bool:
        """The folder that was typed; False where it is no name for one."""
        self._written, self._error = None, ""
        fits = bool(text.strip()) and not text.startswith("-")
        if fits:
            self._folder = text.strip()
        else:
            self._error = "Name a folder; a name that begins with '-' needs ./ before it."
        self.refill()
        return fits

    def _write(self) -> bool:
        self.run_worker(self._written_out(), group="request", exclusive=True)
        return True

    async def _written_out(self) -> None:
        comparison, target = self._comparison, path_of(self._folder)
        old, new = comparison.old.deployment, comparison.new.deployment
        write = self._stage.session.exporter.write_change
        self._written, self._error = None, ""
        outcome = await asyncio.to_thread(write, old, new, target, replace=self._replace)
        if isinstance(outcome, Exported):
            self._written = outcome
        else:
            self._error = not_written(outcome)
        self.refill("write" if self._written else "folder")
        self.say(
            f"Written to {target}." if self._written else "Nothing was written.",
            bad=not self._written,
        )


def _look(path: Path) -> str:
    """A file that was written, as text. It may be gone by now, or be none."""
    try:
        content = read_content(path)
    except OSError as error:
        return f"({path} can't be read: {reason(error)})\n"
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return f"({len(content):,} bytes; {OWN_PROGRAM})\n"
