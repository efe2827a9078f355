"""Two deployments that ask the same of every firewall and list → the record of a review."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.changes.model import ChangeRequest
from exporters.handover.markdown import cell, pair_rows, table
from exporters.safe import markdown as safe
from wizard.network.ports import ports_text
from wizard.rules.needs import needs_of, risk_of
from wizard.views.words import count, encryption_text, role_name


def text(request: ChangeRequest) -> str:
    """Markdown: what was looked at, need by need, with room for who still needs it."""
    return "\n".join(_lines(request))


def _lines(request: ChangeRequest) -> Iterator[str]:
    deployment = request.new
    needs = needs_of(deployment.rules)
    yield from [f"# Review: {safe(request.title, 200)}", ""]
    yield from table(("Review", ""), pair_rows(request.given))
    yield (
        f"No firewall and no list changes: {count(len(deployment.rules), 'rule')} on"
        f" {count(len({rule.firewall for rule in deployment.rules}), 'firewall')}, for"
        f" {count(len(needs), 'need')}, are what they were. Whoever owns a need says that it is"
        " still there."
    )
    yield ""
    rows = []
    for need in needs:
        rows.append(
            (
                cell(need.name),
                cell(role_name(deployment.catalog, need.from_)),
                cell(role_name(deployment.catalog, need.to)),
                f"{ports_text(need.ports)}/{need.transport}",
                encryption_text(need.encrypted),
                cell(risk_of(need.rules, deployment.network).text),
                "",
                "",
            )
        )
    yield from table(
        ("Need", "From", "To", "Port", "Encrypted", "Risk", "Still needed", "By whom"), rows
    )
    warnings = [finding for finding in deployment.findings if finding.severity != "info"]
    if warnings:
        yield from ["## Findings that stand", ""]
        for finding in warnings:
            yield f"- {finding.severity}: {safe(finding.message)}"
        yield ""
    yield from ["## Approval", ""]
    people = ("Requester", "Owner of the rules", "Security")
    yield from table(("Who", "Name", "Date", "Signature"), ((who, "", "", "") for who in people))
