"""Every terminal that an administrator meets: what is sent to it, what can be read on it, where its
cursor is.

Each terminal has captured screens in tests/pty/screens/; `make snapshots` takes them anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.bench.wire import plan_file
from tests.pty.captured import SCREENS, Shelf, contrast, look, owner_of
from tests.pty.screen import Screen
from tests.pty.terminal import Terminal
from tests.pty.wizard import start
from tests.tools.snapshot import collected

pytestmark = pytest.mark.slow


class Kind(msgspec.Struct, frozen=True):
    """A terminal, as the environment describes it, and what may be sent to it: how many colours,
    ASCII only.
    """

    name: str
    term: str
    colours: int
    environ: dict[str, str] = {}
    options: tuple[str, ...] = ()
    ascii: bool = False

    def __str__(self) -> str:
        said = [
            f"TERM={self.term}",
            *(f"{name}={value}" for name, value in self.environ.items()),
            *self.options,
        ]
        return " ".join(said)


KINDS = [
    Kind("256", "xterm-256color", 256),
    Kind("truecolor", "xterm-256color", 256, {"COLORTERM": "truecolor"}),
    Kind("screen", "screen-256color", 256),
    Kind("alacritty", "alacritty", 256),
    Kind("xterm", "xterm", 16),
    Kind("linux", "linux", 16, ascii=True),
    Kind("vt220", "vt220", 16, ascii=True),
    Kind("no-color", "xterm-256color", 0, {"NO_COLOR": "1"}),
    Kind("lang-c", "xterm-256color", 256, {"LANG": "C"}, ascii=True),
    Kind("lc-all-c", "xterm", 16, {"LC_ALL": "C"}, ascii=True),
    Kind("ascii", "xterm-256color", 256, options=("--ascii", "--no-mouse"), ascii=True),
]
BY_NAME = {kind.name: kind for kind in KINDS}
# On these every screen of the walk is stored, on the others those that say most.
WHOLE = {"256", "linux", "no-color"}
TELLING = {"features", "error", "why"}

# On dark and light terminals alike these can be read; and the terminal's own.
READABLE = {"default", "red", "magenta"}
_SGR = re.compile(rb"\x1b\[([0-9;]*)m")
_STEP = re.compile(r"([1-7])(.)(\w+)")


@pytest.fixture
def shelf(request: pytest.FixtureRequest, captures: bool) -> Shelf:
    return Shelf(request.node.name, captures)


class Walk:
    """A terminal of one kind with the wizard on it, and the shelf for its screens."""

    def __init__(self, kind: Kind, terminal: Terminal, shelf: Shelf, every: bool) -> None:
        self.kind = kind
        self.terminal = terminal
        self.shelf = shelf
        self.every = every

    def shot(self, name: str, pattern: str) -> Screen:
        """Wait until this is on the screen and all is still; look at it, and hold it to the stored
        one.
        """
        screen = settled(self.terminal, pattern)
        sent_fits(self.kind, b"".join(self.terminal.recorded))
        readable(self.kind, screen)
        focus(screen)
        if self.every or name in TELLING:
            size = f"{screen.columns}x{screen.lines}"
            shown = (
                f"{self.kind.name}-{name}" if size == "80x24" else f"{self.kind.name}-{name}-{size}"
            )
            self.shelf.hold(shown, screen, f"{self.kind} {size}")
        return screen


def settled(terminal: Terminal, pattern: str) -> Screen:
    """The screen when it shows this and has stood still for a while."""
    terminal.wait_for(pattern)
    before = -1
    while terminal.bytes != before:
        before = terminal.bytes
        terminal.settle(0.25)
    return terminal.screen


@pytest.mark.parametrize("name", BY_NAME)
def test_every_terminal(tmp_path: Path, shelf: Shelf, name: str) -> None:
    """The same walk on each: focus, ticks, a field being typed in, an error, the review, why."""
    kind = BY_NAME[name]
    plan = str(plan_file(tmp_path))
    with start(
        tmp_path, *kind.options, plan, term=kind.term, environ_more=kind.environ
    ) as terminal:
        walk = Walk(kind, terminal, shelf, name in WHOLE)
        steps_differ(walk.shot("first", r"\d+ rules?"))
        terminal.press("AltRight", "Down", "Space")
        screen = walk.shot("features", r"> \[x\] External database[\s\S]* open")
        steps_differ(screen)
        assert "  [ ] Secondary print servers" in screen.text()
        terminal.press("Up")
        unticked = settled(terminal, r"> \[ \] Secondary print servers").text()
        assert "  [x] External database" in unticked
        terminal.press("Down", "Space")
        settled(terminal, r"> \[ \] External database")
        terminal.press("AltRight")
        terminal.wait_for("Step 3/7")
        terminal.press("Tab", "Tab", "End", "x", "Left")
        screen = walk.shot("typing", r"> +Networks +\[10\.20\.10\.0/24")
        assert under_cursor(screen).startswith("x ")
        terminal.press("Enter")
        walk.shot("error", r"\n ! .*x")
        terminal.press("Down")
        settled(terminal, r"\n! +Networks")
        terminal.press("Up", "Esc")
        for step in (4, 5, 6):
            terminal.press("AltRight")
            terminal.wait_for(f"Step {step}/7")
        terminal.press("Down", "Down", "Down")
        walk.shot("review", r"\n> .*9191")
        terminal.press("w")
        walk.shot("why", "because of")
        terminal.press("Esc", "^Q")
        assert terminal.wait() == 0
        if "--no-mouse" in kind.options:
            assert not re.search(rb"\x1b\[\?100[0-36]h", b"".join(terminal.recorded))
    shelf.finish()


@pytest.mark.parametrize(
    ("name", "columns", "lines"),
    [("256", 120, 40), ("256", 140, 45), ("256", 200, 50), ("ascii", 140, 45)],
)
def test_wide_terminals(tmp_path: Path, shelf: Shelf, name: str, columns: int, lines: int) -> None:
    """From 100 columns on the preview stands beside the form, from 140 on the steps do as well."""
    kind = BY_NAME[name]
    options = (*kind.options, str(plan_file(tmp_path)))
    with start(
        tmp_path, *options, term=kind.term, environ_more=kind.environ, columns=columns, lines=lines
    ) as terminal:
        walk = Walk(kind, terminal, shelf, True)
        terminal.wait_for(r"\d+ rules?")
        terminal.press("Alt3")
        screen = walk.shot("network", "Step 3/7[\\s\\S]*internet")
        assert ("you are here" in screen.text()) == (columns >= 140)
        terminal.press("F2", "Down")
        walk.shot("preview", r"> ")
        terminal.press("Alt6")
        walk.shot("review", "Step 6/7")
    shelf.finish()


def test_too_small_and_back(tmp_path: Path, shelf: Shelf) -> None:
    """Whatever the size, nothing is lost: a field half typed, its caret, and a window that stands
    open.
    """
    kind = BY_NAME["256"]
    with start(tmp_path, str(plan_file(tmp_path)), term=kind.term) as terminal:
        terminal.wait_for(r"\d+ rules?")
        terminal.press("Alt3")
        terminal.wait_for("Step 3/7")
        terminal.press("Tab", "Tab", "End", *", 10.9", "Left")
        settled(terminal, r"10\.9 ")
        for window in (False, True):
            if window:
                terminal.press("F1")
            before = still(terminal)
            for columns, lines in ((40, 12), (20, 5), (1, 1), (59, 24), (80, 15)):
                terminal.resize(columns, lines)
                screen = settled(terminal, "" if columns < 20 else r"\S")
                if not window and columns > 20:
                    said = " ".join(screen.text().split())
                    assert "The wizard needs 60 x 16." in said
                    assert f"This window is {columns} x {lines}." in said
                    assert under_cursor(screen).startswith("The wizard needs")
                    if columns == 40:
                        shelf.hold("256-too-small-40x12", screen, f"{kind} 40x12")
            terminal.resize(80, 24)
            settled(terminal, r"10\.9|Networks")
            assert still(terminal) == before
        terminal.press("Esc")
        assert under_cursor(settled(terminal, r"10\.9 ")).startswith("9 ")
    shelf.finish()


def still(terminal: Terminal) -> tuple[object, ...]:
    """All that can be seen, attributes and cursor included."""
    screen = settled(terminal, "")
    return screen.text(), screen.cells(), screen.cursor.x, screen.cursor.y, screen.cursor.hidden


# Keys; behind a colon what then stands from the cursor on.
LONG_WALK = (
    "Down Down Up Space Space F1 Down Esc AltRight Down Down Down Space / s n m Left:m Down:> Up"
    " Esc:> F2:> Down:> Down PageDown End Home:> Right /:_ t:_ c:_ p:_ Left:p Left:cp Enter:>"
    " Down:> w Down Esc:> Esc Esc:> ^P:_ Down:> Down:> s:_ Left:s Esc Esc:> Alt3 x y Left:y Home:xy"
    " End Tab Tab Tab End Down Alt7 Enter Esc PageDown Down Down Right Enter Down Esc Up PageDown"
    " Tab Up AltRight:> Down:> Down s g Right Left w Esc:> Alt1:>"
)


@pytest.mark.parametrize(
    ("columns", "lines", "options"),
    [(80, 24, ()), (140, 45, ()), (80, 24, ("--plain-driver",))],
    ids=["80x24", "140x45", "plain-driver"],
)
def test_the_terminals_cursor_follows_the_focus(
    tmp_path: Path, columns: int, lines: int, options: tuple[str, ...]
) -> None:
    with start(
        tmp_path, *options, str(plan_file(tmp_path)), columns=columns, lines=lines
    ) as terminal:
        terminal.wait_for(r"\d+ rules?")
        settled(terminal, "> ")
        for step, entry in enumerate(LONG_WALK.split()):
            key, _, expected = entry.partition(":")
            terminal.press(key)
            told = told_wrong(terminal.screen, expected)
            patience = 60
            while told and patience:
                # A slow machine may not be there yet.
                patience -= 1
                terminal.settle(0.5)
                told = told_wrong(terminal.screen, expected)
            assert not told, f"key {step}, {key}: {told}"
        # Nothing runs over the screen while much of it is drawn: a long update begins with hiding
        # the cursor.
        sent = b"".join(terminal.recorded)
        assert options or sent.count(b"\x1b[?25l") > 10
        assert sent.rfind(b"\x1b[?25h") > sent.rfind(b"\x1b[?25l")


def told_wrong(screen: Screen, expected: str) -> str:
    """What is wrong with where the cursor is; '' where nothing is."""
    try:
        focus(screen)
    except AssertionError as error:
        return str(error)
    found = under_cursor(screen)
    return (
        ""
        if found.startswith(expected)
        else f"{found!r} stands there, not {expected!r}:\n{screen.text()}"
    )


def test_every_stored_screen_has_a_test(request: pytest.FixtureRequest) -> None:
    names = request.config.stash[collected].get(Path(__file__).stem)
    if names is not None:
        left = [path.name for path in SCREENS.glob("*") if owner_of(path) not in names]
        assert not left, "no test takes these"


# --- what is looked at ---------------------------------------------------------------------------


def sent_fits(kind: Kind, sent: bytes) -> None:
    """No colour is sent that the terminal does not have, and no character that it cannot draw."""
    if kind.ascii:
        assert sent.isascii(), list(re.findall(rb"[^\x00-\x7f]+", sent))[:5]
    for found in _SGR.finditer(sent):
        numbers = [int(number or 0) for number in found[1].split(b";")]
        at = 0
        while at < len(numbers):
            number = numbers[at]
            if number in (38, 48):
                assert kind.colours == 256, found[0]
                assert numbers[at + 1] == 5, f"{found[0]!r} is truecolor"
                at += 2
            elif 30 <= number <= 37 or 40 <= number <= 47 or 90 <= number <= 107:
                assert kind.colours == 16, found[0]
            at += 1


def readable(kind: Kind, screen: Screen) -> None:
    """Text stands out from what is behind it: at least 4.5 to 1 where both are known."""
    for y, row in enumerate(screen.cells()):
        for x, cell in enumerate(row):
            if not cell.data.strip():
                continue
            found = look(cell)
            if kind.colours < 256:
                assert found.foreground in READABLE, f"{x},{y}: {cell}"
                assert found.background == "default", f"{x},{y}: {cell}"
                assert kind.term != "linux" or "dim" not in found.flags, (
                    f"{x},{y}: dark grey on black"
                )
            else:
                ratio = contrast(found.foreground, found.background)
                assert ratio >= 4.5, f"{x},{y}: {cell.data!r} {found}, {ratio:.2f} to 1"


def focus(screen: Screen) -> None:
    """The terminal's cursor is shown, and where the focus is: on the one marked row, at a caret, or
    on text.
    """
    cursor, lines = screen.cursor, [row.ljust(screen.columns) for row in screen.text().split("\n")]
    here = lines[cursor.y]
    told = f"cursor at {cursor.x},{cursor.y} of:\n{screen.text()}"
    assert not cursor.hidden, told
    window = re.search(r"[│|] (?=Find: |> )|[│|] (?!.*[│|].*[│|])", here[: cursor.x + 2])
    for asked in ("Filter: ", "Find: "):
        if asked in here[: cursor.x + 1]:
            return
    if here[cursor.x : cursor.x + 2] == "> ":
        column = cursor.x
    else:
        field = re.search(r"> [^\[\]]*\[", here[: cursor.x + 1])
        if field is None:
            # The first line of a window to read.
            assert window is not None, told
            assert here[cursor.x - 2] in "│|", told
            return
        column = field.start()
    marked = [y for y, line in enumerate(lines) if line[column : column + 2] == "> "]
    assert marked == [cursor.y], told


def under_cursor(screen: Screen) -> str:
    """What stands from the terminal's cursor on."""
    row = screen.text().split("\n")[screen.cursor.y].ljust(screen.columns)
    return row[screen.cursor.x :]


def steps_differ(screen: Screen) -> None:
    """The present step, those that are done, to come and with something open have a sign each."""
    signs = {number: sign for number, sign, _ in _STEP.findall(screen.text().split("\n")[1])}
    assert len(signs) == 7, signs
    now = re.search(r"Step (\d)/7", screen.text())
    assert now is not None
    assert list(signs.values()).count(signs[now[1]]) == 1, signs
    assert signs["7"] == " ", signs
