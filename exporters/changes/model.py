"""Two deployments and their changes → what a change request says, for Markdown, HTML and the
workbook alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

import msgspec

from exporters.changes.doing import ChangePlan, change_plan
from exporters.changes.systems import SystemPart, system_parts
from exporters.handover.records import request_pairs
from wizard.changes import ChangeEntry, Changes
from wizard.changes.fields import Signed, signed_destinations, signed_ports, signed_sources
from wizard.deployment import Deployment
from wizard.findings import advice
from wizard.network.addresses import bare
from wizard.network.ports import ports_text
from wizard.plan.model import Firewall
from wizard.rules.model import AllowlistEntry, Forward, Rule
from wizard.tables import indexed
from wizard.views.words import NOBODY_SUPPLIED

_REVIEW = "request.review"
# Under the table of answers: how the tables below name them.
LEGEND = (
    "The tables below name these answers by their numbers. 'A1, A2': both were needed. 'A1 or A2':"
    " each alone is enough. 'some of A1, A2': it was not worked out which."
)
TASKS = {
    "allowlist": "For the proxy team, and for firewalls that filter by name.",
    "bypass": (
        "For the proxy team: what TLS inspection must leave alone. Another list than the allowlist."
    ),
    "senders": "For the mail gateway; no firewall rule.",
}
SYSTEMS = (
    "What connects to this team's systems, or leaves them. They have access lists of their own."
)
CLOSING = "What the review of the new plan says more, or no longer says, than that of the old one."


class AnswerRow(msgspec.Struct, frozen=True):
    """One answer that differs. `number` is that of its group."""

    number: str
    thing: str
    label: str
    was: str
    becomes: str


class ChangeRequest(msgspec.Struct, frozen=True):
    """The whole request. `firewalls` are (name, what it is, entries); `summary` counts for each who
    has work.
    """

    title: str
    old: Deployment
    new: Deployment
    changes: Changes
    given: tuple[tuple[str, str], ...]
    summary: tuple[tuple[str, str, str, str], ...]
    answers: tuple[AnswerRow, ...]
    firewalls: tuple[tuple[str, str, Sequence[ChangeEntry[Rule]]], ...]
    systems: tuple[SystemPart, ...]
    doing: ChangePlan

    def side(self, sign: str) -> Deployment:
        """The deployment that has the thing: what is removed stands in the old one."""
        return self.old if sign == "-" else self.new

    def role(self, role: str) -> str:
        """A role's name."""
        known = self.new.catalog.roles.get(role)
        return known.name if known else role

    @property
    def unchanged(self) -> str:
        """What is to be said where no firewall and no list changes; empty where one does."""
        if self.changes:
            return ""
        looked_at_again = any(answer.key == _REVIEW for answer in self.changes.answers)
        return f"{'Reviewed: no' if looked_at_again else 'No'} firewall and no list changes."

    @property
    def legend(self) -> str:
        """What the numbers of the answers mean; empty where there are fewer than two."""
        return LEGEND if sum(bool(row.number) for row in self.answers) > 1 else ""

    @property
    def without_answers(self) -> str:
        """What is to be said where no answer differs; empty where one does."""
        if self.answers:
            return ""
        return "Nothing: the facts behind the plan changed." if self.changes else "Nothing."


def change_request(old: Deployment, new: Deployment, changes: Changes) -> ChangeRequest:
    """What is asked of each team. Dates and names are those of the new plan."""
    systems = system_parts(old, new)
    return ChangeRequest(
        title=new.plan.name or "firewall rules for print management",
        old=old,
        new=new,
        changes=changes,
        given=tuple(_given(old, new)),
        summary=tuple(_summary(changes, systems)),
        answers=tuple(_answers(changes)),
        firewalls=tuple(_firewalls(old, new, changes)),
        systems=systems,
        doing=change_plan(old, new, changes),
    )


def _firewalls(
    old: Deployment, new: Deployment, changes: Changes
) -> Iterator[tuple[str, str, Sequence[ChangeEntry[Rule]]]]:
    for name, entries in changes.rules_of().items():
        yield name, _about(old, new, name), entries


def rule_sides(request: ChangeRequest, entry: ChangeEntry[Rule]) -> tuple[Signed, Signed, Signed]:
    """The cells of a rule: source, destination and port, each with who first. Where all of it comes
    or goes, no part of it needs a sign.
    """
    rule, ports = entry.record, signed_ports(entry)
    if entry.sign != "~" or not any(sign for sign, _ in ports):
        ports = (("", ports_text(rule.ports)),)
    return (
        _side(request, entry, rule.from_, signed_sources(entry), rule.except_sources),
        _side(request, entry, rule.to, signed_destinations(entry), rule.except_destinations),
        tuple((sign, f"{text}/{rule.transport}") for sign, text in ports),
    )


