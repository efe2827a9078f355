"""What a draft's file holds and where it lies; and words for who has it and how old it is."""

from __future__ import annotations

import datetime
import os
import socket
from pathlib import Path
from typing import Annotated

import msgspec

from wizard.plan.field import StepId
from wizard.plan.model import Plan
from wizard.session.storage import read_content, reason

FORMAT = 1
SUFFIX = ".json"


class Holder(msgspec.Struct, frozen=True):
    """The window that has a draft: its process, on which machine."""

    pid: int
    host: str

    def __str__(self) -> str:
        return f"process {self.pid}" + ("" if self.host == _host() else f" on {self.host}")


class Place(msgspec.Struct, frozen=True):
    """Where the person stood: the row, what is half typed there (None: nothing), and by row the
    texts that could not be taken.
    """

    row: str = ""
    typed: str | None = None
    refused: dict[str, str] = {}


class OtherFormat(msgspec.ValidationError):
    """A draft of another version."""


class DraftFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a draft's file. `saved` is in UTC; `origin` is the plan file it began from, or was
    saved to; `written` the digest of that file's content then, '' where nobody knows it.
    """

    format: int
    name: str
    step: StepId
    saved: Annotated[datetime.datetime, msgspec.Meta(tz=True)]
    origin: str | None
    plan: Plan
    undo: list[msgspec.Raw]
    redo: list[msgspec.Raw]
    place: Place = Place()
    holder: Holder | None = None
    written: str = ""


class _Header(msgspec.Struct, frozen=True):
    """The part that every format of a draft has."""

    format: int


# What a file is that holds no draft of this format.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def drafts_dir() -> Path:
    """The folder of the drafts, in the person's own state folder. It need not exist."""
    from platformdirs import user_state_path

    return user_state_path("portwright", appauthor=False) / "drafts"


def discarded_dir() -> Path:
    """Where discarded drafts lie. It need not exist."""
    return drafts_dir().with_name("discarded")


def age(then: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """`just now`, `5 minutes ago`, `3 days ago`."""
    seconds = ((now_utc() if now is None else now) - then).total_seconds()
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // length)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def read_draft(path: Path) -> DraftFile:
    """What is in a draft's file.

    Raises:
        one of UNREADABLE: for what is no draft of this format. OSError: where it can't be read.
    """
    text = read_content(path)
    header = msgspec.json.decode(text, type=_Header)
    if header.format != FORMAT:
        raise OtherFormat(f"its format is {header.format}, this program knows {FORMAT}")
    return msgspec.json.decode(text, type=DraftFile)


def taken_path(path: Path) -> Path:
    """The file beside a draft that says who has taken it over."""
    return path.with_suffix(".taken")


def moved_aside(path: Path, error: Exception) -> str:
    """Rename a file that is no draft, and say so."""
    why = "was made by another version" if isinstance(error, OtherFormat) else "is damaged"
    aside = path.with_name(f"{path.stem}.aside")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.aside-{number}")
    try:
        path.rename(aside)
    except OSError as problem:
        return f"The draft {path} {why}, and could not be moved aside: {reason(problem)}."
    return f"A draft {why}; it was moved aside to {aside}."


def now_utc() -> datetime.datetime:
    """The present second."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _host() -> str:
    return socket.gethostname()


def this_window() -> Holder:
    """What other windows hear about this one."""
    return Holder(os.getpid(), _host())
