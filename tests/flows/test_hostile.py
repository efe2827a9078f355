"""Text that would upset markup or a terminal goes through every screen as the text that it is."""

from __future__ import annotations

import re

import pytest

from screens.lines import clean
from tests.flows.walk import catalog, walking
from wizard.drafts import new_draft
from wizard.plan import Plan, Request, changed
from wizard.presets import apply_preset
from wizard.questions import STEPS, answered

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
    from textual.events import Paste

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
