"""Text that would upset markup or a terminal goes through every screen as the text that it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli_w
from textual.events import Paste

from screens.widgets.form import Form
from screens.widgets.lines import clean
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from wizard.plan.file import write_plan
from wizard.plan.model import Plan, Request, changed
from wizard.plan.presets import apply_preset
from wizard.questions import STEPS
from wizard.session.drafts import new_draft

TEXTS = (
    "[bold]x[/]",
    "[/etc/cups]",
    "[/]",
    "[print-server] x",
    "[DEFAULT]",
    "[@click=app.quit]x[/]",
    "$v {x} %s \\",
    "\x1b[31mred\x1b[0m \x07 \x9b2J",
    "Drucker Büro 東京 🖨️ é",
    "\u202eright to left\u202c \u200bzero\u2066",
    "x" * 500,
    "'\"`;|&",
)


def hostile(text: str) -> Plan:
    """A plan that holds the text wherever a plan can hold any text: as one read from a file might."""
    plan = answered(catalog(), Plan(), "products", ("papercut-mf",))
    plan = apply_preset(catalog(), plan, "segments")
    request = Request(requester=text, reference=text, justification=text)
    return changed(plan, name=text, request=request)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_every_screen_shows_it(text: str) -> None:
    async with walking(draft=new_draft(hostile(text))) as walk:
        for step in STEPS:
            await walk.to(step.id)
            shown = walk.screen()
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
            assert clean(text)[:8].strip() in shown
        await walk.press("f1", "escape")
        await walk.to("request")
        await walk.stand("request.requester")
        assert walk.app.main.form.text() == text
        await walk.press("f1")
        await walk.press("escape")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_every_field_and_filter_takes_it(text: str) -> None:
    async with walking(draft=new_draft(hostile("x"), "request")) as walk:
        await walk.stand("request.requester")
        walk.app.main.form.post_message(Paste(text))
        await walk.settle()
        await walk.press("enter")
        await walk.to("features")
        await walk.press("slash")
        walk.app.main.form.post_message(Paste(text))
        await walk.settle()
        await walk.press("down", "escape")
        await walk.to("network")
        await walk.stand("zone:servers")
        await walk.press("enter", "ctrl+u")
        walk.app.main.form.post_message(Paste(text))
        await walk.settle()
        await walk.press("enter", "escape")
        await walk.to("review")
        await walk.press("slash")
        for character in text[:4]:
            if character.isprintable():
                await walk.write(character if character.isalnum() else "x")
        await walk.press("enter", "escape")


def harmless(shown: str) -> bool:
    """Whether nothing in it would move the terminal's cursor or turn text round."""
    return not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_comparing_shows_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the names of files, from what is in them, and from what is wrong with them."""
    monkeypatch.chdir(tmp_path)
    name = text.replace("/", "-")[:60]
    (tmp_path / f"{name}.toml").write_text(write_plan(hostile(text), catalog()))
    (tmp_path / "zz-broken.toml").write_text(
        tomli_w.dumps({"format": 1, text: text, "name": [text]})
    )
    async with walking(draft=new_draft(hostile("x"))) as walk:
        await walk.press("alt+c")
        assert harmless(walk.screen())
        assert clean(name)[:8].strip() in walk.screen()
        await walk.write("zz")
        await walk.press("enter", "enter")
        assert harmless(walk.screen())
        await walk.press("escape", "up", "ctrl+u")
        form = walk.app.screen.query_one(Form)
        form.post_message(Paste(text))
        await walk.settle()
        assert harmless(walk.screen())
        await walk.press("ctrl+u")
        await walk.settle()
        assert form.go(
            next(row.key for row in form.rows if ".toml" in row.label and "zz" not in row.label)
        )
        await walk.press("enter")
        assert "Compare: " in walk.screen()
        assert clean(text)[:8].strip() in walk.screen()
        assert harmless(walk.screen())
        await walk.press("x", "w")
        assert harmless(walk.screen())
        await walk.press("escape", "r")
        assert harmless(walk.screen())
        await walk.press("enter")
        assert harmless(walk.screen())


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_explaining_takes_it(text: str) -> None:
    async with walking(draft=new_draft(hostile(text), "features")) as walk:
        await walk.press("alt+e")
        for _ in range(3):
            walk.app.screen.query_one(Form).post_message(Paste(text))
            await walk.settle()
            assert harmless(walk.screen())
            await walk.press("enter")
        assert "This cannot be asked" in walk.screen()
        assert harmless(walk.screen())
        await walk.press("f1", "escape", "alt+x", "escape")
        assert walk.step == "features"
