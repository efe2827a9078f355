"""Deployment → a task for each team that has work, for trackers of tasks: Jira, GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import filterfalse
from operator import attrgetter

import msgspec

from exporters.handover import handover
from exporters.handover.model import Handover, TeamPart
from exporters.handover.words import team_of
from exporters.tickets.impact import impact_of
from exporters.tickets.lines import subject, why
from wizard.deployment import Deployment
from wizard.network.ports import ports_text
from wizard.rules.needs import Need, needs_of
from wizard.text import one_line
from wizard.views.words import role_name

_MOST = 60  # needs that a task lists; a tracker's field has an end


class TeamTask(msgspec.Struct, frozen=True):
    """What one team is asked for: a title, and lines of text that nothing makes harmless yet."""

    team: str
    title: str
    task: str
    work: str
    lines: tuple[str, ...]


def tasks_of(deployment: Deployment) -> tuple[TeamTask, ...]:
    """In the order of the handover documents, which hold the rest."""
    document = handover(deployment)
    parts = filterfalse(attrgetter("only_remarks"), document.teams)
    return tuple(map(partial(_task, deployment, document), parts))


def _task(deployment: Deployment, document: Handover, part: TeamPart) -> TeamTask:
    lines = (
        part.task,
        f"Work: {part.count}.",
        *_needs(deployment, part),
        *impact_of(deployment, _firewalls_of(deployment, part)),
        f"Why: {why(deployment)}",
        *_request_lines(document),
        "Attach handover.html or handover.xlsx of the same export: every rule stands there.",
    )
    return TeamTask(
        part.team.name,
        one_line(f"{part.team.name}: {subject(deployment)}", 250),
        one_line(part.task, 1000),
        one_line(part.count, 1000),
        tuple(one_line(line, 1000) for line in lines),
    )


def _request_lines(document: Handover) -> Iterator[str]:
    """What the plan says of the request and the lines beside it do not."""
    for label, value in document.request:
        if value and label not in ("Why", "Plan", "Made with"):
            yield f"{label}: {value}"


def _firewalls_of(deployment: Deployment, part: TeamPart) -> list[str]:
    firewalls = deployment.plan.firewalls
    return [name for name, wall in firewalls.items() if team_of(wall) == part.team.id]


def _needs(deployment: Deployment, part: TeamPart) -> Iterator[str]:
    of_team = _firewalls_of(deployment, part)
    rules = [rule for rule in deployment.rules if rule.firewall in of_team]
    needs = needs_of(rules)
    for need in needs[:_MOST]:
        yield _need(deployment, need)
    if len(needs) > _MOST:
        yield f"and {len(needs) - _MOST} more needs"


def _need(deployment: Deployment, need: Need) -> str:
    ends = (role_name(deployment.catalog, role) for role in (need.from_, need.to))
    ports = f"{ports_text(need.ports)}/{need.transport}"
    return f"{need.name}: {' to '.join(ends)}, {ports}, {', '.join(need.services)}"
