"""An error about what must never be, and is let through all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.findings.model import PRINT_TEAM, Remarks, Survey, error, few, flows_text
from wizard.network.ports import PortRange, common_ports, ports_text
from wizard.plan.keys import Key, ProductsKey
from wizard.plan.stored import stored
from wizard.rules.denials import Denial, denials_of
from wizard.rules.model import Forward, Rule

_MOST_ANSWERS = 6


@error(
    "never-violated",
    PRINT_TEAM,
    "Change the answer behind the rule, or what must never be: the two cannot both hold.",
)
def never_violated(r: Survey) -> Remarks:
    """A rule lets something through that must never be."""
    for denial in denials_of(r.network):
        for rule in r.compiled.rules:
            if ports := r.seen_denials.ports_against(denial, rule):
                opens = f"rule {rule.id} at {rule.firewall} lets {r.role_name(rule.from_)} reach"
                yield (
                    f"{_head(denial)} {opens} {r.role_name(rule.to)} on"
                    f" {ports_text(ports)}/{rule.transport}. {_behind(r, rule, ports)}",
                    (rule.id, *rule.flows),
                )
        for forward in r.compiled.forwards:
            if ports := denial.ports_forwarded(forward, r.network.not_internet[4]):
                yield (
                    f"{_head(denial)} the port forward {forward.id} at {forward.firewall} lets the"
                    f" internet reach {forward.public_address} on"
                    f" {ports_text(ports)}/{forward.transport}. {_behind(r, forward, ())}",
                    (forward.id, *forward.flows),
                )


def _head(denial: Denial) -> str:
    reason = f" ({denial.reason})" if denial.reason else ""
    return f"Never {denial.name}{reason}:"


def _behind(r: Survey, record: Rule | Forward, ports: tuple[PortRange, ...]) -> str:
    """The answers that the rule comes from, those that the plan holds."""
    keys: dict[Key, None] = {}
    for want in r.wants:
        is_asked = want.id in record.flows and (not ports or common_ports(want.ports, ports))
        if is_asked and (not isinstance(record, Rule) or want.from_ == record.from_):
            keys.update(dict.fromkeys(want.because))
    asked = f"{flows_text(record.flows)} ask{'s' if len(record.flows) == 1 else ''} for it"
    return (
        f"{asked}; the answers behind it: {few(map(str, _answered(r, keys)), most=_MOST_ANSWERS)}."
    )


def _answered(r: Survey, keys: Iterable[Key]) -> Iterator[Key]:
    """Those that somebody answered; which products there are, where nothing else says it."""
    answered = [key for key in keys if stored(r.plan, key) not in (None, (), False, "")]
    telling = [key for key in answered if not isinstance(key, ProductsKey)]
    yield from telling or answered
