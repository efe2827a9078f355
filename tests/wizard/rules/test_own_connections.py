"""Connections and endpoints that a plan adds: flows, rules and lists like any other."""

from __future__ import annotations

import json

from exporters.handover import handover
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.changes import compare
from wizard.deployment import deploy, to_json
from wizard.explain import explain
from wizard.facts.model import Source
from wizard.plan.catalog import catalog_of, without_plan
from wizard.plan.keys import OwnConnectionKey
from wizard.plan.model import Plan
from wizard.questions.open import open_questions

SCANS = """
    [own.roles.file-server]
    name = "File server for scans"
    [own.connections.scan-to-folder]
    from = "mfp"
    to = "file-server"
    transport = "tcp"
    ports = ["445"]
    service = "Scan to folder"
    reason = "Copiers store scans on the file server"
    reference = "CHG-1042"
    [roles.file-server]
    addresses = ["10.0.10.20"]
"""
BILLING = """
    [own.endpoints.billing]
    from = "print-server"
    scheme = "https"
    host = "erp.example.com"
    purpose = "Billing export"
"""


def test_a_connection_becomes_a_flow_and_its_rules() -> None:
    deployment = world(OFFICE, SCANS)
    (flow,) = (flow for flow in deployment.flows if flow.product == "own")
    assert flow.id == "own/scan-to-folder"
    assert (flow.from_, flow.to, flow.transport, flow.ports) == (
        "mfp", "file-server", "tcp", ((445, 445),),
    )  # fmt: skip
    assert (flow.sources, flow.destinations) == (("10.0.30.0/24",), ("10.0.10.20/32",))
    assert flow.encrypted is None
    (rule,) = (rule for rule in deployment.rules if "own/scan-to-folder" in rule.flows)
    assert (rule.firewall, rule.sources, rule.destinations, rule.ports) == (
        "core", ("10.0.30.0/24",), ("10.0.10.20/32",), ((445, 445),),
    )  # fmt: skip
    assert (rule.products, rule.services) == (("own",), ("Scan to folder",))
    fact = deployment.facts["own/scan-to-folder"]
    assert fact.source == Source("this plan", "CHG-1042")
    assert fact.evidence == "own"


def test_the_host_that_listens_is_guarded_like_any_other() -> None:
    guard = '[firewalls.files]\nkind = "host"\nrole = "file-server"\n'
    rules = world(OFFICE, SCANS, guard).rules_of("files")
    assert [(rule.direction, rule.sources, rule.ports) for rule in rules] == [
        ("in", ("10.0.30.0/24",), ((445, 445),))
    ]


def test_an_own_connection_widens_no_other_rule() -> None:
    products = "[products.cups.features]\nprinters-ipp = {}\n"
    without, with_it = world(OFFICE, products), world(OFFICE, products, SCANS, BILLING)
    added = [rule for rule in with_it.rules if any(f.startswith("own/") for f in rule.flows)]
    assert [rule for rule in with_it.rules if rule not in added] == list(without.rules)
    assert added


def test_an_endpoint_stands_on_the_allowlist_and_has_its_rule() -> None:
    deployment = world(OFFICE, BILLING)
    (entry,) = deployment.allowlist
    assert (entry.scheme, entry.host, entry.port, entry.paths) == (
        "https", "erp.example.com", 443, ("/",),
    )  # fmt: skip
    assert (entry.products, entry.purposes) == (("own",), ("Billing export",))
    (rule,) = deployment.rules_of("edge")
    assert (rule.sources, rule.destinations, rule.ports) == (
        ("10.0.10.5/32",), ("0.0.0.0/0",), ((443, 443),),
    )  # fmt: skip


def test_nobody_on_the_internet_takes_part() -> None:
    outside = SCANS.replace('addresses = ["10.0.10.20"]', 'zones = ["internet"]')
    deployment = world(OFFICE, outside)
    assert not [rule for rule in deployment.rules if "own/scan-to-folder" in rule.flows]
    assert not deployment.forwards
    (finding,) = (f for f in deployment.findings if f.code == "internal-flow")
    assert "or say public = true of your own connection: scan-to-folder" in finding.message


def test_an_auditor_sees_what_rests_on_no_document() -> None:
    rows = {row.question: row.rules for row in handover(world(OFFICE, SCANS)).audit}
    (rule,) = (rule for rule in world(OFFICE, SCANS).rules if "own/scan-to-folder" in rule.flows)
    assert rows["No document: this plan itself asks for it"] == (("core", rule.id),)


