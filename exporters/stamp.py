"""Every file of an export that has a place for it carries the stamp of its plan.

Where a line of comment can stand, it goes in here, once for all formats. JSON, CSV and the handover
documents hold it in places of their own, which their formats fill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from exporters.firewalls.vendor_targets import TARGETS
from exporters.format import Content
from exporters.safe import csv_table, plain, xml_comment
from wizard.plan.stamp import Stamp
from wizard.text import one_line

# What ends with this → how a line of comment begins and ends there.
_MARKS: dict[str, tuple[str, str]] = {
    **dict.fromkeys((".sh", ".ps1", ".nft", ".conf", ".toml", ".yml", ".txt", ".rsc"), ("# ", "")),
    ".pac": ("// ", ""),
    **dict.fromkeys((".svg", ".xml"), ("<!-- ", " -->")),
}
# Makes whose comments begin otherwise than their files' names say.
_MAKES = {target.file: (target.mark, "") for target in TARGETS if target.mark}
_FIRST = ("#!", "<?xml", "---")
_REQUEST = ("reference", "requester", "review")
WHICH_PLAN = (
    "Each file that has a place for it says of which plan it is. `portwright verify .` in this folder"
    " compares the files with what was written, and says the same:"
)
BEGINS, ENDS = "```stamp", "```"


def stamped(path: str, content: str, stamp: Stamp) -> str:
    """A file's text with the stamp; without a change where its kind has a place of its own."""
    name = PurePosixPath(path)
    mark = _MAKES.get(name.name) or _MARKS.get(name.suffix)
    if mark is None:
        return content
    return _commented(content, comments(stamp, in_utf8=name.suffix == ".toml"), *mark)


def all_stamped(files: Mapping[str, Content], stamp: Stamp) -> dict[str, Content]:
    """Files by their paths, each stamped; what is no text has its stamp already."""
    marked: dict[str, Content] = {}
    for path, content in files.items():
        marked[path] = stamped(path, content, stamp) if isinstance(content, str) else content
    return marked


def stamp_text(stamp: Stamp) -> str:
    """A fenced part of README.md that `stamp_read` reads."""
    width = max(len(name) for name, _ in stamp.lines())
    lines = [f"{name:<{width}} {_fenced(text)}" for name, text in stamp.lines()]
    return "\n".join((BEGINS, *lines, ENDS))


def stamp_read(readme: str) -> dict[str, str]:
    """The names and texts of the stamp in a README.md; nothing where it has none."""
    _, begins, rest = readme.partition(f"{BEGINS}\n")
    read: dict[str, str] = {}
    for line in rest.partition(f"\n{ENDS}")[0].splitlines() if begins else ():
        name, _, text = line.partition(" ")
        read[name] = text.strip()
    return read


def csv_stamped(head: Sequence[str], rows: Iterable[Sequence[object]], stamp: Stamp) -> str:
    """CSV with the stamp in the last columns of each row: rows are cut out and sorted elsewhere."""
    values = msgspec.structs.asdict(stamp)
    return csv_table([*head, *values], ([*row, *values.values()] for row in rows))


def comments(stamp: Stamp, in_utf8: bool = False) -> tuple[str, ...]:
    """The stamp for lines of comment: as plain ASCII, or as it was written, a line each."""
    spelled = one_line if in_utf8 else plain
    asked = [f"{name} {spelled(text, 128)}" for name, text in stamp.lines() if name in _REQUEST]
    made_by = f"plan {stamp.plan}, Portwright {plain(stamp.portwright)}"
    facts = f", facts {plain(stamp.facts)}" if stamp.facts else ""
    return (made_by + facts, *(["; ".join(asked)] if asked else []))


def which_plan(stamp: Stamp, in_utf8: bool = False) -> str:
    """The stamp in one line, for makers whose fields have no place of its own."""
    return "; ".join(comments(stamp, in_utf8))


def _commented(content: str, texts: Sequence[str], before: str, after: str) -> str:
    """With comments behind the line that a file of this kind begins with."""
    first, end, rest = content.partition("\n")
    newline = "\r\n" if first.endswith("\r") else "\n"
    if after:
        texts = [*map(xml_comment, texts)]
    lines = "".join(f"{before}{text}{after}{newline}" for text in texts)
    if first.startswith(_FIRST):
        return f"{first}{end}{lines}{rest}"
    return lines + content


def _fenced(text: str) -> str:
    return one_line(text, 500).replace("`", "'")
