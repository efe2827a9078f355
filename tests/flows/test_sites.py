"""Sites in the wizard: offered once there are several zones, added, renamed, removed, copied."""

from __future__ import annotations

from pathlib import Path

from tests.flows.test_pictures import calm
from tests.flows.walk import walking
from tests.tools.snapshot import Snap
from wizard.plan.model import Plan, ProductPlan, Site, Zone
from wizard.session.drafts import new_draft


async def test_sites_of_zones_made_by_hand() -> None:
    async with walking() as walk:
        await walk.tick("products=cups")
        await walk.to("network")
        for zone, network in {
            "north-servers": "10.1.10.0/24",
            "north-clients": "10.1.20.0/24",
        }.items():
            assert walk.row("site+") is None
            await walk.stand("zone+")
            await walk.press("enter", "ctrl+u")
            await walk.write(zone)
            await walk.press("enter")
            await walk.fill(f"zones.{zone}.networks", network)
        await walk.stand("site+")
        await walk.press("enter", "ctrl+u")
        await walk.write("north")
        await walk.press("enter")
        await walk.choose("sites.north.zones", "north-servers")
        await walk.choose("sites.north.zones", "north-clients")
        assert walk.plan.sites == {"north": Site(("north-servers", "north-clients"))}
        await walk.stand("site like:north")
        await walk.press("enter", "ctrl+u")
        await walk.write("south")
        await walk.press("enter")
        assert walk.plan.sites["south"] == Site(("south-servers", "south-clients"))
        assert walk.plan.zones["south-clients"] == Zone(("10.2.20.0/24",))
        await walk.stand("site:south")
        await walk.press("enter", "ctrl+u")
        await walk.write("west")
        await walk.press("enter")
        assert list(walk.plan.sites) == ["north", "west"]
        await walk.stand("site:west")
        await walk.press("delete")
        assert list(walk.plan.sites) == ["north"]
        assert "south-clients" in walk.plan.zones
        await walk.press("ctrl+z")
        assert list(walk.plan.sites) == ["north", "west"]


async def test_sites_from_a_csv_file(tmp_path: Path, snap: Snap) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("name,clients\nsouth,10.7.20.0/24\nwest,\n", "utf-8")
    plan = Plan(
        products={"cups": ProductPlan()},
        zones={"north-clients": Zone(("10.1.20.0/24",)), "head": Zone(("10.9.0.0/24",))},
        sites={"north": Site(("north-clients",))},
    )
    async with walking((80, 24), new_draft(plan, "network")) as walk:
        await walk.stand("sites csv:north")
        await walk.press("enter", "end")
        await walk.write("-no.csv")
        await walk.press("enter")
        # What cannot be taken stays in the field.
        assert "It can't be read: No such file" in walk.screen()
        await walk.press("ctrl+u")
        await calm(walk)
        await snap(walk.pilot, "sites-from-a-file-80x24")
        await walk.write(str(file))
        await walk.press("enter")
        assert list(walk.plan.sites) == ["north", "south", "west"]
        assert walk.plan.zones["south-clients"] == Zone(("10.7.20.0/24",))
        await walk.press("ctrl+z")
        assert list(walk.plan.sites) == ["north"]
