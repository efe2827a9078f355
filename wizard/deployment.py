"""`deploy(catalog, plan)` → the one value that screens and exporters read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from wizard.facts.model import Catalog, EndpointFact, FlowFact
from wizard.findings import Finding, Survey, review
from wizard.network.topology import Network
from wizard.plan.model import FORMAT, Plan
from wizard.rules.compile import compile_rules
from wizard.rules.model import AllowlistEntry, Bypass, Flow, Forward, MailSender, Rule
from wizard.rules.select import (
    SelectedEndpoint,
    active_features,
    select_endpoints,
    select_flows,
)
from wizard.rules.wants import Want, flow_values, wants

_STATUSES = ("current", "optional", "legacy")


class Deployment(msgspec.Struct, frozen=True):
    """All that follows from one plan: flows, rules, forwards, lists, findings, and the facts behind
    them.

    `facts` maps the id of each selected flow and endpoint to its fact; `coverage` maps each host's
    and cloud firewall to the CIDRs that it guards. `wants` are the connections that the rules are
    for, with the answers behind them; `endpoints` those behind the allowlist.
    """

    catalog: Catalog
    plan: Plan
    network: Network
    wants: tuple[Want, ...]
    endpoints: tuple[SelectedEndpoint, ...]
    flows: tuple[Flow, ...]
    rules: tuple[Rule, ...]
    forwards: tuple[Forward, ...]
    allowlist: tuple[AllowlistEntry, ...]
    tls_bypass: tuple[Bypass, ...]
    mail_senders: tuple[MailSender, ...]
    findings: tuple[Finding, ...]
    facts: dict[str, FlowFact | EndpointFact]
    coverage: dict[str, tuple[str, ...]] = {}

    def rules_of(self, firewall: str) -> tuple[Rule, ...]:
        """The rules of one firewall, in the order of all rules."""
        return tuple(rule for rule in self.rules if rule.firewall == firewall)

    def forwards_of(self, firewall: str) -> tuple[Forward, ...]:
        """The port forwards of one firewall."""
        return tuple(forward for forward in self.forwards if forward.firewall == firewall)

    def missing(self, firewall: str) -> tuple[str, ...]:
        """What rules and forwards of this firewall still wait for; files of it are refused until
        then.
        """
        waits = {name for rule in self.rules_of(firewall) for name in rule.unresolved}
        waits |= {name for forward in self.forwards_of(firewall) for name in forward.unresolved}
        return tuple(sorted(waits))

    def facts_of(self, ids: Iterable[str]) -> list[FlowFact | EndpointFact]:
        """Those of the ids that are facts; `management/…` is none."""
        return [self.facts[fact_id] for fact_id in ids if fact_id in self.facts]

    def covered(self, firewall: str) -> tuple[str, ...]:
        """The addresses (CIDRs) that a host's or cloud firewall guards."""
        return self.coverage.get(firewall, ())


def deploy(catalog: Catalog, plan: Plan) -> Deployment:
    """Everything that follows from a plan. Never fails: what is missing or wrong is in the
    findings.
    """
    network = Network(plan)
    flows = tuple(select_flows(catalog, plan))
    endpoints = tuple(select_endpoints(catalog, plan))
    wanted = wants(network, flows, endpoints)
    compiled = compile_rules(network, wanted)
    allowlist = _allowlist(endpoints)
    bypass = _tls_bypass(catalog, plan)
    survey = Survey(
        catalog=catalog,
        plan=plan,
        network=network,
        flows=flows,
        endpoints=endpoints,
        wants=wanted,
        compiled=compiled,
        allowlist=allowlist,
        tls_bypass=bypass,
    )
    facts: dict[str, FlowFact | EndpointFact] = {
        selected.fact.id: selected.fact for selected in flows
    }
    facts |= {endpoint.fact.id: endpoint.fact for endpoint in endpoints}
    return Deployment(
        catalog=catalog,
        plan=plan,
        network=network,
        wants=wanted,
        endpoints=endpoints,
        flows=flow_values(network, flows, wanted),
        rules=compiled.rules,
        forwards=compiled.forwards,
        allowlist=allowlist,
        tls_bypass=bypass,
        mail_senders=_mail_senders(catalog, plan),
        findings=review(survey),
        facts=facts,
        coverage={name: network.covered(name) for name in network.guards},
    )


def to_json(deployment: Deployment) -> dict[str, Any]:
    """What `show --json` prints: plain lists, dictionaries, texts, numbers."""
    parts = ("flows", "rules", "forwards", "allowlist", "tls_bypass", "mail_senders", "findings")
    listed = {part: msgspec.to_builtins(getattr(deployment, part)) for part in parts}
    return {"format": FORMAT, "name": deployment.plan.name, **listed}


def _allowlist(endpoints: tuple[SelectedEndpoint, ...]) -> tuple[AllowlistEntry, ...]:
    """One entry a scheme, host and port. Hosts that nobody has named yet are findings, not entries."""
    found: dict[tuple[str, str, int], list[EndpointFact]] = {}
    for endpoint in endpoints:
        if endpoint.host is not None:
            key = (endpoint.fact.scheme, endpoint.host, endpoint.fact.port)
            found.setdefault(key, []).append(endpoint.fact)
    return tuple(
        AllowlistEntry(
            scheme=scheme,
            host=host,
            port=port,
            paths=tuple(sorted({fact.path for fact in facts})),
            from_=tuple(sorted({fact.from_ for fact in facts})),
            purposes=tuple(sorted({fact.purpose for fact in facts})),
            products=tuple(sorted({fact.product for fact in facts})),
            features=tuple(sorted({fact.feature for fact in facts})),
            status=min((fact.status for fact in facts), key=_STATUSES.index),
            endpoints=tuple(sorted({fact.id for fact in facts})),
        )
        for (scheme, host, port), facts in sorted(
            found.items(), key=lambda item: (item[0][1], item[0])
        )
    )


def _tls_bypass(catalog: Catalog, plan: Plan) -> tuple[Bypass, ...]:
    found: dict[str, list[tuple[str, Bypass]]] = {}
    for product_id, answers in sorted(plan.products.items()):
        product = catalog.products[product_id]
        active = active_features(product, answers)
        for fact in product.tls_bypass:
            if fact.feature in active:
                found.setdefault(fact.host, []).append(
                    (product_id, Bypass(fact.host, (product_id,), fact.source))
                )
    return tuple(
        Bypass(host, tuple(dict.fromkeys(product for product, _ in entries)), entries[0][1].source)
        for host, entries in sorted(found.items())
    )


def _mail_senders(catalog: Catalog, plan: Plan) -> tuple[MailSender, ...]:
    return tuple(
        MailSender(fact.address, fact.domain, (product_id,), fact.source)
        for product_id, answers in sorted(plan.products.items())
        for fact in catalog.products[product_id].mail_senders
        if fact.feature in active_features(catalog.products[product_id], answers)
    )
