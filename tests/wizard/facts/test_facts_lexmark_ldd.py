"""Lexmark Document Distributor, held row by row against the table of its guide (LDD 4.x)."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_presentable,
    catalog_of,
)

FLOWS = """
# Database
database {load-balancer,print-server} > database-server 3050/tcp unsaid inferred
database load-balancer > database-server 8001/tcp unsaid inferred
# Load balancer
administration:jmx=True admin-computer > load-balancer 4112/tcp unsaid inferred optional
devices  {printer,mfp} > load-balancer 9700/tcp unsaid inferred
servers  print-server  > load-balancer {9705,9707,9780}/tcp unsaid inferred
administration admin-computer > load-balancer 9780/tcp unsaid inferred
client   user-computer > load-balancer 9780/tcp unsaid inferred
# Server
administration:jmx=True admin-computer > print-server 4111/tcp unsaid inferred optional
clustering cluster-peer > print-server 5111/tcp unsaid inferred cluster
clustering print-server > cluster-peer 5111/tcp unsaid inferred cluster
servers  load-balancer > print-server 8009/tcp unsaid stated never-public
devices  {printer,mfp} > print-server 9743/tcp tls inferred
devices  {printer,mfp} > print-server {9780,9788}/tcp unsaid inferred
# Printer
devices  print-server > {printer,mfp}   79/tcp clear  stated
devices  print-server > {printer,mfp}  161/udp unsaid stated
devices  print-server > {printer,mfp} 5000/tcp unsaid stated
devices  print-server > {printer,mfp} {5353,6000,6100}/udp unsaid stated
devices  print-server > {printer,mfp} 6110/tcp unsaid stated
devices  print-server > {printer,mfp} 9100/tcp clear  stated never-public
devices  print-server > {printer,mfp} 9300/udp unsaid stated
devices  print-server > {printer,mfp} 9500/tcp unsaid stated
# Software clients
client   user-computer > print-server {9780,9788}/tcp unsaid inferred
"""


def test_ldd_holds_every_row_of_the_table() -> None:
    catalog = catalog_of("lexmark-ldd")
    product = catalog.products["lexmark-ldd"]
    assert_flows(product, FLOWS)
    assert product.endpoints == ()
    assert_presentable(catalog, product)
    # Finger carries no print data
    assert_clear_print_data_stays_inside(product, "to-79-printer", "to-79-mfp")


def test_the_age_of_the_list_is_said() -> None:
    product = catalog_of("lexmark-ldd").products["lexmark-ldd"]
    assert "old" in product.about
    assert "5.8" in product.features["servers"].help
    inferred = [flow for flow in product.flows if flow.evidence == "inferred"]
    assert all(any("inferred" in caution for caution in flow.cautions) for flow in inferred)
