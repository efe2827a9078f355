"""Two deployments and their changes → what a change request says, for Markdown, HTML and the
workbook alike.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from exporters.changes.systems import SystemPart, system_parts
from exporters.cidrs import bare
from exporters.handover.words import advice
from wizard.changes import Changes
from wizard.changes.entries import (
    ForwardEntry,
    HostEntry,
    RuleEntry,
    Signed,
    because,
    effect,
    forward_entries,
    host_entries,
    numbers,
    rule_entries,
)
from wizard.deployment import Deployment
from wizard.network.ports import ports_text
from wizard.plan.model import Firewall
from wizard.rules.model import AllowlistEntry, Forward

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


class Sides(msgspec.Struct, frozen=True):
    """A rule's cells: who first, then what comes, goes and stays."""

    sources: Signed
    destinations: Signed
    ports: Signed


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
    firewalls: tuple[tuple[str, str, tuple[RuleEntry, ...]], ...]
    forwards: tuple[ForwardEntry, ...]
    hosts: tuple[HostEntry, ...]
    systems: tuple[SystemPart, ...]

    def side(self, sign: str) -> Deployment:
        """The deployment that has the thing: what is removed stands in the old one."""
        return self.old if sign == "-" else self.new

    def role(self, role: str) -> str:
        """A role's name."""
        known = self.new.catalog.roles.get(role)
        return known.name if known else role


def change_request(old: Deployment, new: Deployment, changes: Changes) -> ChangeRequest:
    """What is asked of each team. Dates and names are those of the new plan."""
    rules = rule_entries(changes)
    forwards, hosts, systems = (
        forward_entries(changes),
        host_entries(changes),
        system_parts(old, new),
    )
    return ChangeRequest(
        title=new.plan.name or "firewall rules for print management",
        old=old,
        new=new,
        changes=changes,
        given=tuple(_given(old, new)),
        summary=tuple(_summary(rules, forwards, hosts, systems, changes)),
        answers=tuple(_answers(changes)),
        firewalls=tuple((name, _about(old, new, name), entries) for name, entries in rules.items()),
        forwards=forwards,
        hosts=hosts,
        systems=systems,
    )


def rule_sides(request: ChangeRequest, entry: RuleEntry) -> Sides:
    """The cells of a rule. Where all of it comes or goes, no part of it needs a sign."""
    rule = entry.rule
    if entry.sign == "~" and any(sign for sign, _ in entry.ports):
        ports = tuple((sign, f"{rule.transport} {said}") for sign, said in entry.ports)
    else:
        ports = (("", f"{rule.transport} {ports_text(rule.ports)}"),)
    return Sides(
        _side(request, entry, rule.from_, entry.sources, rule.except_sources),
        _side(request, entry, rule.to, entry.destinations, rule.except_destinations),
        ports,
    )


def _side(
    request: ChangeRequest, entry: RuleEntry, role: str, items: Signed, excepted: tuple[str, ...]
) -> Signed:
    shown = tuple((sign if entry.sign == "~" else "", bare(cidr)) for sign, cidr in items)
    if not shown:
        shown = (("", "nobody yet: to be supplied"),)
    but = (("", "except the networks of the plan"),) if excepted else ()
    return (("", request.role(role)), *shown, *but)


def forward_sides(entry: ForwardEntry) -> tuple[Signed, Signed]:
    """Public side and inside; where one of them changes, what it was and what it is."""
    becomes, was = entry.forward, entry.was if entry.sign == "~" else None
    return _changed(_public(becomes), _public(was) if was else None), _changed(
        _inside(becomes), _inside(was) if was else None
    )


def host_text(entry: AllowlistEntry) -> str:
    """`https://host`."""
    return f"{entry.scheme}://{entry.host}"


def found_words(request: ChangeRequest) -> Iterator[tuple[str, str, str, str, str]]:
    """(new or gone, severity, message, what to do, because of) of each finding that differs."""
    for change in request.changes.findings:
        came = change.sign == "+"
        what = advice(change.finding.code)[0] if came else ""
        yield (
            "new" if came else "gone",
            change.finding.severity,
            change.finding.message,
            what,
            because(request.changes, change),
        )


