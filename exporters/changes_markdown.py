"""Two deployments → a change request in Markdown: what each firewall and list gains and loses, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.changes_csv import documents
from exporters.cidrs import bare
from exporters.handover_words import WAYS, advice
from exporters.markdown import cell, table
from exporters.safe import markdown as safe
from wizard.changes import Changes, ForwardChange, RuleChange, Sign, answer_text
from wizard.deployment import Deployment
from wizard.ports import ports_text
from wizard.report import encryption_text

_ACTION: dict[Sign, str] = {"+": "**add**", "-": "**remove**"}


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """The whole request. Dates and names are those of the new plan."""
    return "\n".join(_lines(old, new, changes))


def _lines(old: Deployment, new: Deployment, changes: Changes) -> Iterator[str]:
    request = new.plan.request
    yield f"# Change request: {safe(new.plan.name, 200) or 'firewall rules for print management'}"
    yield ""
    given = (
        ("Requested by", request.requester),
        ("Reference", request.reference),
        ("Why", request.justification),
        ("Wanted by", request.wanted.isoformat() if request.wanted else None),
        ("Review on", request.review.isoformat() if request.review else None),
        ("Changes", f"the plan {old.plan.name!r}" if old.plan.name not in ("", new.plan.name) else None),
    )
    yield from table(("Request", ""), ((label, cell(value)) for label, value in given if value))
    if not changes:
        yield "No firewall and no list changes."
        yield ""
    yield from _summary(changes)
    yield "## Answers that changed"
    yield ""
    yield from table(
        ("In the plan", "Was", "Is"),
        ((cell(a.key), cell(answer_text(a.was)), cell(answer_text(a.becomes))) for a in changes.answers),
    ) or ["None: the facts behind the plan changed.", ""]
    side: dict[Sign, Deployment] = {"+": new, "-": old}
    by_firewall: dict[str, list[RuleChange]] = {}
    for change in changes.rules:
        by_firewall.setdefault(change.rule.firewall, []).append(change)
    for name, found in by_firewall.items():
        yield f"## Firewall {safe(name)}"
        yield ""
        yield from table(
            (
                "",
                "Rule",
                "Way",
                "Source",
                "Destination",
                "Port",
                "Service",
                "Encrypted",
                "Status",
                "Document",
            ),
            (_rule(side[change.sign], change) for change in found),
        )
    yield from _forwards(side, changes.forwards)
    yield from _lists(side, changes)
    yield from _findings(changes)
    yield "## Approval"
    yield ""
    yield from table(
        ("Who", "Name", "Date", "Signature"), (("Requester", "", "", ""), ("Approver", "", "", ""))
    )


def _summary(changes: Changes) -> Iterator[str]:
    counted: dict[tuple[str, str], int] = {}
    for what, signs in (
        ("rules or ports of rules", [c.sign for c in changes.rules]),
        ("port forwards", [c.sign for c in changes.forwards]),
        ("hosts on the allowlist", [c.sign for c in changes.allowlist]),
        ("hosts on the TLS bypass list", [c.sign for c in changes.tls_bypass]),
        ("mail senders", [c.sign for c in changes.mail_senders]),
    ):
        for sign in signs:
            counted[what, sign] = counted.get((what, sign), 0) + 1
    rows = [
        (what, str(counted.get((what, "+"), 0)), str(counted.get((what, "-"), 0)))
        for what in dict.fromkeys(key[0] for key in counted)
    ]
    yield from table(("What", "Added", "Removed"), rows)


def _rule(deployment: Deployment, change: RuleChange) -> tuple[str, ...]:
    rule = change.rule
    status = f"waits for {', '.join(rule.unresolved)}" if rule.unresolved else rule.status
    return (
        _ACTION[change.sign],
        cell(rule.id) + ("" if change.whole else "<br>ports only; the rule stays"),
        WAYS[rule.direction],
        _side(deployment, rule.from_, rule.sources, rule.except_sources),
        _side(deployment, rule.to, rule.destinations, rule.except_destinations),
        f"{ports_text(change.ports)}/{rule.transport}",
        cell(*rule.services),
        encryption_text(rule.encrypted),
        cell(status),
        cell(*documents(deployment, rule.flows)),
    )


def _side(deployment: Deployment, role: str, cidrs: Iterable[str], excepted: tuple[str, ...]) -> str:
    known = deployment.catalog.roles.get(role)
    shown = [bare(cidr) for cidr in cidrs] or ["nobody yet: to be supplied"]
    but = ["except the networks of the plan"] if excepted else []
    return cell(known.name if known else role, *shown, *but)


def _forwards(side: dict[Sign, Deployment], changes: Iterable[ForwardChange]) -> Iterator[str]:
    rows = [
        (
            _ACTION[change.sign],
            cell(f.firewall),
            cell(
                f"{f.public_address or 'address not known yet'} {ports_text((f.public_ports,))}/{f.transport}"
            ),
            cell(f"{f.address or 'address not known yet'} {ports_text((f.ports,))}"),
            cell(*documents(side[change.sign], f.flows)),
        )
        for change in changes
        for f in (change.forward,)
    ]
    if rows:
        yield from ["## Port forwards", ""]
        yield from table(("", "Firewall", "Public", "Leads to", "Document"), rows)


def _lists(side: dict[Sign, Deployment], changes: Changes) -> Iterator[str]:
    if changes.allowlist:
        yield from ["## Proxy allowlist", ""]
        yield from table(
            ("", "Host", "Port", "Purpose", "Document"),
            (
                (
                    _ACTION[c.sign],
                    cell(f"{c.entry.scheme}://{c.entry.host}"),
                    str(c.entry.port),
                    cell(*c.entry.purposes),
                    cell(*documents(side[c.sign], c.entry.endpoints)),
                )
                for c in changes.allowlist
            ),
        )
    if changes.tls_bypass:
        yield from ["## TLS bypass list", ""]
        yield from table(("", "Host"), ((_ACTION[c.sign], cell(c.entry.host)) for c in changes.tls_bypass))
    if changes.mail_senders:
        yield from ["## Mail senders", ""]
        yield from table(
            ("", "Address"), ((_ACTION[c.sign], cell(c.entry.address)) for c in changes.mail_senders)
        )


def _findings(changes: Changes) -> Iterator[str]:
    if changes.findings:
        yield from ["## Findings", ""]
        yield from table(
            ("", "Severity", "What was found", "What to do"),
            (
                (
                    "new" if c.sign == "+" else "gone",
                    c.finding.severity,
                    cell(c.finding.message),
                    advice(c.finding.code)[0] if c.sign == "+" else "",
                )
                for c in changes.findings
            ),
        )
