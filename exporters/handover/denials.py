"""The rows of what must never be: between whom, on what ports, why, and what keeps it from being."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.handover.model import DenialRow
from exporters.handover.names import HandoverNames
from exporters.handover.texts import sides
from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Cidrs
from wizard.plan.model import INTERNET, NeverEnd
from wizard.rules.denials import Denial
from wizard.views.denials import broken_text, kept_text, ports_denied


def denial_rows(names: HandoverNames) -> Iterator[DenialRow]:
    """A row for each, in the order of the plan."""
    for denial in names.deployment.denials:
        yield _row(names, denial)


def _row(names: HandoverNames, denial: Denial) -> DenialRow:
    never = names.plan.never[denial.name]
    against = [rule.id for rule in names.deployment.rules if names.deployment.against(denial, rule)]
    broken = (broken_text(against),) if against else ()
    return DenialRow(
        name=denial.name,
        from_=_named(names, never.from_),
        sources=_addresses(names, denial.sources, denial.from_[0]),
        to=_named(names, never.to),
        destinations=_addresses(names, denial.destinations, denial.to[0]),
        ports=ports_denied(denial),
        reason=denial.reason,
        kept=(kept_text(denial), *broken),
    )


def _named(names: HandoverNames, end: NeverEnd) -> str:
    """The zones or the role; nothing for addresses, which stand for themselves."""
    if end.role:
        return names.role(end.role)
    return ", ".join(names.role(zone) if zone == INTERNET else zone for zone in end.zones)


def _addresses(names: HandoverNames, cidrs: Cidrs, named: str) -> tuple[str, ...]:
    """The addresses of an end, those of each family; the internet in words."""
    parts: list[str] = []
    for family in FAMILIES:
        if of_family := addresses.of_family(cidrs, family):
            parts += sides(names.addresses(of_family, named))
    return tuple(parts)
