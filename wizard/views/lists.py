"""What belongs on other lists than a firewall's, and what is to be said and asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from wizard.facts.model import PRINT_DATA, EndpointFact, FlowFact
from wizard.plan.keys import (
    ANY,
    FeatureKey,
    FirewallKey,
    FrontKey,
    HostKey,
    ProxyKey,
    PublishKey,
    ServeKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.plan.publishing import publish_name
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.tables import by_id, those_in, those_not_in
from wizard.views.answers import fact_key, open_key, product_key, rule_key
from wizard.views.record import Detail, PartyShape, RecordCells, RecordView, last_of_each
from wizard.views.words import reason, role_name

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.findings import Finding
    from wizard.plan.field import ChoiceKey
    from wizard.plan.keys import Key
    from wizard.plan.model import Front
    from wizard.questions import Question

SEVERITY_LEVELS = {"error": "bad", "warning": "warn", "info": ""}
_SEVERITY_HEADINGS = {"error": "Errors", "warning": "Warnings", "info": "Good to know"}
# What of a proxy a finding asks for: of the one that it speaks of.
_PROXY_PARTS = {
    "wildcard-unsupported": "wildcards",
    "tls-inspection": "tls_inspection",
    "proxy-login": "login",
}
# What of a firewall a finding asks for; of others it is the firewall itself.
_FIREWALL_PARTS = {
    "nat-without-address": "public_address",
    "nat-without-use": "nat",
    "no-management": "management",
    "other-platform": "platform",
}
# Those about fronts.
_FRONT_CODES = ("front-conflict", "tls-ends-at-front", "unused-front")
_MOST = 12


def _alone(record: object) -> str:
    return ""


class AllowlistView(RecordView[AllowlistEntry]):
    """Hosts that the web proxy must let through, under the products that need them."""

    table = "allowlist"
    name = "Allowlist"
    empty = "Nothing on the internet is needed so far."
    content = attrgetter("paths", "from_", "installations")

    def records(self) -> Sequence[AllowlistEntry]:
        return last_of_each(self.deployment.allowlist, self.key)

    def key(self, record: AllowlistEntry) -> str:
        return f"{record.scheme}://{record.host}:{record.port}"

    def group(self, record: AllowlistEntry) -> str:
        return self.product_names(record.installations)

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return ("", "", "Port", "Host", "What for")

    def columns(self, record: AllowlistEntry, shape: PartyShape = "names") -> tuple[str, ...]:
        paths = " ".join(those_not_in(record.paths, ("/",)))
        status = "" if record.status == "current" else f"{record.status}: "
        purpose = status + (paths or ", ".join(record.purposes))
        return "", record.scheme, str(record.port), record.host, purpose

    def title(self, record: AllowlistEntry) -> str:
        return f"Why {record.host}"

    def cells(self, record: AllowlistEntry) -> RecordCells:
        return (
            ("Host", record.host),
            ("Port", f"{record.scheme} {record.port}"),
            ("Paths", " ".join(record.paths)),
            ("Source", self.role_names(record.from_)),
            ("Purpose", ", ".join(record.purposes)),
            ("Status", record.status),
            ("Reason", self.reasons(record.endpoints)),
            ("Document", self.documents(record.endpoints)),
        )

    def details(self, record: AllowlistEntry) -> Iterator[Detail]:
        yield Detail("host", record.host)
        yield Detail("by", f"{record.scheme}, port {record.port}")
        yield Detail("paths", " ".join(record.paths))
        yield Detail("from", ", ".join(record.from_))
        yield Detail("status", record.status)
        yield from self.fact_details(record.endpoints)
        yield from self.remarks(record.endpoints)

    def answer(self, record: AllowlistEntry) -> Key | ChoiceKey | None:
        return fact_key(self.deployment, record.endpoints)


class BypassView(RecordView[Bypass]):
    """Hosts that TLS inspection must leave alone."""

    table = "bypass"
    name = "TLS bypass"
    empty = "No host has to be left out of TLS inspection."
    grouped = False
    content = attrgetter("installations")
    group = staticmethod(_alone)

    def records(self) -> Sequence[Bypass]:
        return last_of_each(self.deployment.tls_bypass, self.key)

    def key(self, record: Bypass) -> str:
        return f"bypass {record.host}"

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return ("", "", "", "Host", "")

    def columns(self, record: Bypass, shape: PartyShape = "names") -> tuple[str, ...]:
        return "", "tls", "", record.host, "not to be inspected"

    def title(self, record: Bypass) -> str:
        return f"Why {record.host}"

    def cells(self, record: Bypass) -> RecordCells:
        return (
            ("Host", record.host),
            ("Task", "leave it out of TLS inspection"),
            ("Reason", self.product_names(record.installations)),
            ("Document", self.document(record.source)),
        )

    def details(self, record: Bypass) -> Iterator[Detail]:
        yield Detail(
            "", f"TLS inspection has to leave {record.host} alone. It is on a list of its own."
        )
        yield from self.place(record.source)

    def answer(self, record: Bypass) -> Key | ChoiceKey | None:
        return product_key(record.installations[0]) if record.installations else None


class MailSenderView(RecordView[MailSender]):
    """Addresses that mail comes from."""

    table = "mail"
    name = "Mail senders"
    empty = "No mail comes in from a vendor."
    grouped = False
    content = attrgetter("domain")
    group = staticmethod(_alone)

    def records(self) -> Sequence[MailSender]:
        return last_of_each(self.deployment.mail_senders, self.key)

    def key(self, record: MailSender) -> str:
        return f"mail {record.address}"

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return ("", "", "", "Mail from", "Domain")

    def columns(self, record: MailSender, shape: PartyShape = "names") -> tuple[str, ...]:
        return "", "mail", "", record.address, record.domain

    def title(self, record: MailSender) -> str:
        return f"Why {record.address}"

    def cells(self, record: MailSender) -> RecordCells:
        return (
            ("Mail from", record.address),
            ("Domain", record.domain),
            ("Reason", self.product_names(record.installations)),
            ("Document", self.document(record.source)),
        )

    def details(self, record: MailSender) -> Iterator[Detail]:
        yield Detail(
            "",
            f"Mail comes from {record.address} ({record.domain}). That is for the mail gateway;"
            " it is no firewall rule.",
        )
        yield from self.place(record.source)

    def answer(self, record: MailSender) -> Key | ChoiceKey | None:
        return product_key(record.installations[0]) if record.installations else None


class FindingView(RecordView["Finding"]):
    """Findings, the gravest first. Their keys stay over one answer, from `before` to now."""

    table = "findings"
    name = "Findings"
    empty = "Nothing to remark."
    content = attrgetter("message", "severity")
    group = attrgetter("severity")
    groups = tuple(_SEVERITY_HEADINGS)

    def __init__(self, deployment: Deployment, before: Deployment | None = None) -> None:
        super().__init__(deployment)
        self._keys = _finding_keys(before.findings if before else ())
        self._keys |= _finding_keys(deployment.findings)

    def records(self) -> Sequence[Finding]:
        return last_of_each(self.deployment.findings, self.key)

    def key(self, record: Finding) -> str:
        return self._keys[record]

    def heading(self, group: str) -> str:
        return _SEVERITY_HEADINGS.get(group, group)

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return ("", "", "Finding", "")

    def columns(self, record: Finding, shape: PartyShape = "names") -> tuple[str, ...]:
        return "", record.severity, record.code, record.message

    def level(self, record: Finding) -> str:
        return SEVERITY_LEVELS[record.severity]

    def title(self, record: Finding) -> str:
        return f"{record.severity.capitalize()}: {record.code}"

    def cells(self, record: Finding) -> RecordCells:
        return (
            ("Severity", record.severity),
            ("Finding", record.code),
            ("Message", record.message),
            ("About", ", ".join(dict.fromkeys(map(self._subject, record.subjects)))),
        )

    def _subject(self, subject: str) -> str:
        """What a finding is about: a fact in words, else its own name."""
        fact = self.deployment.facts.get(subject)
        if fact is not None:
            return reason(self.catalog, fact)
        return role_name(self.catalog, subject) if subject in self.catalog.roles else subject

    def details(self, record: Finding) -> Iterator[Detail]:
        yield Detail("", record.message, SEVERITY_LEVELS[record.severity])
        facts = self.deployment.facts
        others = list(those_not_in(record.subjects, facts))
        if others:
            rules = by_id(self.deployment.rules)
            yield Detail("", "")
            yield Detail("", "About", "heading")
            for subject in others[:_MOST]:
                rule = rules.get(subject)
                text = f"{rule.firewall}: {rule.from_} → {rule.to}" if rule else subject
                yield Detail("", text)
        stated = list(those_in(record.subjects, facts))
        yield from self.fact_details(stated[:_MOST])

    def answer(self, record: Finding) -> Key | ChoiceKey | None:
        if record.code in ("feature-missing", "feature-advised"):
            installation, feature = record.subjects
            return FeatureKey(installation, feature)
        if part := _PROXY_PARTS.get(record.code):
            from wizard.findings.model import site_of

            site = site_of(record.subjects)
            return SiteProxyKey(site, part) if site else ProxyKey(part)
        for subject in record.subjects:
            if (answer := self._answer_about(record.code, subject)) is not None:
                return answer
        return None

    def _answer_about(self, code: str, subject: str) -> Key | ChoiceKey | None:
        deployment, plan = self.deployment, self.deployment.plan
        if code == "no-print-path":
            return FeatureKey(subject, PRINT_DATA)
        if code == "facts-incomplete":
            return product_key(subject)
        if code in _FRONT_CODES and subject in plan.fronts:
            return _of_front(code, subject, plan.fronts[subject])
        if code == "forward-conflict":
            return self._published(subject)
        if subject in plan.firewalls and code in _FIREWALL_PARTS:
            return FirewallKey(subject, _FIREWALL_PARTS[code])
        if subject in plan.zones:
            return ZoneKey(subject)
        if subject in self.catalog.roles:
            return open_key(deployment, subject)
        if subject in plan.firewalls:
            return FirewallKey(subject, ANY)
        records: Iterator[Rule | Forward] = chain(deployment.rules, deployment.forwards)
        for record in records:
            if record.id == subject:
                return rule_key(deployment, record)
        fact = deployment.facts.get(subject)
        if code == "unknown-host" and isinstance(fact, EndpointFact) and fact.host_key:
            return HostKey(fact.installation, fact.host_key)
        return fact_key(deployment, (subject,))

    def _published(self, flow: str) -> Key | None:
        """The public port of the forward that is made for a flow."""
        fact = self.deployment.facts.get(flow)
        for forward in self.deployment.forwards:
            if flow in forward.flows and isinstance(fact, FlowFact):
                return PublishKey(forward.firewall, publish_name(fact), "port")
        return None


def _of_front(code: str, name: str, front: Front) -> Key:
    """One of the ports that are taken twice; else where the front is."""
    ports = list(front.serves.values())
    for listener, port in front.serves.items():
        if code == "front-conflict" and ports.count(port) > 1:
            return ServeKey(name, listener)
    return FrontKey(name, "addresses" if front.role is None else "role")


class QuestionView(RecordView["Question"]):
    """Questions that still have to be answered; the deployment does not hold them."""

    table = "open"
    name = "Open"
    empty = "Every question that has to be answered is."
    grouped = False
    content = attrgetter("label")
    group = staticmethod(_alone)

    def key(self, record: Question) -> str:
        return f"open {record.key}"

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        return ("", "", "", "Question", "")

    def columns(self, record: Question, shape: PartyShape = "names") -> tuple[str, ...]:
        return "", "open", "", record.label, record.help

    def level(self, record: Question) -> str:
        return "warn"

    def title(self, record: Question) -> str:
        return f"Open: {record.label}"

    def cells(self, record: Question) -> RecordCells:
        return (("Open", record.label), ("Help", record.help), ("Key", str(record.key)))

    def details(self, record: Question) -> Iterator[Detail]:
        yield Detail("", record.more or record.help)

    @staticmethod
    def searched(record: Question) -> Iterable[str]:
        return (record.step,)

    def answer(self, record: Question) -> Key:
        return record.key


class TextView(RecordView[str]):
    """What is no record: it is called what it is, and that is all there is to say."""

    def title(self, record: str) -> str:
        return record

    def cells(self, record: str) -> RecordCells:
        return (("Text", record),)

    def details(self, record: str) -> Iterator[Detail]:
        yield from ()


def _finding_keys(findings: Iterable[Finding]) -> dict[Finding, str]:
    """A key each: code and the product (or zone, role, firewall) it is about. A finding that comes
    to hold one more connection stays the same finding; where two would be one, all that they are
    about tells them apart.
    """
    keys: dict[Finding, str] = {}
    used: set[str] = set()
    for finding in findings:
        about = finding.subjects[0].partition("/")[0] if finding.subjects else ""
        key = f"{finding.code} {about}"
        if key in used:
            key = f"{finding.code} {' '.join(finding.subjects)}"
        used.add(key)
        keys[finding] = key
    return keys
