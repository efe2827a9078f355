"""Parts of the handover document as all of its shapes show them, not yet made harmless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exporters.handover.checks import Check
from exporters.handover.model import (
    Addresses,
    AskedRow,
    AuditRow,
    Client,
    DocumentPlace,
    ForwardRow,
    HostRow,
    NeedRow,
    RuleRow,
)
from wizard.network.addresses import ANYWHERE, bare
from wizard.network.ports import PortRange, ports_text
from wizard.views.words import NOBODY_SUPPLIED, TO_BE_SUPPLIED, few, internet_text


def need_why(row: NeedRow) -> list[str]:
    """What a need is for, and what of it is out of the ordinary."""
    unusual = () if row.status == "required" else (row.status,)
    return [few(row.services, most=3, separator="; "), *unusual]


def ports(pairs: Iterable[PortRange]) -> str:
    """`80, 9200-9999`."""
    return ports_text(tuple(pairs))


def sides(addresses: Addresses) -> list[str]:
    """The addresses of one side, one text each, in words where they are no plain CIDRs."""
    if addresses.anywhere:
        return [internet_text(6 if addresses.anywhere == 6 else 4)]
    if addresses.listed:
        return [f"{addresses.listed} ({len(addresses.cidrs)} entries, at the end)"]
    return list(map(bare, addresses.cidrs)) or [NOBODY_SUPPLIED]


def sources_of(row: RuleRow | ForwardRow) -> list[str]:
    """Who may connect, one text each."""
    inside = from_inside(row) if isinstance(row, ForwardRow) else []
    return [*sides(row.sources), *inside]


def from_inside(row: ForwardRow) -> list[str]:
    """Whom of those inside a port forward leads there too, below a line that says so."""
    return ["From inside (hairpin NAT)", *sides(row.hairpin)] if row.hairpin.cidrs else []


def place_text(place: DocumentPlace) -> str:
    """`[1] Main ports (inferred)`."""
    number = f"[{place.number}] " if place.number else ""
    return f"{number}{place.locator}" + (f" ({place.note})" if place.note else "")


def reasons(row: AskedRow | HostRow) -> list[str]:
    """Why a row is there: the features that want it, what breaks without it, what to watch for."""
    without = "" if isinstance(row, HostRow) else without_text(row)
    return [*row.why, *filter(None, (without, watch_text(row)))]


def without_text(row: AskedRow) -> str:
    """`Without it: jobs don't reach the printers.`; empty where no fact says it."""
    return f"Without it: {' '.join(row.without)}" if row.without else ""


def watch_text(row: AskedRow | HostRow) -> str:
    """`Watch for: print data is not encrypted.`; empty where no document warns."""
    return f"Watch for: {' '.join(row.watch)}" if row.watch else ""


def from_text(check: Check, most: int = 4) -> list[str]:
    """Where to try a connection from, one text each."""
    if check.outside and any(cidr in ANYWHERE.values() for cidr in check.sources):
        return ["from outside"]
    more = len(check.sources) - most
    return [*map(bare, check.sources[:most]), *([f"and {more} more"] if more > 0 else [])]


def tried_from(check: Check, sites: Mapping[str, str]) -> list[str]:
    """The same, below the site that it is tried from: `site north`, and what its addresses are."""
    return [*filter(None, [sites[check.site]]), *from_text(check)]


def to_text(check: Check) -> str:
    """What to try: a host, or a network out of which somebody names one address."""
    networks = ", ".join(map(bare, check.networks))
    where = check.host or (f"one of {networks}" if networks and check.how != "none" else networks)
    via = f" through the proxy {check.via[0]}:{check.via[1]}" if check.via else ""
    return (where or TO_BE_SUPPLIED) + via


def expected_text(check: Check) -> str:
    """The expected result: that it connects, or why nobody can tell."""
    if check.how == "none":
        return f"not tried: {check.why_not}"
    return "connects" if check.ports[0] == check.ports[1] else "one of these ports connects"


def audit_groups(row: AuditRow, most: int = 12) -> dict[str, list[str]]:
    """Firewall → ids of its rules; of many rules the first."""
    rules_by_firewall: dict[str, list[str]] = {}
    for firewall, rule in row.rules[:most]:
        rules_by_firewall.setdefault(firewall, []).append(rule)
    return rules_by_firewall


def audit_more(row: AuditRow, most: int = 12) -> str:
    """How many rules `audit_groups` leaves out, and where they are."""
    more = len(row.rules) - most
    return f"and {more} more: handover.xlsx, sheet Audit" if more > 0 else ""


def client_text(client: Client) -> str:
    """`Print server: 10.0.10.5, 2001:db8:10::5`."""
    return f"{client.role}: {', '.join(sides(client.addresses))}"
