"""The picture as Mermaid source, for readers of Markdown that draw it."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.picture.model import Lane, Picture
from wizard.text import one_line

# What stands for itself between Mermaid's quotes; all else becomes a character code.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:/-_()+'")


def mermaid(drawn: Picture) -> str:
    """The source, without the fence round it."""
    return "\n".join(_lines(drawn)) + "\n"


def _lines(drawn: Picture) -> Iterator[str]:
    yield "flowchart LR"
    names: dict[tuple[int, str], str] = {}
    for frame, (site, numbers) in enumerate(drawn.framed):
        if site:
            yield f"  subgraph s{frame}[{_label(site)}]"
        for number in numbers:
            yield from _lane(number, drawn.lanes[number], names)
        if site:
            yield "  end"
    for wall in drawn.walls:
        key = f"w{wall.letter}"
        yield f"  {key}{{{{{_label(f'{wall.letter}: {wall.name}', wall.about)}}}}}"
        for lane_number in wall.lanes:
            yield f"  z{lane_number} --- {key}"
    for stream in drawn.streams:
        label = _label(f"{stream.number}: {stream.ports}")
        for source, destination in stream.links:
            yield f"  {names[source]} -->|{label}| {names[destination]}"


def _lane(number: int, lane: Lane, names: dict[tuple[int, str], str]) -> Iterator[str]:
    title = _label(f"{lane.name} {lane.networks}")
    yield f"  subgraph z{number}[{title}]"
    for host in lane.hosts:
        names[host.key] = f"h{len(names)}"
        yield f"    {names[host.key]}[{_label(host.name, host.addresses)}]"
    if not lane.hosts:
        yield f"    e{number}[{_label('no hosts of this plan')}]"
    yield "  end"


def _label(*lines: str) -> str:
    # Mermaid reads no empty label.
    return '"' + ("<br/>".join(_coded(one_line(line, 120)) for line in lines if line) or " ") + '"'


def _coded(text: str) -> str:
    return "".join(c if c in _PLAIN else f"#{ord(c)};" for c in text) or " "
