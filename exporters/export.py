"""`export(deployment, to, formats, force)` → files in a folder, all of them or none.

What is written follows from the plan alone: no date, host or path of the machine gets into a file.
"""

from __future__ import annotations

import difflib
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from pathlib import Path

import msgspec

from exporters import folder
from exporters.folder import ExportError
from exporters.format import Content, Format, Refused
from exporters.readme import readme
from exporters.stamp import all_stamped
from exporters.table import FORMATS, format_named
from wizard.deployment import Deployment
from wizard.plan.file import unanswered
from wizard.plan.keys import Key

__all__ = [
    "ExportError",
    "ExportedFile",
    "Report",
    "UnansweredError",
    "export",
    "paths_fitting",
    "preview",
]


class UnansweredError(ExportError):
    """Answers that are missing; `keys` are those of the questions."""

    def __init__(self, message: str, keys: tuple[Key, ...]) -> None:
        super().__init__(message)
        self.keys = keys


class ExportedFile(msgspec.Struct, frozen=True):
    """One file: its path below the folder, its size in bytes, the format that it belongs to."""

    path: str
    size: int
    format: str


class Report(msgspec.Struct, frozen=True):
    """What an export did.

    `refused` are the firewalls whose files were left out (then the command's exit code is 1),
    `removed` the files of an earlier export that this one has no more, `kept` files of an earlier
    export that somebody had edited: (path, the name under which the edited one now stands beside
    it). `next` are lines that say what to do now; whoever shows them names the refused firewalls
    beside them.
    """

    to: Path
    written: tuple[ExportedFile, ...]
    refused: tuple[Refused, ...]
    removed: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    next: tuple[str, ...]


def export(
    deployment: Deployment, to: Path, formats: Sequence[str] | None = None, force: bool = False
) -> Report:
    """Write the files of the named formats (None: all that fit the plan) into the folder `to`.

    Raises:
        ExportError: nothing was written and nothing was changed; its text says why and what to do.
    """
    _refuse_unanswered(deployment)
    files, refused, owner = _render(deployment, formats)
    earlier = folder.place(files, to, force=force)
    return Report(
        to=to,
        written=tuple(
            ExportedFile(path=path, size=len(folder.as_bytes(content)), format=owner[path])
            for path, content in files.items()
        ),
        refused=refused,
        removed=earlier.removed,
        kept=earlier.edited,
        next=_next(to, files),
    )


def preview(deployment: Deployment, formats: Sequence[str] | None = None) -> dict[str, Content]:
    """The files that `export` would write, by path, README.md first.

    Raises:
        ExportError: for a format that does not exist or does not fit the plan.
    """
    return _render(deployment, formats)[0]


def paths_fitting(deployment: Deployment, fits: Callable[[str], bool]) -> list[str]:
    """The paths of the files that `export` would write that fit, in its order; no others are worked
    out.
    """
    paths = list(filter(fits, ("README.md",)))
    for entry in chosen(deployment, None):
        paths += entry.paths_fitting(deployment, fits)
    return paths


def _refuse_unanswered(deployment: Deployment) -> None:
    """An answer that is missing: rules might lack a port, and plan.toml could not be read."""
    waiting = unanswered(deployment.catalog, deployment.plan)
    if waiting:
        words = ["An answer is missing without which nothing can be written:"]
        words += [f"{key}: {message}" for key, message in waiting.items()]
        raise UnansweredError("\n".join(words), tuple(waiting))


def chosen(deployment: Deployment, formats: Sequence[str] | None) -> tuple[Format, ...]:
    """The formats of these names in the table's order (None: all that fit and need no extra).

    Raises:
        ExportError: names all formats that do not exist, do not fit the plan, or are not installed.
    """
    if formats is None:
        return tuple(entry for entry in FORMATS if entry.offered(deployment))
    problems = []
    for name in dict.fromkeys(formats):
        entry = format_named(name)
        if entry is None:
            names = list(map(attrgetter("name"), FORMATS))
            near = difflib.get_close_matches(name, names, n=1)
            advice = f"Did you mean {near[0]}?" if near else "See: portwright formats"
            problems.append(f"There is no format {name!r}. {advice}")
        elif not entry.fits(deployment):
            problems.append(
                f"The format {name} has nothing to write for this plan; it is for {entry.for_what}."
            )
        elif not entry.installed:
            problems.append(
                f"The format {name} needs {entry.package}, which is not installed. "
                f"Install it with: {sys.executable} -m pip install {entry.package}"
            )
    if problems:
        raise ExportError("\n".join(problems))
    return tuple(entry for entry in FORMATS if entry.name in set(formats))


def _render(
    deployment: Deployment, formats: Sequence[str] | None
) -> tuple[dict[str, Content], tuple[Refused, ...], dict[str, str]]:
    """All files, README.md first; the refused firewalls; the format of each file."""
    entries = chosen(deployment, formats)
    files: dict[str, Content] = {}
    owner: dict[str, str] = {}
    refused: list[Refused] = []
    for entry in entries:
        rendered = entry.render(deployment)
        clash = files.keys() & rendered.files.keys()
        if clash:
            raise ValueError(
                f"{sorted(clash)} would be written by {entry.name} and by {owner[min(clash)]}"
            )
        files |= all_stamped(rendered.files, deployment.stamp)
        owner |= dict.fromkeys(rendered.files, entry.name)
        refused += rendered.refused
    together = _joined(refused)
    text = readme(deployment, entries, owner, together)
    return {"README.md": text, **files}, together, {"README.md": "", **owner}


def _joined(refused: Iterable[Refused]) -> tuple[Refused, ...]:
    """One entry a firewall and cause, with all formats that it stopped."""
    causes: dict[tuple[str, tuple[str, ...], str], tuple[str, ...]] = {}
    for entry in refused:
        key = (entry.firewall, entry.missing, entry.reason)
        causes[key] = (*causes.get(key, ()), *entry.formats)
    return tuple(
        Refused(firewall=firewall, formats=formats, missing=missing, reason=reason)
        for (firewall, missing, reason), formats in causes.items()
    )


def _next(to: Path, files: Iterable[str]) -> tuple[str, ...]:
    """What to do now, a line each."""
    lines = [f"Read {to / 'README.md'} first: it says which file is for whom, and in what order."]
    scripts = [
        path for path in files if path.startswith("firewalls/") and path.endswith((".sh", ".ps1"))
    ]
    if scripts:
        lines.append(
            "Nothing is applied yet. Each script has the verb check, which changes nothing."
        )
    # A path that begins with a dash or holds a colon is an option or a host to scp.
    source = str(to) if to.is_absolute() else f"./{to}"
    lines.append(
        "To fetch the folder to your own computer: scp -r"
        f" THIS-HOST:{shlex.quote(str(to.absolute()))} ."
    )
    lines.append(f"To send it on: scp -r {shlex.quote(source)} USER@HOST:")
    return tuple(lines)
