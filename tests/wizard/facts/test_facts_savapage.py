"""SavaPage 1.6, held against what its packagers say; the maker names the JetDirect port only."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)

FLOWS = """
web   {user-computer,mobile-device} > print-server 8632/tcp tls   other =https
http  {user-computer,mobile-device} > print-server 8631/tcp clear other optional never-public =http
web   print-server > print-server 8633/tcp tls    inferred loopback
# CUPS on 631 of the same machine is CUPS's own, not a second listener
web   print-server > print-server 8639/tcp tls    other    optional loopback
# the maker's manual: off by default
jetdirect  {user-computer,print-source} > print-server 9100/tcp clear stated optional never-public =raw
airprint   mobile-device > print-server 5353/udp unsaid other link-local multicast
airprint   print-server > mobile-device 5353/udp unsaid other link-local multicast
database   print-server > database-server 5432/tcp unsaid other =postgresql
directory:ldap=ldap   print-server > directory-server 389/tcp unsaid other
directory:ldap=ldaps  print-server > directory-server 636/tcp tls    other
# its CUPS queues
print-data:protocols=raw  print-server > {printer,mfp} 9100/tcp clear  inferred never-public
print-data:protocols=lpr  print-server > {printer,mfp} 515/tcp  clear  inferred never-public
print-data:protocols=ipp  print-server > {printer,mfp} 631/tcp  unsaid inferred never-public
print-data:protocols=ipps print-server > {printer,mfp} 443/tcp  tls    inferred
print-data:snmp=True      print-server > {printer,mfp} 161/udp  unsaid inferred
"""


def test_savapage_holds_what_its_packagers_say() -> None:
    catalog = catalog_of("savapage")
    product = catalog.products["savapage"]
    assert_flows(product, FLOWS)
    assert_hosts(product, "")
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)
    assert {name for name, feature in product.features.items() if feature.core} == {"web"}


def test_it_is_marked_second_hand_everywhere() -> None:
    product = catalog_of("savapage").products["savapage"]
    assert "second-hand" in product.about
    packagers = [flow for flow in product.flows if flow.source.document == "savapage-truenas"]
    for flow in packagers:
        assert flow.evidence in ("other", "inferred"), flow.id
        assert any("Second-hand" in caution for caution in flow.cautions), flow.id


def test_xmpp_is_left_out_and_jmx_stays_on_the_server() -> None:
    product = catalog_of("savapage").products["savapage"]
    assert not any((5222, 5222) in flow.ports for flow in product.flows)
    [jmx] = [flow for flow in product.flows if flow.ports == ((8639, 8639),)]
    assert jmx.scope == "loopback"
    assert jmx.contradiction
