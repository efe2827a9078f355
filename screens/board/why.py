"""Why something is there: the feature, the fact, its document and place, and the answer that caused
it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens.board.derived import Record
from screens.widgets.lines import Line, line, ported, wrap
from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact, FlowFact, Source
from wizard.findings import Finding
from wizard.plan.model import Plan
from wizard.questions import Question
from wizard.rules.compile import PUBLIC_ADDRESS
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.rules.select import Flow

_EVIDENCE = {
    "stated": "stated there",
    "inferred": "inferred: the document leaves it unsaid",
    "other": "from another source than the product's own page",
}


def why(deployment: Deployment, record: Record, columns: int) -> tuple[str, list[Line]]:
    """A title and lines that say why this is there."""
    lines = list(_Teller(deployment, columns).tell(record))
    return _title(record), lines


def cause(deployment: Deployment, record: Record) -> str | None:
    """The key of the answer that caused it; None where there is none to go to."""
    if isinstance(record, Question):
        return record.key
    if isinstance(record, Forward) and PUBLIC_ADDRESS in record.unresolved:
        return f"firewalls.{record.firewall}.public_address"
    if isinstance(record, Rule | Forward) and record.unresolved:
        return open_key(deployment.plan, record.unresolved[0])
    if isinstance(record, Flow):
        return _fact_key(deployment, record.id)
    if isinstance(record, Rule | Forward):
        return _first(deployment, record.flows, getattr(record, "firewall", ""))
    if isinstance(record, AllowlistEntry):
        return _first(deployment, record.endpoints, "")
    if isinstance(record, Finding):
        return _finding_key(deployment, record)
    if isinstance(record, Bypass | MailSender) and record.products:
        return f"products={record.products[0]}"
    return None


def open_key(plan: Plan, name: str) -> str:
    """`name` is a role, a host's key or a firewall: where it is asked for."""
    if name in plan.firewalls:
        return f"firewalls.{name}.public_address"
    for product, own in plan.products.items():
        if name in own.roles:
            return f"products.{product}.roles.{name}.addresses"
    place = plan.roles.get(name)
    return f"roles.{name}.addresses" if place is not None and place.zones else f"roles.{name}.zones"


