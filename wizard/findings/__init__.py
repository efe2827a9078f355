"""What a careful reviewer would say about a plan: one small function a finding, its advice with it.

Each function takes everything that is known of the plan and yields findings. They advise; nothing
is blocked by them. Subjects are ids: flows, endpoints, rules, firewalls, zones, roles or sites.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.findings import (
    advised,
    errors,
    examples,
    facts,
    fronts,
    listening,
    machines,
    never,
    notes,
    traffic,
    translation,
    warnings,
)
from wizard.findings.model import (
    FINDINGS,
    PRINT_TEAM,
    SEVERITIES,
    Finding,
    Severity,
    Survey,
    worst,
)

__all__ = ["FINDINGS", "KINDS", "Finding", "Severity", "Survey", "advice", "review", "worst"]

# The rooms of the table: each module enters its functions when it is imported.
KINDS = (
    listening,
    errors,
    never,
    warnings,
    translation,
    machines,
    fronts,
    traffic,
    examples,
    advised,
    facts,
    notes,
)


def review(survey: Survey) -> tuple[Finding, ...]:
    """All findings: errors first, then in the order of their codes and messages."""
    findings: list[Finding] = []
    for code, kind in FINDINGS.items():
        for message, subjects in kind.find(survey):
            concerned = tuple(sorted(set(_installations(survey, subjects))))
            findings.append(Finding(code, kind.severity, message, subjects, concerned))
    findings.sort(key=lambda f: (SEVERITIES.index(f.severity), f.code, f.message))
    return tuple(findings)


def _installations(survey: Survey, subjects: Iterable[str]) -> Iterator[str]:
    """The installations among the subjects, and those that facts among them are of."""
    plan = survey.plan
    for subject in subjects:
        if "/" in subject:
            yield subject.partition("/")[0]
        # A zone or a firewall can be called like an installation.
        elif subject in plan.products and not {subject} & {*plan.zones, *plan.firewalls}:
            yield subject


def advice(code: str) -> tuple[str, str]:
    """What to do about a finding, and who does it."""
    kind = FINDINGS.get(code)
    return (
        (kind.advice, kind.team) if kind else ("Read it before the rules are loaded.", PRINT_TEAM)
    )
