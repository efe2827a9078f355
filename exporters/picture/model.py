"""What the picture of the network is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.views.words import count

# Lane and role.
PicturedHost = tuple[int, str]
Link = tuple[PicturedHost, PicturedHost]


class Host(msgspec.Struct, frozen=True):
    """A role in a lane. `guards` are the letters of its own firewalls; `key` is (lane, role).

    `short` are the addresses in fewer words, for where there is little room.
    """

    key: PicturedHost
    name: str
    addresses: str
    short: str
    guards: tuple[str, ...]


class Lane(msgspec.Struct, frozen=True):
    """A zone, or several alike. `kind`: `zone`, `internet`, `nowhere` (roles without a place).

    `site` names the site, or the sites that are alike, whose frame it is in; empty for none.
    """

    kind: str
    name: str
    zones: tuple[str, ...]
    networks: str
    hosts: tuple[Host, ...]
    site: str = ""


class Wall(msgspec.Struct, frozen=True):
    """What joins the zones of `lanes`: a firewall or a router, or several that are alike."""

    letter: str
    name: str
    about: str
    filters: bool
    lanes: tuple[int, ...]


class Guard(msgspec.Struct, frozen=True):
    """A host's own firewall or a cloud group."""

    letter: str
    name: str
    about: str


class Stream(msgspec.Struct, frozen=True):
    """What one role opens to another through the same firewalls. `crosses` are their letters;
    `links` are its hosts that talk to each other.
    """

    number: int
    sources: tuple[PicturedHost, ...]
    destinations: tuple[PicturedHost, ...]
    from_: str
    to: str
    ports: str
    links: tuple[Link, ...]
    services: tuple[str, ...]
    crosses: tuple[str, ...]
    waits: bool


class Picture(msgspec.Struct, frozen=True):
    """Everything that is drawn."""

    title: str
    lanes: tuple[Lane, ...]
    walls: tuple[Wall, ...]
    guards: tuple[Guard, ...]
    streams: tuple[Stream, ...]

    @property
    def framed(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Site (empty: none) and the numbers of its lanes, in the order of the lanes."""
        frames: list[tuple[str, tuple[int, ...]]] = []
        for number, lane in enumerate(self.lanes):
            if frames and frames[-1][0] == lane.site:
                frames[-1] = lane.site, (*frames[-1][1], number)
            else:
                frames.append((lane.site, (number,)))
        return tuple(frames)

    @property
    def summary(self) -> str:
        """The picture in words, for those who do not see it."""
        zones = sum(len(lane.zones) for lane in self.lanes if lane.kind == "zone")
        between = count(
            len(self.walls), "firewall or router between them", "firewalls or routers between them"
        )
        guards = count(len(self.guards), "firewall of hosts", "firewalls of hosts")
        size = f"{count(zones, 'zone')}, {between}, {guards}."
        return " ".join((size, *self._sentences()))

    def _sentences(self) -> Iterator[str]:
        for wall in self.walls:
            joined = self._named(wall.lanes)
            yield f"{wall.letter}, {wall.name} ({wall.about}), joins {joined}."
        for site, numbers in self.framed:
            if site:
                yield f"{site}: {self._named(numbers)}."
        for guard in self.guards:
            yield f"{guard.letter}, {guard.name}: {guard.about}."
        for stream in self.streams:
            yield f"{stream_text(stream)}."

    def _named(self, lanes: Iterable[int]) -> str:
        return ", ".join(self.lanes[lane].name for lane in lanes)


def hosts_of(lanes: Iterable[Lane]) -> Iterator[Host]:
    """The hosts in the lanes, from the first one on."""
    for lane in lanes:
        yield from lane.hosts


def stream_text(stream: Stream) -> str:
    """`1: User computer to Print server, 9191-9192/tcp, through A and B`."""
    through = f", through {', '.join(stream.crosses)}" if stream.crosses else ""
    waits = ", waits for an address" if stream.waits else ""
    return f"{stream.number}: {stream.from_} to {stream.to}, {stream.ports}{through}{waits}"
