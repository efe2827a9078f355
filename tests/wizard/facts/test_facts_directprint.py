"""directprint.io, held row by row against the table of its networking article."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)

HOSTS = """
cloud        user-computer https://{,*.}directprint.io:443 stated
google-drive user-computer https://www.googleapis.com:443/drive/v3/files stated
"""
FLOWS = """
local-printing:protocols=raw    user-computer > {printer,mfp} 9100/tcp clear  stated never-public
local-printing:protocols=ipp    user-computer > {printer,mfp} 631/tcp  unsaid stated never-public
local-printing:protocols=ipps   user-computer > {printer,mfp} 443/tcp  tls    stated
local-printing:protocols=ipp-80 user-computer > {printer,mfp} 80/tcp   clear  stated optional never-public
# no page says it: hosts are given by name, so somebody must look them up
name-lookup user-computer > dns-server 53/{udp,tcp} unsaid inferred
"""


def test_directprint_holds_every_row_of_its_table() -> None:
    catalog = catalog_of("directprint")
    product = catalog.products["directprint"]
    assert_hosts(product, HOSTS)
    assert_flows(product, FLOWS)
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


def test_the_proxy_bypass_is_said_where_it_bites() -> None:
    product = catalog_of("directprint").products["directprint"]
    assert "bypass list" in product.features["cloud"].help
    for endpoint in product.endpoints[:2]:
        assert any("bypass list" in caution for caution in endpoint.cautions), endpoint.id
