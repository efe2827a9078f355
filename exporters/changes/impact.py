"""A change → what it takes away from those who relied on it, in a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.denials import denied_ways
from wizard.changes import ChangeEntry, Changes
from wizard.changes.fields import (
    FieldChange,
    fields,
    signed_destinations,
    signed_ports,
    signed_sources,
    without,
)
from wizard.changes.values import firewalls_denying
from wizard.deployment import Deployment
from wizard.network.ports import ports_text
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Forward, Rule
from wizard.views.words import few


def impact_text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """`Closed, at least for some addresses or ports: …`; `Nothing is closed.` only where that is so."""
    mail = (one.record.address for one in changes.mail_senders if one.sign == "-")
    inspected = (one.record.host for one in changes.tls_bypass if one.sign == "-")
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("Closed, at least for some addresses or ports", _closed(changes)),
        ("Denied from now on, whatever allowed it", _denied(changes)),
        ("Now denies what no rule allows", _starts_to_deny(old, new)),
        ("Off the allowlist, at least for some", _off_the_allowlist(changes)),
        ("TLS is inspected again", inspected),
        ("No longer a sender of mail", mail),
    )
    sentences = []
    for title, words in parts:
        listed = few(dict.fromkeys(words), separator="; ")
        if listed:
            sentences.append(f"{title}: {listed}.")
    return " ".join(sentences) or "Nothing is closed."


def denies_more(entry: ChangeEntry[Denial]) -> bool:
    """True where some firewall denies by it what it did not deny by it before."""
    was, becomes = entry.before, entry.after
    if becomes is None or not firewalls_denying(entry):
        return False
    if was is None or not set(becomes.transports) <= set(was.transports):
        return True
    return bool(without(becomes.ports, was.ports)) or any(map(_reaches_further, fields(entry)))


def _closed(changes: Changes) -> Iterator[str]:
    for rule_entry in changes.rules:
        if rule_entry.sign == "-" or _loses(rule_entry):
            yield from rule_entry.record.services
    for entry in changes.forwards:
        if _leads_elsewhere(entry):
            was = entry.before or entry.record
            yield (
                f"port forward {ports_text((was.public_ports,))}/{was.transport} at {was.firewall}"
            )


def _loses(entry: ChangeEntry[Rule]) -> bool:
    """True for a rule that stays and lets less through than before."""
    parts = (signed_sources(entry), signed_destinations(entry), signed_ports(entry))
    return entry.sign == "~" and any(sign == "-" for part in parts for sign, _ in part)


def _leads_elsewhere(entry: ChangeEntry[Forward]) -> bool:
    """True for a forward that worked, and is gone or lets somebody no longer to where it led."""
    if entry.before is None or not entry.before.is_complete:
        return False
    return entry.sign == "-" or bool(_losing(entry) - {"unresolved"})


def _losing(entry: ChangeEntry[Forward] | ChangeEntry[AllowlistEntry]) -> set[str]:
    """The fields of which something is gone."""
    return {field.name for field in fields(entry) if field.lost}


def _denied(changes: Changes) -> Iterator[str]:
    for entry in changes.denials:
        if denies_more(entry):
            yield f"never {entry.record.name}"


def _reaches_further(field: FieldChange) -> bool:
    if field.name.startswith("except_"):
        return bool(field.lost)
    return field.name in ("sources", "destinations", "firewalls") and bool(field.gained)


def _starts_to_deny(old: Deployment, new: Deployment) -> Iterator[str]:
    for name, firewall in new.plan.firewalls.items():
        was = old.plan.firewalls.get(name)
        if denied_ways(firewall) - (denied_ways(was) if was else set()):
            yield f"firewall {name}"


def _off_the_allowlist(changes: Changes) -> Iterator[str]:
    for entry in changes.allowlist:
        if entry.sign == "-" or _asks_less(entry):
            yield entry.record.host


def _asks_less(entry: ChangeEntry[AllowlistEntry]) -> bool:
    """True for a host that stays, for fewer paths or for fewer who ask."""
    was, becomes = entry.before, entry.after
    if was is None or becomes is None:
        return False
    limited = bool(becomes.paths) and not was.paths
    lost = _losing(entry)
    return limited or "from" in lost or ("paths" in lost and bool(becomes.paths))
