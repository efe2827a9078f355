"""Sites keep computers and devices to the servers near them: own site, else central, else all."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tools.worlds import CATALOG, codes, errors_of, passes, plan_of, world
from wizard.deployment import Deployment, deploy
from wizard.explain.way import way_of
from wizard.facts.model import Catalog
from wizard.plan.presets import apply_preset

TWO_SITES = """
    format = 1
    [sites.head]
    zones = ["head-servers", "head-clients", "head-printers"]
    [sites.branch]
    zones = ["branch-servers", "branch-clients", "branch-printers"]
    [zones.head-servers]
    networks = ["10.3.10.0/24"]
    [zones.head-clients]
    networks = ["10.3.20.0/24"]
    [zones.head-printers]
    networks = ["10.3.30.0/24"]
    [zones.branch-servers]
    networks = ["10.4.10.0/24"]
    [zones.branch-clients]
    networks = ["10.4.20.0/24"]
    [zones.branch-printers]
    networks = ["10.4.30.0/24"]
    [zones.central]
    networks = ["10.0.0.0/24"]
    [roles.user-computer]
    zones = ["head-clients", "branch-clients"]
    [roles.printer]
    zones = ["head-printers", "branch-printers"]
    [roles.mfp]
    absent = true
    [firewalls.wan]
    kind = "boundary"
    zones = ["head-servers", "head-clients", "head-printers", "branch-servers", "branch-clients",
             "branch-printers", "central"]
