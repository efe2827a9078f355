"""Line mode adds the sites of a CSV file."""

from __future__ import annotations

from pathlib import Path

from screens.line.adding import NEW_SITE
from screens.line.items import items
from tests.screens.line.test_linemode import facts, kept, talk
from wizard.plan.model import Plan, ProductPlan, Site, Zone

PLAN = Plan(
    products={"cups": ProductPlan()},
    zones={"north-clients": Zone(("10.1.20.0/24",)), "head": Zone(("10.9.0.0/24",))},
    sites={"north": Site(("north-clients",))},
)


def test_sites_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("name,clients\nsouth,10.7.20.0/24\nwest,\n", "utf-8")
    keys = [item.key for item in items(facts(), PLAN, "network")]
    at = f"g 3.{keys.index(NEW_SITE) + 1}"
    spoken = talk(at, "csv none.csv like north", f"csv {file} like north", "q", plan=PLAN)
    assert "'csv sites.csv like north' those of a CSV file" in spoken.flat
    assert "(none.csv)" in spoken.flat
    assert "Added: 2 sites." in spoken.flat
    assert list(kept().sites) == ["north", "south", "west"]
    assert kept().zones["south-clients"] == Zone(("10.7.20.0/24",))
