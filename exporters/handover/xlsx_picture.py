"""Picture → sheets of the workbook: the network drawn in cells, and what its letters and numbers mean.

A grid needs no program that shows drawings: a row for each host, zone by zone, a column for each
firewall and for each connection, with a dot where it begins and an arrow where it goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporters.handover.xlsx_cells import CellValue
from exporters.handover.xlsx_sheets import Sheet
from exporters.picture.model import Picture, PicturedHost, Stream, hosts_of, stream_text

PICTURE, KEYS = "Picture", "Picture keys"
_BEGINS, _UP, _DOWN, _ALONG = "●", "▲", "▼", "▶"
_NARROW = 4
_WHERE = (
    ("Site", 16),
    ("Zone", 22),
    ("Networks", 30),
    ("Who", 26),
    ("Addresses", 24),
    ("Own firewall", 10),
)


def picture_sheets(drawn: Picture) -> Iterator[Sheet]:
    """The grid and its keys; nothing where nobody is connected."""
    if not drawn.streams:
        return
    letters = tuple((wall.letter, _NARROW) for wall in drawn.walls)
    numbers = tuple((str(stream.number), _NARROW) for stream in drawn.streams)
    rows = tuple(_rows(drawn))
    yield Sheet(PICTURE, (*_WHERE, *letters, *numbers), rows, lead=4)
    yield Sheet(KEYS, (("Key", 8), ("What it is", 110)), tuple(_keys(drawn)))


def _rows(drawn: Picture) -> Iterator[tuple[CellValue, ...]]:
    """A row for each host; a zone without any has one as well."""
    place = {host.key: number for number, host in enumerate(hosts_of(drawn.lanes))}
    for number, lane in enumerate(drawn.lanes):
        joined = tuple(wall.letter if number in wall.lanes else None for wall in drawn.walls)
        zone = lane.site or None, lane.name, lane.networks or None
        for host in lane.hosts:
            who = host.name, host.addresses or None, ", ".join(host.guards) or None
            marks = tuple(_mark(stream, host.key, place) for stream in drawn.streams)
            yield (*zone, *who, *joined, *marks)
        if not lane.hosts:
            yield (*zone, None, None, None, *joined, *[None] * len(drawn.streams))


def _mark(stream: Stream, host: PicturedHost, place: dict[PicturedHost, int]) -> str | None:
    """Where a connection begins, and from which side it comes to where it goes."""
    begins = _BEGINS if host in stream.sources else ""
    arrows: dict[str, None] = {}
    for source, end in stream.links:
        if end == host:
            arrows[_arrow(place[source], place[host])] = None
    return begins + "".join(arrows) or None


def _arrow(begin: int, end: int) -> str:
    if begin == end:
        return _ALONG
    return _UP if end < begin else _DOWN


def _keys(drawn: Picture) -> Iterator[tuple[CellValue, ...]]:
    """Firewalls by their letters, connections by their numbers, and the signs."""
    for wall in drawn.walls:
        yield wall.letter, f"{wall.name}: {wall.about}"
    for guard in drawn.guards:
        yield guard.letter, f"{guard.name}: {guard.about}"
    for stream in drawn.streams:
        yield stream.number, stream_text(stream).partition(": ")[2]
    yield _BEGINS, "opens the connection"
    yield f"{_UP} {_DOWN} {_ALONG}", "takes it; it comes from below, from above, from the same row"
