"""A view for each kind of record: the same words in every output, and the answer behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.tools.worlds import world
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.facts.model import EndpointFact
from wizard.findings import Finding
from wizard.plan.field import ChoiceKey
from wizard.plan.file.read import read_plan
from wizard.plan.keys import (
    ANY,
    FirewallKey,
    HostKey,
    Key,
    OptionKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    RoleKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.questions import AnswerError, open_questions, question_at
from wizard.rules.compiled import PUBLIC_ADDRESS
from wizard.views.connections import DenialView
from wizard.views.kinds import OF_A_DEPLOYMENT, VIEWS, view_of, view_of_table
from wizard.views.lists import FindingView, QuestionView
from wizard.views.record import Record, RecordView

CATALOG = load_catalog()
PLANS = Path(__file__).parents[2] / "plans"


def deployment_of(stem: str) -> Deployment:
    return deploy(CATALOG, read_plan((PLANS / f"{stem}.toml").read_text(), CATALOG))


@pytest.fixture(scope="module")
def deployment() -> Deployment:
    return deployment_of("five-products")


def records_of(deployment: Deployment) -> list[Record]:
    records: list[Record] = []
    views: list[type[RecordView[Any]]] = [*OF_A_DEPLOYMENT, FindingView]
    for view in views:
        records += view(deployment).records()
    return [*records, *open_questions(CATALOG, deployment.plan)]


def answer(deployment: Deployment, record: Record) -> Key | ChoiceKey | None:
    return view_of(deployment, record).answer(record)


def about(code: str, *subjects: str) -> Finding:
    return Finding(code=code, severity="warning", message="", subjects=subjects)


@pytest.mark.parametrize("stem", ["five-products", "papercut-mf", "printix"])
def test_each_record_has_words_and_leads_to_a_question(stem: str) -> None:
    deployment = deployment_of(stem)
    records = records_of(deployment)
    assert {type(record) for record in records} >= set(VIEWS) - {str, *_missing(deployment)}
    for record in records:
        view = view_of(deployment, record)
        assert view.title(record)
        headings = [heading for heading, _ in view.cells(record)]
        assert len(set(headings)) == len(headings) > 1
        assert any(detail.text for detail in view.details(record))
        assert len(view.columns(record)) in (4, 5)
        key = view.answer(record)
        if isinstance(key, ChoiceKey):
            assert key.question == ProductsKey()
            assert key.value in deployment.plan.products
        elif key is None:
            assert isinstance(record, Finding)
        elif not (isinstance(key, FirewallKey) and key.part == ANY):
            try:
                question_at(CATALOG, deployment.plan, key)
            except AnswerError as error:
                pytest.fail(f"{record} leads to {key}: {error}")


def _missing(deployment: Deployment) -> set[type]:
    """Kinds of which this plan has none."""
    every: dict[type[object], bool] = {}
    for kind, view in VIEWS.items():
        if view in OF_A_DEPLOYMENT:
            every[kind] = bool(view(deployment).records())
        elif view is QuestionView:
            every[kind] = bool(open_questions(CATALOG, deployment.plan))
        elif view is DenialView:
            every[kind] = bool(deployment.denials)
    return {kind for kind, there in every.items() if not there}


def test_a_record_that_waits_leads_to_what_it_waits_for(deployment: Deployment) -> None:
    forward = msgspec.structs.replace(deployment.forwards[0], unresolved=("printer",))
    assert answer(deployment, forward) in (
        RoleKey("printer", "zones"),
        RoleKey("printer", "addresses"),
    )
    waiting = msgspec.structs.replace(forward, unresolved=("printer", PUBLIC_ADDRESS))
    assert answer(deployment, waiting) == FirewallKey(forward.firewall, "public_address")


def test_management_leads_to_its_own_firewall(deployment: Deployment) -> None:
    rule = next(rule for rule in deployment.rules if rule.flows[0].startswith("management/"))
    assert answer(deployment, rule) == FirewallKey(rule.firewall, "management")


def test_a_port_that_can_be_set_leads_to_the_port() -> None:
    deployment = deployment_of("papercut-ng")
    answers = {answer(deployment, flow) for flow in deployment.flows}
    assert {type(key) for key in answers} & {PortKey, OptionKey}


def test_findings_lead_to_what_they_are_about_a_zone_before_its_firewall(
    deployment: Deployment,
) -> None:
    plan = deployment.plan
    firewall = next(name for name in plan.firewalls if name not in plan.zones)
    zone = next(name for name in plan.zones if name in plan.firewalls)
    expected = {
        about("no-management", firewall): FirewallKey(firewall, "management"),
        about("nat-without-address", firewall): FirewallKey(firewall, "public_address"),
        about("rule-limit", firewall): FirewallKey(firewall, ANY),
        about("zone-overlap", zone): ZoneKey(zone),
        about("facts-incomplete", "printix"): ChoiceKey(ProductsKey(), "printix"),
        about("tls-inspection", "any"): ProxyKey("tls_inspection"),
        about("wildcard-unsupported", "any"): ProxyKey("wildcards"),
        about("duplicate", deployment.rules[0].id): answer(deployment, deployment.rules[0]),
        about("anything", "nobody knows", zone): ZoneKey(zone),
        about("anything", "nobody knows"): None,
    }
    for finding, key in expected.items():
        view = FindingView(msgspec.structs.replace(deployment, findings=(finding,)))
        assert view.answer(finding) == key


TWO_PROXIES = """
    format = 1
    [products.printix.features]
    own-blob-storage = {}
    [zones.head]
    networks = ["10.1.0.0/24"]
    [zones.north-lan]
    networks = ["10.2.0.0/24"]
    [sites.printix]
    zones = ["north-lan"]
    [sites.printix.proxy]
    mode = "explicit"
    addresses = ["10.2.0.8"]
    wildcards = false
    tls_inspection = true
    login = "windows"
    [proxy]
    mode = "explicit"
    wildcards = false
    tls_inspection = true
    login = "windows"
    [roles.user-computer]
    zones = ["head", "north-lan"]
    [roles.web-proxy]
    addresses = ["10.1.0.8"]
