"""Microsoft Universal Print: hosts on which four authors agree, and what makers' own texts say."""

from __future__ import annotations

import pytest

from tests.tools.facts import (
    assert_clear_print_data_stays_inside,
    assert_flows,
    assert_hosts,
    assert_presentable,
    catalog_of,
)
from wizard.facts.model import Catalog
from wizard.plan.model import OptionValue, Plan, ProductPlan, Proxy
from wizard.rules.select import select_endpoints

HOSTS = """
# wildcards, or the five names that Microsoft uses in its own texts
service:wildcards=True    user-computer https://*.print.microsoft.com:443 other
service:wildcards=False   user-computer https://{register,print,notification}.print.microsoft.com:443 other
service:wildcards=False   user-computer https://{discovery,graph}.print.microsoft.com:443 other
service                   user-computer https://login.microsoftonline.com:443 other
# the copied list of prerequisites is for the connector's machine
service                   user-computer https://*.microsoftonline.com:443 inferred
service                   user-computer https://*.msftauth.net:443 inferred
connector+service:wildcards=True  print-server https://*.print.microsoft.com:443 other
connector+service:wildcards=False print-server https://{register,print}.print.microsoft.com:443 other
connector+service:wildcards=False print-server https://{notification,discovery,graph}.print.microsoft.com:443 other
connector                 print-server https://{login.,*.}microsoftonline.com:443 other
connector                 print-server https://*.msftauth.net:443 other
connector                 print-server https://*.azure.com:443 other
connector                 print-server https://{go.microsoft.com,aka.ms}:443 other optional
# Graph's own documents
management   {admin-computer,print-server} https://graph.microsoft.com:443 stated
# registration: Microsoft; sign-in: Canon; the rest inferred
native-printers {printer,mfp} https://register.print.microsoft.com:443 stated
native-printers {printer,mfp} https://login.microsoftonline.com:443 stated
native-printers {printer,mfp} https://*.print.microsoft.com:443 inferred
"""
# The data path by SafeQ's own page: the connector's queue delivers by LPR or raw.
FLOWS = """
print-data:protocols=raw  print-server > {printer,mfp} 9100/tcp clear  other    never-public
print-data:protocols=lpr  print-server > {printer,mfp} 515/tcp  clear  other    never-public
print-data:protocols=ipp  print-server > {printer,mfp} 631/tcp  unsaid inferred never-public
print-data:protocols=ipps print-server > {printer,mfp} 443/tcp  tls    inferred
print-data:snmp=True      print-server > {printer,mfp} 161/udp  unsaid inferred
# no page says it: hosts are given by name, so somebody must look them up
name-lookup                 user-computer  > dns-server 53/{udp,tcp} unsaid inferred
name-lookup+connector       print-server   > dns-server 53/{udp,tcp} unsaid inferred
name-lookup+management      admin-computer > dns-server 53/{udp,tcp} unsaid inferred
name-lookup+native-printers {printer,mfp}  > dns-server 53/{udp,tcp} unsaid inferred
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of("universal-print")


def test_universal_print_holds_what_was_read_and_no_more(catalog: Catalog) -> None:
    product = catalog.products["universal-print"]
    assert_hosts(product, HOSTS)
    assert_flows(product, FLOWS)
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


def test_it_says_that_its_hosts_are_second_hand_and_what_is_unknown(catalog: Catalog) -> None:
    product = catalog.products["universal-print"]
    assert "second-hand" in product.about
    for gap in ("US Government", "21Vianet", "storage"):
        assert gap in product.features["service"].help
    lists = [e for e in product.endpoints if e.source.document.endswith("prerequisites-copy")]
    assert {e.evidence for e in lists} == {"other", "inferred"}


def test_without_wildcards_the_connector_gets_the_five_names(catalog: Catalog) -> None:
    features: dict[str, dict[str, OptionValue]] = {"connector": {}}

    def hosts(proxy: Proxy) -> set[str | None]:
        plan = Plan(
            products={"universal-print": ProductPlan(features=features)},
            proxy=proxy,
        )
        return {
            endpoint.host
            for endpoint in select_endpoints(catalog, plan)
            if endpoint.fact.from_ == "print-server"
            and endpoint.host
            and "print.microsoft.com" in endpoint.host
        }

    assert hosts(Proxy()) == {"*.print.microsoft.com"}
    assert hosts(Proxy(wildcards=False)) == {
        f"{name}.print.microsoft.com"
        for name in ("register", "print", "notification", "discovery", "graph")
    }
