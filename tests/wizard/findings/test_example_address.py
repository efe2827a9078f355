"""`example-address`: what came with a preset, or out of a document, goes out as one's own."""

from __future__ import annotations

import pytest

from tests.tools.keys import answered
from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.examples import examples_of
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.model import Plan, changed
from wizard.plan.origin import FromPreset
from wizard.plan.presets import apply_preset, presets
from wizard.plan.stamp import plan_digest

CATALOG = load_catalog()
PRODUCTS = '[products.papercut-mf]\nfeatures = { "mobility-print" = {} }\n'
HEAD = f"format = 1\n{PRODUCTS}"


def planned(text: str) -> Plan:
    return read_plan(HEAD + text, CATALOG)


def remarks(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    """Message and subjects of each."""
    listed = []
    for finding in deploy(CATALOG, plan).findings:
        if finding.code == "example-address":
            assert finding.severity == "warning"
            listed.append((finding.message, finding.subjects))
    return listed


@pytest.mark.parametrize("preset", [preset.id for preset in presets()])
def test_every_address_of_a_preset_is_an_example(preset: str) -> None:
    plan = apply_preset(CATALOG, planned(""), preset)
    keys = {str(key) for key in examples_of(plan)}
    assert {f"zones.{zone}.networks" for zone in plan.zones} <= keys
    placed = [role for role, place in plan.roles.items() if place.addresses]
    assert {f"roles.{role}.addresses" for role in placed} <= keys
    public = [name for name, firewall in plan.firewalls.items() if firewall.public_address]
    assert {f"firewalls.{name}.public_address" for name in public} <= keys
    assert remarks(plan)


def test_one_s_own_networks_are_none() -> None:
    assert remarks(planned('[zones.servers]\nnetworks = ["10.7.10.0/24"]\n')) == []


SEGMENTS = '[preset]\nname = "segments"\n'
BOTH = '[zones.servers]\nnetworks = ["10.20.10.0/24", "fd00:20:10::/64"]\n'


def test_as_a_preset_has_it_to_the_last_network() -> None:
    # 'Separate segments' has an IPv6 network there too: who left it out has looked at it.
    alone = '[zones.servers]\nnetworks = ["10.20.10.0/24"]\n'
    assert remarks(planned(SEGMENTS + alone)) == []
    assert remarks(planned(SEGMENTS + BOTH)) == [
        (
            "Addresses that are the examples that the preset 'Separate segments' starts with:"
            " zones.servers.networks (10.20.10.0/24, fd00:20:10::/64).",
            ("servers",),
        )
    ]


def test_what_is_set_aside_for_documents_wherever_it_stands() -> None:
    plan = planned(
        '[zones.servers]\nnetworks = ["10.7.10.0/24", "2001:db8:7::/64"]\n'
        '[roles.print-server]\naddresses = ["10.7.10.5"]\n'
        '[roles.directory-server]\naddresses = ["198.51.100.4-198.51.100.9"]\n'
        '[firewalls.edge]\nkind = "boundary"\nzones = ["servers", "internet"]\nnat = true\n'
        'public_address = "203.0.113.7"\n'
    )
    assert remarks(plan) == [
        (
            "Addresses that are set aside for documents, and nobody has them:"
            " zones.servers.networks (2001:db8:7::/64), roles.directory-server.addresses"
            " (198.51.100.4-198.51.100.9), firewalls.edge.public_address (203.0.113.7).",
            ("servers", "directory-server", "edge"),
        )
    ]


def test_a_network_that_only_holds_them_is_none() -> None:
    assert remarks(planned('[zones.any]\nnetworks = ["0.0.0.0/0"]\n')) == []


def test_one_s_own_that_some_preset_has_too_is_none() -> None:
    assert remarks(planned(BOTH)) == []  # typed into a file, or into a plan that began with none
    assert remarks(planned('[preset]\nname = "lan"\n' + BOTH)) == []
    assert remarks(planned('[preset]\nname = "of a later version"\n' + BOTH)) == []


def test_of_another_preset_s_networks_none_is_an_example() -> None:
    plan = apply_preset(CATALOG, planned(""), "lan")
    moved = answered(CATALOG, plan, "zones.lan.networks", ("10.60.10.0/24",))
    assert "zones.lan.networks" not in map(str, examples_of(moved))


def test_what_is_typed_once_more_is_one_s_own() -> None:
    plan = apply_preset(CATALOG, planned(""), "lan")
    assert "zones.lan.networks" in map(str, examples_of(plan))
    typed = answered(CATALOG, plan, "zones.lan.networks", ("192.168.10.0/24",))
    assert typed.zones == plan.zones
    keys = list(map(str, examples_of(typed)))
    assert "zones.lan.networks" not in keys
    assert "roles.print-server.addresses" in keys  # that one nobody has typed
    # There and back is one's own too, and it is so once the plan was written and read.
    away = answered(CATALOG, plan, "zones.lan.networks", ("10.1.0.0/24",))
    back = answered(CATALOG, away, "zones.lan.networks", ("192.168.10.0/24",))
    assert "zones.lan.networks" not in map(str, examples_of(back))
    assert read_plan(write_plan(back, CATALOG), CATALOG) == back
    # Another preset begins anew.
    assert "zones.lan.networks" in map(str, examples_of(apply_preset(CATALOG, back, "lan")))


def test_what_a_plan_began_with_is_no_answer() -> None:
    plan = apply_preset(CATALOG, planned(""), "lan")
    assert plan_digest(plan) == plan_digest(changed(plan, preset=FromPreset()))


def test_what_cannot_be_read_of_it_is_said() -> None:
    errors = parse_plan(HEAD + "[preset]\nname = 3\nown = [4]\nwhole = true\n", CATALOG)[1]
    assert sorted(error.path for error in errors) == ["preset.name", "preset.own", "preset.whole"]
