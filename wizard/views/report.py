"""What the commands print for people: plain text tables, one line a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter

from wizard.deployment import Deployment
from wizard.facts.model import (
    BypassFact,
    Catalog,
    EndpointFact,
    Fact,
    FlowFact,
    MailSenderFact,
    Product,
    Remark,
)
from wizard.findings import Finding
from wizard.network.addresses import bare
from wizard.network.ports import ports_text
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Flow, Forward, MailSender, Rule
from wizard.text import one_line, table
from wizard.views.denials import ends_text, kept_text, ports_denied
from wizard.views.words import (
    CONCERNED,
    NOBODY,
    count,
    encryption_text,
    facts_words,
    few,
    incomplete,
    state_of_facts,
    waits_for,
    watch_for,
)


def cidrs_text(cidrs: Sequence[str], excepted: Sequence[str] = (), most: int = 3) -> str:
    """`10.0.20.0/22, 10.0.30.0/24 and 4 more`, single hosts without their prefix length."""
    if not cidrs:
        return f"({NOBODY})"
    text = few(map(bare, cidrs), most)
    return f"{text} except private and own networks" if excepted else text


def show(deployment: Deployment) -> str:
    """Flows, rules by firewall, forwards, lists and findings."""
    return "\n\n".join(filter(None, _show_parts(deployment)))


def _show_parts(deployment: Deployment) -> Iterator[str]:
    yield one_line(deployment.plan.name) or "Plan without a name"
    yield _section(
        f"Flows ({len(deployment.flows)})",
        ("flow", "who", "ports", "service", "scope", "encrypted"),
        map(_flow_row, deployment.flows),
    )
    headings = ("rule", "way", "source", "destination", "ports", "service", "status")
    for name, firewall in deployment.plan.firewalls.items():
        if firewall.kind != "router":
            rules, title = deployment.rules_of(name), f"Rules of {name}, {firewall.kind}"
            section = _section(f"{title} ({len(rules)})", headings, map(_rule_row, rules))
            yield section or f"{title}: none"
    yield _section(
        f"Port forwards ({len(deployment.forwards)})",
        ("firewall", "public", "leads to", "waits for"),
        map(_forward_row, deployment.forwards),
    )
    yield _section(
        f"Allowlist ({len(deployment.allowlist)})",
        ("host", "paths", "from", "purpose", "status"),
        map(_entry_row, deployment.allowlist),
    )
    yield _watch(deployment.facts.values())
    bypass = [(entry.host, ", ".join(entry.installations)) for entry in deployment.tls_bypass]
    yield _section("TLS bypass", ("host", "products"), bypass)
    yield _section(
        "Mail senders, for the mail gateway",
        ("address", "domain", "products"),
        map(_sender_row, deployment.mail_senders),
    )
    yield _section(
        "What must never be",
        ("name", "who", "ports", "why", "kept by"),
        map(_denial_row, deployment.denials),
    )
    remarks = findings(deployment.findings)
    yield f"Findings\n{remarks}" if remarks else "Findings: none"


def _section(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = table(headings, rows)
    return f"{title}\n{body}" if body else ""


def _denial_row(denial: Denial) -> tuple[str, ...]:
    ports, kept = ports_denied(denial), kept_text(denial)
    return denial.name, ends_text(denial), ports, denial.reason, kept


def _flow_row(flow: Flow) -> tuple[str, ...]:
    who, ports = f"{flow.from_} -> {flow.to}", f"{ports_text(flow.ports)}/{flow.transport}"
    return flow.id, who, ports, flow.service, flow.scope, encryption_text(flow.encrypted)


def _watch(facts: Iterable[Fact]) -> str:
    """Each thing to watch for, once, with the facts that it stands with."""
    ids_by_sentence: dict[str, list[str]] = {}
    for fact in facts:
        for sentence in watch_for([fact]):
            ids_by_sentence.setdefault(sentence, []).append(fact.id)
    lines = [f"- {one_line(text, 500)} ({few(ids, 3)})" for text, ids in ids_by_sentence.items()]
    return "\n".join(["Watch for", *lines]) if lines else ""


def _entry_row(entry: AllowlistEntry) -> tuple[str, ...]:
    paths, clients, purposes = map(", ".join, (entry.paths, entry.from_, entry.purposes))
    return f"{entry.scheme}://{entry.host}:{entry.port}", paths, clients, purposes, entry.status


def _sender_row(sender: MailSender) -> tuple[str, ...]:
    return sender.address, sender.domain, ", ".join(sender.installations)


def _rule_row(rule: Rule) -> tuple[str, ...]:
    return (
        rule.id,
        rule.direction,
        cidrs_text(rule.sources, rule.except_sources),
        cidrs_text(rule.destinations, rule.except_destinations),
        f"{ports_text(rule.ports)}/{rule.transport}",
        ", ".join(rule.services),
        ", ".join(filter(None, (rule.status, waits_for(rule.unresolved)))),
    )


def _forward_row(forward: Forward) -> tuple[str, ...]:
    public = f"{forward.public_address or '(not known)'}:{ports_text((forward.public_ports,))}/{forward.transport}"
    inside = f"{forward.address or f'({NOBODY})'}:{ports_text((forward.ports,))}"
    return forward.firewall, public, inside, ", ".join(forward.unresolved)


def findings(remarks: Iterable[Finding]) -> str:
    """One line a finding: severity, code, message."""
    return "\n".join(f"{f.severity:<8} {f.code}: {one_line(f.message)}" for f in remarks)


def verdict(remarks: Sequence[Finding]) -> str:
    """The last line of `check`."""
    if not remarks:
        return "Nothing found."
    numbers = Counter(map(attrgetter("severity"), remarks))
    words = {"error": "errors", "warning": "warnings", "info": "info"}
    counts = [count(numbers[word], word, words[word]) for word in words if numbers[word]]
    advice = " Put the errors right before you use the rules." if numbers["error"] else ""
    return f"{', '.join(counts)}.{advice}"


def catalog(facts: Catalog, product: str | None) -> str:
    """All facts with their sources, product by product."""
    products = [facts.products[product]] if product else facts.products.values()
    parts = ("\n\n".join(filter(None, _product_parts(facts, p))) for p in products)
    return "\n\n".join((facts_words(facts), *parts, _documents(facts, product)))


def _documents(facts: Catalog, product: str | None) -> str:
    """When each document was read; of one product, those that its facts stand in."""
    keys = set(facts.documents)
    if product is not None:
        declared = facts.products[product]
        every: list[Fact] = [*declared.flows, *declared.endpoints]
        keys &= {declared.document, *(fact.source.document for fact in every)}
    rows = []
    for key, document in facts.documents.items():
        if key in keys:
            read = str(document.read or "")
            rows.append((document.publisher, document.title, document.version, read))
    return _section("Documents", ("publisher", "document", "version", "read on"), rows)


def _product_parts(facts: Catalog, product: Product) -> Iterator[str]:
    yield f"{product.name} ({product.id}, {state_of_facts(product)}): {product.about}"
    yield incomplete(product)
    features = []
    for name, feature in product.features.items():
        kind = "core" if feature.core else "other sources" if feature.other else ""
        features.append((name, kind, feature.name, ", ".join(feature.options)))
    yield _section("Features", ("feature", "", "name", "options"), features)
    yield _section(
        "Flows",
        ("flow", "feature", "who", "ports", "service", "evidence", "source"),
        map(partial(_flow_fact_row, facts), product.flows),
    )
    yield _section(
        "Endpoints",
        ("endpoint", "feature", "from", "host", "purpose", "evidence", "source"),
        map(partial(_endpoint_row, facts), product.endpoints),
    )
    yield _watch((*product.flows, *product.endpoints))
    remarks = list(map(partial(_remark, facts), product.remarks.values()))
    yield "\n".join(["Remarks", *remarks]) if remarks else ""
    bypass = [(fact.host, fact.feature, _source(facts, fact)) for fact in product.tls_bypass]
    yield _section("TLS bypass", ("host", "feature", "source"), bypass)
    senders = [(fact.address, fact.feature, _source(facts, fact)) for fact in product.mail_senders]
    yield _section("Mail senders", ("address", "feature", "source"), senders)


def _flow_fact_row(facts: Catalog, fact: FlowFact) -> tuple[str, ...]:
    who, ports = f"{fact.from_} -> {fact.to}", f"{ports_text(fact.ports)}/{fact.transport}"
    source = _source(facts, fact)
    return fact.id, fact.feature, who, ports, fact.service, fact.evidence, source


def _endpoint_row(facts: Catalog, fact: EndpointFact) -> tuple[str, ...]:
    host = fact.host or f"<{fact.host_key or ''}>"
    address = f"{fact.scheme}://{host}:{fact.port}{fact.path}"
    source = _source(facts, fact)
    return fact.id, fact.feature, fact.from_, address, fact.purpose, fact.evidence, source


def _remark(facts: Catalog, remark: Remark) -> str:
    """`- Rules must not fix the source port. (the firewall team; directory; Acme: page 7)`."""
    words = [CONCERNED[remark.team], remark.feature, "to do" if remark.to_do else ""]
    evidence = "" if remark.evidence == "stated" else remark.evidence
    places = "; ".join(filter(None, (*words, evidence, _source(facts, remark))))
    return f"- {one_line(remark.text, 1000)} ({places})"


def _source(
    facts: Catalog, fact: FlowFact | EndpointFact | BypassFact | MailSenderFact | Remark
) -> str:
    return f"{facts.documents[fact.source.document].publisher}: {fact.source.locator}"
