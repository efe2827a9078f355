"""YSoft SafeQ 6, held against the first block of its table: computers towards the server."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
    own_flows,
)

FLOWS = """
web    admin-computer > print-server 80/tcp   clear stated never-public =http
web    admin-computer > print-server 443/tcp  tls   stated =https
web    user-computer  > print-server 9090/tcp clear stated never-public =user-http
web    user-computer  > print-server 9443/tcp tls   stated =user-https
# the client's own protocol, not raw
client user-computer  > print-server 9100/tcp unsaid stated optional never-public
lpr    user-computer  > print-server 515/tcp  clear  stated optional never-public
# Y Soft's sample app for phones, not the table
mobile-app:via=gateway mobile-device > print-server 8050/tcp tls other =gateway
mobile-app:via=pages   mobile-device > print-server 9443/tcp tls other =user-https
# JMX, from localhost
web    print-server > print-server 9000,9002,9696,9898,9999,19044,19898/tcp unsaid stated optional loopback
"""


def test_safeq_holds_the_block_that_was_read() -> None:
    catalog = catalog_of("safeq")
    product = catalog.products["safeq"]
    assert_flows(product, FLOWS)
    assert_hosts(product, "")
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


def test_the_missing_terminals_are_said_before_somebody_trusts_it() -> None:
    product = catalog_of("safeq").products["safeq"]
    assert "terminals unread" in product.about
    assert "Dispatcher Paragon" in product.about
    for gap in ("terminals", "site servers", "database", "directory", "mobile", "cloud"):
        assert gap in product.features["web"].help
    # Nothing is invented for them.
    roles = {role for flow in own_flows(product) for role in (flow.from_, flow.to)}
    assert roles == {"admin-computer", "user-computer", "mobile-device", "print-server"}
