"""Docuflair, held against its page of ports: the first instance."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_presentable,
    catalog_of,
    own_flows,
)

FLOWS = """
devices            mfp            > print-server 9050/tcp unsaid stated automatic =devices
admin              admin-computer > print-server 9051/tcp unsaid stated automatic =admin
ftp-scans          mfp > print-server 9032/tcp clear stated optional automatic =ftp
xerox:release=True mfp > print-server 9033/tcp clear stated optional automatic =xerox-release
xerox:sign-in=True mfp > print-server 9034/tcp tls   stated          automatic =xerox-sign-in
"""


def test_docuflair_holds_every_row_of_its_page() -> None:
    catalog = catalog_of("docuflair")
    product = catalog.products["docuflair"]
    assert_flows(product, FLOWS)
    assert product.endpoints == ()
    assert_presentable(catalog, product)
    # Scans by FTP and Xerox' release pages; no print data
    assert_clear_print_data_stays_inside(product, "ftp-scans", "xerox-release")


def test_further_instances_and_ftp_data_are_named_as_unread() -> None:
    product = catalog_of("docuflair").products["docuflair"]
    assert "first instance only" in product.about
    assert "further instances" in product.features["devices"].help
    assert "second connection" in product.features["ftp-scans"].help
    for flow in own_flows(product):
        assert any("2016, 2019 and 2022" in caution for caution in flow.cautions), flow.id
