"""Pictures of every step, at the least size and at a larger one, and of what stands over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.terminal.profile import Profile
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.edits import add_firewall
from wizard.plan.file import write_plan
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.questions import STEPS, Value
from wizard.session.drafts import new_draft

SIZES = [(80, 24), (120, 36)]
# From 140 columns on the steps stand beside form and preview.
WIDE = [*SIZES, (140, 45)]


def plan() -> Plan:
    """PaperCut MF with Toshiba devices and cloud OCR in the EU, in segments, behind a proxy."""
    features = "products.papercut-mf.features"
    made = Plan()
    first: dict[str, Value] = {
        "products": ("papercut-mf",),
        "name": "Head office printing",
        f"{features}.mfp-toshiba": True,
        f"{features}.mfp-toshiba.sdk": ("sdk1",),
        f"{features}.cloud-ocr": True,
        f"{features}.cloud-ocr.region": "eu",
        "request.reference": "CHG-1042",
    }
    for key, value in first.items():
        made = answered(catalog(), made, key, value)
    made = apply_preset(catalog(), made, "segments")
    second: dict[str, Value] = {
        "proxy.mode": "explicit",
        "roles.web-proxy.zones": ("transit",),
        "roles.web-proxy.addresses": ("10.20.255.3",),
    }
    for key, value in second.items():
        made = answered(catalog(), made, key, value)
    return made


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("size", WIDE, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_step(step: str, size: tuple[int, int], snap: Snap) -> None:
    async with walking(size, new_draft(plan())) as walk:
        await walk.to(step)
        await calm(walk)
        await snap(walk.pilot, f"{step}-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_start_and_the_empty_network(size: tuple[int, int], snap: Snap) -> None:
    async with walking(size) as walk:
        await snap(walk.pilot, f"start-{size[0]}x{size[1]}")
        await walk.tick("products=cups")
        await walk.to("network")
        await snap(walk.pilot, f"presets-{size[0]}x{size[1]}")


async def test_a_very_large_window(snap: Snap) -> None:
    async with walking((200, 50), new_draft(plan())) as walk:
        await walk.to("network")
        await calm(walk)
        await snap(walk.pilot, "network-200x50")


async def test_added_and_taken(snap: Snap) -> None:
    async with walking((120, 36), new_draft(plan(), "features")) as walk:
        await walk.tick("products.papercut-mf.features.mfp-xerox")
        await snap(walk.pilot, "added")
        await walk.press("space")
        await snap(walk.pilot, "taken")


async def test_windows(snap: Snap) -> None:
    async with walking((80, 24), new_draft(plan(), "review")) as walk:
        await calm(walk)
        await walk.press("slash")
        await walk.write("162")
        await walk.press("enter", "home", "down", "w")
        await snap(walk.pilot, "why")
        await walk.press("escape", "escape")
        await walk.to("network")
        await walk.stand("roles.print-server.zones")
        await walk.press("f1")
        await snap(walk.pilot, "help")


async def test_a_field_with_an_error(snap: Snap) -> None:
    async with walking((80, 24), new_draft(plan(), "network")) as walk:
        await calm(walk)
        await walk.fill("zones.servers.networks", "10.0.0.5/24")
        await snap(walk.pilot, "error")


async def test_written_files(snap: Snap) -> None:
    async with walking(
        (80, 24), new_draft(apply_preset(catalog(), plan(), "lan"), "export")
    ) as walk:
        await walk.stand("file:rules.csv")
        await walk.press("enter")
        await snap(walk.pilot, "look-into-a-file")
        await walk.press("escape")


async def test_no_colour_and_ascii(snap: Snap) -> None:
    profile = Profile(ansi=True, ascii=True)
    async with walking((80, 24), new_draft(plan(), "features"), profile=profile) as walk:
        await calm(walk)
        await snap(walk.pilot, "features-ansi-ascii")
        assert walk.screen().isascii()


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_step_on_a_light_background(step: str, snap: Snap) -> None:
    async with walking((80, 24), new_draft(plan()), profile=Profile(light=True)) as walk:
        await walk.to(step)
        await calm(walk)
        await snap(walk.pilot, f"{step}-light-80x24")


async def test_windows_on_a_light_background(snap: Snap) -> None:
    async with walking((120, 36), new_draft(plan(), "review"), profile=Profile(light=True)) as walk:
        await calm(walk)
        await walk.press("slash")
        await walk.write("162")
        await walk.press("enter", "w")
        await snap(walk.pilot, "why-light-120x36")
        await walk.press("escape", "ctrl+p")
        await walk.write("162")
        await snap(walk.pilot, "palette-light-120x36")


@pytest.mark.parametrize("size", WIDE, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_finding_everything(size: tuple[int, int], snap: Snap) -> None:
    async with walking(size, new_draft(plan(), "features")) as walk:
        await walk.press("ctrl+p")
        await walk.write("sql")
        await snap(walk.pilot, f"palette-{size[0]}x{size[1]}")


async def test_the_terminals_own_colours(snap: Snap) -> None:
    """As on 16 colours, with a finding and a rule that waits for an answer; pty/screens/ has
    NO_COLOR and more.
    """
    made = answered(catalog(), plan(), "products.papercut-mf.features.secondary-servers", True)
    async with walking((120, 36), new_draft(made, "features"), profile=Profile(ansi=True)) as walk:
        await calm(walk)
        await snap(walk.pilot, "features-ansi-120x36")
        await walk.to("review")
        await calm(walk)
        await snap(walk.pilot, "review-ansi-120x36")


async def test_too_small(snap: Snap) -> None:
    async with walking((40, 12), new_draft(plan(), "features")) as walk:
        await calm(walk)
        await snap(walk.pilot, "too-small")


async def test_firewalls_of_every_kind(snap: Snap) -> None:
    made = plan()
    made = add_firewall(add_firewall(made, "a-cloud", "cloud"), "a-router", "router")
    async with walking((120, 36), new_draft(made, "firewalls")) as walk:
        await calm(walk)
        await snap(walk.pilot, "firewalls-every-kind")


async def calm(walk: Walk) -> None:
    """Until nothing moves any more."""
    await walk.settle()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_comparing(size: tuple[int, int], snap: Snap, work: None) -> None:
    Path("last-year.toml").write_text(write_plan(plan(), catalog()))
    Path("wrong.toml").write_text('format = 1\nnme = "x"\n[zones.a]\nnetworks = ["10.0.0.1/24"]\n')
    made = answered(catalog(), plan(), "products.papercut-mf.features.mfp-xerox", True)
    made = answered(catalog(), made, "products.papercut-mf.features.cloud-ocr", False)
    networks = ("10.20.40.0/24", "fd00:20:40::/64")
    made = answered(catalog(), made, "zones.printers.networks", networks)
    async with walking(size, new_draft(made, "review", origin="last-year.toml")) as walk:
        await walk.press("v")
        await snap(walk.pilot, f"compare-{size[0]}x{size[1]}")
        await walk.press("o")
        await walk.write("wrong.toml")
        await walk.press("enter")
        await snap(walk.pilot, f"compare-file-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_explaining(size: tuple[int, int], snap: Snap) -> None:
    async with walking(size, new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        for words in ("mfp", "print-server", "9191"):
            await walk.write(words)
            await walk.press("enter")
        await snap(walk.pilot, f"explain-{size[0]}x{size[1]}")
        await walk.press("alt+x")
        await snap(walk.pilot, f"explain-stops-{size[0]}x{size[1]}")
