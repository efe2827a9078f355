"""Deployment → `print-team.md`: what the print team has to do and to know, as a document of its own."""

from __future__ import annotations

from exporters.handover import handover
from exporters.handover.markdown import cell, table
from exporters.handover.print_team import PARTS, TASK
from exporters.safe import markdown
from wizard.deployment import Deployment

_HEADINGS = {
    "Name to be made": "Names to be made",
    "Moved port": "Moved ports",
    "Opened by the installer": "What installers open by themselves",
    "Watch for": "What to watch for",
    "Finding": "Findings that are yours",
    "In a year": "What to look at in a year",
}


def files(deployment: Deployment) -> dict[str, str]:
    """The one file; a part with nothing in it is left out."""
    document = handover(deployment)
    lines = [f"# For the print team: {markdown(document.title, 200)}", "", TASK, ""]
    lines += table(
        ("Request", ""), ((label, cell(str(value))) for label, value in document.request if value)
    )
    for part in PARTS:
        rows = [row for row in document.print_team if row.part == part]
        if rows:
            lines += [f"## {_HEADINGS[part]}", ""]
            lines += table(
                ("About", "What to do, or to know"),
                ((cell(row.what), cell(row.text)) for row in rows),
            )
    return {"print-team.md": "\n".join(lines)}
