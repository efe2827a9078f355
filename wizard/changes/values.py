"""The difference of two deployments as values: one list of entries for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeVar

import msgspec

from wizard.changes.policies import PolicyChange
from wizard.findings import Finding
from wizard.plan.keys import AnswerPath, path_of
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule

ChangedRecord = Rule | Forward | AllowlistEntry | Bypass | MailSender | Finding | Denial
EntryRecord = TypeVar("EntryRecord", covariant=True)
FACTS = "facts"
# Groups of answers that only stand in the papers: no rule, list or finding comes from them.
INERT = frozenset({"name", "request", "needs", "catalog"})
Sign = Literal["+", "-"]
ChangeSign = Literal["+", "-", "~"]
WORDS: dict[ChangeSign, str] = {"+": "add", "-": "remove", "~": "change"}
# needed: without any one of the causes the row would not be. enough: each of them alone makes it.
# together: all of them do, and fewer don't. among: some of them do; which was not worked out. "":
# nothing differs.
How = Literal["", "needed", "enough", "together", "among"]


def group_name(path: AnswerPath) -> str:
    """The name of the group of answers about one thing, by where it stands: `roles.printer`."""
    return ".".join(path)


def group_path(group: str) -> AnswerPath:
    """Where the thing stands that a group is about."""
    return path_of(group)


class AnswerChange(msgspec.Struct, frozen=True):
    """An answer that differs: its key in the plan file, and what it was and is; None where there is
    none.

    `label` says in words what was asked, `was_text` and `becomes_text` the answers as people read
    them (empty where there is none). `group` is the key of the `AnswerGroup` that it stands in,
    `question` the key of the question in the wizard that asks for it (empty where none does).
    """

    key: str
    was: Any
    becomes: Any
    label: str = ""
    was_text: str = ""
    becomes_text: str = ""
    group: str = ""
    question: str = ""


class AnswerGroup(msgspec.Struct, frozen=True):
    """Differing answers about one thing: a feature, a zone, a role's place, a firewall, the proxy.

    `label` names the thing (`PaperCut MF: SNMP status`), `text` says in one line what happened to
    it (`PaperCut MF: SNMP status: switched on`). `answers` are keys of `AnswerChange`. The group
    `facts` has none: the two were made from different facts.
    """

    key: str
    label: str
    text: str
    answers: tuple[str, ...]


class Cause(msgspec.Struct, frozen=True):
    """The keys of the groups of answers that caused something, and how."""

    groups: tuple[str, ...] = ()
    how: How = ""

    def __bool__(self) -> bool:
        return bool(self.groups)

    def also(self, other: Cause) -> Cause:
        """What caused either half of a thing caused the thing."""
        return Cause(tuple(dict.fromkeys((*self.groups, *other.groups))), self.how or other.how)


class ChangeEntry(msgspec.Struct, Generic[EntryRecord], frozen=True):
    """One thing that comes (no `before`), goes (no `after`) or stays one to a person and differs.

    `gone` says why it is no longer as it was, `come` why it is as it is.
    """

    before: EntryRecord | None
    after: EntryRecord | None
    gone: Cause = Cause()
    come: Cause = Cause()

    @property
    def sign(self) -> ChangeSign:
        """`+` to add, `-` to remove, `~` to change."""
        return "+" if self.before is None else "-" if self.after is None else "~"

    @property
    def record(self) -> EntryRecord:
        """The thing as it is; what is gone, as it was."""
        record = self.before if self.after is None else self.after
        assert record is not None
        return record

    @property
    def cause(self) -> Cause:
        """Why it differs."""
        return self.come.also(self.gone)


class Changes(msgspec.Struct, frozen=True):
    """Everything that differs between two deployments, and the answers that do, by what they are
    about.
    """

    rules: tuple[ChangeEntry[Rule], ...] = ()
    forwards: tuple[ChangeEntry[Forward], ...] = ()
    allowlist: tuple[ChangeEntry[AllowlistEntry], ...] = ()
    tls_bypass: tuple[ChangeEntry[Bypass], ...] = ()
    mail_senders: tuple[ChangeEntry[MailSender], ...] = ()
    findings: tuple[ChangeEntry[Finding], ...] = ()
    answers: tuple[AnswerChange, ...] = ()
    groups: tuple[AnswerGroup, ...] = ()
    denials: tuple[ChangeEntry[Denial], ...] = ()
    policies: tuple[PolicyChange, ...] = ()

    def __bool__(self) -> bool:
        """True where anything that a firewall or list holds differs; findings alone are no change."""
        return bool(
            self.rules
            or self.forwards
            or self.allowlist
            or self.tls_bypass
            or self.mail_senders
            or any(firewalls_denying(entry) for entry in self.denials)
            or self.policies
        )

    @property
    def entries(self) -> tuple[ChangeEntry[ChangedRecord], ...]:
        """All of it as one list."""
        return (
            *self.rules,
            *self.forwards,
            *self.allowlist,
            *self.tls_bypass,
            *self.mail_senders,
            *self.findings,
        )

    def rules_of(self) -> dict[str, list[ChangeEntry[Rule]]]:
        """Firewall → its rules that come, go or change."""
        by_firewall: dict[str, list[ChangeEntry[Rule]]] = {}
        for entry in self.rules:
            by_firewall.setdefault(entry.record.firewall, []).append(entry)
        return by_firewall

    @property
    def firewalls(self) -> tuple[str, ...]:
        """Those that differ: in rules, in port forwards, in lines of what must never be, or in what
        they do with everything else.
        """
        names = dict.fromkeys(self.rules_of())
        for forward in self.forwards:
            names[forward.record.firewall] = None
        for denial in self.denials:
            names |= dict.fromkeys(firewalls_denying(denial))
        for policy in self.policies:
            names[policy.firewall] = None
        return tuple(names)

    def of(self, cause: Cause) -> tuple[AnswerGroup, ...]:
        """The groups of a cause, in the order of the answers."""
        return tuple(group for group in self.groups if group.key in cause.groups)

    def cause_text(self, cause: Cause) -> str:
        """A cause in one line; empty where nothing is known of it."""
        texts = [group.text for group in self.of(cause)]
        if len(texts) < 2:
            return "".join(texts)
        lead = {"enough": "Each alone: ", "among": "Among: "}.get(cause.how, "")
        listed = texts if len(texts) < 5 else [*texts[:3], f"{len(texts) - 3} more"]
        return lead + "; ".join(listed)

    def numbers(self) -> dict[str, str]:
        """Group of answers → `A1`, `A2` …, by which tables name it; none for those that only stand
        in papers.
        """
        acting = acting_keys(self.groups)
        return {key: f"A{number}" for number, key in enumerate(acting, start=1)}

    def because(self, entry: ChangeEntry[object]) -> str:
        """`A1, A3`; `A1 or A3` where each is enough; `some of A1, A3` where it was not worked out."""
        numbers = self.numbers()
        listed = [numbers[group.key] for group in self.of(entry.cause)]
        if entry.cause.how == "enough":
            return " or ".join(listed)
        among = entry.cause.how == "among" and len(listed) > 1
        return f"some of {', '.join(listed)}" if among else ", ".join(listed)

    def effect(self, group: AnswerGroup) -> str:
        """What is to be said after a group that caused nothing, so that nobody looks for it."""
        if group.key in INERT:
            return ""
        if any(policy.group == group.key for policy in self.policies):
            return ""
        every: tuple[ChangeEntry[object], ...] = (*self.entries, *self.denials)
        for entry in every:
            if entry.cause.how != "among" and group.key in entry.cause.groups:
                return ""
        return " (changes no rule and no list)"


def acting_keys(groups: Iterable[AnswerGroup]) -> list[str]:
    """The keys of the groups that can change a rule or a list; others only stand in papers."""
    return [group.key for group in groups if group.key not in INERT]


def firewalls_denying(entry: ChangeEntry[Denial]) -> tuple[str, ...]:
    """The boundaries that get, lose or change lines by an entry."""
    names: dict[str, None] = {}
    for denial in filter(None, (entry.before, entry.after)):
        names |= dict.fromkeys(denial.firewalls)
    return tuple(name for name in names if _lines(entry.before, name) != _lines(entry.after, name))


def _lines(denial: Denial | None, firewall: str) -> list[Rule]:
    return [*denial.lines(firewall)] if denial and firewall in denial.firewalls else []
