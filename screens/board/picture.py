"""The network in text: zones as boxes, firewalls as lines that join them, and who sits where. Pure."""

from __future__ import annotations

from screens.widgets.lines import Line, clean, fit, line, width
from wizard.plan.model import INTERNET, Firewall, Placement, Plan
from wizard.views.words import plural

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WHAT = {"boundary": "firewall", "router": "router, no filter"}


def picture(plan: Plan, names: dict[str, str], columns: int) -> list[Line]:
    """The plan's network in at most so many columns. `names` are the roles' names.

    Every zone is a box; every firewall or router that joins zones is a line on the right with its
    letter where it touches one. Host and cloud firewalls stand in brackets behind whom they guard.
    """
    joining = [(name, fw) for name, fw in plan.firewalls.items() if fw.joins_zones]
    zones = [INTERNET, *plan.zones] if _touches_internet(plan) else list(plan.zones)
    if not zones:
        return [line(("No zones yet.", "dim"))]
    tracks = 4 * len(joining) + 1 if joining else 0
    box = max(22, min(44, columns - tracks - 2))
    guards: dict[str, list[str]] = {}
    for name, fw in plan.firewalls.items():
        if fw.guards_hosts and fw.role:
            guards.setdefault(fw.role, []).append(name)
    letters = _LETTERS[: max(0, min(len(joining), (columns - box - 1) // 4))]
    spans = [[zones.index(z) for z in fw.zones if z in zones] for _, fw in joining]
    lines: list[Line] = []
    for index, zone in enumerate(zones):
        title = f"─ {clean(zone)} "
        title = fit(title, min(width(title), box - 2))
        first, last = ("┌", "┐") if index == 0 else ("├", "┤")
        top = first + title + "─" * (box - 2 - width(title)) + last
        rows = [
            top,
            *("│ " + fit(text, box - 4) + " │" for text in _content(plan, zone, names, guards)),
        ]
        if index == len(zones) - 1:
            rows.append("└" + "─" * (box - 2) + "┘")
        for at, text in enumerate(rows):
            touched = at == 1 and any(index in hit for _, hit in zip(letters, spans, strict=False))
            drawn = text[:-1] + "├" if touched else text
            style = "heading" if at == 0 else ""
            lines.append(line((drawn, style), (_tracks(letters, spans, index, at, touched), "key")))
    lines += [
        line((letter, "key"), f" {name}: {_about(fw)}")
        for letter, (name, fw) in zip(_LETTERS, joining, strict=False)
    ]
    hidden = len(joining) - len(_LETTERS)
    if hidden > 0:
        lines.append(line((f"and {hidden} more", "dim")))
    nowhere = sorted(
        names.get(role, role)
        for role, place in plan.roles.items()
        if not place.absent and not place.zones and not place.addresses
    )
    if nowhere:
        lines.append(line(("no place yet: " + ", ".join(nowhere), "warn")))
    return lines


def shortened(lines: list[Line], rows: int) -> list[Line]:
    """At most so many of the lines; the last of them says how many more there are, and where."""
    if len(lines) <= rows:
        return lines
    count = max(0, rows - 1)
    rest = plural(len(lines) - count, "line")
    return [*lines[:count], line((f"{rest} more: step 6, Picture", "dim"))]


def _tracks(letters: str, spans: list[list[int]], zone: int, at: int, touched: bool) -> str:
    """The lines to the right of one line of a box."""
    last = max((i for i in range(len(letters)) if zone in spans[i]), default=-1) if touched else -1
    text = ""
    for i, letter in enumerate(letters):
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


def _content(
    plan: Plan, zone: str, names: dict[str, str], guards: dict[str, list[str]]
) -> list[str]:
    if zone == INTERNET:
        texts = ["every other address"]
    else:
        networks = plan.zones[zone].networks
        texts = [", ".join(networks[:2]) + (" …" if len(networks) > 2 else "") or "no network yet"]
    for role, place in plan.roles.items():
        if zone in place.zones and not place.absent:
            texts.append(_who(names.get(role, role), place, guards.get(role, [])))
    for product, answers in plan.products.items():
        for role, place in answers.roles.items():
            if zone in place.zones and not place.absent:
                texts.append(_who(f"{names.get(role, role)} of {product}", place, []))
    return texts


def _who(name: str, place: Placement, guards: list[str]) -> str:
    where = f" {place.addresses[0]}" if place.addresses and len(place.zones) == 1 else ""
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
    return any(INTERNET in fw.zones for fw in plan.firewalls.values()) or any(
        INTERNET in place.zones for place in plan.roles.values()
    )
