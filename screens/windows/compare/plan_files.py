"""Plan files to compare with: what there is below a typed path, and reading one. No Textual here."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.file import in_words, parse_plan
from wizard.plan.model import Plan
from wizard.session.saving import default_folder
from wizard.session.storage import path_of, read_content
from wizard.views.words import plural

# More files than anybody reads through; typing narrows them down.
MOST = 200


class UnreadablePlan(msgspec.Struct, frozen=True):
    """Why a file is no plan: in a line, and what is wrong with it, of very much the first."""

    text: str
    errors: tuple[str, ...] = ()


class PathHit(msgspec.Struct, frozen=True):
    """A plan file or a folder below what was typed: as typing goes on, and what it is."""

    text: str
    path: Path
    folder: bool = False


class Base(msgspec.Struct, frozen=True):
    """What to compare with: a plan file, or (no path) this plan as it was when the wizard was
    opened.
    """

    path: Path | None = None

    @property
    def name(self) -> str:
        """What it is called in the title."""
        return "as it was at the start" if self.path is None else spoken(self.path)


def found(typed: str) -> tuple[PathHit, ...]:
    """What what was typed can become: `*.toml` and folders, by name. Nothing where there is nothing
    to read.
    """
    head, _, start = typed.rpartition("/")
    folder = path_of(f"{head}/" if "/" in typed else ".")
    hits: list[PathHit] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
                    continue
                below = _is_folder(entry)
                if below or entry.name.endswith(".toml"):
                    name = _readable(entry.name) + ("/" if below else "")
                    text = f"{head}/{name}" if "/" in typed else name
                    hits.append(PathHit(text, Path(entry.path), below))
    except (OSError, ValueError):
        return ()
    hits.sort(key=lambda hit: (hit.folder, hit.text))
    return tuple(hits[:MOST])


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A link that leads in a circle is none, and does not hide the others."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def read_file(path: Path, catalog: Catalog) -> Plan | UnreadablePlan:
    """The plan of a file, unfinished or not; or all that is wrong with it."""
    name = spoken(path)
    try:
        if path.is_dir():
            return UnreadablePlan(f"{name} is a folder; name a plan file in it.")
        # Pipes and devices would be waited for, or never end.
        if path.exists() and not path.is_file():
            return UnreadablePlan(f"{name} is no file that holds a plan.")
        plan, errors = parse_plan(read_content(path).decode("utf-8-sig"), catalog)
    except FileNotFoundError:
        return UnreadablePlan(f"There is no file {name}.")
    except PermissionError:
        return UnreadablePlan(f"{name} may not be read by you.")
    except UnicodeDecodeError as error:
        return UnreadablePlan(f"{name} is no text in UTF-8 (byte {error.start}); save it as UTF-8.")
    except OSError as error:
        return UnreadablePlan(f"{name} can't be read: {error.strerror or error}.")
    except ValueError as error:
        return UnreadablePlan(f"{name} is no name of a file: {error}.")
    # An option without its answer is an open question, no error.
    wrong = [error for error in errors if not error.unanswered]
    if not wrong:
        return plan
    return UnreadablePlan(
        f"{name} is no plan that can be read: {plural(len(wrong), 'error')}.", in_words(wrong)
    )


def spoken(path: Path) -> str:
    """A path as people write it: below the present folder or the home, where it is."""
    for place, lead in ((Path.cwd, ""), (Path.home, "~/")):
        # The present folder may have been deleted; not everybody has a home.
        with contextlib.suppress(OSError, RuntimeError):
            base = place()
            if path.is_absolute() and path.is_relative_to(base):
                return _readable(lead + str(path.relative_to(base)))
    return _readable(str(path))


def request_folder(plan: Plan) -> str:
    """Where a change request goes: `./office-change` beside `./office`."""
    return f"{default_folder(plan)}-change"


def _readable(name: str) -> str:
    """A name that holds bytes which are no text, with signs in their place."""
    return os.fsencode(name).decode("utf-8", "replace")
