"""Each product from the first question to the written files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import tomli

from tests.flows.walk import Walk, catalog, walking
from tests.tools.paths import TESTS
from wizard.plan.file import read_plan
from wizard.plan.model import Placement, Plan
from wizard.session.drafts import new_draft


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV file, its head among them."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to write into."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def export(walk: Walk, work: Path, folder: str) -> dict[str, str]:
    """Write the files, and read them back."""
    await walk.to("export")
    await walk.fill("folder", f"./{folder}")
    await walk.stand("write")
    await walk.press("enter")
    assert f"Written to {folder}" in walk.screen()
    # The cursor is in sight, on what to do now.
    assert "> Next: read README.md there" in walk.screen()
    assert "Written: " in walk.screen()
    return {
        str(path.relative_to(work / folder)): path.read_text("utf-8")
        for path in sorted((work / folder).rglob("*"))
        if path.is_file() and path.suffix in (".toml", ".csv", ".md", ".nft", ".sh", ".json")
    }


async def test_papercut_mf_with_toshiba_and_ocr_in_the_eu_behind_a_proxy(work: Path) -> None:
    async with walking() as walk:
        # With nothing but keys, as somebody does who has only the screen.
        await walk.write("papercut mf")
        await walk.press("down", "space", "escape")
        assert list(walk.plan.products) == ["papercut-mf"]
        await walk.press("alt+right")
        await walk.write("tosh")
        await walk.press("down", "space", "down", "space", "escape")
        assert walk.plan.products["papercut-mf"].features["mfp-toshiba"]["sdk"] == ("sdk1",)
        await walk.press("slash")
        await walk.write("cloud ocr")
        await walk.press("enter", "space", "down", "right", "right")
        options = walk.plan.products["papercut-mf"].features["cloud-ocr"]
        assert options["region"] == "eu", options
        await walk.press("escape", "alt+right")
        assert walk.step == "network"
        await walk.write("Head office")
        await walk.press("down", "down", "enter")
        assert walk.plan.name == "Head office"
        assert list(walk.plan.zones) == ["servers", "clients", "printers", "transit"]

        await walk.to("firewalls")
        await walk.choose("proxy.mode", "explicit")
        await walk.fill("proxy.port", "8080")
        await walk.place("web-proxy", "transit", "10.20.255.3")
        assert walk.plan.proxy.mode == "explicit"
        assert walk.plan.proxy.port == 8080
        assert walk.plan.roles["web-proxy"] == Placement(
            zones=("transit",), addresses=("10.20.255.3",)
        )

        await walk.to("request")
        await walk.fill("request.reference", "CHG-1042")
        await walk.to("review")
        rules = walk.board()
        assert "162" in rules
        assert "Print server → Web proxy" in rules
        assert "Web proxy → Internet" in rules
        walk.app.main.board.choose("allowlist")
        assert "papercut.com" in walk.board()

        files = await export(walk, work, "out")
        assert walk.app.derived is not None
        made = walk.app.derived.deployment
        assert tomli.loads(files["plan.toml"])["proxy"]["port"] == 8080
        assert len(csv_rows(files["rules.csv"])) == len(made.rules) + 1
        assert any(path.startswith("firewalls/server/") for path in files)
        assert {
            r.ports for r in made.rules if r.from_ == "print-server" and r.to == "web-proxy"
        } == {((8080, 8080),)}
        assert "CHG-1042" in files["plan.toml"]


async def test_cirrusprint_behind_nat_with_remote_clients_and_mail(work: Path) -> None:
    async with walking() as walk:
        await walk.tick("products=cirrusprint")
        await walk.to("features")
        await walk.tick(
            "products.cirrusprint.features.remote-clients",
            "products.cirrusprint.features.internal-smtp",
        )
        await walk.to("network")
        await walk.tick("preset:nat-remote")
        await walk.fill("name", "Branch")
        await walk.to("firewalls")
        walk.app.main.board.choose("forwards")
        forwards = walk.board()
        assert "443" in forwards
        assert "25" in forwards
        files = await export(walk, work, "branch")
        assert walk.app.derived is not None
        made = walk.app.derived.deployment
        assert {f.public_ports for f in made.forwards} == {(443, 443), (25, 25)}
        assert len(csv_rows(files["forwards.csv"])) == len(made.forwards) + 1
        assert not any(low <= 9200 <= high for f in made.forwards for low, high in [f.ports])


async def test_cups_with_zones_made_by_hand(work: Path) -> None:
    async with walking() as walk:
        await walk.tick("products=cups")
        await walk.to("features")
        await walk.tick(
            "products.cups.features.ipp-sharing", "products.cups.features.printers-appsocket"
        )
        await walk.to("network")
        for zone, network in {
            "servers": "10.1.0.0/24",
            "office": "10.2.0.0/24, 2001:db8:2::/64",
        }.items():
            await walk.stand("zone+")
            await walk.press("enter", "ctrl+u")
            await walk.write(zone)
            await walk.press("enter")
            await walk.fill(f"zones.{zone}.networks", network)
        await walk.place("print-server", "servers", "10.1.0.5")
        await walk.place("user-computer", "office")
        await walk.place("printer", "office")
        await walk.to("firewalls")
        await walk.stand("firewall+:boundary")
        await walk.press("enter", "ctrl+u")
        await walk.write("core")
        await walk.press("enter")
        await walk.choose("firewalls.core.zones", "servers")
        await walk.choose("firewalls.core.zones", "office")
        assert walk.plan.firewalls["core"].zones == ("servers", "office")
        await walk.to("review")
        rules = walk.board()
        assert "631" in rules
        assert "9100" in rules
        files = await export(walk, work, "cups")
        assert "firewalls/core/nftables.sh" in files
        assert "631" in files["firewalls/core/nftables.nft"]


async def test_printeron(work: Path) -> None:
    async with walking() as walk:
        await walk.tick("products=printeron")
        await walk.to("features")
        await walk.tick("products.printeron.features.airprint")
        await walk.to("network")
        await walk.tick("preset:lan")
        await walk.to("review")
        rules = walk.board()
        assert "443" in rules
        assert "6310" in rules
        assert "8081" not in rules
        files = await export(walk, work, "printeron")
        assert "6310" in files["rules.csv"]


async def test_printix(work: Path) -> None:
    async with walking() as walk:
        await walk.tick("products=printix")
        await walk.to("features")
        await walk.tick("products.printix.features.raw-print")
        await walk.to("network")
        await walk.tick("preset:segments")
        await walk.to("review")
        walk.app.main.board.choose("allowlist")
        assert "printix.net" in walk.board()
        walk.app.main.board.choose("bypass")
        assert "printix.net" in walk.board()
        files = await export(walk, work, "printix")
        assert "printix.net" in files["allowlist.csv"]
        assert "printix.net" in files["tls-bypass.csv"]


def papercut_mf() -> Plan:
    """The plan of a head office with a boundary."""
    return read_plan((TESTS / "plans" / "papercut-mf.toml").read_text("utf-8"), catalog())


async def test_what_is_written_on_request_stands_there_without_its_tick(work: Path) -> None:
    """Who has a FortiGate finds it; what a plan is written as does not change for the others."""
    async with walking(draft=new_draft(papercut_mf(), "export")) as walk:
        await walk.to("export")
        await walk.write("fortigate")
        row = walk.row("format:vendors")
        assert row is not None
        assert not row.on
        await walk.tick("format:vendors")
        await walk.press("escape")
        await walk.stand("write")
        await walk.press("enter")
        folder = next(path for path in work.iterdir() if path.is_dir())
        assert list(folder.rglob("fortigate.conf"))
        assert not list(folder.rglob("servicenow.csv"))


async def test_nothing_ticked_writes_nothing(work: Path) -> None:
    async with walking(draft=new_draft(papercut_mf(), "export")) as walk:
        await walk.to("export")
        for name in walk.app.exporting.form.formats():
            await walk.tick(f"format:{name}")
        await walk.stand("write")
        await walk.press("enter")
        assert "No format is ticked." in walk.screen()
        assert not any(path.is_dir() for path in work.iterdir())
