"""What the formats for boundaries of other makes share: the rules to write, and what stands in a
file's head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporters.denials import remarks
from exporters.firewalls.normal import joined, live, logged_elsewhere, words
from exporters.firewalls.vendor_terms import text
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.network.addresses import ANYWHERE, bare, declared_of
from wizard.rules.model import Forward, Rule
from wizard.views.words import NOBODY_SUPPLIED


def crossing(deployment: Deployment, firewall: str) -> list[Rule]:
    """What a boundary denies, then what it allows; each rule has addresses of one family on both
    sides, and those that differ in status or encryption only are one.
    """
    rules = joined((*deployment.denied_at(firewall), *deployment.rules_of(firewall)))
    return live(rules, "forward")


def denies_the_rest(deployment: Deployment, firewall: str) -> bool:
    """True where the plan has all other traffic denied at this boundary."""
    return deployment.plan.firewalls[firewall].default == "deny"


def head(deployment: Deployment, firewall: str, title: str, load: Sequence[str]) -> list[str]:
    """Lines of comment: what this is, how it is loaded, what must never be, what is translated."""
    plan_name = text(plain(deployment.plan.name, 200))
    return [
        *([plan_name] if plan_name else []),
        f"Firewall {firewall}: {title}. Written by Portwright.",
        "Not tried on a device: read it before loading it.",
        *load,
        "Zones and interfaces are any: the addresses alone decide. Narrow them where you can.",
        *logged_elsewhere(deployment.plan.firewalls[firewall]),
        *map(text, remarks(deployment, firewall)),
    ]


def reason(rule: Rule, limit: int) -> str:
    """A rule's comment, harmless in every make: id first, then why."""
    return text(words(rule, limit), limit)


def forward_lines(forwards: Sequence[Forward]) -> Iterator[str]:
    """Port forwards for a reader, a line each: from whom, where not all of the internet may come."""
    for forward in forwards:
        sources = declared_of(forward.sources, 4)
        whose = f", from {', '.join(map(bare, sources)) or NOBODY_SUPPLIED}"
        yield (
            f"  {text(forward.id, 40)}: {forward.transport} {forward.public_address or NOBODY_SUPPLIED} "
            f"{_span(*forward.public_ports)} to {forward.address or NOBODY_SUPPLIED}"
            f" {_span(*forward.ports)}{'' if sources == (ANYWHERE[4],) else whose}"
        )


def _span(low: int, high: int) -> str:
    return f"port {low}" if low == high else f"ports {low}-{high}"
