"""Files for tools that take requests: the published fields, and no more traffic than the rules let
through.
"""

from __future__ import annotations

import csv
import io
import json
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from exporters.data import single
from exporters.firewalls.normal import live, without_exceptions
from exporters.format import CannotSay
from exporters.tickets import algosec, firemon, gitlab, jira, servicenow, tufin
from exporters.tickets.tasks import tasks_of
from tests.tools.builders import EDGE, HOST, deployment, rule
from tests.tools.worlds import world_of
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.plan.model import Firewall, Plan, Request
from wizard.rules.model import Rule
from wizard.views.words import port_texts

ROOT = Path(__file__).resolve().parents[3]
STORED = sorted(ROOT.glob("examples/*.toml"))
every_example = pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
# (source, destination, service) of all that is let through.
Traffic = set[tuple[str, str, str]]


def wanted(value: Deployment) -> Traffic:
    traffic: Traffic = set()
    for direction in ("in", "out", "forward"):
        for one in map(without_exceptions, live(value.rules, direction)):
            services = [f"{one.transport}/{text}" for text in port_texts(one.ports)]
            sides = (map(bare, one.sources), map(bare, one.destinations), services)
            traffic.update(product(*sides))
    return traffic


def at_edge(one: Rule) -> Deployment:
    """What follows from a plan with one firewall between zones, and one rule of it."""
    return deployment(one, firewalls={"edge": EDGE})


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@every_example
def test_algosec_asks_for_what_the_rules_let_through(path: Path) -> None:
    value = world_of(path)
    traffic: Traffic = set()
    for name, text in algosec.files(value).items():
        body = json.loads(text)
        assert body.keys() == {"template", "fields", "traffic"}
        for line in body["traffic"]:
            assert line["action"] == "Allow"
            sides = [
                [item["address"] for item in line[end]["items"]]
                for end in ("source", "destination")
            ]
            assert {":" in address for side in sides for address in side} == {"ipv6" in name}
            traffic.update(product(*sides, (item["service"] for item in line["service"]["items"])))
    assert traffic == wanted(value) != set()


@every_example
def test_firemon_asks_for_what_the_rules_let_through(path: Path) -> None:
    value = world_of(path)
    bodies = json.loads(firemon.files(value)["tickets/firemon.json"])
    traffic: Traffic = set()
    for line in bodies["requirements"]["requirements"]:
        assert (line["requirementType"], line["childKey"], line["action"]) == (
            "RULE",
            "add_access",
            "ACCEPT",
        )
        traffic.update(product(line["sources"], line["destinations"], line["services"]))
    assert traffic == wanted(value)
    ticket = bodies["packet"]["variables"]
    assert ticket.keys() <= {
        "summary", "requesterName", "requesterEmail", "notes", "applicationName", "applicationOwner", "priority",
        "dueDate", "businessNeed", "externalTicketId",
    }  # fmt: skip
    assert ticket["externalTicketId"] == value.plan.request.reference


@every_example
def test_tufin_asks_for_what_the_rules_let_through(path: Path) -> None:
    value = world_of(path)
    ticket = ElementTree.fromstring(tufin.files(value)["tickets/tufin.xml"])
    traffic: Traffic = set()
    for request in ticket.iter("access_request"):
        assert request.findtext("action") == "Accept"
        services = [
            f"{(service.findtext('protocol') or '').lower()}/{service.findtext('port')}"
            for service in request.iter("service")
        ]
        sides = [list(map(_cidr, request.iter(end))) for end in ("source", "destination")]
        traffic.update(product(sides[0], sides[1], services))
        wide = any(
            ":" in text or int(text.partition("/")[2] or 32) <= 8 for side in sides for text in side
        )
        assert request.findtext("use_topology") == ("false" if wide else "true")
    assert traffic == wanted(value)


def _cidr(side: ElementTree.Element) -> str:
    return bare(f"{side.findtext('ip_address')}/{side.findtext('cidr')}")


@every_example
def test_one_address_a_cell_says_each_rule_whole(path: Path) -> None:
    value = world_of(path)
    seen: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for row in rows(single.files(value)["rules-single.csv"]):
        for column in ("source", "destination", "port"):
            assert len(row[column].split()) == 1
        cells = (row["action"], row["port"], row["source"], row["destination"])
        seen.setdefault((row["firewall"], row["id"]), set()).add(cells)
    for one in value.rules:
        ports = port_texts(one.ports)
        expected = {("allow", *cells) for cells in product(ports, one.sources, one.destinations)}
        expected |= {
            ("except", *cells) for cells in product(ports, one.except_sources, one.destinations)
        }
        expected |= {
            ("except", *cells) for cells in product(ports, one.sources, one.except_destinations)
        }
        assert seen[one.firewall, one.id] == expected


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "MOST_ROWS", 3)
    assert single.files(deployment(rule(ports=(80, 81, 82))))
    with pytest.raises(CannotSay, match="4 rows"):
        single.files(deployment(rule(ports=(80, 82, 84, 86))))


