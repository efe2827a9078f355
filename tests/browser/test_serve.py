"""`portwright serve` in a real Chromium: the whole way, keys, copying, closing, pages that have no
business there.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Error

from tests.browser.conftest import launched
from tests.browser.serve_picture import PICTURE, SIZE
from tests.browser.tab import FOREIGN, NOWHERE, Tab
from tests.tools.paths import ROOT
from tests.tools.serving import Serving, gone, until
from wizard.cli.main import main


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(NOWHERE) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 760})
    yield context
    context.close()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    with Serving(tmp_path) as serving:
        yield serving


def answer_some(tab: Tab) -> None:
    """A product, and the name 'Office' in the third step."""
    tab.wait_for(r"> \[ \] CirrusPrint")
    tab.press("/", *"papercut mf", "ArrowDown", "Space", "Escape")
    tab.wait_for(r"> \[x\] PaperCut MF")
    tab.press("Alt+3")
    tab.wait_for("Step 3/7")
    tab.write("Office")
    tab.wait_for("Portwright · Office")


def stand_on_a_flow(tab: Tab) -> None:
    """In the preview, on the first row below the product's name."""
    tab.press("F2")
    tab.wait_for("> PaperCut MF +2")
    tab.press("ArrowDown")
    tab.wait_for("> +tcp 9191")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_from_the_first_step_to_the_written_files(
    serving: Serving, context: BrowserContext, tmp_path: Path
) -> None:
    tab = Tab(context, serving.url)
    # No click before: the first key goes to the wizard.
    tab.wait_for(r"> \[ \] CirrusPrint")
    tab.press("/", *"papercut mf", "ArrowDown", "Space", "Escape")
    tab.wait_for(r"\[x\] PaperCut MF")
    tab.press("Alt+ArrowRight")
    tab.wait_for("Step 2/7")
    tab.press("Space", "ArrowDown", "ArrowDown", "Space")
    tab.wait_for(r"\[x\] Self-hosted Document Processing")
    tab.press("Alt+ArrowRight")
    tab.wait_for("Step 3/7")
    tab.write("browser-plan")
    tab.wait_for("Portwright · browser-plan")
    tab.press("ArrowDown", "Enter")
    tab.wait_for(r"10\.20\.10\.0/24")
    for step in (4, 5, 6, 7):
        tab.press("Alt+ArrowRight")
        tab.wait_for(f"Step {step}/7")
    tab.wait_for(r"\[x\] csv")
    tab.down_to("Write the files to")
    tab.settle()
    tab.press("Enter")
    tab.wait_for("Written: ")
    # The server's folder, as far as there is room for it, and the line that fetches it from there.
    tab.wait_for(re.escape(str(tmp_path)[:20]))
    tab.wait_for(r"scp -r \S+:" + re.escape(str(tmp_path)[:10]))

    written = tree(tmp_path / "browser-plan")
    again = tmp_path / "again"
    words = ["export", str(tmp_path / "browser-plan/plan.toml"), "--to", str(again)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code in (0, 1), result.stderr
    assert tree(again) == written
    assert {"README.md", "plan.toml", "rules.csv", "handover.xlsx"} <= written.keys()

    assert tab.page.url == serving.url
    assert tab.foreign == []
    assert len([url for url in tab.requests if url.startswith("ws:")]) == 1
    assert tab.complaints == []
    tab.press("Control+q")
    assert "closed in this tab" in tab.wait_closed()
    assert serving.end() == 0
    assert tab.foreign == []
    assert "Traceback" not in serving.said


def test_a_closed_tab_loses_nothing_and_its_wizard_ends(
    serving: Serving, context: BrowserContext
) -> None:
    tab = Tab(context, serving.url)
    answer_some(tab)
    (pid,) = serving.wizards()
    tab.page.close()
    until(lambda: gone(pid))
    tab = Tab(context, serving.url)
    tab.wait_for("Go on with: Office")
    tab.press("Enter")
    tab.wait_for("Step 3/7")
    tab.wait_for("Portwright · Office")
    # Loading it anew is closing and opening it at once.
    tab.page.reload()
    tab.wait_for("Go on with: Office")
    assert "open in another window" not in tab.text


def test_the_way_back_in_is_under_the_next_key(serving: Serving, context: BrowserContext) -> None:
    tab = Tab(context, serving.url)
    answer_some(tab)
    tab.press("Control+q")
    tab.wait_closed()
    tab.press("Enter")
    tab.wait_for("Go on with: Office")


def test_two_tabs_are_two_windows(serving: Serving, context: BrowserContext) -> None:
    one = Tab(context, serving.url)
    answer_some(one)
    other = Tab(context, serving.url)
    other.wait_for("Go on with: Office +open in another window")
    other.press("Enter")
    other.wait_for("This draft is open in another window")
    assert len(serving.wizards()) == 2


def test_keys_that_browsers_use_themselves(serving: Serving, context: BrowserContext) -> None:
    """They reach the wizard, and the browser does nothing of its own with them."""
    tab = Tab(context, serving.url)
    answer_some(tab)
    for key, shows in (
        ("F1", "Esc: close"),
        ("Control+p", "Find: "),
    ):
        tab.press(key)
        tab.wait_for(shows)
        tab.press("Escape")
        tab.wait_for("Step 3/7")
        tab.settle()
    stand_on_a_flow(tab)
    tab.press("F3")
    tab.wait_for("Esc: close")
    tab.press("Escape")
    tab.settle()
    tab.press("Control+s")
    tab.wait_for("saved as ")
    for key, step in (("Alt+ArrowRight", 4), ("Alt+ArrowLeft", 3)):
        tab.press(key)
        tab.wait_for(f"Step {step}/7")
    # These would load the page anew or search in it. F7 is the way to step 4.
    before = len(tab.requests)
    tab.press("F5", "Control+r", "Control+f", "F7")
    tab.settle()
    tab.wait_for("Step 4/7")
    assert len(tab.requests) == before
    assert tab.complaints == []


def test_sizes_follow_the_window(serving: Serving, context: BrowserContext) -> None:
    tab = Tab(context, serving.url)
    tab.wait_for("Tip:|F1 Help")
    wide = max(map(len, tab.text.split("\n")))
    tab.page.set_viewport_size({"width": 820, "height": 560})
    tab.settle()
    tab.wait_for("Step 1/7")
    assert 80 <= max(map(len, tab.text.split("\n"))) < wide
    # Too small is said, and nothing is lost by it.
    tab.page.set_viewport_size({"width": 400, "height": 300})
    tab.wait_for("60")
    tab.page.set_viewport_size({"width": 1280, "height": 760})
    tab.wait_for(r"> \[ \] CirrusPrint")


def test_mouse(serving: Serving, context: BrowserContext) -> None:
    tab = Tab(context, serving.url)
    tab.wait_for("CUPS")
    tab.settle()
    lines = tab.text.split("\n")
    row = next(at for at, line in enumerate(lines) if "[ ] CUPS" in line)
    box = tab.page.locator(".xterm-screen").bounding_box()
    assert box is not None
    columns = tab.page.evaluate("caught.find((one) => one.rows && one.buffer).cols")
    tab.page.mouse.click(
        box["x"] + (lines[row].index("[ ] CUPS") + 1.5) * box["width"] / columns,
        box["y"] + (row + 0.5) * box["height"] / len(lines),
    )
    tab.wait_for(r"\[x\] CUPS")


def test_what_is_sent_to_the_terminal_is_in_the_browsers_clipboard(
    serving: Serving, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=serving.url)
    tab = Tab(context, serving.url)
    answer_some(tab)
    stand_on_a_flow(tab)
    tab.press("c")
    tab.wait_for("Sent to your terminal")
    tab.wait_for(r"scp ")
    sent = b"".join(frame for frame in tab.frames if isinstance(frame, bytes))
    (coded,) = re.findall(rb"\x1b\]52;c;([^\a]+)\a", sent)
    text = base64.b64decode(coded).decode()
    assert "9191" in text
    assert tab.page.evaluate("navigator.clipboard.readText()") == text


def test_where_the_clipboard_is_forbidden_the_wizard_goes_on(
    serving: Serving, context: BrowserContext
) -> None:
    tab = Tab(context, serving.url)
    # As in a browser that wants a click first, or never allows it.
    tab.page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')), 0"
    )
    answer_some(tab)
    stand_on_a_flow(tab)
    tab.press("c")
    tab.wait_for("Sent to your terminal")
    tab.press("Escape", "Escape")
    tab.wait_for("Step 3/7")
    tab.press("Alt+ArrowRight")
    tab.wait_for("Step 4/7")


