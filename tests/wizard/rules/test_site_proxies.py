"""Sites with a web proxy of their own: their clients go to it and to no other, and it goes out."""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG, lets, world
from wizard.plan.keys import ProxyKey, SiteProxyKey
from wizard.questions import open_questions
from wizard.rules.wants import Want

# A head office with a proxy, and a branch; each with a way to the internet of its own.
PLAN = """
    format = 1
    [products.printix]
    [zones.head]
    networks = ["10.1.0.0/24"]
    [zones.head-servers]
    networks = ["10.1.1.0/24"]
    [zones.north]
    networks = ["10.2.0.0/24"]
    [zones.north-servers]
    networks = ["10.2.1.0/24"]
    [sites.north]
    zones = ["north", "north-servers"]
    [roles.user-computer]
    zones = ["head", "north"]
    [roles.web-proxy]
    addresses = ["10.1.1.8", "10.2.1.8"]
    [proxy]
    mode = "explicit"
    [firewalls.core]
    kind = "boundary"
    zones = ["head", "head-servers", "north", "north-servers", "internet"]
"""
BY_ROLE = '[sites.north.proxy]\nmode = "explicit"\nport = 8080'
BY_ADDRESS = f'{BY_ROLE}\naddresses = ["10.2.1.9"]'
HEAD, NORTH, HEAD_PROXY, NORTH_PROXY = "10.1.0.5", "10.2.0.5", "10.1.1.8", "10.2.1.8"
OUT = "203.0.113.80"


def ways(*parts: str) -> set[tuple[str, str, str]]:
    """Who gets where on the ports of the proxies and of the web."""
    value = world(PLAN, *parts)
    everybody = (HEAD, NORTH, HEAD_PROXY, NORTH_PROXY, "10.2.1.9", OUT)
    return {
        (source, destination, port)
        for source in everybody
        for destination in everybody
        for port in ("3128/tcp", "8080/tcp", "443/tcp")
        if source != destination and lets(value, "core/forward", source, destination, port)
    }


def test_without_one_all_go_to_all_that_there_are() -> None:
    assert ways() == {
        *((client, proxy, "3128/tcp") for client in (HEAD, NORTH) for proxy in (HEAD_PROXY, NORTH_PROXY)),
        (HEAD_PROXY, OUT, "443/tcp"),
        (NORTH_PROXY, OUT, "443/tcp"),
    }  # fmt: skip


def test_clients_of_a_site_go_to_the_proxy_that_is_there() -> None:
    assert ways(BY_ROLE) == {
        (HEAD, HEAD_PROXY, "3128/tcp"),
        (NORTH, NORTH_PROXY, "8080/tcp"),
        (HEAD_PROXY, OUT, "443/tcp"),
        (NORTH_PROXY, OUT, "443/tcp"),
    }


def test_or_to_addresses_of_its_own() -> None:
    assert ways(BY_ADDRESS) == {
        (HEAD, HEAD_PROXY, "3128/tcp"),
        (HEAD, NORTH_PROXY, "3128/tcp"),
        (NORTH, "10.2.1.9", "8080/tcp"),
        (HEAD_PROXY, OUT, "443/tcp"),
        (NORTH_PROXY, OUT, "443/tcp"),
        ("10.2.1.9", OUT, "443/tcp"),
    }


@pytest.mark.parametrize("mode", ["none", "transparent"])
def test_or_directly(mode: str) -> None:
    assert ways(f'[sites.north.proxy]\nmode = "{mode}"') == {
        (HEAD, HEAD_PROXY, "3128/tcp"),
        (HEAD, NORTH_PROXY, "3128/tcp"),
        (HEAD_PROXY, OUT, "443/tcp"),
        (NORTH_PROXY, OUT, "443/tcp"),
        (NORTH, OUT, "443/tcp"),
    }


def test_a_site_without_a_proxy_in_it_waits_for_one_and_takes_no_other() -> None:
    alone = PLAN.replace('"10.1.1.8", "10.2.1.8"', '"10.1.1.8"')
    value = world(alone, BY_ROLE)
    (open_question,) = open_questions(CATALOG, value.plan)
    assert open_question.key == SiteProxyKey("north", "addresses")
    assert not lets(value, "core/forward", NORTH, HEAD_PROXY, "8080/tcp")
    assert not lets(value, "core/forward", NORTH, OUT, "443/tcp")
    assert lets(value, "core/forward", HEAD, HEAD_PROXY, "3128/tcp")


def test_because_of_the_answers_about_it() -> None:
    value = world(PLAN, BY_ADDRESS)

    def of(port: int) -> Want:
        to_it = [w for w in value.wants if w.to == "web-proxy" and w.ports == ((port, port),)]
        return to_it[0]

    north, head = of(8080), of(3128)
    parts = ("mode", "addresses", "port")
    assert {SiteProxyKey("north", part) for part in parts} <= set(north.because)
    assert ProxyKey("mode") not in north.because
    assert {ProxyKey("mode"), ProxyKey("port"), SiteProxyKey("north", "mode")} <= set(head.because)


WILD = """
    [products.papercut-mf]
    [products.papercut-mf.features.cloud-ocr]
    [roles.print-server]
    addresses = ["10.1.1.5", "10.2.1.5"]
"""


def test_hosts_are_named_one_by_one_where_its_list_takes_no_wildcards() -> None:
    value = world(PLAN.replace("[products.printix]", ""), WILD, f"{BY_ROLE}\nwildcards = false")
    at = {e.host: e.wildcards for e in value.endpoints if e.host and e.fact.feature == "cloud-ocr"}
    wild = [host for host in at if host.startswith("*.")]
    assert wild
    assert all(at[host] is True for host in wild)
    assert {False, None} <= set(at.values())
