"""Deployment → `network.svg`: zones as lanes, firewalls as bars that join them, streams as numbered
arrows.

Plain SVG: no script, nothing fetched, light and dark. The same text stands inline in handover.html.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from html import escape

from exporters.picture import picture
from exporters.picture.model import Guard, Lane, Picture, Wall, stream_text
from wizard.deployment import Deployment
from wizard.text import one_line

_FRAME = 22  # room above a site's zones for its name
_BOX = 344  # width of a lane's text
_LINE = 19
_WALL = 40
_STREAM = 30
_EDGE = 14
_CHARACTER = 6.4  # px, on average, at 12 px
_STYLE = """\
.pw{--ink:#1c2430;--soft:#566071;--rim:#b6bfcb;--band:#f3f5f8;--paper:#fff;--wall:#9a4a00;--flow:#0b5cad;\
--wait:#7a1f6b;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.pw text{fill:var(--ink)}.pw .b{font-weight:600;font-size:13px}.pw .s,.pw tspan.s{fill:var(--soft)}
.pw .box{fill:var(--paper);stroke:var(--rim)}.pw .band{fill:var(--band)}.pw .none{stroke-dasharray:4 3}
.pw .rail{stroke:var(--rim);stroke-dasharray:1 4}
.pw .wall{stroke:var(--wall);stroke-width:3}.pw .router{stroke-dasharray:6 3}
.pw .join{stroke:var(--wall);stroke-width:2}.pw .tag{fill:var(--wall)}.pw .tag+text{fill:#fff;font-weight:600}
.pw .flow{stroke:var(--flow);stroke-width:2;fill:none}.pw .head,.pw .dot{fill:var(--flow)}
.pw .wait .flow{stroke:var(--wait);stroke-dasharray:5 3}.pw .wait .head,.pw .wait .dot,.pw .wait .no{fill:var(--wait)}
.pw .no{fill:var(--flow)}.pw .no+text{fill:#fff;font-weight:600;font-size:11px}
@media screen and (prefers-color-scheme:dark){.pw{--ink:#e7ebf1;--soft:#a8b3c3;--rim:#4a5566;--band:#1b222c;\
--paper:#12171e;--wall:#b8640f;--flow:#2f78c8;--wait:#b04aa0}}
"""


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    return {"network.svg": '<?xml version="1.0" encoding="UTF-8"?>\n' + svg(picture(deployment))}


def svg(drawn: Picture, legend: bool = True) -> str:
    """The `<svg>` element, as text; without the legend where the same words stand beside it."""
    return "\n".join(_Drawing(drawn, legend).lines()) + "\n"


class _Drawing:
    """Works out where everything stands, then draws it from back to front."""

    def __init__(self, drawn: Picture, legend: bool) -> None:
        self.drawn = drawn
        self.explained = legend
        self.walls_at = _EDGE + _BOX + 30
        self.streams_at = self.walls_at + _WALL * len(drawn.walls) + 10
        self.tops: list[float] = []
        self.heights: list[float] = []
        # Site → where its frame begins and ends.
        self.frames: list[tuple[str, float, float]] = []
        self.rows: dict[tuple[int, str], float] = {}
        y = 50.0
        for site, numbers in drawn.framed:
            start = y
            y += _FRAME if site else 0
            for number in numbers:
                y = self.place(drawn.lanes[number], y)
            if site:
                self.frames.append((site, start, y))
                y += 6
        self.bottom = y
        across = self.streams_at + _STREAM * len(drawn.streams) + _EDGE
        if not legend:
            self.width, self.height = max(_BOX + 2.0 * _EDGE, across), self.bottom + _EDGE
            return
        longest = max(map(len, map(stream_text, drawn.streams)), default=0)
        needed = longest * _CHARACTER + 40
        self.width = max(760.0, across, min(needed, 1000))
        self.height = (
            self.bottom + 34 + _LINE * (len(drawn.walls) + len(drawn.guards) + len(drawn.streams))
        )

    def place(self, lane: Lane, y: float) -> float:
        """Put a lane there; where the next one begins."""
        self.tops.append(y)
        text = y + 22 + (_LINE if lane.networks else 0)
        for host in lane.hosts:
            self.rows[host.key] = text + _LINE - 6
            text += _LINE
        self.heights.append(text + 12 - y)
        return text + 12

    def lines(self) -> Iterator[str]:
        width, height = _number(self.width), _number(self.height)
        yield (
            '<svg xmlns="http://www.w3.org/2000/svg" class="pw" role="img"'
            f' aria-labelledby="pw-title pw-desc" viewBox="0 0 {width} {height}" width="{width}"'
            f' height="{height}">'
        )
        yield f'<title id="pw-title">{_text(f"Network: {self.drawn.title}", 200)}</title>'
        yield f'<desc id="pw-desc">{_text(self.drawn.summary, 20_000)}</desc>'
        yield f"<style>{_STYLE}</style>"
        yield f'<text x="{_EDGE}" y="30" class="b">Zones and hosts</text>'
        if self.drawn.walls:
            heading = "Firewalls" if len(self.drawn.walls) > 1 else ""
            yield f'<text x="{self.walls_at - 14}" y="30" class="b">{heading}</text>'
        for number, lane in enumerate(self.drawn.lanes):
            yield from self.lane(number, lane)
        for site, start, end in self.frames:
            yield from self.frame(site, start, end)
        yield from self.walls()
        yield from self.streams()
        if self.explained:
            yield from self.legend()
        yield "</svg>"

    def frame(self, site: str, start: float, end: float) -> Iterator[str]:
        """A frame round the zones of a site, with its name."""
        yield (
            f'<rect class="join" fill="none" x="{_EDGE - 6}" y="{_number(start + 2)}" width="{_BOX + 12}"'
            f' height="{_number(end - start)}" rx="7"/>'
        )
        name = _fitted(site, _BOX, 7.2)
        yield f'<text class="b" x="{_EDGE + 4}" y="{_number(start + 17)}">{name}</text>'

    def lane(self, number: int, lane: Lane) -> Iterator[str]:
        top, high = self.tops[number], self.lane_height(number)
        if number % 2 == 0:
            wide = _number(self.width)
            yield (
                f'<rect class="band" x="0" y="{_number(top)}" width="{wide}"'
                f' height="{_number(high)}"/>'
            )
        none = " none" if lane.kind != "zone" else ""
        yield f"<g><title>{_text(f'{lane.name} {lane.networks}', 300)}</title>"
        yield (
            f'<rect class="box{none}" x="{_EDGE}" y="{_number(top + 4)}" width="{_BOX}" '
            f'height="{_number(high - 8)}" rx="5"/>'
        )
        name, nets = _fitted(lane.name, _BOX - 20, 7.2), _fitted(lane.networks, _BOX - 20)
        yield f'<text class="b" x="{_EDGE + 10}" y="{_number(top + 21)}">{name}</text>'
        if lane.networks:
            yield f'<text class="s" x="{_EDGE + 10}" y="{_number(top + 21 + _LINE)}">{nets}</text>'
        for host in lane.hosts:
            y = self.rows[host.key]
            room = _BOX - 24 - 20 * len(host.guards[:3])
            name = _fitted(host.name, room - 8)
            rest_of_room = room - 16 - _CHARACTER * len(host.name)
            long, short = _fitted(host.addresses, rest_of_room), _fitted(host.short, rest_of_room)
            rest = short if long != escape(one_line(host.addresses, 400)) else long
            address = f' <tspan class="s" dx="4">{rest}</tspan>' if rest else ""
            yield f'<text x="{_EDGE + 18}" y="{_number(y + 4)}">{name}{address}</text>'
            for place, letter in enumerate(host.guards[:3]):
                yield from _tag(_EDGE + _BOX - 16 - 20 * place, y, letter)
            if self.drawn.streams:
                yield (
                    f'<line class="rail" x1="{_EDGE + _BOX + 4}" x2="{_number(self.width - _EDGE)}"'
                    f' y1="{_number(y)}" y2="{_number(y)}"/>'
                )
        yield "</g>"

    def lane_height(self, number: int) -> float:
        return self.heights[number]

    def walls(self) -> Iterator[str]:
        for number, wall in enumerate(self.drawn.walls):
            x = self.walls_at + _WALL * number
            ys = [self.join(number, lane) for lane in wall.lanes]
            yield f"<g><title>{_text(f'{wall.letter}: {wall.name}, {wall.about}', 300)}</title>"
            for y in ys:
                yield (
                    f'<line class="join" x1="{_EDGE + _BOX}" x2="{x}" y1="{_number(y)}"'
                    f' y2="{_number(y)}"/>'
                )
            if ys:
                router = "" if wall.filters else " router"
                span = f'y1="{_number(min(ys) - 1)}" y2="{_number(max(ys) + 1)}"'
                yield f'<line class="wall{router}" x1="{x}" x2="{x}" {span}/>'
                yield from _tag(x, (min(ys) + max(ys)) / 2 if len(ys) > 1 else ys[0], wall.letter)
            yield "</g>"

    def join(self, number: int, lane: int) -> float:
        """Where a firewall joins a lane: each has a line of its own there."""
        joiners = [at for at, wall in enumerate(self.drawn.walls) if lane in wall.lanes]
        step = min(6.0, (self.lane_height(lane) - 24) / len(joiners))
        return self.tops[lane] + 16 + step * joiners.index(number)

    def streams(self) -> Iterator[str]:
        if self.drawn.streams:
            yield f'<text x="{self.streams_at}" y="14" class="b">Connections</text>'
        for place, stream in enumerate(self.drawn.streams):
            x = self.streams_at + _STREAM * place + 14
            sources = list(map(self.rows.__getitem__, stream.sources))
            heads = list(map(self.rows.__getitem__, stream.destinations))
            ys = [*sources, *heads]
            yield (
                f'<g class="{"wait" if stream.waits else "go"}"><title>{_text(stream_text(stream), 500)}</title>'
            )
            yield (
                f'<circle class="no" cx="{x}" cy="32" r="10"/>{_middle(x, 36, str(stream.number))}'
            )
            if max(ys) - min(ys) > 1:
                yield (
                    f'<line class="flow" x1="{x}" x2="{x}" y1="{_number(min(ys))}"'
                    f' y2="{_number(max(ys))}"/>'
                )
            for y in sources:
                yield f'<circle class="dot" cx="{x}" cy="{_number(y)}" r="4"/>'
            for y in heads:
                yield from _head(x, y, sources)
            yield "</g>"

    def legend(self) -> Iterator[str]:
        y = self.bottom + 24
        room = self.width - 2 * _EDGE - 30
        walls: list[Wall | Guard] = [*self.drawn.walls, *self.drawn.guards]
        for wall in walls:
            yield from _tag(_EDGE + 9, y - 4, wall.letter)
            words = _fitted(f"{wall.name}: {wall.about}", room)
            yield f'<text x="{_EDGE + 28}" y="{_number(y)}">{words}</text>'
            y += _LINE
        for stream in self.drawn.streams:
            words = stream_text(stream).partition(": ")[2]
            yield f'<g class="{"wait" if stream.waits else "go"}">'
            yield f'<circle class="no" cx="{_EDGE + 9}" cy="{_number(y - 4)}" r="9.5"/>'
            yield f"{_middle(_EDGE + 9, y, str(stream.number))}</g>"
            yield f'<text x="{_EDGE + 28}" y="{_number(y)}">{_fitted(words, room)}</text>'
            y += _LINE


def _head(x: float, y: float, sources: list[float]) -> Iterator[str]:
    """An arrowhead at y that points away from the nearest source; on one line beside the dot."""
    others = [source for source in sources if abs(source - y) > 1]
    if not others:
        yield (
            f'<path class="flow" d="M{_number(x)} {_number(y)}c9 -9 12 2 4 4"/>'
            f'<path class="head" d="M{_number(x + 1)} {_number(y + 6)}l7 -5 1 7z"/>'
        )
        return
    down = min(others, key=lambda source: abs(source - y)) < y
    step = -9 if down else 9
    yield f'<path class="head" d="M{_number(x)} {_number(y)}l-6 {step}h12z"/>'


def _tag(x: float, y: float, letter: str) -> Iterator[str]:
    wide = 18 if len(letter) < 3 else 26
    yield (
        f'<rect class="tag" x="{_number(x - wide / 2)}" y="{_number(y - 8)}" width="{wide}"'
        f' height="16" rx="3"/>{_middle(x, y + 4, letter)}'
    )


def _middle(x: float, y: float, text: str) -> str:
    return f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="middle">{_text(text, 6)}</text>'


def _fitted(text: str, room: float, character: float = _CHARACTER) -> str:
    """The text cut to what fits; wide characters count twice. The group's title has all of it."""
    line = one_line(text, 400)
    columns = room / character
    for at, c in enumerate(line):
        columns -= 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if columns < 0:
            return escape(line[: max(at - 1, 0)].rstrip() + "…")
    return escape(line)


def _text(text: str, limit: int) -> str:
    return escape(one_line(text, limit))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
