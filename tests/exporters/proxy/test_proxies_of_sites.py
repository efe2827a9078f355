"""Each proxy of a plan has lists of its own, and a PAC file sends each site's clients to theirs."""

from __future__ import annotations

import pytest

from exporters.format import CannotSay
from exporters.handover import handover
from exporters.handover.checks import checks_of
from exporters.proxy import hosts, pac, squid
from exporters.table import format_named
from tests.exporters.proxy.test_proxy_clients import on_the_page
from tests.tools.paths import ROOT
from tests.tools.worlds import CATALOG, plan_of, world
from wizard.deployment import Deployment, deploy

# A head office and two branches, each with a way to the internet of its own.
PLAN = """
    format = 1
    [products.printix]
    [zones.head]
    networks = ["10.1.0.0/16", "2001:db8:1::/48"]
    [zones.north]
    networks = ["10.2.0.0/16", "2001:db8:2::/48"]
    [zones.south]
    networks = ["10.3.0.0/16"]
    [sites.north]
    zones = ["north"]
    [sites.north.proxy]
    mode = "explicit"
    port = 8080
    addresses = ["10.2.0.8", "10.2.0.9"]
    [sites.south]
    zones = ["south"]
    [sites.south.proxy]
    mode = "none"
    [roles.user-computer]
    zones = ["head", "north", "south"]
    [roles.web-proxy]
    addresses = ["10.1.0.8"]
    [proxy]
    mode = "explicit"
    [firewalls.core]
    kind = "boundary"
    zones = ["head", "north", "south", "internet"]
"""
LISTED = "https://api.printix.net/"
GENERAL, NORTH = "PROXY 10.1.0.8:3128", "PROXY 10.2.0.8:8080; PROXY 10.2.0.9:8080"


def answer(text: str, own: str, url: str = LISTED) -> str:
    """What a PAC file says on a machine with this address."""
    import pacparser  # type: ignore[import-untyped]

    pacparser.init()
    try:
        pacparser.parse_pac_string(text)
        pacparser.setmyip(own)
        return str(pacparser.find_proxy(url, url.split("/")[2]))
    finally:
        pacparser.cleanup()


@pytest.mark.parametrize(
    ("own", "way"),
    [
        ("10.1.7.5", GENERAL),
        ("10.2.7.5", NORTH),
        ("10.3.7.5", "DIRECT"),
        ("192.0.2.7", GENERAL),
        ("10.20.0.5", GENERAL),
        ("2001:db8:2::7", NORTH),
        ("2001:db8:1::7", GENERAL),
    ],
)
def test_a_pac_file_chooses_by_the_clients_own_network(own: str, way: str) -> None:
    text = pac.files(world(PLAN))["proxy/proxy.pac"]
    assert answer(text, own) == way
    assert answer(text, own, "https://elsewhere.example/") == "DIRECT"


def test_a_site_has_a_pac_file_of_its_own_that_asks_for_no_address() -> None:
    made = pac.files(world(PLAN))
    assert made.keys() == {"proxy/proxy.pac", "proxy/north/proxy.pac"}
    text = made["proxy/north/proxy.pac"]
    assert answer(text, "192.0.2.7") == NORTH
    assert "myIpAddress" not in text


def test_networks_that_several_places_have_choose_nothing() -> None:
    twice = PLAN.replace(
        '["10.1.0.0/16", "2001:db8:1::/48"]', '["10.2.0.0/16"]\n    seen_as = ["10.1.0.0/16"]'
    )
    text = pac.files(world(twice))["proxy/proxy.pac"]
    assert "in several places: 10.2.0.0/16." in text
    assert answer(text, "10.2.7.5") == GENERAL


def test_a_proxy_of_a_site_without_an_address_is_refused_by_name() -> None:
    with pytest.raises(CannotSay, match="in the site north"):
        pac.files(world(PLAN.replace('addresses = ["10.2.0.8", "10.2.0.9"]', "")))


def clients(text: str) -> set[str]:
    return {
        line.split()[-1] for line in text.splitlines() if line.startswith("acl portwright_clients")
    }


def test_each_squid_lets_in_its_own_clients_alone() -> None:
    made = squid.files(world(PLAN))
    assert {path: clients(text) for path, text in made.items()} == {
        "proxy/squid.conf": {"10.1.0.0/16"},
        "proxy/north/squid.conf": {"10.2.0.0/16"},
    }
    assert "http_port 8080" in made["proxy/north/squid.conf"]
    assert "http_port 3128" in made["proxy/squid.conf"]


