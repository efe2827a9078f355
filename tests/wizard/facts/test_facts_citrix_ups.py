"""Citrix Universal Print Server, held row by row against Citrix' page on TLS and its policies."""

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
# SSL enabled = Disabled, the default
print:tls=disabled session-host > print-server 8080/tcp clear stated never-public =web-service
print:tls=disabled session-host > print-server 7229/tcp clear stated never-public =data-stream
# SSL enabled = Enabled
print:tls=enabled  session-host > print-server 8443/tcp tls   stated =web-service
print:tls=enabled  session-host > print-server  443/tcp tls   stated =data-stream
# Enabled with fallback: Windows' print provider, by Microsoft's pages
windows-fallback   session-host > print-server  135/tcp         unsaid stated never-public
windows-fallback   session-host > print-server  49152-65535/tcp unsaid stated never-public ~rpc-ports
windows-fallback   session-host > print-server  445/tcp         unsaid stated never-public
windows-fallback:netbios=True session-host > print-server 137/udp unsaid stated optional never-public
windows-fallback:netbios=True session-host > print-server 138/udp unsaid stated optional never-public
windows-fallback:netbios=True session-host > print-server 139/tcp unsaid stated optional never-public
# the leg to the devices stands in neither page
print-data:protocols=raw  print-server > {printer,mfp} 9100/tcp clear  inferred never-public
print-data:protocols=lpr  print-server > {printer,mfp} 515/tcp  clear  inferred never-public
print-data:protocols=ipp  print-server > {printer,mfp} 631/tcp  unsaid inferred never-public
print-data:protocols=ipps print-server > {printer,mfp} 443/tcp  tls    inferred
print-data:snmp=True      print-server > {printer,mfp} 161/udp  unsaid inferred
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of("citrix-ups")


def test_citrix_holds_what_the_pages_say_and_no_more(catalog: Catalog) -> None:
    product = catalog.products["citrix-ups"]
    assert_flows(product, FLOWS)
    assert product.endpoints == ()
    assert_presentable(catalog, product)
    assert_clear_print_data_stays_inside(product)


@pytest.mark.parametrize(("tls", "ports"), [("disabled", {8080, 7229}), ("enabled", {8443, 443})])
def test_the_policy_chooses_one_pair(catalog: Catalog, tls: str, ports: set[int]) -> None:
    features: dict[str, dict[str, OptionValue]] = {"print": {"tls": tls}}
    plan = Plan(products={"citrix-ups": ProductPlan(features=features)})
    assert {selected.ports[0][0] for selected in select_flows(catalog, plan)} == ports


def test_the_pairs_are_alternatives_and_the_clear_one_is_the_default(catalog: Catalog) -> None:
    product = catalog.products["citrix-ups"]
    assert product.features["print"].options["tls"].default == "disabled"
    groups = [flow.group for flow in product.flows if flow.feature == "print"]
    assert {(group.id, group.kind) for group in groups if group} == {("ups", "one_of")}
    assert len(groups) == 4


def test_users_computers_need_nothing(catalog: Catalog) -> None:
    flows = catalog.products["citrix-ups"].flows
    assert not any("user-computer" in (flow.from_, flow.to) for flow in flows)
