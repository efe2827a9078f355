"""How the rows of the preview are drawn, and the tabs above them. No Textual here."""

from __future__ import annotations

from collections.abc import Sequence

from screens.board.entry import MARK_WORDS, SORTS, Entry, Tab, TabId
from screens.board.seen import SAMPLE, Seen, widest
from screens.widgets.editor import LineEditor
from screens.widgets.lines import Line, StyledText, fit, line, short, short_ends, width
from wizard.views.words import few

# Columns that the connection and the service behind it have at least, where there are both; the
# service gives up to the last few of its own to the connection.
_LEAST_FOURTH, _LEAST_LAST, _LAST = 28, 12, 18
# Columns that the group, the way, the transport and the ports have at most.
_GROUP, _FIRST = 14, (4, 7, 18)
# Cursor, mark, and '!' where something is waited for.
_BEFORE = 5
_STYLES = {"+": "add", "-": "take", "~": "warn", "": ""}


def detail(entry: Entry | None) -> str:
    """The line of help for the entry under the cursor: what there was no room for."""
    if entry is None or entry.record is None:
        return "Left, Right: tabs. Enter: to the answer. w: why. / filter, s sort, g group."
    record = entry.record
    lead = f"{MARK_WORDS[entry.mark]}: " if entry.mark else ""
    sources, destinations = getattr(record, "sources", None), getattr(record, "destinations", None)
    if sources is not None and destinations is not None:
        return f"{lead}{few(sources, 2) or '(open)'} → {few(destinations, 2) or '(open)'}"
    return lead + (entry.cells[-1] or entry.cells[-2])


def typed_words(typing: LineEditor) -> tuple[StyledText, ...]:
    """The filter's text with its caret; past the end it is a '_', also without colour."""
    at = typing.cursor
    return (
        (typing.text[:at], "field"),
        (typing.text[at : at + 1] or "_", "caret"),
        (typing.text[at + 1 :], "field"),
    )


def head_texts(tabs: tuple[Tab, ...], way: int, current: TabId | None) -> list[str]:
    """The tabs' words, shorter with every way: news on all, on the current one, none; no counts."""
    texts = []
    for tab in tabs:
        news = (f" +{tab.new}" if tab.new else "") + (f" -{tab.gone}" if tab.gone else "")
        news = news if way == 0 or (way == 1 and tab.id == current) else ""
        count = f" {tab.count}" if way < 3 or tab.id == current else ""
        texts.append(f" {tab.title}{count}{news} ")
    return texts


def widths_of(entries: Sequence[Entry]) -> tuple[int, ...]:
    """How wide the columns want to be."""
    if isinstance(entries, Seen):
        return entries.widths
    return widest(entry.cells for entry in entries[:SAMPLE] if not entry.heading)


def columns_of(
    widths: tuple[int, ...], room: int, heads: tuple[str, ...], lead: int = 0
) -> tuple[int, ...]:
    """Column widths that fit: the last takes what is left, or yields where those before need it.

    Columns that have something are as wide as their heads at least.
    """
    if not widths:
        return ()
    if len(heads) == len(widths):
        least = [width(head) if wide else 0 for head, wide in zip(heads, widths, strict=True)]
        widths = tuple(map(max, widths, least))
    # Group, way, transport, port; then who, in one column or two.
    limits = [*[_GROUP] * lead, *_FIRST]
    rest = room - _BEFORE
    for wide, limit in zip(widths, limits, strict=False):
        rest -= min(wide, limit) + 1 if wide else 0
    parties = widths[len(limits) : -1]
    both = rest >= _LEAST_FOURTH + _LEAST_LAST
    most = max(_LEAST_FOURTH, rest - (_LAST if both else 1))
    limits += _shared(parties, most)
    return tuple(min(wide, limits[i]) if i < len(limits) else wide for i, wide in enumerate(widths))


def _shared(widths: tuple[int, ...], room: int) -> list[int]:
    """Room for columns: half of it for each of two, and what one leaves is the other's."""
    if len(widths) < 2:
        return [room]
    first, second = widths
    half = (room - 1) // 2
    return [max(half, room - 1 - second), max(half, room - 1 - first)]


def head_line(heads: tuple[str, ...], columns: tuple[int, ...], sort: int, room: int) -> Line:
    """The heads above their columns, with a mark on the one that the rows are sorted by."""
    text = " " * _BEFORE
    for head, wide in zip(heads[:-1], columns[:-1], strict=False):
        if wide:
            text += fit(_sorted_head(head, sort), wide) + " "
    last = _sorted_head(heads[-1], sort)
    # Where the last column has no room, a sign that its head is cut says nothing.
    if columns and 2 * (room - width(text)) >= width(last):
        text += last
    return line((short(text, room), "dim"))


def _sorted_head(head: str, sort: int) -> str:
    match SORTS[sort], head:
        case ("by port", "Port") | ("by source", "Source") | ("by destination", "Destination"):
            return f"{head}▾"
        case "by source", "Source → destination":
            return "Source▾ → destination"
        case "by destination", "Source → destination":
            return "Source → destination▾"
    return head


def drawn(
    entry: Entry,
    columns: tuple[int, ...],
    room: int,
    marked: bool,
    tab: TabId | None,
    lead: int = 0,
) -> Line:
    """A row as a line. `lead`: how many columns stand before those that every table has."""
    style = _STYLES[entry.mark]
    waits = bool(entry.level) and tab != "findings"
    pieces: list[StyledText] = [
        ("> " if marked else "  ", "key"),
        (entry.mark or " ", style),
        ("! " if waits else "  ", entry.level),
    ]
    rest = room - _BEFORE
    for index, cell in enumerate(entry.cells):
        last = index == len(entry.cells) - 1
        wide = rest if last else min(columns[index] if index < len(columns) else width(cell), rest)
        if rest < 6:
            break
        if wide == 0:
            continue
        text = short(cell, wide) if last else fit(short_ends(cell, wide), wide) + " "
        # The transport or the severity, and what a row waits for.
        level = entry.level if index == lead + 1 or (last and tab != "findings") else ""
        dim = "dim" if last and tab != "findings" else ""
        pieces.append((text, style or level or dim))
        rest -= wide + 1
    if entry.mark == "-" and rest > 0:
        pieces.append((" gone", "take"))
    return line(*pieces)