OCR = """
    [products.papercut-mf]
    [products.papercut-mf.features.cloud-ocr]
    [roles.print-server]
    addresses = ["10.2.0.5"]
"""


def test_the_page_of_the_formats_names_every_file_of_a_site() -> None:
    page = (ROOT / "docs/formats/proxy.md").read_text("utf-8")
    headings = "\n".join(line for line in page.splitlines() if line.startswith("## "))
    deployment = world(PLAN, OCR)
    made = [*squid.files(deployment), *pac.files(deployment), *hosts.files(deployment)]
    assert "proxy/north/squid.conf" in made
    assert [path for path in made if path.replace("/north/", "/<site>/") not in headings] == []


def test_lists_hold_what_the_sites_clients_need() -> None:
    made = hosts.files(world(PLAN, OCR))
    assert set(made) == {"proxy/hosts.txt", "proxy/tls-bypass.txt", "proxy/north/hosts.txt"}
    fewer = hosts.files(world(PLAN, OCR.replace("10.2.0.5", "10.1.0.5")))
    assert fewer["proxy/hosts.txt"] == made["proxy/hosts.txt"]
    lines = set(fewer["proxy/north/hosts.txt"].splitlines())
    gone = set(made["proxy/north/hosts.txt"].splitlines()) - lines
    assert any("papercut" in line for line in gone)
    assert any("api.printix.net" in line for line in lines)


def test_a_list_without_wildcards_names_hosts_where_another_has_them() -> None:
    named = world(PLAN.replace("port = 8080", "port = 8080\n    wildcards = false"), OCR)
    plain = world(PLAN.replace("port = 8080", "port = 8080"), OCR)

    def wild(value: Deployment) -> bool:
        return any(
            line.startswith("*.")
            for line in hosts.files(value)["proxy/north/hosts.txt"].splitlines()
        )

    assert wild(plain)
    ocr = [e.host for e in named.endpoints if e.fact.feature == "cloud-ocr" and e.wildcards]
    assert ocr
    assert not any(host in hosts.files(named)["proxy/north/hosts.txt"] for host in ocr if host)


def test_the_formats_are_offered_where_only_a_site_has_a_proxy() -> None:
    value = world(PLAN.replace('[proxy]\n    mode = "explicit"', ""))
    for name in ("squid", "pac"):
        found = format_named(name)
        assert found is not None
        assert found.fits(value)
    assert set(squid.files(value)) == {"proxy/north/squid.conf"}
    assert answer(pac.files(value)["proxy/proxy.pac"], "10.1.7.5") == "DIRECT"
    assert answer(pac.files(value)["proxy/proxy.pac"], "10.2.7.5") == NORTH


def test_the_page_lists_each_sites_clients_with_their_own_proxy() -> None:
    value = world(PLAN)
    assert on_the_page(value) == ({"10.1.0.0/16", "10.2.0.0/16"}, set())
    (rows,) = [part.connections for part in handover(value).teams if part.team.id == "proxy"]
    to_it = {
        (row.sources.cidrs, row.destinations.cidrs, row.ports)
        for row in rows
        if row.services == ("Web proxy",)
    }
    assert to_it == {
        (("10.1.0.0/16",), ("10.1.0.8/32",), ((3128, 3128),)),
        (("10.2.0.0/16",), ("10.2.0.8/32", "10.2.0.9/32"), ((8080, 8080),)),
    }
    said = " ".join(handover(value).proxy)
    assert "port 3128" in said
    assert "north" in said
    assert "south" in said


def test_checks_ask_each_sites_own_proxy() -> None:
    vias = {(check.via, check.sources) for check in checks_of(world(PLAN)) if check.how == "proxy"}
    assert (("10.1.0.8", 3128), ("10.1.0.0/16",)) in vias
    assert all(
        via is None or via[1] == 8080 for via, sources in vias if sources == ("10.2.0.0/16",)
    )
    assert ("10.2.0.8", 8080) in {via for via, _ in vias}


def test_an_unknown_public_address_is_what_lacks() -> None:
    nat = """
        format = 1
        [products.printix]
        [zones.branch]
        networks = ["192.168.1.0/24"]
        [roles.user-computer]
        zones = ["branch"]
        [roles.web-proxy]
        addresses = ["198.51.100.8"]
        [firewalls.edge]
        kind = "boundary"
        zones = ["branch", "internet"]
        nat = true
        [proxy]
        mode = "explicit"
    """
    text = squid.files(deploy(CATALOG, plan_of(nat)))["proxy/squid.conf"]
    said = "user-computer come behind edge, whose public address is not known"
    assert f"api.printix.net: {said}" in text
    assert "no place is known" not in text
