"""What follows from the plan, as tables to look at: connections, rules, forwards, lists, findings.

Pure: two deployments (now, and before the last answer) → tabs of entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from screens.board.tables import (
    MARK_WORDS,
    SORTS,
    Entry,
    Kind,
    Mark,
    Record,
    Tab,
    TabId,
    Table,
    View,
)
from screens.widgets.lines import plural, ported
from wizard.questions import Question
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.rules.select import Flow

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.findings import Finding

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


class Derived(msgspec.Struct, frozen=True, dict=True):
    """All that follows from a plan, with what it was before the last answer.

    `known`: the tables of `before`, where they were made already.
    """

    deployment: Deployment
    before: Deployment | None
    open: tuple[Question, ...] = ()
    known: dict[TabId, Table] | None = None

    @cached_property
    def tables(self) -> dict[TabId, Table]:
        """The tables, with the last answer's marks. Of a large plan this takes a while, once."""
        now, before = self.deployment, self.before
        made: dict[TabId, Table] = {}
        for describe in (_rules, _flows, _forwards, _allowlist, _bypass, _mail):
            kind, records = describe(now)
            old = None if self.known is None else self.known.get(kind.id)
            if old is None and before is not None:
                old = Table(*describe(before))
            made[kind.id] = Table(kind, records, old)
        made["findings"] = _findings(now, before)
        made["open"] = Table(_open(), self.open)
        return made

    @cached_property
    def said(self) -> str:
        """The one line that is always on the screen: '23 rules, 4 new; 2 warnings'."""
        if not self.deployment.plan.products:
            return "Nothing chosen yet"
        firewalls = bool(self.deployment.plan.firewalls)
        tab = self.tables["rules" if firewalls else "flows"].tab(View())
        parts = plural(tab.count, "rule" if firewalls else "connection")
        parts += f", {tab.new} new" if tab.new else ""
        parts += f", {tab.gone} gone" if tab.gone else ""
        severities = Counter(finding.severity for finding in self.deployment.findings)
        said = [plural(severities[one], one) for one in ("error", "warning") if severities[one]]
        if self.open:
            said.append(f"{len(self.open)} open")
        return "; ".join([parts, ", ".join(said)] if said else [parts])


def tabs(
    derived: Derived, view: View, *, everything: bool = False, columns: int = 0
) -> tuple[Tab, ...]:
    """The tabs that have something to say; with `everything` also bypass list and mail senders.

    With `columns` there is a picture of the network of that width too.
    """
    now, tables = derived.deployment, derived.tables
    ids: list[TabId] = ["rules", "flows", "forwards", "allowlist", "findings"]
    if not now.plan.firewalls and not now.rules:
        ids[:2] = ["flows", "rules"]
    if everything:
        ids += ["bypass", "mail", "open"]
    shown = [
        tables[id].tab(view)
        for id in ids
        if tables[id].shown.keys or id not in ("forwards", "bypass", "mail")
    ]
    if columns and now.plan.zones:
        shown.append(_picture(now, columns))
    return tuple(shown)


def summary(derived: Derived | None) -> str:
    """The one line that is always on the screen, also before there is anything to say."""
    return "Working it out…" if derived is None else derived.said


def firewall_counts(deployment: Deployment) -> dict[str, int]:
    """How many rules and forwards each firewall of the plan gets."""
    counts = dict.fromkeys(deployment.plan.firewalls, 0)
    own = Counter(map(attrgetter("firewall"), (*deployment.rules, *deployment.forwards)))
    return {**counts, **own}


# --- one function a table: how its rows are made, and its records ---------------------------------

Described = tuple[Kind, Iterable[Any]]


def _rules(now: Deployment) -> Described:
    def entry(rule: Rule, mark: Mark) -> Entry:
        way = {"in": "in", "out": "out", "forward": "fwd"}[rule.direction]
        family = "6" if rule.family == 6 else ""
        waits = (
            f"waits for {', '.join(rule.unresolved)}"
            if rule.unresolved
            else ", ".join(rule.services)
        )
        return Entry(
            rule.id,
            mark,
            (way, rule.transport + family, ported(rule.ports), f"{rule.from_} → {rule.to}", waits),
            group=rule.firewall,
            level="warn" if rule.unresolved else "",
            record=rule,
        )

    kinds = {name: firewall.kind for name, firewall in now.plan.firewalls.items()}
    kind = Kind(
        "rules",
        "Rules",
        key=attrgetter("id"),
        content=attrgetter("ports"),
        group=attrgetter("firewall"),
        entry=entry,
        groups=list(now.plan.firewalls),
        named=lambda name: f"{name} ({kinds.get(name, 'gone')})",
        empty=(
            "No rule yet. Rules come when the parties have their places."
            if now.plan.firewalls
            else "No firewall yet: step 4 adds them. Flows shows what is needed."
        ),
    )
    return kind, now.rules


def _flows(now: Deployment) -> Described:
    def entry(flow: Flow, mark: Mark) -> Entry:
        scope = "" if flow.scope == "network" else f"{flow.scope}: "
        cells = (
            "",
            flow.transport,
            ported(flow.ports),
            f"{flow.from_} → {flow.to}",
            scope + flow.service,
        )
        return Entry(flow.id, mark, cells, flow.product, record=flow)

    names = {key: product.name for key, product in now.catalog.products.items()}
    kind = Kind(
        "flows",
        "Flows",
        key=attrgetter("id"),
        content=attrgetter("ports"),
        group=attrgetter("product"),
        entry=entry,
        groups=list(now.plan.products),
        named=lambda key: names.get(key, key),
        empty="Nothing yet. What the chosen products and features need appears here.",
    )
    return kind, now.flows


