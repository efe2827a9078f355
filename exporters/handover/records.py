"""What the documents say of the request itself, and where they have what auditors look for."""

from __future__ import annotations

import datetime

from wizard.deployment import Deployment
from wizard.plan.stamp import made_with_text

# What an auditor looks for, who asks for it, and where these documents have it. No more is claimed:
# whether a standard is met is decided by what is done with the rules.
STANDARDS: tuple[tuple[str, str, str], ...] = (
    (
        "Each service, protocol and port that is allowed, with its business need and its approval",
        "PCI DSS 4.0, 1.2.5",
        "The request (Why), each rule (Service, Document), 'On record' (Approved by, Approved on)",
    ),
    (
        "What is done about services that are not secure",
        "PCI DSS 4.0, 1.2.6",
        "Audit ('Not encrypted', 'Deprecated ports'), findings, 'On record' (Risk)",
    ),
    (
        "A review of the rules every six months",
        "PCI DSS 4.0, 1.2.7",
        "Request (Review on); `portwright export --since` writes the review's record",
    ),
    (
        "A person who answers for a rule, its business reason, how long it is needed",
        "CIS Controls 7.1, 11.2",
        "'On record' (Owner, Ends), the request (Why)",
    ),
    (
        "Networks and who is responsible for them; what is logged",
        "ISO/IEC 27002:2022, 8.20",
        "The network, 'On record' (Owner, Logged)",
    ),
    (
        "What network services need for their security",
        "ISO/IEC 27002:2022, 8.21",
        "Each rule (Encrypted, Document), findings",
    ),
    (
        "Networks kept apart, and what crosses between them",
        "ISO/IEC 27002:2022, 8.22",
        "The network (Zones, Joined by), each firewall's rules, what must never be",
    ),
)


def request_pairs(
    deployment: Deployment,
) -> tuple[tuple[str, str | datetime.date | None], ...]:
    """The head of a document: (label, answer). What many plans leave out stands only where it is
    answered.
    """
    request, stamp = deployment.plan.request, deployment.stamp
    seldom = (
        ("Contact", request.contact),
        ("Department", request.department),
        ("Service or CI", request.service),
        ("Environment", request.environment),
        ("Owner of the rules", request.owner),
        ("Classification", request.classification),
        ("Rules end on", request.expires),
    )
    return (
        ("Requested by", request.requester),
        ("Reference", request.reference),
        ("Why", request.justification),
        ("Wanted by", request.wanted),
        ("Review on", request.review),
        *((label, answer) for label, answer in seldom if answer),
        ("Plan", stamp.plan),
        ("Made with", made_with_text(stamp)),
    )