@every_example
def test_trackers_get_a_task_a_team(path: Path) -> None:
    value = world_of(path)
    issues = rows(gitlab.files(value)["tickets/gitlab.csv"])
    items = rows(jira.files(value)["tickets/jira.csv"])
    assert list(issues[0]) == ["title", "description", "due_date"]
    assert list(items[0]) == [
        "Summary",
        "Issue Type",
        "Description",
        "Priority",
        "Due Date",
        "Labels",
    ]
    assert [each["title"] for each in issues] == [each["Summary"] for each in items]
    due = str(value.plan.request.wanted or "")
    assert {each["due_date"] for each in issues} == {each["Due Date"] for each in items} == {due}
    for each in (*issues, *items):
        lines = (each.get("description") or each["Description"]).split("\n")
        assert all(line.startswith("* ") for line in lines)


def test_no_tracker_obeys_what_a_plan_says() -> None:
    value = at_edge(
        rule(firewall="edge", direction="forward", services=("/close [x](y) {color:red}",))
    )
    issue = gitlab.files(value)["tickets/gitlab.csv"]
    assert "\n/close" not in issue
    assert "[x](y)" not in issue
    item = jira.files(value)["tickets/jira.csv"]
    assert "\\{color:red\\}" in item


@every_example
def test_servicenow_has_one_change(path: Path) -> None:
    value = world_of(path)
    (change,) = rows(servicenow.files(value)["tickets/servicenow.csv"])
    assert tuple(change) == servicenow.COLUMNS
    assert change["type"] == "normal"
    assert change["risk"] in ("Low", "Moderate", "High")
    assert change["requested_by"] == (value.plan.request.requester or "")
    for plan in ("implementation_plan", "backout_plan", "test_plan", "risk_impact_analysis"):
        assert change[plan], plan


def test_a_ticket_says_by_firewall_what_becomes_of_what_is_not_listed() -> None:
    walls = {
        "server": HOST,
        "strict": msgspec.structs.replace(HOST, egress="filtered"),
        "edge": EDGE,
        "core": msgspec.structs.replace(EDGE, default="deny"),
        "wan": Firewall(kind="router"),
    }
    value = deployment(rule(), firewalls=walls)
    (change,) = rows(servicenow.files(value)["tickets/servicenow.csv"])
    analysis = change["risk_impact_analysis"]
    inbound, both, added, through, check = analysis.split("\n")[1:]
    assert inbound.startswith("server: New inbound connections that no rule allows are dropped")
    assert both.startswith("strict: New connections, inbound and outbound")
    assert added.startswith("edge: Rules are only added")
    assert through.startswith("core: What no rule allows is dropped")
    assert "check" in check
    assert "wan" not in analysis


def test_each_team_s_task_has_the_impact_of_its_own_firewalls() -> None:
    value = deployment(rule(), firewalls={"server": HOST})
    tasks = {task.team: " ".join(task.lines) for task in tasks_of(value)}
    assert "server: New inbound connections" in tasks["Server team"]


def test_the_risk_of_a_ticket_is_that_of_one_of_its_needs() -> None:
    """Administration, the internet and clear text are of three needs here: none is high."""
    value = deployment(
        rule(from_="internet", sources=("0.0.0.0/0",), encrypted=True),
        rule(from_="mfp", encrypted=False),
        rule(from_="admin-computer", flows=("management/ssh",), encrypted=True),
    )
    (change,) = rows(servicenow.files(value)["tickets/servicenow.csv"])
    assert change["risk"] == "Moderate"
    assert change["risk_impact_analysis"].split("\n")[0] == (
        "Risk: medium: open to the internet, in the clear."
    )


def test_a_ticket_spells_names_as_the_plan_does() -> None:
    requester = "Print \u2013 A. B\u00f6hm"
    value = deployment(
        rule(), plan=Plan(request=Request(requester=requester), firewalls={"server": HOST})
    )
    (change,) = rows(servicenow.files(value)["tickets/servicenow.csv"])
    assert f"requester {requester}" in change["description"]


def test_what_is_not_said_is_left_out() -> None:
    bodies: dict[str, Any] = json.loads(firemon.files(deployment(rule()))["tickets/firemon.json"])
    given = bodies["packet"]["variables"].keys()
    assert not given & {"requesterEmail", "dueDate", "applicationOwner"}
