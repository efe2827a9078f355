"""Deployment → CSV for Jira's importer: a work item for each team."""

from __future__ import annotations

import re

from exporters.safe import csv_table
from exporters.tickets.tasks import tasks_of
from wizard.deployment import Deployment

COLUMNS = ("Summary", "Issue Type", "Description", "Priority", "Due Date", "Labels")
# What Jira's own markup begins with.
_MARKUP = re.compile(r"([{}\[\]|!*_^~+#\\])")


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    request = deployment.plan.request
    rows = []
    for task in tasks_of(deployment):
        described = ["* " + _MARKUP.sub(r"\\\1", line) for line in task.lines]
        row = (task.title, "Task", described, "Medium", request.wanted, "portwright")
        rows.append(row)
    return {"tickets/jira.csv": csv_table(COLUMNS, rows)}
