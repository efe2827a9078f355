"""HP Web Jetadmin: HP's pages as far as they were read, the rest by another project's reading."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_presentable,
    catalog_of,
)

# The first page of HP's table, and pages 9 and 11 of its security paper.
READ = """
firmware           {printer,mfp} > print-server 69/udp  clear  stated never-public
devices            print-server > {printer,mfp} 80/tcp  clear  stated never-public
devices            print-server > {printer,mfp} 161/udp unsaid stated
passive-discovery  {printer,mfp} > print-server 427/udp unsaid stated optional link-local multicast
devices            print-server > {printer,mfp} 443/tcp tls    stated
pc-printers        print-server > user-computer 445/udp unsaid stated optional never-public
devices            print-server > {printer,mfp} 7627/tcp unsaid stated
# the paper names these two without a transport
devices            print-server > {printer,mfp} 3702/udp unsaid inferred
devices            print-server > {printer,mfp} 3910/tcp unsaid inferred
"""
# Elastispec's reading of ish_3007439, where HP's own pages were not read.
SECOND_HAND = """
devices       print-server > {printer,mfp} 3911/tcp unsaid other
devices       print-server > print-server  {2493,8000,27893}/udp unsaid other loopback
console       admin-computer > print-server 8000/tcp clear  other =http
console       admin-computer > print-server 8443/tcp tls    other =https
security-manager  admin-computer > print-server 3329/tcp unsaid other
console       admin-computer > print-server {4088,4089}/tcp unsaid other
events        {printer,mfp} > print-server 8050/tcp  tls    other
events        {printer,mfp} > print-server 8443/tcp  tls    other =https
events        {printer,mfp} > print-server 27892/udp unsaid other
oxpm          {printer,mfp} > print-server 8140/tcp  clear  other never-public
oxpm          {printer,mfp} > print-server 8143/tcp  tls    other
firmware      print-server > {printer,mfp} 9100/tcp  clear  other never-public
mfp-configuration  print-server > mfp      843/tcp   unsaid other
ws-pro        print-server > {printer,mfp} 8080/tcp  unsaid other
pc-printers   print-server > user-computer 135/tcp         unsaid other optional never-public
pc-printers   print-server > user-computer 49152-65535/tcp unsaid other optional never-public
database      print-server > database-server 1433/tcp unsaid other =sql-server
database:extra-port=True print-server > database-server 59113/tcp unsaid other optional
"""


def test_wja_holds_what_was_read_and_what_is_second_hand() -> None:
    catalog = catalog_of("hp-wja")
    product = catalog.products["hp-wja"]
    assert_flows(product, READ + SECOND_HAND)
    assert product.endpoints == ()
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product, "console-http")


def test_second_hand_facts_say_so() -> None:
    product = catalog_of("hp-wja").products["hp-wja"]
    assert "second-hand" in product.about
    for flow in product.flows:
        if flow.evidence == "other":
            assert flow.source.document == "hp-wja-elastispec", flow.id
            assert any("Second-hand" in caution for caution in flow.cautions), flow.id


def test_the_doubtful_port_is_kept_with_both_sides() -> None:
    product = catalog_of("hp-wja").products["hp-wja"]
    [flow] = [flow for flow in product.flows if flow.contradiction]
    assert flow.ports == ((445, 445),)
    assert "TCP 135" in (flow.contradiction or "")


def test_what_cannot_be_a_fact_is_in_the_help() -> None:
    help_text = catalog_of("hp-wja").products["hp-wja"].features["devices"].help
    assert "ICMP echo" in help_text
    assert "firmware from the web" in help_text
