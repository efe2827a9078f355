"""Connections of the plan's own in the features step: added, answered, renamed, removed, undone."""

from __future__ import annotations

import pytest

from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.model import OwnConnection, OwnRole, Plan
from wizard.plan.presets import apply_preset
from wizard.session.drafts import new_draft


def cups() -> Plan:
    plan = answered(catalog(), Plan(), "products", ("cups",))
    return apply_preset(catalog(), plan, "segments")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_connection_with_a_party_of_its_own(size: tuple[int, int], snap: Snap) -> None:
    async with walking(size, new_draft(cups(), "features")) as walk:
        await walk.stand("own+:connections")
        await walk.press("enter")
        await walk.write("Scan to folder")
        await walk.press("enter")
        # The cursor is on what is asked first.
        row = walk.app.main.form.row()
        assert row is not None
        assert str(row.key) == "own.connections.scan-to-folder.from"
        await walk.choose("own.connections.scan-to-folder.from", "mfp")
        await walk.stand("own.connections.scan-to-folder.to")
        await walk.press("enter")
        await walk.stand("party+:connections/scan-to-folder/to")
        await walk.press("enter")
        await walk.write("File server")
        await walk.press("enter")
        await walk.fill("own.connections.scan-to-folder.ports", "445")
        await walk.fill("own.connections.scan-to-folder.reason", "Copiers store scans")
        assert walk.plan.own.roles == {"file-server": OwnRole("File server")}
        assert walk.plan.own.connections == {
            "scan-to-folder": OwnConnection(
                from_="mfp",
                to="file-server",
                ports=("445",),
                service="Scan to folder",
                reason="Copiers store scans",
            )
        }
        await walk.stand("own.connections.scan-to-folder.to")
        await calm(walk)
        await snap(walk.pilot, f"own-{size[0]}x{size[1]}")
        # Its place is asked where all places are.
        await walk.to("network")
        await walk.place("file-server", "servers", "10.20.10.20")
        await walk.place("mfp", "printers")
        derived = walk.app.derived
        assert derived is not None
        assert any("own/scan-to-folder" in rule.flows for rule in derived.deployment.rules)


async def test_renamed_removed_and_undone() -> None:
    plan = cups()
    async with walking((80, 24), new_draft(plan, "features")) as walk:
        await walk.stand("own+:endpoints")
        await walk.press("enter")
        await walk.write("Billing")
        await walk.press("enter")
        await walk.fill("own.endpoints.billing.host", "erp.example.com")
        await walk.stand("own:endpoints/billing")
        await walk.press("enter")
        await walk.press("ctrl+e", "ctrl+u")
        await walk.write("erp")
        await walk.press("enter")
        assert list(walk.plan.own.endpoints) == ["erp"]
        assert walk.plan.own.endpoints["erp"].host == "erp.example.com"
        await walk.stand("own:endpoints/erp")
        await walk.press("delete")
        assert not walk.plan.own.endpoints
        await walk.press("ctrl+z")
        assert list(walk.plan.own.endpoints) == ["erp"]
