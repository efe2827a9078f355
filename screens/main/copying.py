"""Copying out: a row, a table or a file, to the clipboard of the terminal and into a file to fetch.

A terminal never says whether it took what it was sent. So each time there is a file too, with the
line that fetches it, and the words are 'sent to your terminal', never more.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from screens.stage import Workplace
from screens.steps.export import scp_line
from screens.terminal import clipboard
from screens.widgets.lines import Line, wrapped
from screens.windows.modals import Reading
from wizard.session.storage import reason
from wizard.views.words import plural

if TYPE_CHECKING:
    from screens.board.tables import Record, Tab
    from screens.steps.export import Export
    from screens.widgets.board import Board
    from wizard.deployment import Deployment

_FOLDER = "sent"
# So many characters of one line are shown in the window.
_SHORT = 600


class Sent(msgspec.Struct, frozen=True):
    """What was sent. `path` is the file that holds it; where there is none, `trouble` says why.

    `line` is the text itself, where it is one line: to read, and to take with the mouse.
    """

    title: str
    lines: int
    size: int
    to_terminal: bool
    path: Path | None
    trouble: str = ""
    line: str = ""


class Shown(Workplace, Protocol):
    """What there is to send, and the way to the terminal."""

    @property
    def board(self) -> Board:
        """The preview."""

    @property
    def export(self) -> Export:
        """The export step, with its files."""

    def copy_to_clipboard(self, text: str) -> None:
        """Send it to the terminal's clipboard."""


class Copying:
    """The hands of the copy commands."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def tab(self) -> Tab | None:
        """The table that the preview shows."""
        board = self._shown.board
        return next((tab for tab in board.shown if tab.id == board.tab), None)

    def row(self, record: Record | None = None) -> None:
        """Send one row: this one, or that under the preview's cursor."""
        shown = self._shown
        if record is None:
            entry = shown.board.entry()
            record = entry.record if entry is not None else None
        if record is None or shown.derived is None:
            shown.say("Stand on a row of the preview first; Alt+S sends it to your terminal.")
            return
        from screens.board.copytext import row_text

        self.text("the row", row_text(shown.derived.deployment, record) + "\n", "row.txt")

    def table(self) -> None:
        """Send the table that the preview shows, as it is filtered and sorted."""
        shown, tab = self._shown, self.tab()
        if tab is None or shown.derived is None or not tab.entries:
            shown.say("There is nothing in the table to send.")
            return
        shown.work(self._table(shown.derived.deployment, tab, shown.board.view.words), "copy")

    async def _table(self, deployment: Deployment, tab: Tab, words: str) -> None:
        # Many rows take their time; keys go on meanwhile.
        count, text = await asyncio.to_thread(_table_of, deployment, tab)
        if not count:
            self._shown.say("There is nothing in the table to send: the last answer took it all.")
            return
        if tab.id == "picture":
            self.text("the picture", text, "picture.txt")
            return
        of = f" of {tab.count:,}" if count != tab.count else ""
        title = f"the table {tab.title}, {count:,}{of} {'row' if tab.count == 1 else 'rows'}"
        title += f", what fits '{words}'" if words else ""
        self.text(title, text, f"{tab.id}.tsv")

    def file(self, path: str) -> None:
        """Send one of the files of the export."""
        form = self._shown.export
        text = (form.files or {}).get(path)
        if text is None:
            self._shown.say("That file is not there yet; step 7 shows what would be written.")
        elif path in form.binary:
            self._shown.say(f"{path} is no text. Write the files, and fetch it with scp.")
        else:
            export = form.written
            target = export.folder / path if export is not None and path in export.files else None
            self.text(f"the file {path}", text, _file_name(path), target)

    def text(self, title: str, text: str, name: str, path: Path | None = None) -> None:
        """Send a text: to the terminal, and into the file `name` unless `path` holds it already."""
        shown = self._shown
        sent = _kept(title, text, name) if path is None else _told(title, text, path.resolve())
        if sent.to_terminal:
            shown.copy_to_clipboard(text)
        shown.learned("copy")
        host = shown.host

        def closed(_: str | None) -> None:
            where = f"; it is in {sent.path} too" if sent.path is not None else ""
            short = "Sent to your terminal" if sent.to_terminal else "Too long for a terminal"
            shown.say(f"{short}{where}.", bad=sent.path is None and not sent.to_terminal)

        heading = (
            "Sent to your terminal" if sent.to_terminal else "Too long for a terminal's clipboard"
        )
        shown.open_window(Reading(heading, lambda columns: told(sent, host, columns)), closed)


def _table_of(deployment: Deployment, tab: Tab) -> tuple[int, str]:
    """How many rows there are, without those that the last answer took, and all of them as text."""
    from screens.board.copytext import table_text

    if tab.id == "picture":
        drawn = [entry.drawn.plain.rstrip() for entry in tab.entries if entry.drawn is not None]
        return len(drawn), "\n".join(drawn) + "\n"
    records = [e.record for e in tab.entries if e.record is not None and e.mark != "-"]
    return len(records), table_text(deployment, records)


def told(sent: Sent, host: str, columns: int) -> list[Line]:
    """What the window says."""
    lines: list[Line] = []

    def say(text: str, style: str = "") -> None:
        lines.extend(wrapped(text, columns, style))

    say(
        f"{sent.title[:1].upper()}{sent.title[1:]}: {plural(sent.lines, 'line')},"
        f" {plural(sent.size, 'byte')}."
    )
    if not sent.to_terminal:
        say(
            f"Terminals take {clipboard.LIMIT:,} bytes at most, so nothing was sent there. "
            + ("It is in the file." if sent.path is not None else "")
        )
    if sent.line:
        say("")
        say(sent.line, "dim")
    say("")
    if sent.path is not None:
        say("It is in this file:" if not sent.to_terminal else "It is in this file too:")
        say(str(sent.path), "good")
        say("To fetch it, on your own computer:")
        say(scp_line(sent.path, host), "key")
    else:
        say(f"! It is in no file: {sent.trouble}.", "bad")
    if sent.to_terminal:
        say("")
        say(clipboard.advice(os.environ), "dim")
    return lines


def _told(title: str, text: str, path: Path | None, trouble: str = "") -> Sent:
    size = len(text.encode("utf-8", "replace"))
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    line = text.rstrip("\n") if lines == 1 and len(text) < _SHORT else ""
    return Sent(title, lines, size, clipboard.fits(text), path, trouble, line)


def _kept(title: str, text: str, name: str) -> Sent:
    """Write the text into a file of that name in the state folder, in place of what was sent
    before.
    """
    from wizard.session.kept import folder, keep

    path = folder() / _FOLDER / name
    try:
        keep(path, text.encode("utf-8", "replace"))
    except OSError as error:
        return _told(title, text, None, f"{reason(error)} ({path.parent})")
    return _told(title, text, path)


def _file_name(path: str) -> str:
    """`hosts/edge/rules.nft` → `hosts-edge-rules.nft`: a plain name, of no folder, never hidden."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path).strip(".-")[-100:].lstrip(".-") or "file.txt"
