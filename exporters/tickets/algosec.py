"""Deployment → bodies for AlgoSec FireFlow's `POST /FireFlow/api/change-requests/traffic`, one for
each family: FireFlow takes no request with both.
"""

from __future__ import annotations

import json

from exporters.tickets.lines import RequestLine, about, addresses, lines_of, subject, why
from wizard.deployment import Deployment
from wizard.network.addresses import Family

# Installations call their templates as they like; these are the ones that FireFlow brings.
_TEMPLATES: dict[Family, str] = {
    4: "Basic Change Traffic Request",
    6: "170: Traffic Change Request (IPv6)",
}


def files(deployment: Deployment) -> dict[str, str]:
    """A file for each family that has traffic."""
    bodies: dict[str, str] = {}
    for family, template in _TEMPLATES.items():
        lines = [line for line in lines_of(deployment) if line.family == family]
        if lines:
            body = _body(deployment, template, lines)
            bodies[f"tickets/algosec-ipv{family}.json"] = json.dumps(body, indent=2) + "\n"
    return bodies


def _body(deployment: Deployment, template: str, lines: list[RequestLine]) -> dict[str, object]:
    request = deployment.plan.request
    # The names of FireFlow's own fields; what the plan does not say is left out.
    fields = {
        "subject": subject(deployment),
        "Change Request Description": why(deployment),
        "Due": _day(request.wanted),
        "Expires": _day(request.expires),
        "Owner": request.owner or "",
    }
    return {
        "template": template,
        "fields": [{"name": name, "values": [text]} for name, text in fields.items() if text],
        "traffic": list(map(_traffic, lines)),
    }


def _traffic(line: RequestLine) -> dict[str, object]:
    return {
        "source": {"items": [{"address": text} for text in addresses(line.sources)]},
        "destination": {"items": [{"address": text} for text in addresses(line.destinations)]},
        "service": {"items": [{"service": text} for text in line.port_words]},
        "application": {"items": [{"name": "any"}]},
        "user": {"items": [{"name": "any"}]},
        "action": "Allow",
        "fields": [{"name": "Comment", "values": [about(line, 1000)]}],
    }


def _day(day: object) -> str:
    return str(day or "")
