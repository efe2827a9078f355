"""The Windows print server, held row by row against Microsoft's two pages and the command prnport."""

from __future__ import annotations

import pytest

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_presentable,
    catalog_of,
)
from wizard.facts.model import Catalog
from wizard.plan.model import OptionValue, Plan, ProductPlan
from wizard.rules.select import select_flows

FLOWS = """
# RPC over TCP is the default way from Windows 11 22H2 on
print       user-computer > print-server  135/tcp          unsaid stated never-public
print       user-computer > print-server  49152-65535/tcp  unsaid stated never-public ~rpc-ports
# named pipes: off by default from 22H2
named-pipes user-computer > print-server  445/tcp          unsaid stated never-public
netbios     user-computer > print-server  137/udp          unsaid stated optional never-public
netbios     user-computer > print-server  138/udp          unsaid stated optional never-public
netbios     user-computer > print-server  139/tcp          unsaid stated optional never-public
# TCP/IP Print Server (LPDSVC)
lpd         {print-source,user-computer} > print-server 515/tcp clear stated optional never-public
# the firewall page for domains: its table for Server 2008 and newer, what a member asks (445/udp is for trusts)
domain-member print-server > dns-server 53/tcp unsaid other never-public
domain-member print-server > dns-server 53/udp unsaid other never-public
domain-member print-server > directory-server 88/tcp unsaid other never-public
domain-member print-server > directory-server 88/udp unsaid other never-public
domain-member print-server > directory-server 123/udp unsaid other never-public
domain-member print-server > directory-server 135/tcp unsaid other never-public
domain-member print-server > directory-server 49152-65535/tcp unsaid other never-public ~rpc-ports
domain-member print-server > directory-server 389/tcp unsaid other never-public
domain-member print-server > directory-server 389/udp unsaid other never-public
domain-member print-server > directory-server 445/tcp unsaid other never-public
domain-member print-server > directory-server 464/tcp unsaid other never-public
domain-member print-server > directory-server 464/udp unsaid other never-public
domain-member print-server > directory-server 3268/tcp unsaid other optional never-public
domain-member print-server > directory-server 636/tcp tls other optional never-public
domain-member print-server > directory-server 3269/tcp tls other optional never-public
# prnport: raw 9100 by default, or LPR; SNMP. Nothing on IPP.
print-data:protocols=raw  print-server > {printer,mfp} 9100/tcp clear  other    never-public
print-data:protocols=lpr  print-server > {printer,mfp} 515/tcp  clear  other    never-public
print-data:protocols=ipp  print-server > {printer,mfp} 631/tcp  unsaid inferred never-public
print-data:protocols=ipps print-server > {printer,mfp} 443/tcp  tls    inferred
print-data:snmp=True      print-server > {printer,mfp} 161/udp  unsaid other
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of("windows-print")


def test_windows_holds_what_the_pages_say_and_no_more(catalog: Catalog) -> None:
    product = catalog.products["windows-print"]
    assert_flows(product, FLOWS)
    assert product.endpoints == ()
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)
    assert {name for name, feature in product.features.items() if feature.core} == {"print"}


def test_one_port_by_policy_replaces_the_range(catalog: Catalog) -> None:
    features: dict[str, dict[str, OptionValue]] = {"print": {"rpc-ports": ("50000",)}}
    plan = Plan(products={"windows-print": ProductPlan(features=features)})
    ports = {selected.ports for selected in select_flows(catalog, plan)}
    assert ports == {((135, 135),), ((50000, 50000),)}


def test_what_to_watch_for_is_said(catalog: Catalog) -> None:
    product = catalog.products["windows-print"]
    cautions = {flow.id.partition("/")[2]: " ".join(flow.cautions) for flow in product.flows}
    assert "255 ports" in cautions["rpc-print"]
    assert "RpcAuthnLevelPrivacyEnabled" in cautions["rpc-print"]
    assert "ICMP echo" in cautions["smb"]
    assert "offline" in cautions["print-snmp-printer"]
    for gap in ("IIS", "clusters"):
        assert gap in product.about
        assert gap in product.features["print"].help
    assert "WSD is a feature of Network printers" in product.features["print"].help
