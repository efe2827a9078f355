"""Every file of an export carries the stamp of its plan: as comments, or as a part of its own.

Formats write what they are for; here the stamp goes in, once for all of them. The handover documents
and CSV files hold it in places of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

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
# Cisco IOS, ASA and Arista EOS take no '#'.
_EXCLAIMED = ("cisco-ios.txt", "cisco-asa.txt", "arista-eos.txt")
_FIRST = ("#!", "<?xml", "---")
_REQUEST = ("reference", "requester", "review")
WHICH_PLAN = (
    "Each file says of which plan it is. `portwright verify .` in this folder compares the files with"
    " what was written, and says the same:"
)
BEGINS, ENDS = "```stamp", "```"


def stamped(path: str, content: str, stamp: Stamp) -> str:
    """A file's text with the stamp; without a change where its kind has a place of its own."""
    name = PurePosixPath(path).name
    if name == "aws-security-group.json":
        return _with_part(content, {"Metadata": {"Portwright": dict(stamp.lines())}})
    if name == "azure-nsg.json":
        metadata = json.loads(content).get("metadata", {})
        described = {**metadata, "portwright": dict(stamp.lines())}
        return _with_part(content, {"metadata": described})
    if name == "networkpolicy.json":
        return _with_annotations(content, stamp)
    if name.endswith(".tf.json"):
        remarks = json.loads(content).get("//", [])
        return _with_part(content, {"//": [*remarks, *comments(stamp)]})
    mark = ("! ", "") if name in _EXCLAIMED else _MARKS.get(PurePosixPath(path).suffix)
    return content if mark is None else _commented(content, stamp, *mark)


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


def comments(stamp: Stamp) -> tuple[str, ...]:
    """The stamp as plain ASCII, for lines of comment."""
    asked = [f"{name} {plain(text)}" for name, text in stamp.lines() if name in _REQUEST]
    made_by = f"plan {stamp.plan}, Portwright {plain(stamp.portwright)}"
    facts = f", facts {plain(stamp.facts)}" if stamp.facts else ""
    return (made_by + facts, *(["; ".join(asked)] if asked else []))


def _commented(content: str, stamp: Stamp, before: str, after: str) -> str:
    """With comments behind the line that a file of this kind begins with."""
    first, end, rest = content.partition("\n")
    newline = "\r\n" if first.endswith("\r") else "\n"
    texts = comments(stamp)
    if after:
        texts = tuple(map(xml_comment, texts))
    lines = "".join(f"{before}{text}{after}{newline}" for text in texts)
    if first.startswith(_FIRST):
        return f"{first}{end}{lines}{rest}"
    return lines + content


def _with_annotations(content: str, stamp: Stamp) -> str:
    """Objects of Kubernetes: each has annotations of its own, a list of them has none."""
    listed = json.loads(content)
    for described in listed["items"]:
        annotations = described["metadata"].setdefault("annotations", {})
        annotations.update({f"portwright/{name}": text for name, text in stamp.lines()})
    return json.dumps(listed, indent=2) + "\n"


def _with_part(content: str, part: Mapping[str, object]) -> str:
    """JSON of another tool with what it takes for no instruction of ours."""
    return json.dumps({**json.loads(content), **part}, indent=2) + "\n"


def _fenced(text: str) -> str:
    return one_line(text, 500).replace("`", "'")
