"""MyQ X, held against its pages on network communication and on central and site servers."""

from __future__ import annotations

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)

FLOWS = """
web   {user-computer,mfp} > print-server 8090/tcp tls   stated =https
http  {user-computer,mfp} > print-server 8080/tcp clear stated optional never-public =http
# job roaming between servers
central-and-sites       secondary-server > print-server 8090/tcp tls   stated =https
http+central-and-sites  secondary-server > print-server 8080/tcp clear stated optional never-public =http
central-and-sites       secondary-server > print-server 8093/tcp tls   stated =central
# release: raw by default; the page names LPR, IPP and IPPS without ports
print-data:protocols=raw  print-server > {printer,mfp} 9100/tcp clear  stated   never-public
print-data:protocols=lpr  print-server > {printer,mfp} 515/tcp  clear  inferred never-public
print-data:protocols=ipp  print-server > {printer,mfp} 631/tcp  unsaid inferred never-public
print-data:protocols=ipps print-server > {printer,mfp} 443/tcp  tls    inferred
print-data:snmp=True      print-server > {printer,mfp} 161/udp  unsaid stated
directory:ldap=ldap       print-server > directory-server 389/tcp unsaid stated
directory:ldap=ldaps      print-server > directory-server 636/tcp tls    stated
scanning:channel=mail     mfp > print-server 25/tcp clear stated never-public
scanning:channel=ftp      mfp > print-server 21/tcp clear stated never-public
# the port is the mail server's
mail:port=587             print-server > mail-relay 587/tcp unsaid inferred
mail:port=465             print-server > mail-relay 465/tcp tls    inferred
mail:port=25              print-server > mail-relay 25/tcp  unsaid inferred
# no page says it: hosts are given by name, so somebody must look them up
name-lookup+licence       print-server > dns-server 53/{udp,tcp} unsaid inferred
"""
HOSTS = """
licence print-server https://<licence-server>:443 stated
"""


def test_myq_holds_what_was_read() -> None:
    catalog = catalog_of("myq")
    product = catalog.products["myq"]
    assert_flows(product, FLOWS)
    assert_hosts(product, HOSTS)
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


def test_translated_host_names_are_not_copied() -> None:
    product = catalog_of("myq").products["myq"]
    assert {endpoint.host for endpoint in product.endpoints} == {None}


def test_the_port_of_the_mail_server_must_be_answered() -> None:
    option = catalog_of("myq").products["myq"].features["mail"].options["port"]
    assert option.required


def test_what_was_not_read_is_said() -> None:
    product = catalog_of("myq").products["myq"]
    assert "unread" in product.about
    for gap in ("LPR or raw", "Desktop Client", "database", "phones"):
        assert gap in product.features["web"].help
    assert "MPPS" in product.features["print-data"].help