# --- pages that have no business there -----------------------------------------------------------


def test_a_foreign_name_that_points_here_gets_nothing(
    serving: Serving, context: BrowserContext
) -> None:
    """DNS rebinding, even by somebody who has the key."""
    page = context.new_page()
    answer = page.goto(serving.url.replace("127.0.0.1", FOREIGN))
    assert answer is not None
    assert answer.status == 403
    assert "127.0.0.1 and localhost only" in page.inner_text("body")
    assert serving.wizards() == []


@pytest.mark.parametrize("below", ["", "x" * 32 + "/"], ids=["no key", "a wrong key"])
def test_without_the_key_the_page_says_what_is_missing(
    below: str, serving: Serving, context: BrowserContext
) -> None:
    page = context.new_page()
    answer = page.goto(f"http://127.0.0.1:{serving.port}/{below}")
    assert answer is not None
    assert answer.status == 403
    assert "portwright serve has printed" in page.inner_text("body")
    assert serving.key not in page.content()


_OPEN = """(address) => new Promise((done) => {
    const socket = new WebSocket(address);
    socket.onopen = () => done('open');
    socket.onerror = () => done('refused');
})"""


def test_a_foreign_page_cannot_open_a_wizard(serving: Serving, context: BrowserContext) -> None:
    """Cross-site WebSocket hijacking, again by somebody who has the key; the page's own way in is
    the control.
    """
    address = serving.url.replace("http:", "ws:") + "ws"
    with Serving(Path.cwd()) as other:
        for foreign in ("about:blank", other.url, f"http://{FOREIGN}:{other.port}/"):
            page = context.new_page()
            page.goto(foreign)
            # The other server's policy would forbid it as well; it is the Origin that is looked at
            # here.
            assert context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True}) == {}
            page.reload()
            assert page.evaluate(_OPEN, address) == "refused"
            page.close()
        assert serving.wizards() == []
    tab = Tab(context, serving.url)
    assert tab.page.evaluate(_OPEN, address) == "open"


