"""The network in text: zones as boxes, firewalls as lines that join them, and who sits where. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from operator import attrgetter

import msgspec

from screens.widgets.lines import Line, clean, fit, line, width
from wizard.network.alike import alike_sites, sites_text, zones_of_place
from wizard.network.renumbered import network_texts
from wizard.network.zoned import ZoneIndex
from wizard.plan.fronts import front_title
from wizard.plan.model import INTERNET, Firewall, Placement, Plan, site_of_zone
from wizard.views.words import plural

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WHAT = {"boundary": "firewall", "router": "router, no filter"}


def _rows_of(joined: Iterable[str], zones: list[str]) -> list[int]:
    return [zones.index(zone) for zone in joined if zone in zones]


def picture(plan: Plan, names: dict[str, str], columns: int) -> list[Line]:
    """The plan's network in at most so many columns. `names` are the roles' names.

    Every zone is a box; every firewall or router that joins zones is a line on the right with its
    letter where it touches one. Host and cloud firewalls stand in brackets behind whom they guard.
    Sites are frames round their zones; one of those that are alike stands for all.
    """
    frames = list(_frames(plan))
    zones: list[str] = []
    for _, of_frame in frames:
        zones += of_frame
    if not zones:
        return [line(("No zones yet.", "dim"))]
    joining = list(_joining(plan, zones))
    room = 4 * len(joining) + 1 if joining else 0
    box = max(22, min(44, columns - room - 2))
    guards: dict[str, list[str]] = {}
    for name, fw in plan.firewalls.items():
        if fw.guards_hosts and fw.role:
            guards.setdefault(fw.role, []).append(name)
    letters = _LETTERS[: max(0, min(len(joining), (columns - box - 1) // 4))]
    spans = [_rows_of(fw.zones, zones) for _, fw in joining]
    lines: list[Line] = []
    tracks = _Tracks(letters, spans)
    who = _who_is_where(plan, names, guards)
    for site, of_frame in frames:
        edges = _FRAME if site else _BOX
        for zone in of_frame:
            index = zones.index(zone)
            is_first, is_last = zone == of_frame[0], zone == of_frame[-1]
            if site and is_first:
                lines.append(_edge(edges.first, site, box, tracks.beside(index, 0, False)))
            top = edges.first if is_first and not site else edges.next
            content = _content(plan, zone, who.get(zone, []))
            touched = any(index in hit for _, hit in zip(letters, spans, strict=False))
            lines.append(_edge(top, zone, box, tracks.beside(index, 0, False)))
            for at, text in enumerate(content, start=1):
                end = edges.touched if at == 1 and touched else edges.side
                drawn = f"{edges.side} {fit(text, box - 4)} {end}"
                lines.append(_drawn(drawn, tracks.beside(index, at, at == 1 and touched)))
            if is_last:
                last = edges.last[0] + edges.last[1] * (box - 2) + edges.last[2]
                lines.append(_drawn(last, tracks.beside(index, len(content) + 1, False)))
    lines += [
        line((letter, "key"), f" {name}: {_about(fw)}")
        for letter, (name, fw) in zip(_LETTERS, joining, strict=False)
    ]
    hidden = len(joining) - len(_LETTERS)
    if hidden > 0:
        lines.append(line((f"and {hidden} more", "dim")))
    nowhere = sorted(_nowhere(plan, names))
    if nowhere:
        lines.append(line(("no place yet: " + ", ".join(nowhere), "warn")))
    return lines


def _nowhere(plan: Plan, names: dict[str, str]) -> Iterator[str]:
    """Who has no place yet."""
    for role, place in plan.roles.items():
        if not place.absent and not place.zones and not place.addresses:
            yield names.get(role, role)
    for name, front in plan.fronts.items():
        if not front.is_placed:
            yield front_title(name, front)


def shortened(lines: list[Line], rows: int) -> list[Line]:
    """At most so many of the lines; the last of them says how many more there are, and where."""
    if len(lines) <= rows:
        return lines
    count = max(0, rows - 1)
    rest = plural(len(lines) - count, "line")
    return [*lines[:count], line((f"{rest} more: step 6, Picture", "dim"))]


class _Edges(msgspec.Struct, frozen=True):
    """The lines of a box: left end, line and right end of each edge, and its sides."""

    first: str
    next: str
    last: str
    side: str
    touched: str


_BOX = _Edges("┌─┐", "├─┤", "└─┘", "│", "├")
_FRAME = _Edges("╔═╗", "╟─╢", "╚═╝", "║", "╟")


def _frames(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a frame is for, in words, and its zones; no words for the central ones, which come first."""
    site_of = site_of_zone(plan)
    central = [zone for zone in plan.zones if zone not in site_of]
    if _touches_internet(plan):
        central.insert(0, INTERNET)
    if central:
        yield "", tuple(central)
    for site, alike in alike_sites(plan).items():
        if plan.sites[site].zones:
            words = sites_text(alike)
            yield words[:1].upper() + words[1:], plan.sites[site].zones


