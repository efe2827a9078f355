"""QZ Tray, held against its source."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)

FLOWS = """
agent            user-computer > user-computer 8181,8282,8383,8484/tcp tls   stated loopback
agent:plain=True user-computer > user-computer 8182,8283,8384,8485/tcp clear stated optional loopback
raw-printing     user-computer > {printer,mfp} 9100/tcp clear inferred never-public ~ports
# no page says it: hosts are given by name, so somebody must look them up
name-lookup user-computer > dns-server 53/{udp,tcp} unsaid inferred
"""
HOSTS = """
agent user-computer https://crl.qz.io:443      stated
agent user-computer https://api.github.com:443 stated optional
"""


def test_qz_tray_holds_what_its_source_says() -> None:
    catalog = catalog_of("qz-tray")
    product = catalog.products["qz-tray"]
    assert_flows(product, FLOWS)
    assert_hosts(product, HOSTS)
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product, "plain-socket")


def test_it_says_that_the_agent_listens_on_every_address() -> None:
    product = catalog_of("qz-tray").products["qz-tray"]
    for flow in product.flows:
        if flow.feature == "agent":
            assert any("0.0.0.0" in caution for caution in flow.cautions), flow.id
