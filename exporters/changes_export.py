"""`export_since(old, new, to, …)` → a folder that holds only what changes, for the ticket.

Documents and lists can say a change by itself. Scripts and templates for firewalls cannot: they load all rules
of a firewall in one step, and whatever is not in them is gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from exporters import changes_csv, changes_markdown, folder
from exporters.export import Report, Written
from exporters.folder import ExportError
from exporters.table import FORMATS
from wizard.changes import compare
from wizard.deployment import Deployment

FORMATS_OF_CHANGES = ("markdown", "csv", "json")


def export_since(
    old: Deployment, new: Deployment, to: Path, formats: Sequence[str] | None = None, force: bool = False
) -> Report:
    """Write what `new` changes into the folder `to`: changes.md, changes.csv and changes.json.

    Raises:
        ExportError: nothing was written; also for formats that hold all rules or nothing.
    """
    files = change_files(old, new, formats)
    outcome = folder.place(files, to, force=force)
    written = tuple(
        Written(path=path, size=len(folder.as_bytes(content)), format=path.rpartition(".")[2])
        for path, content in files.items()
    )
    lines = ("Paste changes.md into the ticket, or attach changes.csv.",)
    return Report(to=to, written=written, refused=(), removed=outcome.removed, kept=outcome.kept, next=lines)


def change_files(old: Deployment, new: Deployment, formats: Sequence[str] | None = None) -> dict[str, str]:
    """The files by path.

    Raises:
        ExportError: for a format that cannot hold a change.
    """
    wanted = FORMATS_OF_CHANGES if formats is None else tuple(dict.fromkeys(formats))
    other = [name for name in wanted if name not in FORMATS_OF_CHANGES]
    if other:
        known = {entry.name for entry in FORMATS}
        problems = [
            f"{name} holds all rules of a firewall, or a list as a whole, never a part. Export it without --since."
            if name in known
            else f"There is no format {name!r}."
            for name in other
        ]
        raise ExportError("\n".join([*problems, f"With --since there are: {', '.join(FORMATS_OF_CHANGES)}."]))
    changes = compare(old, new)
    files: dict[str, str] = {}
    if "markdown" in wanted:
        files["changes.md"] = changes_markdown.text(old, new, changes)
    if "csv" in wanted:
        files["changes.csv"] = changes_csv.text(old, new, changes)
    if "json" in wanted:
        files["changes.json"] = json.dumps({"format": 1, **msgspec.to_builtins(changes)}, indent=2) + "\n"
    return files