"""


def test_what_a_finding_says_of_a_sites_proxy_leads_to_that_one() -> None:
    """A site may be called like an installation; the general proxy is another one."""
    deployment = world(TWO_PROXIES)
    view = FindingView(deployment)
    parts = {
        "wildcard-unsupported": "wildcards",
        "tls-inspection": "tls_inspection",
        "proxy-login": "login",
    }
    for code, part in parts.items():
        found = [finding for finding in deployment.findings if finding.code == code]
        led = {view.answer(finding) for finding in found}
        assert led == {ProxyKey(part), SiteProxyKey("printix", part)}, code
        assert len({view.key(finding) for finding in found}) == len(found)
        for finding in found:
            of_site = "roxy of printix" in finding.message
            key = view.answer(finding)
            assert isinstance(key, ProxyKey | SiteProxyKey)
            assert question_at(CATALOG, deployment.plan, key).key == key
            assert (type(key) is SiteProxyKey) == of_site
            assert finding.installations == ("printix",)


def test_an_unknown_host_leads_to_the_host() -> None:
    deployment = deployment_of("printix")
    fact = deployment.facts["printix/blob-storage"]
    assert isinstance(fact, EndpointFact)
    assert fact.host_key
    key = HostKey("printix", fact.host_key)
    assert answer(deployment, about("unknown-host", fact.id)) == key
    assert answer(deployment, about("inferred", fact.id)) != key


def test_a_heading_of_rules_says_what_the_firewall_is(deployment: Deployment) -> None:
    rules = view_of_table(deployment, "rules")
    assert list(rules.group_details("data-centre")) == [
        ("is a", "firewall between networks", ""),
        ("joins", "servers, printers, backbone", ""),
        ("other traffic", "left as it is", ""),
    ]
    servers = {detail.label: detail.text for detail in rules.group_details("servers")}
    inbound = sum(rule.direction == "in" for rule in deployment.rules_of("servers"))
    assert inbound > 20
    assert servers == {
        "is a": "own firewall, Linux",
        "guards": "Print server",
        "at": "10.5.10.5/32, 10.5.10.6/32, 10.5.10.7/32, 10.5.10.8/32 and 2 more",
        "new inbound": "denied unless a rule allows it",
        "new outbound": "allowed",
        "inbound": f"{inbound} rules",
    }
    edge = list(view_of_table(deployment, "forwards").group_details("edge"))
    assert ("public", "203.0.113.50", "") in edge
    assert any(detail.text.startswith("NAT: ") for detail in edge)
    assert [detail.text for detail in rules.group_details("gone")] == ["The plan has it no longer."]


def test_a_heading_of_flows_says_the_features(deployment: Deployment) -> None:
    flows = view_of_table(deployment, "flows")
    assert list(flows.group_details("cups")) == [
        ("features", "IPP printer sharing, IPP printers", "")
    ]
    assert list(flows.group_details("management")) == [("", "Administration of the machine", "")]
    assert list(flows.group_details("own")) == []
    # Every other table's headings speak for themselves.
    assert list(view_of_table(deployment, "findings").group_details("warning")) == []


def test_a_text_is_what_it_says_and_has_no_answer(deployment: Deployment) -> None:
    view = view_of(deployment, "a remark")
    assert view.title("a remark") == "a remark"
    assert view.answer("a remark") is None
    assert not list(view.details("a remark"))