def _joining(plan: Plan, shown: Collection[str]) -> Iterator[tuple[str, Firewall]]:
    """What joins zones, without what is at sites for which another one stands."""
    site_of, zones = site_of_zone(plan), frozenset(shown)
    for name, firewall in plan.firewalls.items():
        at_sites = {zone for zone in firewall.zones if zone in site_of}
        if firewall.joins_zones and (not at_sites or at_sites & zones):
            yield name, firewall


def _edge(ends: str, title: str, box: int, beside: str) -> Line:
    """The upper edge of a zone or frame, with its title."""
    text = f"{ends[1]} {clean(title)} "
    text = fit(text, min(width(text), box - 2))
    drawn = ends[0] + text + ends[1] * (box - 2 - width(text)) + ends[2]
    return line((drawn, "heading"), (beside, "key"))


def _drawn(text: str, beside: str) -> Line:
    return line((text, ""), (beside, "key"))


class _Tracks:
    """The lines to the right of the boxes."""

    def __init__(self, letters: str, spans: list[list[int]]) -> None:
        self._letters, self._spans = letters, spans

    def beside(self, zone: int, at: int, touched: bool) -> str:
        """What stands to the right of one line of a box; `at`: its number from the upper edge."""
        spans = self._spans
        last = -1
        if touched:
            last = max((i for i in range(len(self._letters)) if zone in spans[i]), default=-1)
        text = ""
        for i, letter in enumerate(self._letters):
            hits = spans[i]
            lead = "───" if i <= last else "   "
            if not hits:
                text += lead + " "
                continue
            first, final = min(hits), max(hits)
            inside = (
                first < zone < final
                or (zone == first and at >= 1 and final > first)
                or (zone == final and at <= 1 and final > first)
            )
            if at == 1 and zone in hits and touched:
                text += lead + letter
            elif i <= last:
                text += lead + ("┼" if inside else "─")
            else:
                text += lead + ("│" if inside else " ")
        return text.rstrip()


def _content(plan: Plan, zone: str, who: list[str]) -> list[str]:
    if zone == INTERNET:
        return ["every other public address", *who]
    networks = network_texts(plan.zones[zone])
    more = " …" if len(networks) > 2 else ""
    return [", ".join(networks[:2]) + more or "no network yet", *who]


def _who_is_where(
    plan: Plan, names: dict[str, str], guards: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Zone → who is in it: in general, of one installation, for one feature."""
    index = ZoneIndex(plan)
    by_zone: dict[str, list[str]] = {}

    def put(name: str, place: Placement, behind: list[str]) -> None:
        if not place.absent:
            zones = zones_of_place(index, place)
            for zone in zones:
                by_zone.setdefault(zone, []).append(_who(name, place, behind, len(zones)))

    for role, place in plan.roles.items():
        put(names.get(role, role), place, guards.get(role, []))
    for name, front in plan.fronts.items():
        put(front_title(name, front), front.place, guards.get(name, []))
    for product, answers in plan.products.items():
        for role, place in answers.roles.items():
            put(f"{names.get(role, role)} of {product}", place, [])
        for feature, places in answers.feature_roles.items():
            for role, place in places.items():
                put(f"{names.get(role, role)} for {feature}", place, [])
    return by_zone


def _who(name: str, place: Placement, guards: list[str], zones: int) -> str:
    where = f" {place.addresses[0]}" if place.addresses and zones == 1 else ""
    more = f" +{len(place.addresses) - 1}" if len(place.addresses) > 1 and where else ""
    behind = f" [{', '.join(guards)}]" if guards else ""
    return f"{name}{where}{more}{behind}"


def _about(fw: Firewall) -> str:
    words = [_WHAT[fw.kind]]
    if fw.nat:
        words.append(f"NAT {fw.public_address or 'with no public address yet'}")
    if len(fw.zones) < 2:
        words.append("joins nothing yet")
    return ", ".join(words)


def _touches_internet(plan: Plan) -> bool:
    with_zones = (*plan.firewalls.values(), *plan.roles.values(), *plan.fronts.values())
    return INTERNET in chain.from_iterable(map(attrgetter("zones"), with_zones))
