"""Printers in general, whatever sends to them: held row by row against what was read."""

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

# CUPS, firewalls, table 3, for whoever sends; phones are inferred, as the page doesn't speak of them.
SENDING = """
raw+senders:who=print-server         print-server  > {printer,mfp} 9100/tcp clear stated never-public ~ports
raw+senders:who=user-computer        user-computer > {printer,mfp} 9100/tcp clear stated never-public ~ports
raw-multi+senders:who=print-server   print-server  > printer 9101-9102/tcp clear stated optional never-public
raw-multi+senders:who=user-computer  user-computer > printer 9101-9102/tcp clear stated optional never-public
lpr+senders:who=print-server         print-server  > {printer,mfp} 515/tcp clear stated never-public
lpr+senders:who=user-computer        user-computer > {printer,mfp} 515/tcp clear stated never-public
ipp+senders:who=print-server         print-server  > {printer,mfp} 631/tcp unsaid stated never-public
ipp+senders:who=user-computer        user-computer > {printer,mfp} 631/tcp unsaid stated never-public
ipp+senders:who=mobile-device        mobile-device > {printer,mfp} 631/tcp unsaid inferred never-public
ipps+senders:who=print-server        print-server  > {printer,mfp} 443/tcp tls stated
ipps+senders:who=user-computer       user-computer > {printer,mfp} 443/tcp tls stated
ipps+senders:who=mobile-device       mobile-device > {printer,mfp} 443/tcp tls inferred
# directprint.io knows printers that take IPP on 80
ipp-80+senders:who=print-server      print-server  > {printer,mfp} 80/tcp clear other optional never-public
ipp-80+senders:who=user-computer     user-computer > {printer,mfp} 80/tcp clear other optional never-public
# Note 2 of the table: SNMP serves raw and LPR queues
snmp+senders:who=print-server        print-server  > {printer,mfp} 161/udp unsaid stated
snmp+senders:who=user-computer       user-computer > {printer,mfp} 161/udp unsaid stated
"""
DISCOVERY = """
mdns+senders:who=print-server   print-server  > {printer,mfp} 5353/udp clear stated optional link-local multicast
mdns+senders:who=user-computer  user-computer > {printer,mfp} 5353/udp clear stated optional link-local multicast
mdns+senders:who=mobile-device  mobile-device > {printer,mfp} 5353/udp clear inferred optional link-local multicast
mdns+senders:who=print-server   {printer,mfp} > print-server  5353/udp clear inferred optional link-local multicast
mdns+senders:who=user-computer  {printer,mfp} > user-computer 5353/udp clear inferred optional link-local multicast
mdns+senders:who=mobile-device  {printer,mfp} > mobile-device 5353/udp clear inferred optional link-local multicast
# Xerox, WorkCentre, page 21: advertises itself and listens to searches
ssdp+senders:who=print-server   print-server  > {printer,mfp} 1900/udp clear other optional link-local multicast
ssdp+senders:who=user-computer  user-computer > {printer,mfp} 1900/udp clear other optional link-local multicast
"""
# Microsoft, WSDAPI: Probe and Hello by multicast to 3702; metadata on 5357, on 5358 with TLS; both are where events
# are listened for too. That jobs go the way of the metadata is inferred, and so is who sends events.
WSD = """
wsd+senders:who=print-server   print-server  > {printer,mfp} 3702/udp clear other optional link-local multicast
wsd+senders:who=user-computer  user-computer > {printer,mfp} 3702/udp clear other optional link-local multicast
wsd+senders:who=print-server   {printer,mfp} > print-server  3702/udp clear other optional link-local multicast
wsd+senders:who=user-computer  {printer,mfp} > user-computer 3702/udp clear other optional link-local multicast
wsd+senders:who=print-server   print-server  > {printer,mfp} 5357/tcp clear other optional never-public ~ports
wsd+senders:who=user-computer  user-computer > {printer,mfp} 5357/tcp clear other optional never-public ~ports
wsd+senders:who=print-server   print-server  > {printer,mfp} 5358/tcp tls other optional
wsd+senders:who=user-computer  user-computer > {printer,mfp} 5358/tcp tls other optional
wsd+senders:who=print-server   {printer,mfp} > print-server  5357-5358/tcp unsaid inferred optional
wsd+senders:who=user-computer  {printer,mfp} > user-computer 5357-5358/tcp unsaid inferred optional
"""
# An answer page that quotes Lexmark: 9300 alerts (UDP), 9400 print data, 9500 NPA.
LEXMARK = """
lexmark-npa+senders:who=print-server  print-server  > {printer,mfp} 9300/udp unsaid other optional
lexmark-npa+senders:who=user-computer user-computer > {printer,mfp} 9300/udp unsaid other optional
lexmark-npa+senders:who=print-server  print-server  > {printer,mfp} 9400/tcp unsaid other optional never-public
lexmark-npa+senders:who=user-computer user-computer > {printer,mfp} 9400/tcp unsaid other optional never-public
lexmark-npa+senders:who=print-server  print-server  > {printer,mfp} 9500/tcp unsaid other optional
lexmark-npa+senders:who=user-computer user-computer > {printer,mfp} 9500/tcp unsaid other optional
"""
WEB = """
web:http=True  admin-computer > {printer,mfp} 80/tcp clear inferred optional
web            admin-computer > {printer,mfp} 443/tcp tls inferred optional
"""
# Xerox (WorkCentre 6400 and 3550) and Ricoh's security paper: what a device itself opens.
DEVICES_OPEN = """
scan-to-mail                   mfp > mail-relay       25/tcp  unsaid other
scan-to-folder                 mfp > scan-share       445/tcp unsaid inferred
scan-to-folder:netbios=True    mfp > scan-share       139/tcp unsaid other
scan-to-ftp                    mfp > scan-share       21/tcp  clear  other
address-book:ldap=ldap         mfp > directory-server 389/tcp unsaid other
address-book:ldap=ldaps        mfp > directory-server 636/tcp tls    other
device-time          {printer,mfp} > time-server      123/udp unsaid other
device-names         {printer,mfp} > dns-server        53/udp unsaid other
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of("printers")


def test_printers_hold_what_was_read_and_no_more(catalog: Catalog) -> None:
    product = catalog.products["printers"]
    assert_flows(product, SENDING + DISCOVERY + WSD + LEXMARK + WEB + DEVICES_OPEN)
    assert product.endpoints == ()
    assert_presentable(catalog, product)


def test_only_who_prints_gets_a_way_to_the_devices(catalog: Catalog) -> None:
    def parties(*who: str) -> set[str]:
        features: dict[str, dict[str, OptionValue]] = {"raw": {}, "ipp": {}}
        features["senders"] = {"who": who}
        plan = Plan(products={"printers": ProductPlan(features=features)})
        return {selected.fact.from_ for selected in select_flows(catalog, plan)}

    assert parties("print-server") == {"print-server"}
    assert parties("print-server", "user-computer") == {"print-server", "user-computer"}
    assert parties("mobile-device") == {"mobile-device"}


def test_a_new_plan_lets_the_print_server_send_and_opens_no_protocol(catalog: Catalog) -> None:
    product = catalog.products["printers"]
    assert product.features["senders"].options["who"].default == ("print-server",)
    assert list(select_flows(catalog, Plan(products={"printers": ProductPlan()}))) == []
    assert {name for name, feature in product.features.items() if feature.core} == {"senders"}


def test_print_data_in_the_clear_stays_inside(catalog: Catalog) -> None:
    product = catalog.products["printers"]
    clear_by_nature = {"mdns", "ssdp", "wsd", "web", "scan-to-ftp"}
    facts = [flow for flow in product.flows if flow.encrypted is False and not flow.never_public]
    assert {flow.feature for flow in facts} == clear_by_nature
    names = (flow.id.partition("/")[2] for flow in facts)
    assert_clear_print_data_stays_inside(product, *names)


def test_discovery_gives_its_addresses(catalog: Catalog) -> None:
    addresses = {
        (flow.feature, flow.cast_addresses)
        for flow in catalog.products["printers"].flows
        if flow.cast != "unicast"
    }
    assert addresses == {
        ("mdns", ("224.0.0.251", "ff02::fb")),
        ("ssdp", ("239.255.255.250", "ff02::c")),
        ("wsd", ("239.255.255.250", "ff02::c")),
    }


def test_wsd_says_that_printers_name_their_ports_and_answers_come_to_another_one(
    catalog: Catalog,
) -> None:
    product = catalog.products["printers"]
    cautions = {flow.entry: " ".join(flow.cautions) for flow in product.flows}
    assert "names its own port" in cautions["wsd-http-server-printer"]
    assert "within four seconds" in cautions["wsd-probe-server-printer"]
    assert "another network" in product.features["wsd"].help


def test_snmp_says_that_windows_marks_ports_offline(catalog: Catalog) -> None:
    for flow in catalog.products["printers"].flows:
        if flow.feature == "snmp":
            assert any("offline" in caution for caution in flow.cautions), flow.id
