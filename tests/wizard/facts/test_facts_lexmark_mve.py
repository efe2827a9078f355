"""Lexmark Markvision Enterprise 4.1, held against the ports of its guide."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_presentable,
    catalog_of,
)

FLOWS = """
devices print-server > {printer,mfp} {9300,6000,6100,5353,161}/udp unsaid stated
devices print-server > {printer,mfp} 6110/tcp  unsaid stated
devices print-server > {printer,mfp} 20-21/tcp clear  stated never-public
devices print-server > {printer,mfp} 80/tcp    clear  stated never-public
devices print-server > {printer,mfp} 443/tcp   tls    stated
devices print-server > {printer,mfp} 9100/tcp  clear  stated never-public
devices {printer,mfp} > print-server 9187/udp  unsaid stated
"""


def test_mve_holds_every_port_of_its_list() -> None:
    catalog = catalog_of("lexmark-mve")
    product = catalog.products["lexmark-mve"]
    assert_flows(product, FLOWS)
    assert product.endpoints == ()
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


def test_the_source_port_and_what_was_not_read_are_said() -> None:
    product = catalog_of("lexmark-mve").products["lexmark-mve"]
    for flow in product.flows:
        if flow.ports in (((9300, 9300),), ((9187, 9187),)):
            assert any("source port 9187" in caution for caution in flow.cautions), flow.id
    assert "console and database unread" in product.about
    assert "add them by hand" in product.features["devices"].help