def _side(
    request: ChangeRequest,
    entry: ChangeEntry[Rule],
    role: str,
    items: Signed,
    excepted: tuple[str, ...],
) -> Signed:
    cidrs = tuple((sign if entry.sign == "~" else "", bare(cidr)) for sign, cidr in items)
    but = (("", "except private addresses and the networks of the plan"),) if excepted else ()
    return (("", request.role(role)), *(cidrs or (("", NOBODY_SUPPLIED),)), *but)


def forward_sides(entry: ChangeEntry[Forward]) -> tuple[Signed, Signed]:
    """Public side and inside; where one of them changes, what it was and what it is."""
    becomes, was = entry.record, entry.before or entry.record
    return _changed(_public(becomes), _public(was)), _changed(_inside(becomes), _inside(was))


def host_text(entry: AllowlistEntry) -> str:
    """`https://host`."""
    return f"{entry.scheme}://{entry.host}"


def found_words(request: ChangeRequest) -> Iterator[tuple[str, str, str, str, str]]:
    """(new or gone, severity, message, what to do, because of) of each finding that differs."""
    for change in request.changes.findings:
        came = change.sign == "+"
        what = advice(change.record.code)[0] if came else ""
        yield (
            "new" if came else "gone",
            change.record.severity,
            change.record.message,
            what,
            request.changes.because(change),
        )


def _changed(becomes: str, was: str) -> Signed:
    return (("", becomes),) if was == becomes else (("-", was), ("+", becomes))


def _public(forward: Forward) -> str:
    address = forward.public_address or "address not known yet"
    return f"{address} {ports_text((forward.public_ports,))}/{forward.transport}"


def _inside(forward: Forward) -> str:
    return f"{forward.address or 'address not known yet'} {ports_text((forward.ports,))}"


def _given(old: Deployment, new: Deployment) -> Iterator[tuple[str, str]]:
    named = old.plan.name not in ("", new.plan.name)
    rows = (
        *request_pairs(new),
        ("Changes", f"the plan {old.plan.name!r}" if named else None),
    )
    for label, value in rows:
        if value:
            yield label, str(value)


def _summary(
    changes: Changes, systems: Iterable[SystemPart]
) -> Iterator[tuple[str, str, str, str]]:
    for who, entries in _work(changes, systems):
        signs = list(map(attrgetter("sign"), entries))
        if signs:
            yield who, str(signs.count("+")), str(signs.count("-")), str(signs.count("~"))


def _work(
    changes: Changes, systems: Iterable[SystemPart]
) -> Iterator[tuple[str, Sequence[ChangeEntry[object]]]]:
    """Who has work, and what it is."""
    for name, rules in changes.rules_of().items():
        yield f"Firewall {name}: rules", rules
    forwards: dict[str, list[ChangeEntry[Forward]]] = {}
    for entry in changes.forwards:
        forwards.setdefault(entry.record.firewall, []).append(entry)
    for name, of_firewall in forwards.items():
        yield f"Firewall {name}: port forwards", of_firewall
    yield "What must never be", changes.denials
    yield "Proxy: allowlist", changes.allowlist
    yield "Proxy: TLS bypass list", changes.tls_bypass
    yield "Mail gateway: senders", changes.mail_senders
    for part in systems:
        yield f"{part.team.name}: connections", part.entries


def _answers(changes: Changes) -> Iterator[AnswerRow]:
    numbers = changes.numbers()
    by_key = indexed(attrgetter("key"), changes.answers)
    for group in changes.groups:
        number = numbers.get(group.key, "")
        if not group.answers:
            yield AnswerRow(number, group.label, group.text, "", "")
        thing = group.label + changes.effect(group)
        for answer in map(by_key.__getitem__, group.answers):
            label = answer.label.removeprefix(f"{group.label}: ")
            if answer.label == group.label:
                label = "in use" if isinstance(answer.becomes, bool) else ""
            yield AnswerRow(number, thing, label, answer.was_text, answer.becomes_text)


def _about(old: Deployment, new: Deployment, name: str) -> str:
    """What a firewall is, and whether it comes or goes as a whole."""
    was, becomes = old.plan.firewalls.get(name), new.plan.firewalls.get(name)
    firewall = becomes or was
    if firewall is None:
        return ""
    kind = _kind(new, firewall)
    if becomes is None:
        gone = "This firewall is not in the new plan: remove all its rules."
        return f"{kind} {gone}" if firewall.kind != "router" else kind
    if was is None:
        return f"{kind} The new plan adds it."
    if was.kind == becomes.kind or "router" not in (was.kind, becomes.kind):
        return kind
    if becomes.kind == "router":
        return f"{kind} It was a firewall: remove all its rules."
    return f"{kind} It was a router, which filters nothing."


def _kind(deployment: Deployment, firewall: Firewall) -> str:
    if firewall.kind == "boundary":
        return f"Between {', '.join(firewall.zones)}."
    if firewall.kind == "router":
        return f"Router without filter between {', '.join(firewall.zones)}."
    known = deployment.catalog.roles.get(firewall.role or "")
    hosts = known.name.lower() if known else firewall.role or ", ".join(firewall.addresses)
    return f"{'Cloud security group' if firewall.kind == 'cloud' else 'On the host'}: {hosts}."