class _Teller:
    def __init__(self, deployment: Deployment, columns: int) -> None:
        self.deployment = deployment
        self.columns = columns

    def tell(self, record: Record) -> Iterator[Line]:
        if isinstance(record, Rule):
            yield from self._rule(record)
        elif isinstance(record, Flow):
            yield from self._pairs(
                ("connection", f"{record.from_} → {record.to}"),
                ("ports", f"{record.transport} {ported(record.ports)}"),
                ("from", ", ".join(record.sources) or "no address"),
                ("to", ", ".join(record.destinations) or "no address"),
                ("scope", record.scope),
                ("encrypted", _yes(record.encrypted)),
            )
            yield from self.facts((record.id,))
        elif isinstance(record, Forward):
            yield from self._pairs(
                ("firewall", record.firewall),
                (
                    "public",
                    (
                        f"{record.public_address or 'not given'} {record.transport}"
                        f" {ported([record.public_ports])}"
                    ),
                ),
                (
                    "to",
                    (
                        f"{record.address or 'not exactly one address'} {record.transport}"
                        f" {ported([record.ports])}"
                    ),
                ),
                ("from", ", ".join(record.sources)),
            )
            yield from self._waits(record.unresolved)
            yield from self.facts(record.flows)
        elif isinstance(record, AllowlistEntry):
            yield from self._pairs(
                ("host", record.host),
                ("by", f"{record.scheme}, port {record.port}"),
                ("paths", " ".join(record.paths)),
                ("from", ", ".join(record.from_)),
                ("status", record.status),
            )
            yield from self.facts(record.endpoints)
        elif isinstance(record, Finding):
            yield from self._finding(record)
        elif isinstance(record, Bypass):
            yield from self._text(
                f"TLS inspection has to leave {record.host} alone. It is on a list of its own."
            )
            yield from self._place(record.source)
        elif isinstance(record, MailSender):
            yield from self._text(
                f"Mail comes from {record.address} ({record.domain}). That is for the mail gateway;"
                " it is no firewall rule."
            )
            yield from self._place(record.source)
        elif isinstance(record, Question):
            yield from self._text(record.more or record.help)

    def _rule(self, rule: Rule) -> Iterator[Line]:
        yield from self._pairs(
            ("firewall", f"{rule.firewall}, {rule.direction}"),
            ("lets through", f"{rule.transport} {ported(rule.ports)}"),
            ("from", f"{rule.from_}: {', '.join(rule.sources) or 'no address yet'}"),
            ("to", f"{rule.to}: {', '.join(rule.destinations) or 'no address yet'}"),
        )
        if rule.except_sources or rule.except_destinations:
            yield from self._pairs(
                ("except", ", ".join((*rule.except_sources, *rule.except_destinations)))
            )
        yield from self._pairs(("status", rule.status), ("encrypted", _yes(rule.encrypted)))
        yield from self._waits(rule.unresolved)
        yield from self.facts(rule.flows)

    def _waits(self, unresolved: tuple[str, ...]) -> Iterator[Line]:
        if unresolved:
            names = ", ".join(self._role(name) for name in unresolved)
            yield from self._text(f"Waits for: {names}. Nobody has said yet where that is.", "warn")

    def _finding(self, finding: Finding) -> Iterator[Line]:
        yield from self._text(
            finding.message, {"error": "bad", "warning": "warn"}.get(finding.severity, "")
        )
        known = [subject for subject in finding.subjects if subject in self.deployment.facts]
        others = [subject for subject in finding.subjects if subject not in self.deployment.facts]
        rules = {rule.id: rule for rule in self.deployment.rules}
        said = [
            f"{rules[o].firewall}: {rules[o].from_} → {rules[o].to}" if o in rules else o
            for o in others
        ]
        if said:
            yield line("")
            yield line(("About", "heading"))
            for text in said[:12]:
                yield from self._text(text)
        yield from self.facts(known[:12])

    def facts(self, ids: Iterable[str]) -> Iterator[Line]:
        """The facts with these ids, each with its document."""
        for name in ids:
            fact = self.deployment.facts.get(name)
            yield line("")
            if fact is None:
                yield line((name, "heading"))
                if name.startswith("management/"):
                    yield from self._text(
                        "Asked for with the firewall, so that administrators are not locked out."
                    )
                continue
            yield from self._fact(fact)

    def _fact(self, fact: FlowFact | EndpointFact) -> Iterator[Line]:
        product = self.deployment.catalog.products.get(fact.product)
        feature = product.features.get(fact.feature) if product else None
        what = fact.service if isinstance(fact, FlowFact) else fact.purpose
        yield line((what, "heading"))
        name = product.name if product else fact.product
        yield from self._pairs(
            ("because of", f"{name}: {feature.name if feature else fact.feature}")
        )
        yield from self._place(fact.source, _EVIDENCE[fact.evidence])
        for source in fact.also:
            yield from self._place(source, "", "see also")
        if fact.without:
            yield from self._pairs(("without it", fact.without))
        for caution in fact.cautions:
            yield from self._pairs(("caution", caution), style="warn")
        if fact.contradiction:
            yield from self._pairs(("but", fact.contradiction), style="warn")
        yield from self._pairs(("fact", fact.id), style="dim")

    def _place(self, source: Source, evidence: str = "", label: str = "document") -> Iterator[Line]:
        document = self.deployment.catalog.documents.get(source.document)
        title = f"{document.publisher}: {document.title}" if document else source.document
        yield from self._pairs((label, title), ("place", source.locator))
        if evidence:
            yield from self._pairs(("evidence", evidence))

    def _pairs(self, *pairs: tuple[str, str], style: str = "") -> Iterator[Line]:
        for label, text in pairs:
            if not text:
                continue
            for index, part in enumerate(wrap(text, self.columns - 15)):
                yield line((f"{label if index == 0 else '':<13} ", "dim"), (part, style))

    def _text(self, text: str, style: str = "") -> Iterator[Line]:
        for part in wrap(text, self.columns):
            yield line((part, style))

    def _role(self, name: str) -> str:
        role = self.deployment.catalog.roles.get(name)
        return role.name if role else name.replace("_", " ")


