"""Which answers caused what changed: those that differ, of the answers that a row came from.

A row stands because connections (or facts, for lists) ask for it, and each of those knows the
answers behind it. `Causes.of_rule` and the others give the keys of the differing groups of answers
that caused a row, and in `how` in what way: `needed` (without any one of them the row would not be),
`enough` (each of them alone makes it), `together` (all of them do, fewer don't), `among` (which of
them was not worked out). The group `facts` stands where the two were made from different facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wizard.changes.replay import Spot
from wizard.changes.sides import Groups, PlanSide, Reasons
from wizard.changes.values import Cause, How, Sign
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.network.ports import PortRange
from wizard.plan.keys import FirewallKey
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.rules.wants import Want

# Findings that come from all that is on a firewall or behind it: what has to do with them is named,
# not what of it made the difference.
_OF_THE_WHOLE = {"dns-missing", "hairpin", "rule-limit"}

_BY_NAME = {"internet-exposure", "unencrypted"}


class Causes:
    """Two deployments, and the groups of answers that differ; asked row by row."""

    def __init__(
        self, old: Deployment, new: Deployment, group_of: Mapping[str, str], groups: Sequence[str]
    ) -> None:
        self._order = {group: number for number, group in enumerate(groups)}
        self._sides: dict[Sign, PlanSide] = {
            "-": PlanSide("-", old, new, group_of),
            "+": PlanSide("+", new, old, group_of),
        }

    def of_rule(self, sign: Sign, rule: Rule, ports: tuple[PortRange, ...], lasting: bool) -> Cause:
        """Of a rule, or of some of its ports; `lasting`: it comes or goes for good, so that what
        would only have moved it is no cause.
        """
        side, opposite = self._both(sign)
        spot = Spot(rule.firewall, rule.direction, rule.family)
        wants = [want for want in side.wants(rule.flows) if _asks_for(want, rule)]
        cause = self._cause(sign, list(side.ports(wants, ports, spot, opposite)))
        if lasting and len(cause.groups) > 1 and cause.how in ("needed", "enough"):
            cause = self._lasting(cause, list(side.alike(wants, spot, lasting=True)))
        return cause or self._among(side.related(wants, spot.firewall))

    def _lasting(self, cause: Cause, alike: Reasons) -> Cause:
        """Without the causes that would only have moved a rule: those by which some rule stands for
        its connections all the same.
        """
        every = frozenset(self._order)
        remaining = []
        for group in cause.groups:
            answered = every - {group} if cause.how == "needed" else frozenset({group})
            if not any(reason.stands(answered) for reason in alike):
                remaining.append(group)
        if not remaining:
            return cause
        return Cause(tuple(remaining), cause.how if len(remaining) > 1 else "needed")

    def of_forward(self, sign: Sign, forward: Forward) -> Cause:
        """Of a port forward."""
        side, opposite = self._both(sign)
        spot = Spot(forward.firewall, "forward", 4, excepts=False)
        wants = [want for want in side.wants(forward.flows) if want.transport == forward.transport]
        address = side.groups(FirewallKey(forward.firewall, "public_address"))
        parts = list(side.ports(wants, (forward.public_ports,), spot, opposite, address))
        return self._cause(sign, parts) or self._among(side.related(wants, spot.firewall))

    def of_entry(self, sign: Sign, entry: AllowlistEntry) -> Cause:
        """Of a host of the allowlist, as it stands there with its paths and roles."""
        side, opposite = self._both(sign)
        return (
            self._cause(sign, list(side.host(entry)), whole=True)
            or self._cause(opposite.sign, list(opposite.counterpart(entry)), whole=True)
            or self._among(())
        )

    def of_listed(self, sign: Sign, listed: Bypass | MailSender) -> Cause:
        """Of a host that TLS inspection leaves alone, or of a sender of mail."""
        return self._cause(sign, [list(self._sides[sign].listed(listed))])

    def of_finding(self, sign: Sign, finding: Finding, others: Sequence[str]) -> Cause:
        """Of a finding; `others`: the subjects of the same one on the other side."""
        side, opposite = self._both(sign)
        if finding.code in _OF_THE_WHOLE:
            return self._among([*side.around(finding), *opposite.around(finding)])
        if finding.code in _BY_NAME:
            parts = list(side.named(finding.code, finding.subjects, others))
            lost_parts = list(opposite.named(finding.code, others, finding.subjects))
        else:
            differing = [name for name in finding.subjects if name not in others]
            lost = [name for name in others if name not in finding.subjects]
            parts = [*side.subjects(finding.code, differing), *side.circumstances(finding.code)]
            lost_parts = list(opposite.subjects(finding.code, lost))
        cause = self._cause(sign, parts, whole=True)
        return (
            cause.also(self._cause(opposite.sign, lost_parts, whole=True))
            or self._cause(sign, list(side.subjects(finding.code, finding.subjects)), whole=True)
            or self._among(side.around(finding))
        )

    def _both(self, sign: Sign) -> tuple[PlanSide, PlanSide]:
        """The plan that has a row, and the other."""
        return self._sides[sign], self._sides["-" if sign == "+" else "+"]

    def _among(self, groups: Iterable[str]) -> Cause:
        """Where no answer made the difference by itself: those that have to do with it; else all."""
        listed = {*groups} & self._order.keys() or self._order.keys()
        how: How = "among" if len(listed) > 1 else "needed"
        return Cause(tuple(sorted(listed, key=self._order.__getitem__)), how)

    def _cause(self, sign: Sign, parts: Sequence[Reasons], whole: bool = False) -> Cause:
        """Empty where no answer made the difference by itself. A row is gone when all its parts are;
        `whole`: when any of them is.
        """
        if len(self._order) == 1:
            return Cause(tuple(self._order), "needed")
        reasons = [reason for part in parts for reason in part]
        every = frozenset[str]().union(*(reason.new | reason.old for reason in reasons))

        def is_done(answered: Groups) -> bool:
            """Whether the row came or went with only these groups as the new plan has them."""
            standing = (any(reason.stands(answered) for reason in part) for part in parts)
            if sign == "+":
                return all(standing)
            return not all(standing) if whole else not any(standing)

        if not is_done(every) or is_done(frozenset()):
            return Cause()
        groups = sorted(every, key=lambda group: self._order.get(group, 0))
        if needed := [group for group in groups if not is_done(every - {group})]:
            return Cause(_leading(needed), "needed")
        if alone := [group for group in groups if is_done(frozenset({group}))]:
            return Cause(tuple(alone), "enough" if len(alone) > 1 else "needed")
        fewest = every
        for group in groups:
            fewest = fewest - {group} if is_done(fewest - {group}) else fewest
        return Cause(tuple(group for group in groups if group in fewest), "together")


def _leading(groups: Iterable[str]) -> tuple[str, ...]:
    """A product that was added goes without saying where one of its own answers is named."""
    listed = tuple(groups)
    return tuple(
        group for group in listed if not any(other.startswith(f"{group}.") for other in listed)
    )


def _asks_for(want: Want, rule: Rule) -> bool:
    return (want.transport, want.from_, want.to, want.fact.status, want.fact.encrypted) == (
        rule.transport,
        rule.from_,
        rule.to,
        rule.status,
        rule.encrypted,
    )