def _changed(becomes: str, was: str | None) -> Signed:
    return (("", becomes),) if was in (None, becomes) else (("-", was or ""), ("+", becomes))


def _public(forward: Forward) -> str:
    address = forward.public_address or "address not known yet"
    return f"{address} {forward.transport} {ports_text((forward.public_ports,))}"


def _inside(forward: Forward) -> str:
    return f"{forward.address or 'address not known yet'} {ports_text((forward.ports,))}"


def _given(old: Deployment, new: Deployment) -> Iterator[tuple[str, str]]:
    request = new.plan.request
    named = old.plan.name not in ("", new.plan.name)
    rows = (
        ("Requested by", request.requester),
        ("Reference", request.reference),
        ("Why", request.justification),
        ("Wanted by", request.wanted.isoformat() if request.wanted else None),
        ("Review on", request.review.isoformat() if request.review else None),
        ("Changes", f"the plan {old.plan.name!r}" if named else None),
    )
    yield from ((label, value) for label, value in rows if value)


def _summary(
    rules: dict[str, tuple[RuleEntry, ...]],
    forwards: tuple[ForwardEntry, ...],
    hosts: tuple[HostEntry, ...],
    systems: tuple[SystemPart, ...],
    changes: Changes,
) -> Iterator[tuple[str, str, str, str]]:
    listed: list[tuple[str, list[str]]] = [
        (f"Firewall {name}: rules", [e.sign for e in entries]) for name, entries in rules.items()
    ]
    for name in dict.fromkeys(entry.forward.firewall for entry in forwards):
        listed.append(
            (
                f"Firewall {name}: port forwards",
                [e.sign for e in forwards if e.forward.firewall == name],
            )
        )
    listed += [
        ("Proxy: allowlist", [e.sign for e in hosts]),
        ("Proxy: TLS bypass list", [c.sign for c in changes.tls_bypass]),
        ("Mail gateway: senders", [c.sign for c in changes.mail_senders]),
    ]
    listed += [
        (f"{part.team.name}: connections", [e.sign for e in part.entries]) for part in systems
    ]
    for who, signs in listed:
        if signs:
            yield who, str(signs.count("+")), str(signs.count("-")), str(signs.count("~"))


def _answers(changes: Changes) -> Iterator[AnswerRow]:
    known = numbers(changes)
    by_key = {answer.key: answer for answer in changes.answers}
    for group in changes.groups:
        if group.key == "request":
            continue  # stands above, as it is now
        if not group.answers:
            yield AnswerRow(known.get(group.key, ""), group.label, group.text, "", "")
        for key in group.answers:
            answer = by_key[key]
            label = answer.label.removeprefix(f"{group.label}: ")
            if answer.label == group.label:
                label = "in use" if isinstance(answer.becomes, bool) else ""
            thing = group.label + effect(changes, group)
            yield AnswerRow(
                known.get(group.key, ""), thing, label, answer.was_text, answer.becomes_text
            )


def _about(old: Deployment, new: Deployment, name: str) -> str:
    """What a firewall is, and whether it comes or goes as a whole."""
    was, becomes = old.plan.firewalls.get(name), new.plan.firewalls.get(name)
    firewall = becomes or was
    if firewall is None:
        return ""
    said = _kind(new, firewall)
    if becomes is None:
        return f"{said} The new plan has it no more: all its rules go."
    return f"{said} The new plan adds it." if was is None else said


def _kind(deployment: Deployment, firewall: Firewall) -> str:
    if firewall.kind == "boundary":
        return f"Between {', '.join(firewall.zones)}."
    known = deployment.catalog.roles.get(firewall.role or "")
    hosts = known.name.lower() if known else firewall.role or ", ".join(firewall.addresses)
    return f"{'Cloud security group' if firewall.kind == 'cloud' else 'On the host'}: {hosts}."
