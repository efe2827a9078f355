"""Who says where a role is, at three levels."""

from __future__ import annotations

from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan
from wizard.plan.placement import PlaceAt, is_placed_by_features, places_of

CATALOG = load_catalog()
OWN = """
format = 1
[products.cups.roles.file-server]
zones = ["servers"]
[zones.servers]
networks = ["10.8.10.0/24"]
[own.roles.file-server]
name = "File server"
"""


def test_asking_for_an_own_connection_changes_no_other_answer() -> None:
    plan, other = read_plan(OWN, CATALOG), read_plan("format = 1", CATALOG)
    for _ in range(2):
        assert places_of(plan, "own", "file-server") == (PlaceAt("cups"),)
        assert not is_placed_by_features(plan, "file-server")
        assert not is_placed_by_features(other, "mobility-server")
        assert places_of(other, "cups", "printer") == (PlaceAt(""),)
