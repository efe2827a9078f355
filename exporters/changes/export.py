"""`export_since(old, new, to, …)` → a folder that holds only what changes, for the ticket.

Documents, lists and tests can say a change by itself. Scripts and templates for firewalls cannot:
they load all rules of a firewall in one step, and whatever is not in them is gone.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from exporters import folder
from exporters.export import ExportedFile, Report
from exporters.folder import ExportError
from exporters.format import Content
from exporters.lines import numbered
from exporters.safe import markdown
from exporters.stamp import WHICH_PLAN, all_stamped, stamp_text
from exporters.table import format_named
from wizard.changes import Changes, compare
from wizard.changes.json import to_json
from wizard.deployment import Deployment

Make = Callable[[Deployment, Deployment, Changes], dict[str, Content]]


def _markdown(old: Deployment, new: Deployment, changes: Changes) -> dict[str, Content]:
    from exporters.changes import markdown as changes_markdown

    files: dict[str, Content] = {"changes.md": changes_markdown.text(old, new, changes)}
    if not changes:
        from exporters.changes import review
        from exporters.changes.model import change_request

        files["review.md"] = review.text(change_request(old, new, changes))
    return files


def _html(old: Deployment, new: Deployment, changes: Changes) -> dict[str, Content]:
    from exporters.changes import html as changes_html

    return {"changes.html": changes_html.text(old, new, changes)}


def _xlsx(old: Deployment, new: Deployment, changes: Changes) -> dict[str, Content]:
    from exporters.changes import xlsx as changes_xlsx

    return {"changes.xlsx": changes_xlsx.content(old, new, changes)}


def _csv(old: Deployment, new: Deployment, changes: Changes) -> dict[str, Content]:
    from exporters.changes import csv as changes_csv

    return {"changes.csv": changes_csv.text(old, new, changes)}


def _json(_old: Deployment, new: Deployment, changes: Changes) -> dict[str, Content]:
    content = {**to_json(changes), "stamp": dict(new.stamp.lines())}
    return {"changes.json": json.dumps(content, indent=2) + "\n"}


def _hosts(old: Deployment, new: Deployment, changes: Changes) -> dict[str, Content]:
    from exporters.changes import lists as changes_lists

    return dict(changes_lists.host_files(old, new, changes))


def _tests(old: Deployment, new: Deployment, _changes: Changes) -> dict[str, Content]:
    from exporters.changes import lists as changes_lists

    return dict(changes_lists.try_files(old, new))


def _toml(_old: Deployment, new: Deployment, _changes: Changes) -> dict[str, Content]:
    from exporters.data import toml

    return {"plan.toml": toml.files(new)["plan.toml"]}


# Format → what makes its files, who takes them, and what they are. The plan is always there.
_FORMATS: dict[str, tuple[Make, str, str]] = {
    "markdown": (_markdown, "the teams", "the change request, to paste into the ticket"),
    "html": (_html, "the teams", "the same as one page, to look at, to send and to print"),
    "xlsx": (
        _xlsx,
        "teams that work through lists",
        "the same as a workbook: sheets for what to add, remove, change",
    ),
    "csv": (_csv, "tickets and programs", "a row for each thing to add or remove"),
    "json": (_json, "programs", "the same as `portwright diff --json`"),
    "hosts": (_hosts, "the proxy team", ""),
    "connection-tests": (_tests, "whoever accepts the work", ""),
    "toml": (
        _toml,
        "whoever keeps the plan",
        "the new plan as a whole: the next change starts from it",
    ),
}
_PLACES = {
    "review.md": "the record of a review in which nothing changes, need by need",
    "proxy/add/": "what goes onto the lists",
    "proxy/remove/": "what comes off the lists",
    "tests/must-connect/": "scripts that try what the change opens: all must connect",
    "tests/must-fail/": "scripts that try what the change closes: none must connect any more",
}
FORMATS_OF_CHANGES = tuple(_FORMATS)


def export_since(
    old: Deployment,
    new: Deployment,
    to: Path,
    formats: Sequence[str] | None = None,
    force: bool = False,
) -> Report:
    """Write what `new` changes into the folder `to`, with README.md and the new plan as a whole.

    Raises:
        ExportError: nothing was written; also for formats that hold all rules or nothing.
    """
    made = _made(old, new, formats)
    outcome = folder.place(_together(made), to, force=force)
    written: list[ExportedFile] = []
    for name, own in made:
        for path, content in own.items():
            size = len(folder.as_bytes(content))
            written.append(ExportedFile(path=path, size=size, format=name))
    lines = (f"Read {to / 'README.md'} first: it says which file is for whom.",)
    return Report(
        to=to,
        written=tuple(written),
        refused=(),
        removed=outcome.removed,
        kept=outcome.edited,
        next=lines,
    )


def change_files(
    old: Deployment, new: Deployment, formats: Sequence[str] | None = None
) -> dict[str, Content]:
    """The files by path, README.md first.

    Raises:
        ExportError: for a format that cannot hold a change.
    """
    return _together(_made(old, new, formats))


def _together(made: Iterable[tuple[str, dict[str, Content]]]) -> dict[str, Content]:
    files: dict[str, Content] = {}
    for _, own in made:
        files |= own
    return files


def _made(
    old: Deployment, new: Deployment, formats: Sequence[str] | None
) -> list[tuple[str, dict[str, Content]]]:
    """(format, its files) in the order of the table; what every folder holds comes first, without a
    format.
    """
    wanted = FORMATS_OF_CHANGES if formats is None else formats
    problems = [_problem(name) for name in dict.fromkeys(wanted) if name not in FORMATS_OF_CHANGES]
    if problems:
        raise ExportError(
            "\n".join([*problems, f"With --since there are: {', '.join(FORMATS_OF_CHANGES)}."])
        )
    changes = compare(old, new)
    parts: list[tuple[str, dict[str, Content]]] = []
    for name, (make, _, _) in _FORMATS.items():
        if name in (*wanted, "toml"):
            parts.append((name, all_stamped(make(old, new, changes), new.stamp)))
    return [("", {"README.md": _readme(new, changes, dict(parts))}), *parts]


def _problem(name: str) -> str:
    """Why a format is not written for a change."""
    entry = format_named(name)
    if entry is None:
        near = difflib.get_close_matches(name, FORMATS_OF_CHANGES, n=1)
        return f"There is no format {name!r}." + (f" Did you mean {near[0]}?" if near else "")
    if entry.for_firewalls:
        return (
            f"{name} holds all rules of a firewall and loads them as a whole: a file with the"
            " change alone would take the other rules away. Export it without --since."
        )
    what = "the proxy's list" if "proxy" in entry.kinds else "the plan"
    return f"{name} shows {what} as a whole, never a part. Export it without --since."


def _readme(new: Deployment, changes: Changes, made: dict[str, dict[str, Content]]) -> str:
    return "\n".join(_readme_lines(new, changes, made)) + "\n"


def _readme_lines(
    new: Deployment, changes: Changes, made: dict[str, dict[str, Content]]
) -> Iterator[str]:
    yield f"# Change of {markdown(new.plan.name, 200) or 'the plan'}"
    yield ""
    reference = new.plan.request.reference
    if reference:
        yield from [f"Reference: {markdown(reference, 500)}", ""]
    yield (
        "Only what a change adds, removes and alters, and the new plan as a whole. Written by"
        " Portwright; nothing of it has been applied to any system."
        if changes
        else "No firewall and no list changes between the two plans."
    )
    yield from ["", "## Files", "", "| file | for | what it is |", "|---|---|---|"]
    for name, (_, reader, what) in _FORMATS.items():
        for path in _shown(made.get(name, {})):
            yield f"| `{path}` | {reader} | {_PLACES.get(path, what)} |"
    yield from ["", "## What to do", ""]
    steps = [
        "Let the teams agree to the change request.",
        (
            "Add what is to be added, on firewalls between zones first, then on the hosts' own and"
            " at the proxy."
        ),
        "Switch the product over.",
        "Remove what is to be removed, and what a changed rule loses.",
    ]
    if made.get("connection-tests"):
        steps.append(
            "Run the scripts in `tests/` on a machine of each role. What is closed must no longer"
            " connect, unless a rule that is not from this plan lets it through."
        )
    yield from numbered(steps)
    yield from ["", "## Scripts for firewalls", ""]
    yield (
        "There are none here: a script loads all rules of a firewall in one step. `portwright"
        " export plan.toml --to DIR` writes them for the whole of the new plan; applied, they bring"
        " each firewall to it."
    )
    yield from ["", "## Which plan", "", WHICH_PLAN, "", stamp_text(new.stamp)]


def _shown(files: dict[str, Content]) -> list[str]:
    """Files by name; of a folder with scripts, the folder."""
    return list(dict.fromkeys(map(_file_or_folder, files)))


def _file_or_folder(path: str) -> str:
    folder_of_file, slash, _ = path.rpartition("/")
    return f"{folder_of_file}/" if slash else path
