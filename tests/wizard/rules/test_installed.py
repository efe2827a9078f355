"""One product several times: what follows from each installation, and under which name."""

from __future__ import annotations

import msgspec

from wizard.changes import compare
from wizard.deployment import Deployment, deploy, to_json
from wizard.explain import explain
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan
from wizard.views.connections import FlowView
from wizard.views.lists import AllowlistView, BypassView

CATALOG = load_catalog()
# Two print servers: one shares queues and prints by IPP, one prints by raw sockets.
TWO = """
format = 1
[products.cups.features]
ipp-sharing = {}
[products.cups.roles.print-server]
addresses = ["10.0.10.5"]
[products.cups-north]
product = "cups"
[products.cups-north.features]
ipp-sharing = {}
printers-appsocket = {}
[products.cups-north.ports]
ipp = 8631
[products.cups-north.roles.print-server]
addresses = ["10.0.10.6"]
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.clients]
networks = ["10.0.20.0/24"]
[zones.printers]
networks = ["10.0.30.0/24"]
[roles.user-computer]
zones = ["clients"]
[roles.mobile-device]
absent = true
[roles.printer]
zones = ["printers"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients", "printers"]
default = "deny"
"""
ONE_ADDRESS = """
format = 1
[products.cups.features]
ipp-sharing = {}
[products.cups-north]
product = "cups"
[products.cups-north.features]
ipp-sharing = {}
[zones.servers]
networks = ["10.0.10.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = ["servers"]
[roles.mobile-device]
absent = true
"""


def deployed(text: str) -> Deployment:
    return deploy(CATALOG, read_plan(text, CATALOG))


def lines(value: Deployment) -> set[str]:
    """`10.0.20.0/24 > 10.0.10.5/32 631/tcp cups`."""
    said: set[str] = set()
    for rule in value.rules:
        ports = ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in rule.ports)
        said.add(
            f"{' '.join(rule.sources)} > {' '.join(rule.destinations)} {ports}/{rule.transport}"
            f" {' '.join(rule.installations)}"
        )
    return said


def test_each_installation_has_its_own_features_ports_and_place() -> None:
    value = deployed(TWO)
    assert lines(value) == {
        "10.0.20.0/24 > 10.0.10.5/32 631/tcp cups",
        "10.0.20.0/24 > 10.0.10.6/32 8631/tcp cups-north",
        "10.0.10.6/32 > 10.0.30.0/24 9100-9102/tcp cups-north",
        "10.0.10.6/32 > 10.0.30.0/24 161/udp cups-north",
    }
    assert {rule.products for rule in value.rules} == {("cups",)}
    assert not [finding for finding in value.findings if finding.severity == "error"]


def test_json_has_the_installation_and_the_fact_beside_the_product() -> None:
    value = to_json(deployed(TWO))
    flows = {flow["id"]: flow for flow in value["flows"]}  # type: ignore[attr-defined]
    north = next(flow for key, flow in flows.items() if key.startswith("cups-north/ipp"))
    assert (north["product"], north["installation"]) == ("cups", "cups-north")
    assert north["id"] == f"cups-north/{north['fact']}"
    assert f"cups/{north['fact']}" in flows


def test_one_machine_has_each_port_once() -> None:
    value = deployed(ONE_ADDRESS)
    conflicts = [finding for finding in value.findings if finding.code == "port-conflict"]
    assert conflicts
    assert all(set(finding.installations) == {"cups", "cups-north"} for finding in conflicts)
    assert "cups-north (CUPS)" in conflicts[0].message
    moved = ONE_ADDRESS + "[products.cups-north.ports]\nipp = 8631\n"
    assert not [f for f in deployed(moved).findings if f.code == "port-conflict"]


def test_findings_name_the_installations_that_they_are_about() -> None:
    in_clear = [f for f in deployed(TWO).findings if f.code == "unencrypted"]
    assert {finding.installations for finding in in_clear} == {("cups-north",)}


def test_hosts_and_lists_of_two_installations_are_listed_once_for_both() -> None:
    value = deployed(
        """
        format = 1
        [products.printix]
        [products.printix-lab]
        product = "printix"
        """
    )
    assert {entry.installations for entry in value.allowlist} == {("printix", "printix-lab")}
    assert {entry.products for entry in value.allowlist} == {("printix",)}
    assert {entry.installations for entry in value.tls_bypass} == {("printix", "printix-lab")}
    view = AllowlistView(value)
    assert view.group(value.allowlist[0]) == "Printix, printix-lab (Printix)"
    bypass = BypassView(value)
    assert dict(bypass.cells(value.tls_bypass[0]))["Reason"] == "Printix, printix-lab (Printix)"


def test_flows_stand_under_their_installation() -> None:
    value = deployed(TWO)
    view = FlowView(value)
    assert view.groups == ("cups", "cups-north")
    assert view.heading("cups-north") == "cups-north (CUPS)"
    assert {view.group(flow) for flow in value.flows} == {"cups", "cups-north"}


def test_explain_follows_the_installation_for_which_it_gets_through() -> None:
    value = deployed(TWO)
    assert explain(value, "user-computer", "10.0.10.6", "8631/tcp").allowed
    closed = explain(value, "10.0.10.5", "printer", "9100/tcp")
    assert not closed.allowed
    assert closed.nearest[0].installation == "cups"
    assert closed.nearest[0].key == "products.cups.features.printers-appsocket"


def test_a_change_of_one_installation_is_its_own_cause() -> None:
    old = deployed(TWO)
    new = deployed(TWO.replace("ipp = 8631", "ipp = 8632"))
    changes = compare(old, new)
    assert [group.key for group in changes.groups] == ["products.cups-north.ports.ipp"]
    assert {entry.cause.groups for entry in changes.rules} == {("products.cups-north.ports.ipp",)}


def test_another_installation_is_one_cause_and_no_change_of_the_facts() -> None:
    one = read_plan(TWO, CATALOG)
    without = msgspec.structs.replace(one, products={"cups": one.products["cups"]})
    changes = compare(deploy(CATALOG, without), deploy(CATALOG, one))
    keys = [group.key for group in changes.groups]
    assert "facts" not in keys
    assert keys[0] == "products.cups-north"
    assert "cups-north (CUPS): added" in changes.groups[0].text
    assert all(entry.record.installations == ("cups-north",) for entry in changes.rules)
    assert all(
        group.startswith("products.cups-north")
        for entry in changes.rules
        for group in entry.cause.groups
    )
