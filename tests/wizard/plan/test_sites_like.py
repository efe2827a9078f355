"""Sites like one that there is: names, networks, firewalls and places of their own; also by CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.tools.worlds import CATALOG, codes, passes, plan_of
from wizard.cli.main import main
from wizard.deployment import deploy
from wizard.plan.field import AnswerError
from wizard.plan.file import read_plan
from wizard.plan.model import Placement, Site
from wizard.plan.sites import site_like, sites_like
from wizard.plan.sites_csv import sites_of_csv

NORTH = """
    format = 1
    [products.cups.features]
    ipp-sharing = {}
    printers-appsocket = {}
    [zones.head]
    networks = ["10.0.0.0/24"]
    [zones.wan]
    networks = ["10.0.255.0/24"]
    [zones.north-servers]
    networks = ["10.1.10.0/24", "fd00:1:10::/64"]
    [zones.north-clients]
    networks = ["10.1.20.0/22"]
    [zones.north-printers]
    networks = ["10.1.30.0/24"]
    [sites.north]
    zones = ["north-servers", "north-clients", "north-printers"]
    [roles.print-server]
    addresses = ["10.1.10.5", "fd00:1:10::5", "10.0.0.5"]
    [roles.user-computer]
    zones = ["head", "north-clients"]
    [roles.printer]
    zones = ["north-printers"]
    addresses = ["10.1.30.10-10.1.30.50"]
    [roles.dns-server]
    addresses = ["10.0.0.53"]
    [firewalls.north]
    kind = "boundary"
    zones = ["north-servers", "north-clients", "north-printers", "wan"]
    default = "deny"
    [firewalls.north-host]
    kind = "host"
    addresses = ["10.1.10.5", "fd00:1:10::5"]
    [firewalls.core]
    kind = "router"
    zones = ["wan", "head"]