def _title(record: Record) -> str:
    if isinstance(record, Rule):
        return f"Why {record.transport} {ported(record.ports)} on {record.firewall}"
    if isinstance(record, Flow):
        return f"Why {record.service}"
    if isinstance(record, Forward):
        return f"Why port {ported([record.public_ports])} is forwarded"
    if isinstance(record, AllowlistEntry):
        return f"Why {record.host}"
    if isinstance(record, Finding):
        return f"{record.severity.capitalize()}: {record.code}"
    if isinstance(record, Bypass):
        return f"Why {record.host}"
    if isinstance(record, MailSender):
        return f"Why {record.address}"
    if isinstance(record, Question):
        return f"Open: {record.label}"
    return str(record)


def _yes(value: bool | None) -> str:
    return "not said in the document" if value is None else "yes" if value else "no"


def _fact_key(deployment: Deployment, name: str) -> str | None:
    if name.startswith("management/"):
        return next(
            (
                f"firewalls.{n}.management"
                for n, f in deployment.plan.firewalls.items()
                if f.management
            ),
            None,
        )
    fact = deployment.facts.get(name)
    if fact is None:
        return None
    product = deployment.catalog.products.get(fact.product)
    feature = product.features.get(fact.feature) if product else None
    if feature is not None and feature.core:
        listener = getattr(fact, "listener", None)
        if listener:
            return f"products.{fact.product}.ports.{listener}"
        if feature.options:
            return f"products.{fact.product}.features.{fact.feature}.{next(iter(feature.options))}"
        return f"products={fact.product}"
    if fact.options and feature is not None and feature.options:
        return f"products.{fact.product}.features.{fact.feature}.{next(iter(fact.options))}"
    return f"products.{fact.product}.features.{fact.feature}"


def _first(deployment: Deployment, ids: Iterable[str], firewall: str) -> str | None:
    for name in ids:
        if name.startswith("management/") and firewall:
            return f"firewalls.{firewall}.management"
        if (key := _fact_key(deployment, name)) is not None:
            return key
    return None


def _finding_key(deployment: Deployment, finding: Finding) -> str | None:
    plan = deployment.plan
    rules = {rule.id: rule for rule in deployment.rules}
    forwards = {forward.id: forward for forward in deployment.forwards}
    for subject in finding.subjects:
        if finding.code == "nat-without-address" and subject in plan.firewalls:
            return f"firewalls.{subject}.public_address"
        if finding.code == "no-management" and subject in plan.firewalls:
            return f"firewalls.{subject}.management"
        if finding.code in ("tls-inspection", "wildcard-unsupported"):
            return f"proxy.{'wildcards' if finding.code == 'wildcard-unsupported' else 'tls_inspection'}"
        if subject in plan.zones:
            return f"zones.{subject}.networks"
        if subject in deployment.catalog.roles:
            return open_key(plan, subject)
        if subject in plan.firewalls:
            return f"firewall:{subject}"
        if subject in rules:
            return cause(deployment, rules[subject])
        if subject in forwards:
            return cause(deployment, forwards[subject])
        if (key := _fact_key(deployment, subject)) is not None:
            fact = deployment.facts.get(subject)
            if finding.code == "unknown-host" and isinstance(fact, EndpointFact) and fact.host_key:
                return f"products.{fact.product}.hosts.{fact.host_key}"
            return key
    return None
