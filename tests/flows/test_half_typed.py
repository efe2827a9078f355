"""Half-typed and refused text is in the draft soon, and in its field when the draft is taken up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from screens.main.keeping import DELAY
from screens.main.resuming import offer_drafts
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered, question_at
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.session.draft_file import Place, drafts_dir, read_draft
from wizard.session.drafts import new_draft


def cups() -> Plan:
    plan = answered(catalog(), Plan(), question_at(catalog(), Plan(), "products").key, ("cups",))
    return apply_preset(catalog(), plan, "segments")


async def kept(walk: Walk) -> Place:
    """What the draft's file says soon after the last key: written without another."""
    path = walk.app.session.draft.path
    for _ in range(100):
        await asyncio.sleep(DELAY / 5)
        if walk.app.keeping.idle and path.exists():
            break
    return read_draft(path).place


async def test_half_a_name_is_in_the_draft_and_comes_back() -> None:
    async with walking(draft=new_draft(cups(), "network")) as walk:
        await walk.stand_at("name")
        await walk.write("Branch of")
        assert (await kept(walk)).typed == "Branch of"
        walk.app.session.draft.close()
    async with walking(begin=offer_drafts) as walk:
        await walk.press("enter")
        assert walk.step == "network"
        assert walk.app.main.form.text() == "Branch of"
        assert walk.plan.name == ""
        await walk.write("fice")
        await walk.press("enter")
        assert walk.plan.name == "Branch office"
        assert (await kept(walk)).typed is None


async def test_half_a_name_is_on_disk_however_soon_the_wizard_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a signal ends it: before the time is over in which a word is waited for."""
    monkeypatch.setattr("screens.main.keeping.DELAY", 3600.0)
    async with walking(draft=new_draft(cups(), "network")) as walk:
        await walk.stand_at("name")
        await walk.write("Branch of")
        walk.app.exit(129)
        assert read_draft(walk.app.session.draft.path).place.typed == "Branch of"


async def test_refused_text_is_in_the_draft_and_comes_back() -> None:
    async with walking(draft=new_draft(cups(), "network")) as walk:
        zone = next(iter(walk.plan.zones))
        text = await refuse_a_network(walk)
        place = await kept(walk)
        assert place.refused == {f"zones.{zone}.networks": text}
        walk.app.session.draft.close()
    async with walking(begin=offer_drafts) as walk:
        await walk.press("enter")
        row = walk.app.main.form.row()
        assert row is not None
        assert str(row.key) == place.row
        await walk.stand_at(f"zones.{zone}.networks")
        assert walk.app.main.form.text() == text
        assert "/33" in walk.screen()


async def refuse_a_network(walk: Walk) -> str:
    """Type a network that is none; the text that could not be taken."""
    zone = next(iter(walk.plan.zones))
    await walk.stand_at(f"zones.{zone}.networks")
    await walk.pilot.press("ctrl+e", "ctrl+u")
    await walk.write("10.0.0.0/33")
    await walk.press("down")
    return "10.0.0.0/33"


async def test_nothing_is_written_while_a_text_could_not_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files would say something else than the screen did."""
    monkeypatch.chdir(tmp_path)
    async with walking(draft=new_draft(cups(), "network")) as walk:
        text = await refuse_a_network(walk)
        await walk.to("export")
        await walk.stand("write")
        await walk.press("enter")
        assert not any(path.is_dir() for path in tmp_path.iterdir())
        assert walk.step == "network"
        assert walk.app.main.form.text() == text
        assert f"Nothing was written: '{text}'" in walk.screen()
        await walk.press("ctrl+z")
        await walk.to("export")
        await walk.stand("write")
        await walk.press("enter")
        assert "Written: " in walk.screen()


async def test_saving_says_what_could_not_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with walking(draft=new_draft(cups(), "network")) as walk:
        await refuse_a_network(walk)
        assert walk.app.exporting.save_plan().endswith("but for 1 text that could not be taken")


async def test_what_is_asked_no_more_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The zone is gone, and its text with it; an undo brings both back."""
    monkeypatch.chdir(tmp_path)
    async with walking(draft=new_draft(cups(), "network")) as walk:
        zone = next(iter(walk.plan.zones))
        text = await refuse_a_network(walk)
        await walk.stand(f"zone:{zone}")
        await walk.press("delete")
        assert zone not in walk.plan.zones
        assert not list(walk.app.not_taken())
        await walk.press("ctrl+z")
        assert [typed for _, _, typed in walk.app.not_taken()] == [text]


async def test_half_the_name_of_a_zone_comes_back() -> None:
    async with walking(draft=new_draft(cups(), "network")) as walk:
        await walk.stand_at("zone+")
        await walk.press("enter")
        await walk.pilot.press("ctrl+u")
        await walk.write("work")
        assert (await kept(walk)).typed == "work"
        walk.app.session.draft.close()
    async with walking(begin=offer_drafts) as walk:
        await walk.press("enter")
        await walk.write("shop")
        await walk.press("enter")
        assert "workshop" in walk.plan.zones


async def test_who_only_looks_leaves_nothing_behind() -> None:
    async with walking() as walk:
        await walk.press("down", "down")
        await asyncio.sleep(DELAY * 1.5)
        assert walk.app.keeping.idle
        assert not drafts_dir().exists()


async def test_an_example_that_is_typed_once_more_is_one_s_own() -> None:
    servers = "zones.servers.networks"
    async with walking(draft=new_draft(cups(), "network")) as walk:
        await walk.stand(servers)
        text = walk.app.main.form.text() or ""
        row = walk.app.main.form.row()
        assert row is not None
        assert row.mark == "example"
        await walk.press("enter")  # to the next one, and nothing is said of this
        assert not walk.plan.preset.own
        await walk.stand(servers)
        await walk.write(text)
        assert walk.app.main.form.text() == text
        await walk.press("enter")
        assert walk.plan.preset.own == (servers,)
        await walk.stand(servers)
        row = walk.app.main.form.row()
        assert row is not None
        assert row.mark == ""
        await walk.press("ctrl+z")
        assert not walk.plan.preset.own


async def test_a_half_edited_example_is_edited() -> None:
    async with walking(draft=new_draft(cups(), "network")) as walk:
        await walk.stand("roles.print-server.addresses")
        text = walk.app.main.form.text() or ""
        await walk.press("home", "9")
        assert walk.app.main.form.text() == f"9{text}"
        # Back, and it is an example that nobody has touched.
        await walk.press("escape", "8")
        assert walk.app.main.form.text() == "8"
