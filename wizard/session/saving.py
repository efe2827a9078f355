"""Writing the plan to a file of the person's own: nothing is replaced unless that is wanted."""

from __future__ import annotations

from pathlib import Path

import msgspec

from wizard.facts.model import Catalog
from wizard.plan.catalog import made_with
from wizard.plan.file import write_plan
from wizard.plan.model import Plan
from wizard.session.storage import digest, path_of, read_content, reason, write_over
from wizard.text import name_of_words


class PlanSaved(msgspec.Struct, frozen=True):
    """The file holds the plan, written with this digest; `same`: it did already."""

    path: Path
    digest: str
    same: bool = False


class FileExists(msgspec.Struct, frozen=True):
    """Something else stands in that file, so nothing was written; `origin`: the plan is of that file,
    and somebody has changed it meanwhile.
    """

    path: Path
    origin: bool


class Unwritable(msgspec.Struct, frozen=True):
    """The file takes nothing; `path` is None where it can't be the name of a file."""

    path: Path | None
    reason: str


def save_plan(
    catalog: Catalog,
    plan: Plan,
    origin: str | None,
    name: str = "",
    *,
    replace: bool = False,
    written: str = "",
) -> PlanSaved | FileExists | Unwritable:
    """Write the plan to the file that was named, else to where it came from, else beside.

    `replace`: even where something else stands there than what has the digest `written`.
    """
    path = path_of(name) if name else Path(origin or default_file(plan))
    text = write_plan(made_with(catalog, plan), catalog).encode()
    try:
        if path.exists():
            content = read_content(path)
            if content == text:
                return PlanSaved(path, digest(text), same=True)
            is_own = bool(origin) and path.absolute() == Path(origin or "")
            if not replace and not (is_own and digest(content) == written):
                return FileExists(path, is_own)
        write_over(path, text)
    except OSError as error:
        return Unwritable(path, reason(error))
    except ValueError as error:
        return Unwritable(None, str(error))
    return PlanSaved(path, digest(text))


def default_folder(plan: Plan) -> str:
    """`./head-office-printing` for 'Head office printing'."""
    return f"./{_name_in_files(plan) or 'portwright-export'}"


def default_file(plan: Plan) -> str:
    """`./head-office-printing.toml`; `./plan.toml` as long as the plan has no name."""
    return f"./{_name_in_files(plan) or 'plan'}.toml"


def _name_in_files(plan: Plan) -> str:
    return name_of_words(plan.name, 60)
