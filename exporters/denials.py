"""Words for the head of a firewall's file: what is translated on the way, and what must never be,
where no line of it is needed.

A boundary that accepts by default gets lines. All else denies by default: there it is a remark, and
so is a rule that lets some of it through all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.plan.model import Firewall
from wizard.rules.denials import Denial
from wizard.views.containers import container_notes
from wizard.views.denials import broken_text, denial_text
from wizard.views.groups import group_notes
from wizard.views.translation import translation_notes
from wizard.views.words import listed

_LONGEST = 200


def denied_ways(firewall: Firewall) -> set[str]:
    """The ways on which a firewall denies what no rule allows: `in`, `out`, `forward`."""
    if firewall.guards_hosts:
        return {"in", "out"} if firewall.egress == "filtered" else {"in"}
    return {"forward"} if firewall.default == "deny" else set()


def remarks(
    deployment: Deployment,
    firewall: str,
    writes_source_nat: bool = False,
    holds_public: bool = False,
) -> Iterator[str]:
    """Lines for the comments of one firewall's file, harmless for a shell and a firewall's tool.
    `holds_public`: its device compares destinations before a port forward.
    """
    by: Literal["this", "other"] = "this" if writes_source_nat else "other"
    for note in (
        *translation_notes(deployment, firewall, by, holds_public),
        *group_notes(deployment, firewall),
        *container_notes(deployment, firewall),
    ):
        yield plain(note, _LONGEST)
    for denial in deployment.denials:
        where = " ".join(_where(deployment, denial, firewall))
        if not where:
            continue
        words = plain(denial_text(denial), _LONGEST)
        yield words if words.endswith((".", "...")) else f"{words}."
        yield f"  {where}"
        rules = deployment.rules_of(firewall)
        against = [rule.id for rule in rules if deployment.against(denial, rule)]
        if against:
            yield f"  {plain(broken_text(against), _LONGEST)}"


def _where(deployment: Deployment, denial: Denial, firewall: str) -> Iterator[str]:
    """What keeps it from being here."""
    if firewall in denial.denied_by_default:
        yield "It is denied here by default, and needs no line."
        return
    covered = deployment.reached(firewall)
    if _holds(denial.destinations, denial.except_destinations, covered):
        yield "What comes in here is denied unless a rule allows it."
    if _holds(denial.sources, denial.except_sources, covered):
        if deployment.plan.firewalls[firewall].egress == "filtered":
            yield "What goes out from here is denied unless a rule allows it."
        elif boundaries := (*denial.firewalls, *denial.denied_by_default):
            yield f"What goes out from here is open: {listed(boundaries)} denies it."
        else:
            yield "NOT KEPT: what goes out from here is open, and no firewall is on the way."


def _holds(cidrs: Cidrs, excepted: Cidrs, covered: Cidrs) -> bool:
    """True where one end holds some of what a firewall guards."""
    return bool(addresses.beyond(addresses.overlap(cidrs, covered), excepted))
