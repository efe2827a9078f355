"""Encrypted only, and a listener opened to the internet on purpose: asked where they matter."""

from __future__ import annotations

from tests.flows.test_pictures import calm
from tests.flows.walk import catalog, walking
from tests.tools.keys import answered
from tests.tools.snapshot import Snap
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.session.drafts import new_draft

ENCRYPTED = "products.papercut-mf.encrypted_only"
PUBLIC = "products.papercut-mf.public"


def plan() -> Plan:
    plan = answered(catalog(), Plan(), "products", ("papercut-mf",))
    return apply_preset(catalog(), plan, "nat-remote")


async def test_encrypted_only_takes_the_clear_twin_away(snap: Snap) -> None:
    async with walking((120, 36), new_draft(plan(), "features")) as walk:
        assert "9191" in walk.board()
        await walk.tick(ENCRYPTED)
        assert walk.plan.products["papercut-mf"].encrypted_only
        await calm(walk)
        await snap(walk.pilot, "encrypted-only-120x36")
        derived = walk.app.derived
        assert derived is not None
        ports = {rule.ports for rule in derived.deployment.rules}
        assert ((9191, 9191),) not in ports
        assert ((9192, 9192),) in ports
        await walk.press("ctrl+z")
        assert not walk.plan.products["papercut-mf"].encrypted_only


async def test_a_listener_is_opened_to_the_internet_on_purpose(snap: Snap) -> None:
    async with walking((120, 36), new_draft(plan(), "features")) as walk:
        # Nobody is on the internet yet: it is not asked.
        assert walk.row(PUBLIC) is None
        await walk.to("network")
        for zone in ("internet", *walk.plan.roles["user-computer"].zones):
            await walk.choose("roles.user-computer.zones", zone)
        assert walk.plan.roles["user-computer"].zones == ("internet",)
        derived = walk.app.derived
        assert derived is not None
        assert "internal-flow" in {finding.code for finding in derived.deployment.findings}
        await walk.to("features")
        await walk.choose(PUBLIC, "https")
        assert walk.plan.products["papercut-mf"].public == ("https",)
        await calm(walk)
        await snap(walk.pilot, "public-120x36")
        derived = walk.app.derived
        assert derived is not None
        assert {forward.ports for forward in derived.deployment.forwards} == {(9192, 9192)}
        assert "internet-exposure" in {finding.code for finding in derived.deployment.findings}
