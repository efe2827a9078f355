"""Small windows: all of it can be used from 60 x 16 on."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.widgets.rows import field_columns
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from wizard.plan.file import write_plan
from wizard.questions import STEPS
from wizard.session.drafts import new_draft


def assert_whole(walk: Walk, columns: int) -> None:
    """Title, present step, cursor and how to leave are in sight, and no line is longer."""
    _, *lines = walk.screen().strip("\n").splitlines()
    number = [step.id for step in STEPS].index(walk.step) + 1  # type: ignore[arg-type]
    title = STEPS[number - 1].title.split(" ")[0]
    assert f"{number}▸{title}" in "\n".join(lines)
    assert f"{len(STEPS)}" in lines[2]
    assert max(map(len, lines)) <= columns
    assert any(line.startswith("> ") for line in lines), lines
    assert lines[-1].endswith("^Q Quit"), lines[-1]


@pytest.mark.parametrize("size", [(60, 16), (80, 23)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_whole_way(size: tuple[int, int]) -> None:
    columns, _ = size
    async with walking(size) as walk:
        await walk.down_to("products=papercut-mf")
        await walk.press("space")
        for step in STEPS:
            assert walk.step == step.id
            assert_whole(walk, columns)
            if step.id == "request":
                await walk.fill("request.reference", "chg7")
            if step.id == "network":
                await walk.press("end")
                assert_whole(walk, columns)
            await walk.press("f1")
            assert "Esc: close" in walk.screen()
            await walk.press("escape", "ctrl+p")
            assert "Esc: close" in walk.screen()
            await walk.press("escape", "f2" if step.id != "review" else "down")
            assert_whole(walk, columns)
            await walk.press("escape" if step.id != "review" else "up", "alt+right")
        assert walk.step == "export"
        assert walk.plan.request.reference == "chg7"


async def test_a_long_label_squeezes_no_other_field() -> None:
    plan = answered(catalog(), papercut(), "products.papercut-mf.features.directory", True)
    plan = answered(
        catalog(), plan, "products.papercut-mf.features.directory.source", ("azure-secure-ldap",)
    )
    async with walking(draft=new_draft(plan, "features")) as walk:
        form = walk.app.main.form
        columns = form._columns()
        rooms: dict[str, int] = {}
        for row in form.rows:
            if row.kind == "text":
                rooms[row.label] = field_columns(row, form._labels[row.key], columns)
        assert max(rooms.values()) == columns - 28 - 7
        assert rooms["Your host: Entra ID (Azure AD) by Secure LDAP"] == 26


async def test_windows_cut_no_word_without_a_sign() -> None:
    """At 60 x 16: a title that is a sentence, the list of keys, the comparison."""
    other = new_draft(papercut(), "network")
    other.save(papercut(), "network")
    Path("a.toml").write_text(write_plan(papercut(), catalog()), "utf-8")
    async with walking((60, 16), new_draft(papercut(), "features", origin="a.toml")) as walk:
        await walk.press("alt+c")
        assert_ends_whole(walk)
        assert "Esc" in walk.screen()
        await walk.press("escape")
        walk.app.action_do("drafts")
        await walk.settle()
        await walk.press("enter")
        said = " ".join(part.strip("│ ") for part in walk.screen().splitlines())
        assert "Close it there, take it over, or start another plan." in said
        await walk.press("escape")
        walk.app.action_do("keys")
        await walk.settle()
        assert_ends_whole(walk)
    other.close()


def assert_ends_whole(walk: Walk) -> None:
    """Between the borders no text reaches the right one: it is broken or has a sign."""
    for text in walk.screen().splitlines():
        if text.startswith("│") and text.endswith("│"):
            assert text[-3] in " …─", text


async def test_draft_leads_to_the_drafts_and_does_not_quit() -> None:
    async with walking((60, 16), new_draft(papercut(), "features")) as walk:
        await walk.press("ctrl+p")
        await walk.write("draf")
        await walk.press("enter")
        assert "Unfinished plans" in walk.screen()
