"""PrintFactory, held against the list of hosts in its page on secure environments."""

from __future__ import annotations

from tests.tools.facts import assert_flows, assert_hosts, assert_presentable, catalog_of

HOSTS = """
cloud print-server https://{api,app,order}.aurelon.com:443      stated
cloud print-server wss://connect.aurelon.com:27499              stated
cloud print-server wss://notification.aurelon.com:27489         stated
"""
FLOWS = """
# no page says it: hosts are given by name, so somebody must look them up
name-lookup print-server > dns-server 53/{udp,tcp} unsaid inferred
"""


def test_printfactory_holds_every_host_of_its_page() -> None:
    catalog = catalog_of("printfactory")
    product = catalog.products["printfactory"]
    assert_hosts(product, HOSTS)
    assert_flows(product, FLOWS)
    assert_presentable(catalog, product)


def test_what_the_page_leaves_out_is_said() -> None:
    product = catalog_of("printfactory").products["printfactory"]
    assert "cloud only" in product.about
    assert "ports between the parts" in product.features["cloud"].help
    assert "27499" in product.features["cloud"].help
    sockets = [endpoint for endpoint in product.endpoints if endpoint.scheme == "wss"]
    assert all(any("CONNECT" in caution for caution in e.cautions) for e in sockets)
