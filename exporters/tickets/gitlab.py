"""Deployment → CSV for GitLab's import of issues: an issue for each team."""

from __future__ import annotations

from exporters.safe import csv_table, markdown
from exporters.tickets.tasks import tasks_of
from wizard.deployment import Deployment

COLUMNS = ("title", "description", "due_date")


def files(deployment: Deployment) -> dict[str, str]:
    """The one file. No line of a description begins with what it holds: GitLab obeys `/close`."""
    rows = []
    for task in tasks_of(deployment):
        described = [f"* {markdown(line)}" for line in task.lines]
        rows.append((task.title, described, deployment.plan.request.wanted))
    return {"tickets/gitlab.csv": csv_table(COLUMNS, rows)}
