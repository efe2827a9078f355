"""The difference of two deployments as values. `changes.compare` makes them, `causes.traced` says
why.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from wizard.findings import Finding
from wizard.network.ports import PortRange
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule

FACTS = "facts"
Sign = Literal["+", "-"]
# needed: without any one of the causes the row would not be. enough: each of them alone makes it.
# together: all of them do, and fewer don't. among: some of them do; which was not worked out. "":
# not traced.
How = Literal["", "needed", "enough", "together", "among"]


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


class RuleChange(msgspec.Struct, frozen=True):
    """A rule that a firewall gains or loses, or ports that one gains or loses. `whole`: all of the
    rule.

    `pair` is the id of the rule that it takes the place of, or that takes its place; empty for
    none.
    """

    sign: Sign
    whole: bool
    ports: tuple[PortRange, ...]
    rule: Rule
    pair: str = ""
    causes: tuple[str, ...] = ()
    how: How = ""


class ForwardChange(msgspec.Struct, frozen=True):
    """A port forward that is made or taken away. `pair`: the id of the other half of an edit."""

    sign: Sign
    forward: Forward
    pair: str = ""
    causes: tuple[str, ...] = ()
    how: How = ""


class AllowlistChange(msgspec.Struct, frozen=True):
    """A destination that the allowlist gains or loses. `pair`: the host, where the two are an edit."""

    sign: Sign
    entry: AllowlistEntry
    pair: str = ""
    causes: tuple[str, ...] = ()
    how: How = ""


class BypassChange(msgspec.Struct, frozen=True):
    """A host that the TLS bypass list gains or loses."""

    sign: Sign
    entry: Bypass
    causes: tuple[str, ...] = ()
    how: How = ""


class MailSenderChange(msgspec.Struct, frozen=True):
    """An address that the mail gateway's list gains or loses."""

    sign: Sign
    entry: MailSender
    causes: tuple[str, ...] = ()
    how: How = ""


class FindingChange(msgspec.Struct, frozen=True):
    """A finding that appears or goes away."""

    sign: Sign
    finding: Finding
    causes: tuple[str, ...] = ()
    how: How = ""


class FieldChange(msgspec.Struct, frozen=True):
    """What one field of a rule, forward or list entry gains and loses: `sources`, `ports`, `status`
    …
    """

    name: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


class RuleEdit(msgspec.Struct, frozen=True):
    """A rule that stays one to a person, but differs in its addresses, ports or description."""

    was: Rule
    becomes: Rule
    fields: tuple[FieldChange, ...]
    causes: tuple[str, ...] = ()
    how: How = ""


class ForwardEdit(msgspec.Struct, frozen=True):
    """A port forward that leads elsewhere, or stands on another address."""

    was: Forward
    becomes: Forward
    fields: tuple[FieldChange, ...]
    causes: tuple[str, ...] = ()
    how: How = ""


class AllowlistEdit(msgspec.Struct, frozen=True):
    """A host that stays on the allowlist, with other paths, for other roles, or of another status."""

    was: AllowlistEntry
    becomes: AllowlistEntry
    fields: tuple[FieldChange, ...]
    causes: tuple[str, ...] = ()
    how: How = ""


class Changes(msgspec.Struct, frozen=True):
    """Everything that differs between two deployments. `groups` is empty until `causes.traced`
    fills it.
    """

    rules: tuple[RuleChange, ...]
    forwards: tuple[ForwardChange, ...]
    allowlist: tuple[AllowlistChange, ...]
    tls_bypass: tuple[BypassChange, ...]
    mail_senders: tuple[MailSenderChange, ...]
    findings: tuple[FindingChange, ...]
    answers: tuple[AnswerChange, ...] = ()
    groups: tuple[AnswerGroup, ...] = ()
    rule_edits: tuple[RuleEdit, ...] = ()
    forward_edits: tuple[ForwardEdit, ...] = ()
    allowlist_edits: tuple[AllowlistEdit, ...] = ()

    def __bool__(self) -> bool:
        """True where anything that a firewall or list holds differs; findings alone are no change."""
        return bool(
            self.rules or self.forwards or self.allowlist or self.tls_bypass or self.mail_senders
        )