def test_no_page_can_frame_it_or_read_it(serving: Serving, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("about:blank")
    page.set_content(
        f'<iframe src="{serving.url}"></iframe><script src="{serving.url}page.js"></script>'
    )
    page.wait_for_timeout(1000)
    assert serving.wizards() == []
    with pytest.raises(Error, match="Failed to fetch"):
        page.evaluate("(address) => fetch(address).then((answer) => answer.text())", serving.url)


def test_the_page_itself_reaches_nobody_else(serving: Serving, context: BrowserContext) -> None:
    tab = Tab(context, serving.url)
    tab.wait_for("CUPS")
    with Serving(Path.cwd()) as other, pytest.raises(Error, match="Failed to fetch"):
        tab.page.evaluate("(address) => fetch(address, {mode: 'no-cors'})", other.url)
    assert any("Content Security Policy" in line for line in tab.complaints)
    assert (
        tab.page.evaluate("document.fonts.check('16px \"Roboto Mono\"') && document.fonts.size")
        == 2
    )
    assert tab.foreign == []


# --- the picture ---------------------------------------------------------------------------------


def test_the_picture_in_the_documents() -> None:
    data = PICTURE.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == SIZE
    assert len(data) < 150_000
    assert "pictures/serve.png" in (ROOT / "docs/serve.md").read_text("utf-8")
