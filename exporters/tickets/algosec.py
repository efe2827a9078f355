"""Deployment → bodies for AlgoSec FireFlow's `POST /FireFlow/api/change-requests/traffic`, one for
each family: FireFlow takes no request with both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

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
        "source": _items("address", addresses(line.sources)),
        "destination": _items("address", addresses(line.destinations)),
        "service": _items("service", line.port_words),
        "application": _items("name", ("any",)),
        "user": _items("name", ("any",)),
        "action": "Allow",
        "fields": [{"name": "Comment", "values": [about(line, 1000)]}],
    }


def _items(name: str, texts: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    return {"items": [{name: text} for text in texts]}


def _day(day: object) -> str:
    return str(day or "")