"""


def test_a_site_like_north_has_all_that_north_has() -> None:
    plan = site_like(plan_of(NORTH), "north", "south")
    assert list(plan.sites) == ["north", "south"]
    assert plan.sites["south"] == Site(("south-servers", "south-clients", "south-printers"))
    assert plan.zones["south-servers"].networks == ("10.2.10.0/24", "fd00:1:10:1::/64")
    assert plan.zones["south-clients"].networks == ("10.2.20.0/22",)
    assert plan.zones["south-printers"].networks == ("10.2.30.0/24",)
    assert plan.roles["print-server"].addresses == (
        "10.1.10.5",
        "fd00:1:10::5",
        "10.0.0.5",
        "10.2.10.5",
        "fd00:1:10:1::5",
    )
    assert plan.roles["user-computer"].zones == ("head", "north-clients", "south-clients")
    assert plan.roles["printer"] == Placement(
        ("north-printers", "south-printers"), ("10.1.30.10-10.1.30.50", "10.2.30.10-10.2.30.50")
    )
    assert plan.roles["dns-server"] == Placement(addresses=("10.0.0.53",))
    assert plan.firewalls["south"].zones == (
        "south-servers",
        "south-clients",
        "south-printers",
        "wan",
    )
    assert plan.firewalls["south"].default == "deny"
    assert plan.firewalls["south-host"].addresses == ("10.2.10.5", "fd00:1:10:1::5")
    assert plan.firewalls["core"] == plan_of(NORTH).firewalls["core"]


def test_places_of_products_and_features_come_too() -> None:
    elsewhere = """
    [products.papercut-mf.roles.mfp]
    zones = ["north-printers"]
    [products.papercut-mf.features.mfp-hp.roles.mfp]
    zones = ["north-clients"]
    """
    product = site_like(plan_of(NORTH, elsewhere), "north", "south").products["papercut-mf"]
    assert product.roles["mfp"].zones == ("north-printers", "south-printers")
    assert product.feature_roles["mfp-hp"]["mfp"].zones == ("north-clients", "south-clients")


def test_it_serves_itself_and_changes_nothing_elsewhere() -> None:
    before, after = plan_of(NORTH), site_like(plan_of(NORTH), "north", "south")
    d = deploy(CATALOG, after)
    assert passes(d, "10.2.20.9", "10.2.10.5", "631/tcp") == {"south/forward", "south-host/in"}
    assert passes(d, "10.2.20.9", "10.1.10.5", "631/tcp") == set()
    assert "overlapping-zones" not in codes(d)
    ids = {rule.id for rule in d.rules}
    assert {rule.id for rule in deploy(CATALOG, before).rules} <= ids


def test_a_firewall_of_several_sites_joins_the_new_one() -> None:
    both = plan_of(
        NORTH,
        "[zones.east]\nnetworks = ['10.9.0.0/24']\n[sites.east]\nzones = ['east']",
        "[firewalls.shared]\nkind = 'boundary'\nzones = ['north-clients', 'east']",
    )
    plan = site_like(both, "north", "south")
    assert plan.firewalls["shared"].zones == ("north-clients", "east", "south-clients")


def test_many_sites_take_free_networks_one_after_the_other() -> None:
    plan = sites_like(plan_of(NORTH), "north", {f"s{number}": {} for number in range(40)})
    networks = [n for zone in plan.zones.values() for n in zone.networks]
    assert len(set(networks)) == len(networks)
    assert plan.zones["s39-servers"].networks[0] == "10.41.10.0/24"
    assert "overlapping-zones" not in codes(deploy(CATALOG, plan))


def test_networks_close_together_stay_so() -> None:
    dense = plan_of(
        "format = 1\n[zones.a]\nnetworks = ['192.168.0.0/26']\n[zones.b]\nnetworks = "
        "['192.168.0.64/26']\n[sites.one]\nzones = ['a', 'b']"
    )
    plan = site_like(dense, "one", "two")
    assert plan.zones["two-a"].networks == ("192.168.0.128/26",)
    assert plan.zones["two-b"].networks == ("192.168.0.192/26",)


@pytest.mark.parametrize(
    ("name", "message"),
    [("north", "There is a site 'north' already"), ("South", "'south'"), ("", "Give the site")],
)
def test_names_that_cannot_be(name: str, message: str) -> None:
    with pytest.raises(AnswerError, match=message):
        site_like(plan_of(NORTH), "north", name)
    with pytest.raises(AnswerError, match="There is no site 'west'"):
        site_like(plan_of(NORTH), "west", "south")


def test_no_network_is_free() -> None:
    full = plan_of(
        "format = 1\n[zones.a]\nnetworks = ['192.168.0.0/16']\n[sites.one]\nzones = ['a']"
    )
    with pytest.raises(
        AnswerError, match=r"After 192\.168\.0\.0/16 no networks of that size are free"
    ):
        site_like(full, "one", "two")


def test_a_csv_names_sites_and_networks() -> None:
    text = "name;servers;north-clients\nsouth;10.7.1.0/24 fd00:7::/64;\n\nwest;;10.8.0.0/24\n"
    sites = sites_of_csv(text, plan_of(NORTH), "north")
    assert sites == {
        "south": {"north-servers": ("10.7.1.0/24", "fd00:7::/64")},
        "west": {"north-clients": ("10.8.0.0/24",)},
    }
    plan = sites_like(plan_of(NORTH), "north", sites)
    assert plan.zones["south-servers"].networks == ("10.7.1.0/24", "fd00:7::/64")
    assert "10.7.1.5" in plan.roles["print-server"].addresses
    assert plan.zones["west-clients"].networks == ("10.8.0.0/24",)


def test_every_problem_of_a_csv_has_its_line() -> None:
    text = (
        "name,servers,floor\nsouth,10.7.1.5/24,x\nsouth,,\n,10.1.0.0/24,\neast,1,2,3\nwest,ten,\n"
    )
    with pytest.raises(AnswerError) as raised:
        sites_of_csv(text, plan_of(NORTH), "north")
    lines = str(raised.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "line 1",
        "line 2",
        "line 3",
        "line 4",
        "line 5",
        "line 6",
    ]
    assert "no column 'floor'" in lines[0]
    assert "the network is 10.7.1.0/24" in lines[1]


def test_the_command_writes_a_plan_that_loads(tmp_path: Path) -> None:
    plan, table, to = tmp_path / "plan.toml", tmp_path / "sites.csv", tmp_path / "new.toml"
    plan.write_text(NORTH)
    table.write_text("name,clients\nsouth,10.7.0.0/22\nwest,\n")
    add = ["sites", "add", str(plan), "--like", "north"]
    ended = CliRunner().invoke(main, [*add, "--csv", str(table), "--to", str(to)])
    assert (ended.exit_code, ended.output) == (0, "")
    assert list(read_plan(to.read_text(), CATALOG).sites) == ["north", "south", "west"]
    ended = CliRunner().invoke(main, [*add, "--name", "east"])
    assert list(read_plan(ended.stdout, CATALOG).sites) == ["north", "east"]
    for wrong, message in (
        (["--name", "north"], "There is a site 'north' already"),
        ([], "name the new sites"),
    ):
        ended = CliRunner().invoke(main, [*add, *wrong])
        assert ended.exit_code == 2
        assert message in ended.stderr
    table.write_text("name,clients\nsouth,x\n")
    ended = CliRunner().invoke(main, [*add, "--csv", str(table)])
    assert ended.exit_code == 2
    assert f"{table}: line 2: clients:" in ended.stderr