def _forwards(now: Deployment) -> Described:
    def entry(forward: Forward, mark: Mark) -> Entry:
        public, inside = forward.public_address or "?", forward.address or "?"
        way = f"{public} → {inside}:{ported([forward.ports])}"
        waits = f"waits for {', '.join(forward.unresolved)}" if forward.unresolved else ""
        cells = ("", forward.transport, ported([forward.public_ports]), way, waits)
        return Entry(
            forward.id, mark, cells, forward.firewall, level="warn" if waits else "", record=forward
        )

    kind = Kind(
        "forwards",
        "Forwards",
        key=attrgetter("id"),
        content=attrgetter("ports", "address"),
        group=attrgetter("firewall"),
        entry=entry,
        groups=list(now.plan.firewalls),
        empty="No port is forwarded.",
    )
    return kind, now.forwards


def _allowlist(now: Deployment) -> Described:
    names = {key: product.name for key, product in now.catalog.products.items()}

    def key(item: AllowlistEntry) -> str:
        return f"{item.scheme}://{item.host}:{item.port}"

    def group(item: AllowlistEntry) -> str:
        return ", ".join(names.get(product, product) for product in item.products)

    def entry(item: AllowlistEntry, mark: Mark) -> Entry:
        paths = " ".join(path for path in item.paths if path != "/")
        status = "" if item.status == "current" else f"{item.status}: "
        words = status + (paths or ", ".join(item.purposes))
        cells = ("", item.scheme, str(item.port), item.host, words)
        return Entry(key(item), mark, cells, group(item), record=item)

    empty = "Nothing on the internet is needed so far."
    content = attrgetter("paths", "from_", "products")
    kind = Kind("allowlist", "Allowlist", key, content, group, entry, empty=empty)
    return kind, _single(now.allowlist, key)


def _findings(now: Deployment, before: Deployment | None) -> Table:
    old = () if before is None else before.findings
    keys = {**_finding_keys(old), **_finding_keys(now.findings)}

    def entry(finding: Finding, mark: Mark) -> Entry:
        return Entry(
            keys[finding],
            mark,
            ("", finding.severity, finding.code, finding.message),
            finding.severity,
            level={"error": "bad", "warning": "warn", "info": ""}[finding.severity],
            record=finding,
        )

    titles = {"error": "Errors", "warning": "Warnings", "info": "Good to know"}
    kind = Kind(
        "findings",
        "Findings",
        key=keys.__getitem__,
        content=attrgetter("message", "severity"),
        group=attrgetter("severity"),
        entry=entry,
        groups=list(titles),
        named=lambda key: titles.get(key, key),
        empty="Nothing to remark.",
    )
    was = None if before is None else Table(kind, _single(old, kind.key))
    return Table(kind, _single(now.findings, kind.key), was)


def _bypass(now: Deployment) -> Described:
    def key(item: Bypass) -> str:
        return f"bypass {item.host}"

    def entry(item: Bypass, mark: Mark) -> Entry:
        return Entry(
            key(item), mark, ("", "tls", "", item.host, "not to be inspected"), record=item
        )

    empty = "No host has to be left out of TLS inspection."
    content = attrgetter("products")
    kind = Kind("bypass", "TLS bypass", key, content, _alone, entry, empty=empty, grouped=False)
    return kind, _single(now.tls_bypass, key)


def _mail(now: Deployment) -> Described:
    def key(item: MailSender) -> str:
        return f"mail {item.address}"

    def entry(item: MailSender, mark: Mark) -> Entry:
        return Entry(key(item), mark, ("", "mail", "", item.address, item.domain), record=item)

    empty = "No mail comes in from a vendor."
    content = attrgetter("domain")
    kind = Kind("mail", "Mail senders", key, content, _alone, entry, empty=empty, grouped=False)
    return kind, _single(now.mail_senders, key)


def _open() -> Kind:
    def key(question: Question) -> str:
        return f"open {question.key}"

    def entry(question: Question, mark: Mark) -> Entry:
        cells = ("", "open", "", question.label, question.help)
        return Entry(key(question), mark, cells, question.step, level="warn", record=question)

    empty = "Every question that has to be answered is."
    return Kind("open", "Open", key, attrgetter("label"), _alone, entry, empty=empty, grouped=False)


def _alone(record: object) -> str:
    return ""


def _single(records: Iterable[Any], key: Callable[[Any], str]) -> Sequence[Any]:
    """One record a key: the last."""
    return list({key(record): record for record in records}.values())


def _picture(now: Deployment, columns: int) -> Tab:
    names = {key: role.name for key, role in now.catalog.roles.items()}
    from screens.board.picture import picture

    lines = picture(now.plan, names, columns)
    entries = tuple(
        Entry(f"picture {number}", cells=(drawn.plain,), drawn=drawn)
        for number, drawn in enumerate(lines)
    )
    return Tab("picture", "Picture", entries, count=len(now.plan.zones))


def _finding_keys(findings: Iterable[Finding]) -> dict[Finding, str]:
    """A key each: code and the product (or zone, role, firewall) it is about. A finding that comes
    to hold one more connection stays the same finding; where two would be one, all that they are
    about tells them apart.
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
