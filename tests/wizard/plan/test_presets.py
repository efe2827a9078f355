"""The network presets are sound pieces of a plan: roles placed, addresses in their zones, zones
joined.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
import tomli
import tomli_w

from wizard.facts.load import data_files, load_catalog
from wizard.facts.model import Catalog
from wizard.plan.file import parse_plan
from wizard.plan.presets import PARTS

PRESETS = (
    "lan",
    "segments",
    "branches",
    "nat-remote",
    "cloud",
    "cluster",
    "sites",
    "branch-servers",
)
NOT_PLACED = {"internet", "mail-server"}  # on the internet unless placed


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The roles are all that a preset names."""
    return load_catalog({name: data_files()[name] for name in ("roles.toml", "documents.toml")})


@pytest.fixture(scope="module")
def presets() -> dict[str, dict[str, Any]]:
    return tomli.loads(data_files()["presets.toml"])


def plan_text(preset: dict[str, Any]) -> str:
    """The preset as the plan file it is a piece of."""
    return tomli_w.dumps(
        {"format": 1, **{key: value for key, value in preset.items() if key != "about"}}
    )


def test_presets_are_these(presets: dict[str, dict[str, Any]]) -> None:
    assert tuple(presets) == PRESETS
    for preset in presets.values():
        assert preset.keys() <= {"name", "about", *PARTS}
        assert preset["name"]
        assert 0 < len(preset["about"]) < 76


@pytest.mark.parametrize("name", PRESETS)
def test_preset_is_a_piece_of_a_plan(
    catalog: Catalog, presets: dict[str, dict[str, Any]], name: str
) -> None:
    plan, errors = parse_plan(plan_text(presets[name]), catalog)
    assert errors == ()
    assert plan.roles.keys() == {
        role for role in catalog.roles.keys() - NOT_PLACED if not catalog.roles[role].at
    }


@pytest.mark.parametrize("name", PRESETS)
def test_preset_addresses_lie_in_their_zones_and_zones_apart(
    presets: dict[str, dict[str, Any]], name: str
) -> None:
    zones = {
        zone: [ipaddress.ip_network(network) for network in table["networks"]]
        for zone, table in presets[name]["zones"].items()
    }
    for role, place in presets[name]["roles"].items():
        for address in map(ipaddress.ip_address, place.get("addresses", ())):
            assert any(address in network for zone in place["zones"] for network in zones[zone]), (
                role,
                address,
            )
    everything = [network for networks in zones.values() for network in networks]
    assert all(network.is_private for network in everything)
    for i, some in enumerate(everything):
        assert not any(
            some.version == other.version and some.overlaps(other) for other in everything[i + 1 :]
        )


@pytest.mark.parametrize("name", PRESETS)
def test_preset_server_has_one_address_and_a_firewall_of_its_own(
    presets: dict[str, dict[str, Any]], name: str
) -> None:
    server = presets[name]["roles"]["print-server"]
    families = [ipaddress.ip_address(address).version for address in server["addresses"]]
    sites = presets[name].get("sites", {}).values()
    served = [site for site in sites if not set(site["zones"]).isdisjoint(server["zones"])]
    # One for all, or one for each site.
    assert len(server["zones"]) == max(1, len(served))
    assert 4 in families
    assert len(families) == len(set(families)) * len(server["zones"])
    hosts = [f for f in presets[name]["firewalls"].values() if f["kind"] == "host"]
    assert hosts == [{"kind": "host", "role": "print-server", "management": ["ssh"]}]


@pytest.mark.parametrize("name", PRESETS)
def test_preset_zones_all_reach_each_other_and_the_internet(
    presets: dict[str, dict[str, Any]], name: str
) -> None:
    joined = [set(f["zones"]) for f in presets[name]["firewalls"].values() if "zones" in f]
    reached, before = {"internet"}, set[str]()
    while reached != before:
        before = set(reached)
        for zones in joined:
            if zones & reached:
                reached |= zones
    assert reached == presets[name]["zones"].keys() | {"internet"}


def test_one_preset_has_ipv6(presets: dict[str, dict[str, Any]]) -> None:
    with_ipv6 = [
        name
        for name, preset in presets.items()
        if any(":" in network for zone in preset["zones"].values() for network in zone["networks"])
    ]
    assert with_ipv6 == ["segments"]
    assert all(
        any(":" in n for n in zone["networks"]) for zone in presets["segments"]["zones"].values()
    )
