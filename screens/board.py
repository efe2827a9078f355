"""What follows from the plan, as tables to look at: connections, rules, forwards, lists, findings.

Pure: two deployments (now, and before the last answer) → tabs of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from screens.lines import plural, ported
from screens.picture import picture
from screens.tables import MARK_WORDS, SORTS, Entry, Mark, Record, Tab, TabId, View, marked, table
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.flows import Flow
from wizard.questions import Question
from wizard.rules import AllowlistEntry, Bypass, Forward, MailSender, Rule

__all__ = [
    "MARK_WORDS",
    "SORTS",
    "Derived",
    "Entry",
    "Mark",
    "Record",
    "Tab",
    "TabId",
    "View",
    "firewall_counts",
    "summary",
    "tabs",
]


class Derived(msgspec.Struct, frozen=True):
    """All that follows from a plan, with what it was before the last answer; `said` is the summary."""

    deployment: Deployment
    before: Deployment | None
    open: tuple[Question, ...] = ()
    said: str = ""


def tabs(derived: Derived, view: View, *, everything: bool = False, columns: int = 0) -> tuple[Tab, ...]:
    """The tabs that have something to say; with `everything` also bypass list and mail senders.

    With `columns` there is a picture of the network of that width too.
    """
    now, before = derived.deployment, derived.before
    shown = [
        _rules(now, before, view),
        _flows(now, before, view),
        _forwards(now, before, view),
        _allowlist(now, before, view),
        _findings(now, before, view),
    ]
    if not now.plan.firewalls and not now.rules:
        shown[0], shown[1] = shown[1], shown[0]
    if not shown[2].entries:
        del shown[2]
    if everything:
        shown += [_bypass(now, before, view), _mail(now, before, view), _open(derived.open, view)]
        shown = [tab for tab in shown if tab.entries or tab.id not in ("bypass", "mail", "forwards")]
    if columns and now.plan.zones:
        shown.append(_picture(now, columns))
    return tuple(shown)


def summary(derived: Derived | None) -> str:
    """The one line that is always on the screen: '23 rules, 4 new; 2 warnings'."""
    if derived is None:
        return "Working it out…"
    if derived.said:
        return derived.said
    if not derived.deployment.plan.products:
        return "Nothing chosen yet"
    rules, flows = (
        _rules(derived.deployment, derived.before, View()),
        _flows(derived.deployment, derived.before, View()),
    )
    tab, word = (rules, "rule") if derived.deployment.plan.firewalls else (flows, "connection")
    parts = plural(tab.count, word)
    parts += f", {tab.new} new" if tab.new else ""
    parts += f", {tab.gone} gone" if tab.gone else ""
    severities = [finding.severity for finding in derived.deployment.findings]
    said = [
        plural(severities.count(severity), severity)
        for severity in ("error", "warning")
        if severities.count(severity)
    ]
    if derived.open:
        said.append(f"{len(derived.open)} open")
    return "; ".join([parts, ", ".join(said)] if said else [parts])


def firewall_counts(deployment: Deployment) -> dict[str, int]:
    """How many rules and forwards each firewall of the plan gets."""
    counts = dict.fromkeys(deployment.plan.firewalls, 0)
    for name in [rule.firewall for rule in deployment.rules] + [f.firewall for f in deployment.forwards]:
        counts[name] = counts.get(name, 0) + 1
    return counts


# --- one function a table -------------------------------------------------------------------------


def _rules(now: Deployment, before: Deployment | None, view: View) -> Tab:
    def entry(rule: Rule, mark: Mark) -> Entry:
        way = {"in": "in", "out": "out", "forward": "fwd"}[rule.direction]
        family = "6" if rule.family == 6 else ""
        waits = f"waits for {', '.join(rule.unresolved)}" if rule.unresolved else ", ".join(rule.services)
        return Entry(
            rule.id,
            mark,
            (way, rule.transport + family, ported(rule.ports), f"{rule.from_} → {rule.to}", waits),
            group=rule.firewall,
            level="warn" if rule.unresolved else "",
            record=rule,
        )

    old = () if before is None else before.rules
    found = marked(now.rules, old, before is not None, lambda rule: rule.id, lambda rule: rule.ports, entry)
    names = [*now.plan.firewalls, *(rule.firewall for rule in old)]
    empty = (
        "No rule yet. Rules come when the parties have their places."
        if now.plan.firewalls
        else "No firewall yet: step 4 adds them. Flows shows what is needed."
    )
    kinds = {name: firewall.kind for name, firewall in now.plan.firewalls.items()}
    return table(
        "rules", "Rules", found, view, names, empty, lambda name: f"{name} ({kinds.get(name, 'gone')})"
    )


def _flows(now: Deployment, before: Deployment | None, view: View) -> Tab:
    def entry(flow: Flow, mark: Mark) -> Entry:
        way = f"{flow.from_} → {flow.to}"
        scope = "" if flow.scope == "network" else f"{flow.scope}: "
        return Entry(
            flow.id,
            mark,
            ("", flow.transport, ported(flow.ports), way, scope + flow.service),
            flow.product,
            record=flow,
        )

    old = () if before is None else before.flows
    found = marked(now.flows, old, before is not None, lambda flow: flow.id, lambda flow: flow.ports, entry)
    products = [*now.plan.products, *(flow.product for flow in old)]
    names = {key: product.name for key, product in now.catalog.products.items()}
    empty = "Nothing yet. Choose a product, and what it needs appears here."
    return table("flows", "Flows", found, view, products, empty, lambda key: names.get(key, key))


def _forwards(now: Deployment, before: Deployment | None, view: View) -> Tab:
    def entry(forward: Forward, mark: Mark) -> Entry:
        public, inside = forward.public_address or "?", forward.address or "?"
        way = f"{public} → {inside}:{ported([forward.ports])}"
        waits = f"waits for {', '.join(forward.unresolved)}" if forward.unresolved else ""
        cells = ("", forward.transport, ported([forward.public_ports]), way, waits)
        return Entry(forward.id, mark, cells, forward.firewall, level="warn" if waits else "", record=forward)

    old = () if before is None else before.forwards
    found = marked(
        now.forwards, old, before is not None, lambda f: f.id, lambda f: (f.ports, f.address), entry
    )
    return table("forwards", "Forwards", found, view, list(now.plan.firewalls), "No port is forwarded.", str)


def _allowlist(now: Deployment, before: Deployment | None, view: View) -> Tab:
    names = {key: product.name for key, product in now.catalog.products.items()}

    def key(item: AllowlistEntry) -> str:
        return f"{item.scheme}://{item.host}:{item.port}"

    def entry(item: AllowlistEntry, mark: Mark) -> Entry:
        paths = " ".join(path for path in item.paths if path != "/")
        status = "" if item.status == "current" else f"{item.status}: "
        return Entry(
            key(item),
            mark,
            ("", item.scheme, str(item.port), item.host, status + (paths or ", ".join(item.purposes))),
            ", ".join(names.get(product, product) for product in item.products),
            record=item,
        )

    old = () if before is None else before.allowlist
    found = marked(now.allowlist, old, before is not None, key, lambda item: (item.paths, item.from_), entry)
    return table("allowlist", "Allowlist", found, view, [], "Nothing on the internet is needed so far.", str)


def _findings(now: Deployment, before: Deployment | None, view: View) -> Tab:
    old = () if before is None else before.findings
    keys = {**_finding_keys(old), **_finding_keys(now.findings)}

    def entry(finding: Finding, mark: Mark) -> Entry:
        style = {"error": "bad", "warning": "warn", "info": ""}[finding.severity]
        return Entry(
            keys[finding],
            mark,
            ("", finding.severity, finding.code, finding.message),
            finding.severity,
            level=style,
            record=finding,
        )

    found = marked(now.findings, old, before is not None, keys.__getitem__, lambda f: f.message, entry)
    titles = {"error": "Errors", "warning": "Warnings", "info": "Good to know"}
    return table(
        "findings",
        "Findings",
        found,
        view,
        list(titles),
        "Nothing to remark.",
        lambda key: titles.get(key, key),
    )


def _bypass(now: Deployment, before: Deployment | None, view: View) -> Tab:
    def entry(item: Bypass, mark: Mark) -> Entry:
        return Entry(
            f"bypass {item.host}", mark, ("", "tls", "", item.host, "not to be inspected"), "", record=item
        )

    old = () if before is None else before.tls_bypass
    found = marked(now.tls_bypass, old, before is not None, lambda i: i.host, lambda i: i.products, entry)
    return table(
        "bypass", "TLS bypass", found, view, [], "No host has to be left out of TLS inspection.", str
    )


def _mail(now: Deployment, before: Deployment | None, view: View) -> Tab:
    def entry(item: MailSender, mark: Mark) -> Entry:
        return Entry(
            f"mail {item.address}", mark, ("", "mail", "", item.address, item.domain), "", record=item
        )

    old = () if before is None else before.mail_senders
    found = marked(now.mail_senders, old, before is not None, lambda i: i.address, lambda i: i.domain, entry)
    return table("mail", "Mail senders", found, view, [], "No mail comes in from a vendor.", str)


def _open(questions: Sequence[Question], view: View) -> Tab:
    entries = [
        Entry(
            f"open {question.key}",
            "",
            ("", "open", "", question.label, question.help),
            question.step,
            level="warn",
            record=question,
        )
        for question in questions
    ]
    return table("open", "Open", entries, view, [], "Every question that has to be answered is.", str)


def _picture(now: Deployment, columns: int) -> Tab:
    names = {key: role.name for key, role in now.catalog.roles.items()}
    lines = picture(now.plan, names, columns)
    entries = tuple(
        Entry(f"picture {number}", cells=(drawn.plain,), drawn=drawn) for number, drawn in enumerate(lines)
    )
    return Tab("picture", "Picture", entries, count=len(now.plan.zones))


def _finding_keys(findings: Iterable[Finding]) -> dict[Finding, str]:
    """A key each: code and the product (or zone, role, firewall) it is about. A finding that comes to hold
    one more connection stays the same finding; where two would be one, all that they are about tells them apart.
    """
    keys: dict[Finding, str] = {}
    taken: set[str] = set()
    for finding in findings:
        about = finding.subjects[0].partition("/")[0] if finding.subjects else ""
        key = f"{finding.code} {about}"
        if key in taken:
            key = f"{finding.code} {' '.join(finding.subjects)}"
        taken.add(key)
        keys[finding] = key
    return keys
