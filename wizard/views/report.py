"""What the commands print for people: plain text tables, one line a finding. JSON is made
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wizard.deployment import Deployment
from wizard.facts.model import Catalog, EndpointFact, FlowFact, Product
from wizard.findings import Finding, worst
from wizard.network.ports import ports_text
from wizard.rules.model import Forward, Rule
from wizard.text import one_line, table
from wizard.views.words import NOBODY, encryption_text, few, waits_for


def cidrs_text(cidrs: Sequence[str], excepted: Sequence[str] = (), most: int = 3) -> str:
    """`10.0.20.0/22, 10.0.30.0/24 and 4 more`, single hosts without their `/32`."""
    if not cidrs:
        return f"({NOBODY})"
    text = few((c.removesuffix("/32").removesuffix("/128") for c in cidrs), most)
    return f"{text} except own networks" if excepted else text


def show(deployment: Deployment) -> str:
    """Flows, rules by firewall, forwards, lists and findings."""
    return "\n\n".join(part for part in _show_parts(deployment) if part)


def _show_parts(d: Deployment) -> Iterator[str]:
    yield one_line(d.plan.name) or "Plan without a name"
    flows = [
        (
            f.id,
            f"{f.from_} -> {f.to}",
            f"{ports_text(f.ports)}/{f.transport}",
            f.service,
            f.scope,
            encryption_text(f.encrypted),
        )
        for f in d.flows
    ]
    yield _section(
        f"Flows ({len(flows)})", ("flow", "who", "ports", "service", "scope", "encrypted"), flows
    )
    for name, firewall in d.plan.firewalls.items():
        if firewall.kind == "router":
            continue
        rules = d.rules_of(name)
        headings = ("rule", "way", "source", "destination", "ports", "service", "status")
        yield _section(
            f"Rules of {name}, {firewall.kind} ({len(rules)})",
            headings,
            [_rule_row(r) for r in rules],
        ) or (f"Rules of {name}, {firewall.kind}: none")
    yield _section(
        f"Port forwards ({len(d.forwards)})",
        ("firewall", "public", "leads to", "waits for"),
        [_forward_row(f) for f in d.forwards],
    )
    allowlist = [
        (
            f"{e.scheme}://{e.host}:{e.port}",
            ", ".join(e.paths),
            ", ".join(e.from_),
            ", ".join(e.purposes),
            e.status,
        )
        for e in d.allowlist
    ]
    yield _section(
        f"Allowlist ({len(allowlist)})", ("host", "paths", "from", "purpose", "status"), allowlist
    )
    yield _section(
        "TLS bypass", ("host", "products"), [(b.host, ", ".join(b.products)) for b in d.tls_bypass]
    )
    senders = [(m.address, m.domain, ", ".join(m.products)) for m in d.mail_senders]
    yield _section("Mail senders, for the mail gateway", ("address", "domain", "products"), senders)
    yield "Findings\n" + findings(d.findings) if d.findings else "Findings: none"


def _section(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = table(headings, rows)
    return f"{title}\n{body}" if body else ""


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


def findings(found: Iterable[Finding]) -> str:
    """One line a finding: severity, code, message."""
    return "\n".join(f"{f.severity:<8} {f.code}: {one_line(f.message)}" for f in found)


def verdict(found: Sequence[Finding]) -> str:
    """The last line of `check`."""
    counts = {
        severity: sum(f.severity == severity for f in found)
        for severity in ("error", "warning", "info")
    }
    if not found:
        return "Nothing found."
    text = ", ".join(
        f"{n} {word}{'s' if n != 1 and word != 'info' else ''}" for word, n in counts.items() if n
    )
    return f"{text}." + (
        "" if worst(found) != "error" else " Put the errors right before you use the rules."
    )


def catalog(facts: Catalog, product: str | None) -> str:
    """All facts with their sources, product by product."""
    chosen = [facts.products[product]] if product else list(facts.products.values())
    return "\n\n".join(_product(facts, p) for p in chosen)


def _product(facts: Catalog, product: Product) -> str:
    parts = [f"{product.name} ({product.id}, up to version {product.newest}): {product.about}"]
    features = [
        (
            name,
            "core" if f.core else "other sources" if f.other else "",
            f.name,
            ", ".join(f.options),
        )
        for name, f in product.features.items()
    ]
    parts.append(_section("Features", ("feature", "", "name", "options"), features))
    rows = [_flow_row(facts, flow) for flow in product.flows]
    parts.append(
        _section(
            "Flows", ("flow", "feature", "who", "ports", "service", "evidence", "source"), rows
        )
    )
    ends = [_endpoint_row(facts, endpoint) for endpoint in product.endpoints]
    parts.append(
        _section(
            "Endpoints",
            ("endpoint", "feature", "from", "host", "purpose", "evidence", "source"),
            ends,
        )
    )
    bypass = [
        (b.host, b.feature, _source(facts, b.source.document, b.source.locator))
        for b in product.tls_bypass
    ]
    parts.append(_section("TLS bypass", ("host", "feature", "source"), bypass))
    senders = [
        (m.address, m.feature, _source(facts, m.source.document, m.source.locator))
        for m in product.mail_senders
    ]
    parts.append(_section("Mail senders", ("address", "feature", "source"), senders))
    return "\n\n".join(part for part in parts if part)


def _flow_row(facts: Catalog, flow: FlowFact) -> tuple[str, ...]:
    ports = f"{ports_text(flow.ports)}/{flow.transport}"
    source = _source(facts, flow.source.document, flow.source.locator)
    return (
        flow.id,
        flow.feature,
        f"{flow.from_} -> {flow.to}",
        ports,
        flow.service,
        flow.evidence,
        source,
    )


def _endpoint_row(facts: Catalog, end: EndpointFact) -> tuple[str, ...]:
    host = f"{end.scheme}://{end.host or '<' + (end.host_key or '') + '>'}:{end.port}{end.path}"
    source = _source(facts, end.source.document, end.source.locator)
    return end.id, end.feature, end.from_, host, end.purpose, end.evidence, source


def _source(facts: Catalog, document: str, locator: str) -> str:
    return f"{facts.documents[document].publisher}: {locator}"
