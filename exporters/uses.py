"""How to apply, check and undo the files of each format: the parts of `templates/use.md`."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_SCRIPT = "@script"
_CALL = re.compile(rf"{_SCRIPT} (\S+) (\S+)")


def use_of(name: str) -> str:
    """The Markdown of the format with that name, each paragraph on one line.

    Raises:
        KeyError: nobody has written it.
    """
    return "\n\n".join(_blocks(_parts()[name]))


def _blocks(part: str) -> list[str]:
    """Paragraphs and fences; a line `@script FILE TOOL` is what all scripts share."""
    blocks: list[str] = []
    for number, text in enumerate(part.split("```")):
        if number % 2:
            blocks.append(f"```{text}```")
            continue
        for paragraph in re.split(r"\n{2,}", text.strip()):
            call = _CALL.fullmatch(paragraph)
            if call:
                shared = _parts()[_SCRIPT].replace("{file}", call[1]).replace("{tool}", call[2])
                blocks += _blocks(shared)
            elif paragraph:
                blocks.append(" ".join(paragraph.split("\n")))
    return blocks


@cache
def _parts() -> dict[str, str]:
    """Name → the text below its heading."""
    text = resources.files("exporters").joinpath("templates/use.md").read_text("utf-8")
    _, *pieces = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))
