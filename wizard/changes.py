"""What a change adds to and takes from each firewall and list: the difference of two deployments."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeVar

import msgspec

from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.ports import PortRange, join_ports
from wizard.rules import AllowlistEntry, Bypass, Forward, MailSender, Rule

Sign = Literal["+", "-"]
T = TypeVar("T")


class AnswerChange(msgspec.Struct, frozen=True):
    """An answer that differs: its key in the plan file, and what it was and is; None where there is none."""

    key: str
    was: Any
    becomes: Any


class RuleChange(msgspec.Struct, frozen=True):
    """A rule that a firewall gains or loses, or ports that one gains or loses. `whole`: all of the rule."""

    sign: Sign
    whole: bool
    ports: tuple[PortRange, ...]
    rule: Rule


class ForwardChange(msgspec.Struct, frozen=True):
    """A port forward that is made or taken away."""

    sign: Sign
    forward: Forward


class AllowlistChange(msgspec.Struct, frozen=True):
    """A destination that the allowlist gains or loses."""

    sign: Sign
    entry: AllowlistEntry


class BypassChange(msgspec.Struct, frozen=True):
    """A host that the TLS bypass list gains or loses."""

    sign: Sign
    entry: Bypass


class MailSenderChange(msgspec.Struct, frozen=True):
    """An address that the mail gateway's list gains or loses."""

    sign: Sign
    entry: MailSender


class FindingChange(msgspec.Struct, frozen=True):
    """A finding that appears or goes away."""

    sign: Sign
    finding: Finding


class Changes(msgspec.Struct, frozen=True):
    """Everything that differs between two deployments."""

    rules: tuple[RuleChange, ...]
    forwards: tuple[ForwardChange, ...]
    allowlist: tuple[AllowlistChange, ...]
    tls_bypass: tuple[BypassChange, ...]
    mail_senders: tuple[MailSenderChange, ...]
    findings: tuple[FindingChange, ...]
    answers: tuple[AnswerChange, ...] = ()

    def __bool__(self) -> bool:
        """True where anything that a firewall or list holds differs; findings alone are no change."""
        return bool(self.rules or self.forwards or self.allowlist or self.tls_bypass or self.mail_senders)


def compare(old: Deployment, new: Deployment) -> Changes:
    """What `new` adds to and takes from `old`."""
    return Changes(
        rules=tuple(_rules(old, new)),
        forwards=tuple(ForwardChange(s, f) for s, f in _by_value(old.forwards, new.forwards)),
        allowlist=tuple(AllowlistChange(s, e) for s, e in _by_value(old.allowlist, new.allowlist)),
        tls_bypass=tuple(BypassChange(s, e) for s, e in _by_value(old.tls_bypass, new.tls_bypass)),
        mail_senders=tuple(MailSenderChange(s, e) for s, e in _by_value(old.mail_senders, new.mail_senders)),
        findings=tuple(FindingChange(s, f) for s, f in _by_value(old.findings, new.findings)),
        answers=tuple(_answers("", old.plan, new.plan)),
    )


def answer_text(value: Any) -> str:
    """An answer's value as people write it."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _answers(key: str, old: Any, new: Any) -> Iterator[AnswerChange]:
    """The answers below a key that differ. A thing that is new or gone brings those that are no defaults."""
    if old == new:
        return
    one = new if old is None else old
    if isinstance(one, msgspec.Struct):
        defaults = {field.name: _default(field) for field in msgspec.structs.fields(one)}
        if (old is None or new is None) and all(
            getattr(one, name) == value for name, value in defaults.items()
        ):
            yield _answer(key, old is not None, new is not None)
        for name, default in defaults.items():
            empty = None if default is msgspec.NODEFAULT else default
            was, becomes = (empty if side is None else getattr(side, name) for side in (old, new))
            yield from _answers(f"{key}.{name}" if key else name, was, becomes)
    elif isinstance(one, dict):
        before, after = old or {}, new or {}
        if not before and not after:
            yield _answer(key, old is not None, new is not None)
        for name in sorted(before.keys() | after.keys()):
            yield from _answers(f"{key}.{name}", before.get(name), after.get(name))
    else:
        yield _answer(key, old, new)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _answer(key: str, was: Any, becomes: Any) -> AnswerChange:
    plain = [value.isoformat() if isinstance(value, datetime.date) else value for value in (was, becomes)]
    return AnswerChange(key, *plain)


def _rules(old: Deployment, new: Deployment) -> Iterable[RuleChange]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    changes: list[RuleChange] = []
    for rule_id in before.keys() | after.keys():
        was, becomes = before.get(rule_id), after.get(rule_id)
        if was is None and becomes is not None:
            changes.append(RuleChange("+", True, becomes.ports, becomes))
        elif becomes is None and was is not None:
            changes.append(RuleChange("-", True, was.ports, was))
        elif was is not None and becomes is not None:
            if gained := without(becomes.ports, was.ports):
                changes.append(RuleChange("+", False, gained, becomes))
            if lost := without(was.ports, becomes.ports):
                changes.append(RuleChange("-", False, lost, becomes))
    changes.sort(
        key=lambda c: (c.rule.firewall, c.rule.direction, c.rule.from_, c.rule.to, c.ports, c.sign, c.rule.id)
    )
    return changes


def without(ports: tuple[PortRange, ...], less: tuple[PortRange, ...]) -> tuple[PortRange, ...]:
    """The ports of the first that the second does not hold."""
    left: list[PortRange] = []
    for low, high in ports:
        start = low
        for other_low, other_high in less:
            if other_high < start or other_low > high:
                continue
            if other_low > start:
                left.append((start, other_low - 1))
            start = max(start, other_high + 1)
        if start <= high:
            left.append((start, high))
    return join_ports(left)


def _by_value(old: tuple[T, ...], new: tuple[T, ...]) -> Iterable[tuple[Sign, T]]:
    was, becomes = set(map(_key, old)), set(map(_key, new))
    yield from (("-", item) for item in old if _key(item) not in becomes)
    yield from (("+", item) for item in new if _key(item) not in was)


def _key(item: object) -> bytes:
    if isinstance(item, AllowlistEntry):
        # Another purpose for the same destination changes nothing at the proxy.
        return msgspec.json.encode((item.scheme, item.host, item.port, item.paths, item.from_, item.status))
    return msgspec.json.encode(item)