"""
HEAD_CLIENT, BRANCH_CLIENT = "10.3.20.7", "10.4.20.7"
HEAD_PRINTER, BRANCH_PRINTER = "10.3.30.7", "10.4.30.7"
HEAD_SERVER, BRANCH_SERVER, CENTRAL_SERVER = "10.3.10.5", "10.4.10.5", "10.0.0.5"
CUPS = "[products.cups.features]\nipp-sharing = {}\nprinters-appsocket = {}"


def servers(*addresses: str) -> str:
    return f"[roles.print-server]\naddresses = {list(addresses)}"


def reaches(d: Deployment, source: str, destination: str, service: str) -> bool:
    return bool(passes(d, source, destination, service))


def test_each_site_prints_to_its_own_server() -> None:
    d = world(TWO_SITES, CUPS, servers(HEAD_SERVER, BRANCH_SERVER))
    assert reaches(d, HEAD_CLIENT, HEAD_SERVER, "631/tcp")
    assert reaches(d, BRANCH_CLIENT, BRANCH_SERVER, "631/tcp")
    assert not reaches(d, HEAD_CLIENT, BRANCH_SERVER, "631/tcp")
    assert not reaches(d, BRANCH_CLIENT, HEAD_SERVER, "631/tcp")
    assert reaches(d, HEAD_SERVER, HEAD_PRINTER, "9100/tcp")
    assert reaches(d, BRANCH_SERVER, BRANCH_PRINTER, "9100/tcp")
    assert not reaches(d, HEAD_SERVER, BRANCH_PRINTER, "9100/tcp")
    assert not reaches(d, BRANCH_SERVER, HEAD_PRINTER, "9100/tcp")


def test_without_sites_everybody_talks_to_everybody() -> None:
    plan = TWO_SITES.partition("[sites.head]")[0], "[zones" + TWO_SITES.partition("[zones")[2]
    d = world(*plan, CUPS, servers(HEAD_SERVER, BRANCH_SERVER))
    assert reaches(d, HEAD_CLIENT, BRANCH_SERVER, "631/tcp")
    assert reaches(d, BRANCH_SERVER, HEAD_PRINTER, "9100/tcp")


def test_a_site_without_a_server_takes_the_central_one_and_no_other() -> None:
    d = world(TWO_SITES, CUPS, servers(HEAD_SERVER, CENTRAL_SERVER))
    assert reaches(d, HEAD_CLIENT, HEAD_SERVER, "631/tcp")
    assert not reaches(d, HEAD_CLIENT, CENTRAL_SERVER, "631/tcp")
    assert reaches(d, BRANCH_CLIENT, CENTRAL_SERVER, "631/tcp")
    assert not reaches(d, BRANCH_CLIENT, HEAD_SERVER, "631/tcp")
    assert reaches(d, CENTRAL_SERVER, BRANCH_PRINTER, "9100/tcp")
    assert not reaches(d, CENTRAL_SERVER, HEAD_PRINTER, "9100/tcp")
    assert "site-without-partner" not in codes(d)


def test_with_no_central_one_all_serve_and_a_finding_says_so() -> None:
    d = world(TWO_SITES, CUPS, servers(HEAD_SERVER))
    assert reaches(d, BRANCH_CLIENT, HEAD_SERVER, "631/tcp")
    assert reaches(d, HEAD_SERVER, BRANCH_PRINTER, "9100/tcp")
    messages = [f.message for f in d.findings if f.code == "site-without-partner"]
    assert len(messages) == 2
    assert all(message.startswith("Site branch has no partner for") for message in messages)
    assert {f.severity for f in d.findings if f.code == "site-without-partner"} == {"info"}


def test_central_computers_take_central_servers() -> None:
    roles = "[roles.mobile-device]\nzones = ['central']"
    ng = "[products.papercut-ng.features]\nmobility-print = {}"
    d = world(TWO_SITES, ng, roles, servers(HEAD_SERVER, CENTRAL_SERVER))
    assert not reaches(d, "10.0.0.77", HEAD_SERVER, "9164/tcp")
    d = world(TWO_SITES, ng, roles, servers(HEAD_SERVER, BRANCH_SERVER))
    assert reaches(d, "10.0.0.77", HEAD_SERVER, "9164/tcp")
    assert reaches(d, "10.0.0.77", BRANCH_SERVER, "9164/tcp")


def test_what_is_not_served_runs_between_all() -> None:
    secondary = "[roles.secondary-server]\naddresses = ['10.4.10.6']"
    ng = "[products.papercut-ng.features]\nsecondary-servers = {}"
    d = world(TWO_SITES, ng, secondary, servers(HEAD_SERVER))
    assert reaches(d, "10.4.10.6", HEAD_SERVER, "9191/tcp")


def test_a_product_can_pair_across_sites() -> None:
    across = "[products.cups]\nacross_sites = true\n" + CUPS
    d = world(TWO_SITES, across, servers(HEAD_SERVER, BRANCH_SERVER))
    assert reaches(d, HEAD_CLIENT, BRANCH_SERVER, "631/tcp")
    assert reaches(d, BRANCH_SERVER, HEAD_PRINTER, "9100/tcp")


def test_relays_between_computers_stay_at_their_site() -> None:
    d = world(TWO_SITES, "[products.printix]")
    assert not reaches(d, HEAD_CLIENT, BRANCH_CLIENT, "21335/tcp")


def test_hosts_firewalls_hold_their_own_site_only() -> None:
    host = "[firewalls.own]\nkind = 'host'\naddresses = ['10.4.10.5']"
    d = world(TWO_SITES, CUPS, servers(HEAD_SERVER, BRANCH_SERVER), host)
    assert passes(d, BRANCH_CLIENT, BRANCH_SERVER, "631/tcp") == {"own/in", "wan/forward"}
    assert passes(d, HEAD_CLIENT, BRANCH_SERVER, "631/tcp") == set()
    sources = {r.sources for r in d.rules_of("own") if r.direction == "in" and r.transport == "tcp"}
    assert sources == {("10.4.20.0/24",)}


def test_no_path_is_said_of_pairs_only() -> None:
    apart = (
        TWO_SITES.partition("[firewalls")[0]
        + """
    [firewalls.head]
    kind = "boundary"
    zones = ["head-servers", "head-clients", "head-printers"]
    [firewalls.branch]
    kind = "boundary"
    zones = ["branch-servers", "branch-clients", "branch-printers"]
    """
    )
    d = world(apart, CUPS, "[roles.dns-server]\nabsent = true", servers(HEAD_SERVER, BRANCH_SERVER))
    assert "no-path" not in codes(d)


@pytest.mark.parametrize(
    ("sites", "message"),
    [
        ("[sites.a]\nzones = ['one']\n[sites.b]\nzones = ['one']", "one is in the site a already"),
        ("[sites.a]\nzones = ['two']", "no zone 'two' is declared"),
        ("[sites.a]\nzones = ['internet']", "the zone internet is in no site"),
        ("[sites.a]", "needs its zones"),
        ("[sites.A]\nzones = ['one']", "'A' cannot name a site"),
        ("[sites.a]\nzones = ['one']\nnetworks = []", "unknown key"),
        ("[products.cups]\nacross_sites = 1", "must be true or false"),
    ],
)
def test_what_is_wrong_with_sites_is_said(sites: str, message: str) -> None:
    (error,) = errors_of(f"format = 1\n[zones.one]\nnetworks = ['10.0.0.0/24']\n{sites}")
    assert message in str(error)
    assert error.line


def test_installations_pair_each_for_itself() -> None:
    two = """
    [products.cups.features]
    ipp-sharing = {}
    [products.cups-labs]
    product = "cups"
    across_sites = true
    features = { ipp-sharing = {} }
    ports = { ipp = 6310 }
    """
    d = world(TWO_SITES, two, servers(HEAD_SERVER, BRANCH_SERVER))
    assert reaches(d, HEAD_CLIENT, HEAD_SERVER, "631/tcp")
    assert not reaches(d, HEAD_CLIENT, BRANCH_SERVER, "631/tcp")
    assert reaches(d, HEAD_CLIENT, BRANCH_SERVER, "6310/tcp")


@pytest.mark.parametrize(
    ("preset", "own", "other"),
    [("sites", "10.70.10.5", ""), ("branch-servers", "10.82.10.5", "10.81.10.5")],
)
def test_presets_of_sites_serve_them(preset: str, own: str, other: str) -> None:
    plan = apply_preset(CATALOG, plan_of("format = 1", CUPS), preset)
    d = deploy(CATALOG, plan)
    assert not {"no-path", "site-without-partner", "unplaced-role"} & codes(d)
    client = "10.82.20.9" if other else "10.72.20.9"
    assert reaches(d, client, own, "631/tcp")
    assert not (other and reaches(d, client, other, "631/tcp"))


def test_explain_says_what_sites_keep_apart() -> None:
    d = world(TWO_SITES, CUPS, servers(HEAD_SERVER, BRANCH_SERVER))
    way = way_of(d, HEAD_CLIENT, BRANCH_SERVER, "631/tcp")
    assert not way.allowed
    (note,) = way.notes
    assert note.startswith("Sites keep these apart: ")
    assert "'Serves across sites' of cups" in note
    assert not way_of(d, HEAD_CLIENT, BRANCH_SERVER, "22/tcp").notes
    assert not way_of(d, HEAD_CLIENT, HEAD_SERVER, "631/tcp").notes


def test_a_secondary_server_serves_its_site_in_place_of_the_primary() -> None:
    """What both offer counts together: the branch's computers do not print at the head office."""
    ng = "[products.papercut-ng.features]\nwindows-spooler = {}\nsecondary-servers = {}"
    secondary = f"[roles.secondary-server]\naddresses = ['{BRANCH_SERVER}']"
    plan = plan_of(TWO_SITES, ng, secondary, servers(HEAD_SERVER))
    d = deploy(with_secondary_queues(), plan)
    assert reaches(d, BRANCH_CLIENT, BRANCH_SERVER, "445/tcp")
    assert reaches(d, HEAD_CLIENT, HEAD_SERVER, "445/tcp")
    assert not reaches(d, BRANCH_CLIENT, HEAD_SERVER, "445/tcp")
    assert not reaches(d, HEAD_CLIENT, BRANCH_SERVER, "445/tcp")
    # The web interface is the primary's alone: everybody's, wherever they are.
    assert reaches(d, BRANCH_CLIENT, HEAD_SERVER, "9191/tcp")


def with_secondary_queues() -> Catalog:
    """The facts, with Windows queues on secondary servers as well."""
    product = CATALOG.products["papercut-ng"]
    (queue,) = [fact for fact in product.flows if fact.entry == "spooler-smb"]
    second = replace(queue, id="papercut-ng/queues-of-secondary", to="secondary-server")
    larger = replace(product, flows=(*product.flows, second))
    return replace(CATALOG, products={**CATALOG.products, "papercut-ng": larger})
