"""Vasion Print, held against its pages on the Control Panel Application and the portal."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)

FLOWS = """
# Xerox, Additional Port Information; Sharp and Lexmark say the same
printing:protocols=raw user-computer > {printer,mfp} 9100/tcp clear stated never-public
printing:protocols=lpr user-computer > {printer,mfp} 515/tcp  clear stated never-public
devices                print-server > mfp 443/tcp   unsaid stated
devices                mfp > print-server 31988/tcp unsaid stated =printer-apps
# Sharp, Ports Used
devices:sharp=True     print-server > mfp 10080,10443/tcp unsaid stated
# required, without a port or who asks
devices:sign-in=True   print-server > mfp 161/udp unsaid inferred
# Sharp: all devices must be allowed to reach the DNS server
name-lookup+devices print-server > dns-server 53/{udp,tcp} unsaid inferred
name-lookup+devices mfp > dns-server 53/{udp,tcp} unsaid inferred
name-lookup user-computer > dns-server 53/{udp,tcp} unsaid inferred
"""
HOSTS = """
instance user-computer  https://<instance>:443 stated
instance admin-computer https://<instance>:443 inferred
instance+devices print-server https://<instance>:443 inferred
devices  mfp https://cpp-ui.app.printercloud.com:443 stated
devices  mfp https://cpa-api.app.printercloud.com:443 stated
"""


def test_vasion_holds_what_its_pages_say_and_no_more() -> None:
    catalog = catalog_of("vasion")
    product = catalog.products["vasion"]
    assert_flows(product, FLOWS)
    assert_hosts(product, HOSTS)
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


def test_regions_and_what_was_not_read_are_said() -> None:
    product = catalog_of("vasion").products["vasion"]
    assert product.basis == "part"
    assert "Off-Network Print" in product.gaps
    fixed = [endpoint for endpoint in product.endpoints if endpoint.host]
    assert fixed
    api = next(endpoint for endpoint in fixed if endpoint.entry == "devices-api")
    assert any("port 80" in caution and "left out" in caution for caution in api.cautions)
    for endpoint in fixed:
        assert any("other regions" in caution for caution in endpoint.cautions), endpoint.id


def test_a_way_to_hosts_that_nobody_names_is_a_remark_and_no_flow() -> None:
    product = catalog_of("vasion").products["vasion"]
    assert not [flow.id for flow in product.flows if flow.to == "internet"]
    remark = product.remarks["revocation"]
    assert remark.to_do
    assert "TCP 80" in remark.text
    assert "No host is named" in remark.text
