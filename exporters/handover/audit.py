"""What an auditor asks of a set of rules, and which rules answer it."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from exporters.handover.model import AuditRow
from exporters.handover.names import HandoverNames, managing
from wizard.network.ports import MANY_PORTS, port_count
from wizard.rules.model import Rule


def audit(names: HandoverNames) -> tuple[AuditRow, ...]:
    """All questions, also those that no rule is about."""

    def rests_on(evidence: str) -> Callable[[Rule], bool]:
        return lambda rule: any(fact.evidence == evidence for fact in names.facts(rule.flows))

    on_the_internet = names.deployment.network.any_on_the_internet
    questions: tuple[tuple[str, Callable[[Rule], bool]], ...] = (
        # By addresses: whoever is on the internet has a role of its own, and not only `internet`.
        ("What the internet may reach", lambda rule: on_the_internet(rule.sources)),
        ("What may go out to the internet", lambda rule: on_the_internet(rule.destinations)),
        ("Not encrypted", lambda rule: rule.encrypted is False),
        ("Encryption not stated by the vendor", lambda rule: rule.encrypted is None),
        (
            "Administration access",
            lambda rule: managing(rule.flows),
        ),
        (
            f"More than {MANY_PORTS} ports in one rule",
            lambda rule: port_count(rule.ports) > MANY_PORTS,
        ),
        ("Deprecated ports", lambda rule: rule.status == "deprecated"),
        ("Optional rules", lambda rule: rule.status == "optional"),
        ("Inferred: the document does not state every detail", rests_on("inferred")),
        ("From another source than the vendor's port list", rests_on("other")),
        ("Address not known yet: lets nobody through", lambda rule: bool(rule.unresolved)),
    )
    if names.deployment.plan.own.connections or names.deployment.plan.own.endpoints:
        questions += (("No document: this plan itself asks for it", rests_on("own")),)
    rows = []
    for question, concerns in questions:
        rules = filter(concerns, names.deployment.rules)
        rows.append(AuditRow(question, tuple(map(attrgetter("firewall", "id"), rules))))
    return tuple(rows)
