"""What must never be, in the words of papers, screens and comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.network.ports import ports_text
from wizard.rules.denials import ALL_PORTS, Denial
from wizard.views.words import few, listed

_BOTH = "TCP and UDP"


def denial_text(denial: Denial) -> str:
    """`Never guests: guests to servers, all TCP ports. Guests print by release only`."""
    text = f"Never {denial.name}: {ends_text(denial)}, {ports_denied(denial)}"
    return f"{text}. {denial.reason}" if denial.reason else text


def ends_text(denial: Denial) -> str:
    """`guests to servers`."""
    return f"{', '.join(denial.from_)} to {', '.join(denial.to)}"


def ports_denied(denial: Denial) -> str:
    """`all ports, TCP and UDP`, `443/tcp`, `445, TCP and UDP`."""
    if denial.ports == ALL_PORTS:
        return (
            f"all {denial.transport.upper()} ports" if denial.transport else f"all ports, {_BOTH}"
        )
    ports = ports_text(denial.ports)
    return f"{ports}/{denial.transport}" if denial.transport else f"{ports}, {_BOTH}"


def kept_text(denial: Denial) -> str:
    """What keeps it from being: lines, defaults, or nothing that the plan knows."""
    return " ".join(_kept(denial))


def broken_text(rules: Sequence[str]) -> str:
    """What stands beside it where rules let some of it through, by their ids."""
    lets = "lets" if len(rules) == 1 else "let"
    return f"NOT KEPT: {few(rules)} {lets} some of it through."


def _kept(denial: Denial) -> Iterator[str]:
    if denial.unresolved:
        yield f"Address not given yet: {listed(denial.unresolved)}."
    if denial.firewalls:
        yield f"{listed(denial.firewalls)}: denied by lines before all that is allowed."
    if denial.denied_by_default:
        yield f"{listed(denial.denied_by_default)}: denied by default."
    if not (denial.firewalls or denial.denied_by_default or denial.unresolved):
        yield "No firewall between networks is on the way."