def test_a_served_side_keeps_to_its_own_site() -> None:
    branches = """
        [zones.north]
        networks = ["10.1.0.0/24"]
        [zones.south]
        networks = ["10.2.0.0/24"]
        [sites.north]
        zones = ["north"]
        [sites.south]
        zones = ["south"]
        [own.connections.scan]
        from = "mfp"
        to = "print-server"
        transport = "tcp"
        ports = ["445"]
        service = "Scan to folder"
        reason = "Copiers store scans"
        served = "from"
        [firewalls.server]
        kind = "host"
        role = "print-server"
        [roles.mfp]
        zones = ["north", "south"]
        [roles.print-server]
        addresses = ["10.1.0.5", "10.2.0.5"]
    """
    pairs = [(rule.sources, rule.destinations) for rule in world("format = 1", branches).rules]
    assert sorted(pairs) == [
        (("10.1.0.0/24",), ("10.1.0.5/32",)),
        (("10.2.0.0/24",), ("10.2.0.5/32",)),
    ]
    everywhere = world("format = 1", branches.replace('served = "from"', ""))
    assert {rule.sources for rule in everywhere.rules} == {("10.1.0.0/24", "10.2.0.0/24")}


def test_no_port_conflict_with_what_listens_there() -> None:
    printing = "[products.cups.features]\nipp-sharing = {}\n"
    own = """
        [own.connections.erp]
        from = "print-source"
        to = "print-server"
        transport = "tcp"
        ports = ["631"]
        service = "IPP from the ERP"
        reason = "The ERP prints"
        [roles.print-source]
        addresses = ["10.0.20.9"]
    """
    deployment = world(OFFICE, printing, own)
    assert "port-conflict" not in [finding.code for finding in deployment.findings]
    (rule,) = (rule for rule in deployment.rules_of("core") if "own/erp" in rule.flows)
    assert rule.sources == ("10.0.20.9/32",)


def test_an_unplaced_own_role_is_an_open_question() -> None:
    unplaced = SCANS.partition("[roles.file-server]")[0]
    deployment = world(OFFICE, "[products.cups]\n", unplaced)
    assert not [rule for rule in deployment.rules if "own/scan-to-folder" in rule.flows]
    assert "roles.file-server.zones" in [
        str(question.key) for question in open_questions(CATALOG, deployment.plan)
    ]
    assert any(
        finding.code == "unplaced-role" and "File server for scans" in finding.message
        for finding in deployment.findings
    )


def test_the_answers_behind_it_are_its_own() -> None:
    deployment = world(OFFICE, SCANS)
    (want,) = (want for want in deployment.wants if want.id == "own/scan-to-folder")
    assert OwnConnectionKey("scan-to-folder", "ports") in want.because
    assert all(str(key) != "products" for key in want.because)


def test_explain_follows_it_and_names_the_plan() -> None:
    answer = explain(world(OFFICE, "[products.cups]\n", SCANS), "mfp", "file-server", "445/tcp")
    assert answer.allowed
    ((because,),) = [hop.because for hop in answer.hops]
    assert (because.document, because.locator) == ("this plan", "CHG-1042")
    stopped = explain(world(OFFICE, "[products.cups]\n", SCANS), "mfp", "file-server", "80/tcp")
    assert not stopped.allowed


def test_compare_names_the_connection_as_the_cause() -> None:
    products = "[products.cups.features]\nprinters-ipp = {}\n[products.printix]\n"
    old, new = world(OFFICE, products), world(OFFICE, products, SCANS)
    changes = compare(old, new)
    groups = {group.key: group.text for group in changes.groups}
    assert groups["own.connections.scan-to-folder"].startswith(
        "Own connection scan-to-folder: added, From Multifunction device, To File server for scans"
    )
    assert "facts" not in groups
    assert groups["own.roles.file-server"].startswith("Own party file-server: added")
    (rule,) = (entry for entry in changes.rules if entry.after is not None)
    assert "own.connections.scan-to-folder" in rule.cause.groups


def test_json_has_them_among_the_rest() -> None:
    shown = json.loads(json.dumps(to_json(world(OFFICE, SCANS, BILLING))))
    assert "own/scan-to-folder" in [flow["id"] for flow in shown["flows"]]
    assert [entry["host"] for entry in shown["allowlist"]] == ["erp.example.com"]


def test_the_catalog_is_that_of_one_plan_at_a_time() -> None:
    first, second = world(OFFICE, SCANS).plan, world(OFFICE, BILLING).plan
    seen = catalog_of(CATALOG, first)
    assert catalog_of(seen, first) is seen
    assert "file-server" in seen.roles
    other = catalog_of(seen, second)
    assert "file-server" not in other.roles
    assert [fact.id for fact in other.products["own"].endpoints] == ["own/billing"]
    assert without_plan(other) == CATALOG
    assert catalog_of(CATALOG, Plan()) is CATALOG
    assert deploy(seen, second).rules == deploy(CATALOG, second).rules
