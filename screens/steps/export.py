"""Step 7: which files, where to, a look into each, and what to do with them then."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from screens.steps.base import (
    Context,
    FilesChanged,
    FormStep,
    Look,
    Outcome,
    ShowFile,
    WriteFiles,
)
from screens.widgets.lines import chopped, clean, wrap
from screens.widgets.rows import Row, Spot
from wizard.plan.model import Plan
from wizard.questions import AnswerError
from wizard.session.saving import default_folder
from wizard.session.session import Offer
from wizard.session.storage import path_of
from wizard.views.words import OWN_PROGRAM, plural

# Where the cursor goes once the files are written: the rows above it say what came of it.
READ_NEXT = Spot("result", "next")


class Written(msgspec.Struct, frozen=True):
    """What came of writing: the folder, the files, what was refused and why; or an error in plain
    words.

    `host` is how other machines reach this one, as scp takes it.
    """

    folder: Path
    files: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    error: str = ""
    host: str = "THIS-HOST"


class Export(FormStep):
    """The last step.

    `files` are those that would be written, by path; None while that is worked out. Of those in
    `binary` the text is only a remark.
    """

    id = "export"
    reads_derived = True
    keys = "Space ticks. Type to filter. On a file Enter looks into it; c there sends it."

    def __init__(self) -> None:
        super().__init__()
        self.ticks_changed: set[str] = set()
        self.folder: str | None = None
        self.files: dict[str, str] | None = None
        self.binary: frozenset[str] = frozenset()
        self.offers: tuple[Offer, ...] = ()
        self.refused: tuple[str, ...] = ()
        self.trouble = ""
        self.written: Written | None = None
        self.replace = False

    def plan_changed(self) -> None:
        """What was written no longer fits the plan."""
        self.written, self.files = None, None

    def unfinished(self) -> str:
        return "" if self.written is not None and not self.written.error else "not written"

    def formats(self) -> tuple[str, ...]:
        """The names of the formats that are ticked."""
        return tuple(offer.name for offer in self.offers if offer.is_ticked(self.ticks_changed))

    def target(self, plan: Plan) -> Path:
        """The folder to write to."""
        return path_of(self.folder or default_folder(plan))

    def body(self, context: Context) -> Iterator[Row]:
        if self.written is not None:
            yield from self._result(self.written, context.columns)
        yield Row("group:where", "heading", "Where to")
        yield Row(
            "folder",
            "text",
            "Folder",
            value=self.pending.get("folder", self.folder or default_folder(context.plan)),
            help="A new folder, or one that an earlier export wrote.",
            more=(
                "Nothing is applied to any system: files are written into this folder, all or none."
                " A folder that holds other files is refused, so that nothing of yours is"
                " overwritten."
            ),
            problem=self.problems.get("folder", ""),
        )
        yield Row(
            "replace",
            "flag",
            "Replace what an earlier export wrote there",
            on=self.replace,
            help="Only files that an earlier export wrote are replaced; all others stay.",
        )
        # Before the formats, of which there may be thirty: who comes here sees what to do.
        yield Row(
            "write",
            "action",
            f"Write the files to {self.target(context.plan)}",
            help="Enter writes the files. Nothing is applied to any system.",
        )
        yield Row("group:formats", "heading", "Formats that fit this plan")
        yield from self._formats(on_request=False)
        if any(offer.on_request for offer in self.offers):
            yield Row("group:more", "heading", "Further formats, for those who ask for them")
        yield from self._formats(on_request=True)
        count = "" if self.files is None else plural(len(self.files), "file")
        yield Row("group:files", "heading", "What would be written", value=count)
        if self.trouble:
            for index, text in enumerate(wrap(self.trouble, context.columns - 4)):
                yield Row(Spot("trouble", f"{index}"), "note", text, style="bad")
        elif self.files is None:
            yield Row("files:wait", "note", "Working it out…")
        for path, text in (self.files or {}).items():
            lines = plural(text.count("\n"), "line")
            yield Row(
                Spot("file", path),
                "action",
                path,
                value=OWN_PROGRAM if path in self.binary else lines,
                help="Enter looks into it; Alt+S sends it to your terminal.",
                more=(
                    "Alt+S sends the whole file to your terminal's clipboard, and says where it is"
                    " and how to fetch it with scp: not every terminal takes what it is sent."
                ),
            )
        for index, text in enumerate(self.refused):
            yield Row(Spot("refused", f"{index}"), "note", f"! left out: {text}", style="warn")

    def _formats(self, *, on_request: bool) -> Iterator[Row]:
        for offer in self.offers:
            if offer.on_request != on_request:
                continue
            yield Row(
                Spot("format", offer.name),
                "flag",
                offer.name,
                value=offer.about,
                on=offer.is_ticked(self.ticks_changed),
                help=f"For {offer.for_what}.",
                more=f"{offer.about}.\n\nFor {offer.for_what}.",
            )

    def _result(self, export: Written, columns: int) -> Iterator[Row]:
        if export.error:
            yield Row("group:result", "heading", "Nothing was written")
            for index, text in enumerate(wrap(export.error, columns - 4)):
                yield Row(Spot("result", f"error{index}"), "note", text, style="bad")
            return
        yield Row("group:result", "heading", f"Written: {plural(len(export.files), 'file')}")
        room = max(20, columns - 4)
        for index, text in enumerate(chopped(clean(str(export.folder.resolve())), room)):
            yield Row(Spot("result", f"folder{index or ''}"), "note", text, style="good")
        for index, text in enumerate(export.refused):
            yield Row(
                Spot("result", f"refused{index}"), "note", f"! left out: {text}", style="warn"
            )
        yield Row(
            READ_NEXT,
            "action",
            "Next: read README.md there; it says who gets what, and in which order.",
            help="Enter looks into it.",
        )
        yield Row("result:copy", "note", "To fetch it, on your own computer:")
        # Cut into rows rather than cut off: without its end it would fetch nothing.
        for index, text in enumerate(chopped(clean(scp_line(export.folder, export.host)), room)):
            yield Row(Spot("result", f"scp{index or ''}"), "note", text, style="key")

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        match row.key:
            case Spot("format", name) if work:
                self.ticks_changed ^= {name}
                self.files = None
                return FilesChanged()
            case "replace" if work:
                self.replace = not self.replace
                return Look(go=row.key)
            case Spot("result", "next") if work:
                return ShowFile("README.md")
            case Spot("file", path) if work:
                return ShowFile(path)
            case "write" if work:
                return WriteFiles()
        return super().pressed(context, row, key)

    def typed(self, context: Context, row: Row, text: str) -> Outcome | None:
        self.forget(row.key)
        if "\0" in text or text.startswith("-"):
            self.pending[row.key] = text
            self.problems[row.key] = "A folder's name cannot begin with '-'; write ./ before it."
            raise AnswerError(self.problems[row.key])
        self.folder = text.strip() or None
        self.written = None
        return Look()


def scp_line(path: Path, host: str) -> str:
    """The line that copies the folder, or the file, to the machine where it is typed."""
    option = "" if path.is_file() else "-r "
    return f"scp {option}{host}:{shlex.quote(str(path.resolve()))} ."
