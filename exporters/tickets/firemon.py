"""Deployment → bodies for FireMon Policy Planner: the ticket, and the requirements that are added to
it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable

from exporters.tickets.lines import RequestLine, about, addresses, lines_of, subject, why
from wizard.deployment import Deployment
from wizard.text import one_line

_PRIORITY = "LOW"  # of LOW, MEDIUM and HIGH; the plan has none


def files(deployment: Deployment) -> dict[str, str]:
    """One file with the two bodies, in the order in which they are sent."""
    lines = lines_of(deployment)
    bodies = {
        "packet": {"variables": _ticket(deployment, lines)},
        "requirements": {"requirements": list(map(_requirement, lines))},
    }
    return {"tickets/firemon.json": json.dumps(bodies, indent=2) + "\n"}


def _ticket(deployment: Deployment, lines: Iterable[RequestLine]) -> dict[str, str]:
    request = deployment.plan.request
    given = {
        "summary": subject(deployment),
        "requesterName": request.requester,
        "requesterEmail": request.contact if "@" in (request.contact or "") else None,
        "dueDate": _moment(request.wanted),
        "applicationName": request.service,
        "applicationOwner": request.owner,
        "businessNeed": why(deployment),
        "externalTicketId": request.reference,
        "notes": " ".join(about(line, 300) for line in lines),
    }
    texts = {name: one_line(text, 20_000) for name, text in given.items() if text}
    return {**texts, "priority": _PRIORITY}


def _requirement(line: RequestLine) -> dict[str, object]:
    expires = _moment(line.record.expires)
    return {
        "requirementType": "RULE",
        "childKey": "add_access",
        "changes": [],
        "variables": {} if expires is None else {"expiration": expires},
        "sources": addresses(line.sources),
        "destinations": addresses(line.destinations),
        "services": list(line.port_words),
        "action": "ACCEPT",
    }


def _moment(day: datetime.date | None) -> str | None:
    """As Policy Planner writes moments; the beginning of the day."""
    return f"{day.isoformat()}T00:00:00+0000" if day else None
