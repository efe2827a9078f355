"""Which answers caused what changed, row by row: true in the worlds between the two plans.

A cause names the keys of the differing groups of answers that caused a row, and in `how` in what
way: `needed` (without any one of them the row would not be), `enough` (each of them alone makes
it), `together` (all of them do, fewer don't), `among` (some of them do; the change is too large to
work out which). The group `facts` stands where the two were made from different facts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import filterfalse

from wizard.changes.between import Between, Groups, World
from wizard.changes.differing import GroupOf
from wizard.changes.fields import without
from wizard.changes.pairs import allowlist_key, forward_key, rule_kind, sender_key
from wizard.changes.values import Cause, Sign, group_name, group_path
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.network.ports import PortRange
from wizard.plan.keys import AnswerPath
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.tables import those_in

IsThere = Callable[[World], bool]


class Causes:
    """Two deployments, and the groups of answers that differ; asked row by row."""

    def __init__(
        self, old: Deployment, new: Deployment, group_of: GroupOf, groups: Sequence[str]
    ) -> None:
        self._groups, self._every = tuple(groups), frozenset(groups)
        self._between = Between(old, new, group_of)

    def of_rule(self, sign: Sign, rule: Rule, ports: tuple[PortRange, ...], lasting: bool) -> Cause:
        """Of a rule, or of some of its ports; `lasting`: it comes or goes for good, so that what
        would only have moved it is no cause.
        """
        parties = rule.transport, rule.from_, rule.to

        def is_done(world: World) -> bool:
            rules = world.compiled(parties).rules
            standing = next((other.ports for other in rules if other.id == rule.id), ())
            missing = without(ports, standing)
            return missing == (() if sign == "+" else ports)

        cause = self._cause(is_done)
        if not lasting or len(cause.groups) < 2 or cause.how not in ("needed", "enough"):
            return cause

        def only_moves(group: str) -> bool:
            answered = self._every - {group} if cause.how == "needed" else frozenset({group})
            kind, flows = rule_kind(rule), {*rule.flows}
            return any(
                rule_kind(other) == kind and not flows.isdisjoint(other.flows)
                for other in self._between.at(answered).compiled(parties).rules
            )

        remaining = tuple(group for group in cause.groups if not only_moves(group))
        if not remaining:
            return cause
        return Cause(remaining, cause.how if len(remaining) > 1 else "needed")

    def of_forward(self, sign: Sign, forward: Forward) -> Cause:
        """Of a port forward."""
        key = forward_key(forward)
        return self._of(sign, lambda world: key in map(forward_key, world.forwards))

    def of_entry(self, sign: Sign, entry: AllowlistEntry) -> Cause:
        """Of a host of the allowlist, as it stands there with its paths and roles."""
        key = allowlist_key(entry)
        return self._of(sign, lambda world: key in map(allowlist_key, world.allowlist))

    def of_bypass(self, sign: Sign, entry: Bypass) -> Cause:
        """Of a host that TLS inspection leaves alone."""
        return self._of(
            sign, lambda world: any(entry.host == other.host for other in world.tls_bypass)
        )

    def of_sender(self, sign: Sign, sender: MailSender) -> Cause:
        """Of a sender of mail."""
        key = sender_key(sender)
        return self._of(sign, lambda world: key in map(sender_key, world.mail_senders))

    def of_finding(self, sign: Sign, finding: Finding) -> Cause:
        """Of a finding."""
        return self._of(sign, lambda world: world.says(finding))

    def _of(self, sign: Sign, is_there: IsThere) -> Cause:
        return self._cause(is_there if sign == "+" else lambda world: not is_there(world))

    def _cause(self, is_done: IsThere) -> Cause:
        """Of a row that came or went, as `is_done` says of a world."""
        if len(self._groups) < 2:
            return Cause(self._groups, "needed") if self._groups else Cause()

        def is_done_by(answered: Groups) -> bool:
            return is_done(self._between.at(answered))

        needed = tuple(g for g in self._groups if not is_done_by(self._every - {g}))
        if needed:
            return Cause(_leading(needed), "needed")
        alone = tuple(g for g in self._groups if is_done_by(frozenset({g})))
        if alone:
            return Cause(alone, "enough" if len(alone) > 1 else "needed")
        fewest = self._every
        for group in self._groups:
            if self._between.is_exhausted:
                return Cause(tuple(those_in(self._groups, fewest)), "among")
            if is_done_by(fewest - {group}):
                fewest -= {group}
        return Cause(tuple(those_in(self._groups, fewest)), "together")


def _leading(groups: Sequence[str]) -> tuple[str, ...]:
    """A product that was added goes without saying where one of its own answers is named."""
    paths = list(map(group_path, groups))
    return tuple(map(group_name, filterfalse(partial(_goes_without_saying, paths), paths)))


def _goes_without_saying(paths: Sequence[AnswerPath], path: AnswerPath) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)
