"""Tips for the first time: one at a time, beside the counts, gone for good when followed or seen a
few times.

What was followed and seen is remembered in a small file in the state folder. Where that cannot be
read, or written, nothing happens but that tips come again. To add a tip: an entry in `HINTS`, and
`hints.done(id)` where somebody does what it says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from wizard.questions import StepId

if TYPE_CHECKING:
    from screens.widgets.rows import Row

# At so many places (a step, the preview in it) a tip is shown before it goes by itself.
OFTEN = 3
# From so many columns on the preview stands beside the form (MainScreen's `-medium`).
PREVIEW_BESIDE = 100


class Sight(msgspec.Struct, frozen=True):
    """What a tip may go by: where the cursor is, how wide the window is, and what there is."""

    step: StepId
    columns: int
    in_board: bool
    # Whether the preview has rows to work on; whether a flow follows from the answers.
    rows: bool
    flows: bool
    # Whether a product is chosen and another step comes.
    goes_on: bool

    @property
    def in_form(self) -> bool:
        """Whether the cursor is in a form."""
        return self.step != "review" and not self.in_board


class Hint(msgspec.Struct, frozen=True):
    """`fits` says whether it helps where the cursor is now. The first that fits is shown."""

    id: str
    text: str
    fits: Callable[[Sight], bool]


def _in_board(sight: Sight) -> bool:
    return sight.in_board and sight.rows


def _at(*steps: str) -> Callable[[Sight], bool]:
    return lambda sight: sight.step in steps and sight.in_form


def _goes_on(sight: Sight) -> bool:
    return sight.in_form and sight.goes_on


def _has_rules(sight: Sight) -> bool:
    return sight.in_form and sight.flows


def _beside(sight: Sight) -> bool:
    return _has_rules(sight) and sight.columns >= PREVIEW_BESIDE


HINTS: tuple[Hint, ...] = (
    Hint("jump", "Enter goes to a row's answer", _in_board),
    Hint("why", "w says why a row is there", _in_board),
    Hint("copy", "c sends the row to your terminal", _in_board),
    Hint("tick", "Space ticks a box", _at("products", "features")),
    Hint("filter", "type to filter this list", _at("features")),
    Hint("change", "Left and Right change a choice", _at("network", "firewalls")),
    Hint("look", "Enter looks into a file", _at("export")),
    Hint("next", "Alt+Right: the next step", _goes_on),
    Hint("preview", "F2 goes into the preview", _beside),
    Hint("preview", "F2 shows the rules so far", _has_rules),
    Hint("undo", "Ctrl+Z takes an answer back", _goes_on),
    Hint("palette", "Ctrl+P finds every command", lambda sight: True),
)


class Memory(msgspec.Struct):
    """What is remembered: which were followed, how often each was seen, whether none is wanted."""

    off: bool = False
    followed: set[str] = msgspec.field(default_factory=set, name="done")
    times: dict[str, int] = msgspec.field(default_factory=dict, name="seen")


class Hints:
    """The tips of one person, in one window. `changed` is called when another may be shown;
    `beside` runs what the next key does not wait for.
    """

    def __init__(
        self, changed: Callable[[], None], beside: Callable[[Awaitable[None]], object]
    ) -> None:
        self._changed = changed
        self._beside = beside
        # None until it is read: that waits until the first frame is painted.
        self._memory: Memory | None = None
        self._shown = ("", "")
        self._content = b""
        self._lock = Lock()

    @property
    def off(self) -> bool:
        """Whether no tips are wanted."""
        return self._memory is not None and self._memory.off

    def load(self) -> None:
        """Read what is remembered, and show the first tip."""
        from wizard.session.kept import folder
        from wizard.session.storage import read_content

        try:
            content = read_content(folder() / "hints.json")
            self._memory = msgspec.json.decode(content, type=Memory)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._memory = Memory()
        self._changed()

    def text(self, sight: Sight, room: int) -> str:
        """The tip for where the cursor is, of so many columns at most, counted as seen; '' where
        there is none.
        """
        memory = self._memory
        if memory is None or memory.off:
            return ""
        place = f"{sight.step} {_in_board(sight)}"
        for hint in HINTS:
            on_screen = self._shown == (hint.id, place)
            if hint.id in memory.followed or not (
                on_screen or memory.times.get(hint.id, 0) < OFTEN
            ):
                continue
            text = f"Tip: {hint.text}"
            if len(text) <= room and hint.fits(sight):
                if not on_screen:
                    self._shown = (hint.id, place)
                    memory.times[hint.id] = memory.times.get(hint.id, 0) + 1
                    self._remember()
                return text
        return ""

    def done(self, id: str) -> None:
        """Somebody did what the tip says; it goes."""
        memory = self._memory
        if memory is not None and id not in memory.followed:
            memory.followed.add(id)
            self._remember()
            self._changed()

    def pressed(self, row: Row, key: str) -> None:
        """A key was pressed on a row of a form."""
        if row.kind in ("flag", "item") and key in ("space", "enter"):
            self.done("tick")
        elif row.kind in ("one", "many") and key in ("left", "right"):
            self.done("change")

    def none(self) -> None:
        """No tips any more."""
        self._begin(Memory(off=True))

    def again(self) -> None:
        """All tips, as on the first day."""
        self._begin(Memory())

    def _begin(self, memory: Memory) -> None:
        self._memory, self._shown = memory, ("", "")
        self._remember()
        self._changed()

    def _remember(self) -> None:
        assert self._memory is not None
        self._content = msgspec.json.encode(self._memory, order="sorted")
        # A disk may be slow; the next key does not wait for a tip.
        self._beside(asyncio.to_thread(self._write))

    def _write(self) -> None:
        import contextlib

        from wizard.session.kept import folder, keep

        with self._lock, contextlib.suppress(OSError):
            keep(folder() / "hints.json", self._content)
