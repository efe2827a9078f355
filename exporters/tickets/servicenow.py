"""Deployment → CSV for an import into ServiceNow's table change_request: one change."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.safe import csv_table
from exporters.tickets.impact import impact_of
from exporters.tickets.lines import subject, why
from exporters.tickets.tasks import tasks_of
from wizard.deployment import Deployment
from wizard.rules.needs import RiskRating, highest_risk

COLUMNS = (
    "short_description", "description", "category", "type", "priority", "risk", "impact", "requested_by",
    "cmdb_ci", "business_service", "start_date", "end_date", "justification", "implementation_plan",
    "risk_impact_analysis", "backout_plan", "test_plan",
)  # fmt: skip
_RISKS: dict[RiskRating, str] = {"low": "Low", "medium": "Moderate", "high": "High"}


def files(deployment: Deployment) -> dict[str, str]:
    """The one file; what the plan does not say is an empty cell."""
    request = deployment.plan.request
    risk = highest_risk(deployment.rules, deployment.network)
    tasks = tasks_of(deployment)
    described = [f"{task.team}: {task.work}." for task in tasks]
    cells = {
        "short_description": subject(deployment, 160),
        "description": [why(deployment), *described],
        "category": "Network",
        "type": "normal",
        "risk": _RISKS[risk.rating],
        "requested_by": request.requester,
        "cmdb_ci": request.service,
        "business_service": request.service,
        "start_date": request.wanted,
        "justification": request.justification,
        "implementation_plan": [f"{task.team}: {task.task}" for task in tasks],
        "risk_impact_analysis": [f"Risk: {risk.text}.", *impact_of(deployment)],
        "backout_plan": list(_way_back(deployment)),
        "test_plan": _TESTS,
    }
    return {"tickets/servicenow.csv": csv_table(COLUMNS, [list(map(cells.get, COLUMNS))])}


_TESTS = (
    "The scripts in tests/ on a machine of each role: all connect.",
    "One user of each site prints one page.",
)


def _way_back(deployment: Deployment) -> Iterator[str]:
    hosts = [name for name, wall in deployment.plan.firewalls.items() if wall.kind == "host"]
    if hosts:
        yield "Hosts: the verb rollback of the loaded script; what is not confirmed goes back by itself."
    yield "All others: take out the rules again; each has its id in its comment."
