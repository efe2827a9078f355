"""Why something is there: the fact, its document, and the answer that caused it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screens.widgets.lines import Line, line, wrap
from screens.widgets.rows import ChoiceKey, RowKey, Spot
from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact
from wizard.findings import Finding
from wizard.plan.keys import (
    FeatureKey,
    FirewallKey,
    HostKey,
    Key,
    OptionKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    RoleKey,
    ZoneKey,
)
from wizard.plan.model import Plan
from wizard.questions import Question
from wizard.rules.compile import PUBLIC_ADDRESS
from wizard.rules.management import is_management
from wizard.rules.model import AllowlistEntry, Bypass, Flow, Forward, MailSender, Rule
from wizard.views.kinds import view_of
from wizard.views.record import Detail, Record

# Columns of a label, before one blank.
_INDENT = 13


def why(deployment: Deployment, record: Record, columns: int) -> tuple[str, list[Line]]:
    """A title and lines that say why this is there."""
    view = view_of(deployment, record)
    lines: list[Line] = []
    for detail in view.details(record):
        lines += _lines(detail, columns)
    return view.title(record), lines


def _lines(detail: Detail, columns: int) -> Iterator[Line]:
    label, text, style = detail
    if label:
        for text_line in wrap(text, columns - _INDENT - 2) if text else ():
            yield line((f"{label:<{_INDENT}} ", "dim"), (text_line, style))
            label = " "
    elif style == "heading" or not text:
        yield line((text, style))
    else:
        for text_line in wrap(text, columns):
            yield line((text_line, style))


def cause(deployment: Deployment, record: Record) -> RowKey | None:
    """The key of the answer that caused it; None where there is none to go to."""
    if isinstance(record, Question):
        return record.key
    if isinstance(record, Forward) and PUBLIC_ADDRESS in record.unresolved:
        return FirewallKey(record.firewall, "public_address")
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
        return ChoiceKey(ProductsKey(), record.products[0])
    return None


def open_key(plan: Plan, name: str) -> Key:
    """`name` is a role, a host's key or a firewall: where it is asked for."""
    if name in plan.firewalls:
        return FirewallKey(name, "public_address")
    for product, answers in plan.products.items():
        if name in answers.roles:
            return RoleKey(name, "addresses", product)
    place = plan.roles.get(name)
    return RoleKey(name, "addresses" if place is not None and place.zones else "zones")


def _fact_key(deployment: Deployment, name: str) -> Key | ChoiceKey | None:
    if is_management(name):
        firewalls = deployment.plan.firewalls.items()
        managed = (name for name, firewall in firewalls if firewall.management)
        return next((FirewallKey(name, "management") for name in managed), None)
    fact = deployment.facts.get(name)
    if fact is None:
        return None
    product = deployment.catalog.products.get(fact.product)
    feature = product.features.get(fact.feature) if product else None
    if feature is not None and feature.core:
        listener = getattr(fact, "listener", None)
        if listener:
            return PortKey(fact.product, listener)
        if feature.options:
            return OptionKey(fact.product, fact.feature, next(iter(feature.options)))
        return ChoiceKey(ProductsKey(), fact.product)
    if fact.options and feature is not None and feature.options:
        return OptionKey(fact.product, fact.feature, next(iter(fact.options)))
    return FeatureKey(fact.product, fact.feature)


def _first(deployment: Deployment, ids: Iterable[str], firewall: str) -> RowKey | None:
    for name in ids:
        if is_management(name) and firewall:
            return FirewallKey(firewall, "management")
        if (key := _fact_key(deployment, name)) is not None:
            return key
    return None


def _finding_key(deployment: Deployment, finding: Finding) -> RowKey | None:
    plan = deployment.plan
    rules = {rule.id: rule for rule in deployment.rules}
    forwards = {forward.id: forward for forward in deployment.forwards}
    for subject in finding.subjects:
        if finding.code == "nat-without-address" and subject in plan.firewalls:
            return FirewallKey(subject, "public_address")
        if finding.code == "no-management" and subject in plan.firewalls:
            return FirewallKey(subject, "management")
        if finding.code == "wildcard-unsupported":
            return ProxyKey("wildcards")
        if finding.code == "tls-inspection":
            return ProxyKey("tls_inspection")
        if subject in plan.zones:
            return ZoneKey(subject)
        if subject in deployment.catalog.roles:
            return open_key(plan, subject)
        if subject in plan.firewalls:
            return Spot("firewall", subject)
        if subject in rules:
            return cause(deployment, rules[subject])
        if subject in forwards:
            return cause(deployment, forwards[subject])
        if (key := _fact_key(deployment, subject)) is not None:
            fact = deployment.facts.get(subject)
            if finding.code == "unknown-host" and isinstance(fact, EndpointFact) and fact.host_key:
                return HostKey(fact.product, fact.host_key)
            return key
    return None
