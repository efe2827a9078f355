"""Deployment → the request on two pages: a line a need, the firewalls it crosses, whose addresses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from ipaddress import ip_network
from operator import attrgetter

from exporters.handover.model import GroupRow, NeedRecord, NeedRow, RequestPart
from exporters.handover.names import HandoverNames
from wizard.network.addresses import ANYWHERE, bare
from wizard.network.alike import firewalls_alike
from wizard.network.ports import ports_text
from wizard.plan.model import INTERNET
from wizard.rules.needs import Need, needs_of, risk_of
from wizard.rules.on_the_link import LINK_SENDERS, broadcasts
from wizard.rules.records import PERMANENT, record_of
from wizard.views.words import (
    NOBODY_SUPPLIED,
    WAYS,
    count,
    encryption_text,
    internet_text,
    waits_for,
)

# More columns than this do not fit on paper beside the others: then one column names firewalls.
MOST_COLUMNS = 6
# More addresses than this that differ from the group's are a number.
_FEW = 3


def request_part(names: HandoverNames) -> RequestPart:
    """All needs of the plan, with what they have in common."""
    needs = needs_of(names.deployment.rules)
    columns = _columns(names, needs)
    words = _words_beside(names)
    groups = _groups(needs, words)
    rows = [_row(names, need, columns, groups, words) for need in needs]
    return RequestPart(
        walls=tuple(columns) if len(columns) <= MOST_COLUMNS else ("Firewalls",),
        needs=tuple(rows),
        groups=tuple(_group_rows(names, groups)),
    )


def _columns(names: HandoverNames, needs: Iterable[Need]) -> dict[str, tuple[str, ...]]:
    """Heading → the firewalls below it: one, or those of alike sites."""
    with_rules: set[str] = set()
    for need in needs:
        with_rules.update(rule.firewall for rule in need.rules)
    alike = firewalls_alike(names.plan) or {}
    firewalls: dict[Hashable, list[str]] = {}
    for name in names.plan.firewalls:
        if name in with_rules:
            firewalls.setdefault(alike.get(name, name), []).append(name)
    columns: dict[str, tuple[str, ...]] = {}
    for of_column in firewalls.values():
        more = f" and {len(of_column) - 1} alike" if len(of_column) > 1 else ""
        columns[of_column[0] + more] = tuple(of_column)
    return columns


def _words_beside(names: HandoverNames) -> dict[str, str]:
    """What is no machine's own in the plan's networks → the word for it."""
    stand_ins = names.deployment.network.stand_ins.items()
    words = {cidr: f"public address of {firewall}" for cidr, firewall in stand_ins}
    words |= {LINK_SENDERS: "sent from the link", "255.255.255.255/32": "broadcast"}
    for zone in names.plan.zones:
        words |= dict.fromkeys(broadcasts(names.plan, zone), "broadcast")
    return words


def _groups(needs: Iterable[Need], words: Mapping[str, str]) -> dict[str, dict[str, None]]:
    """Role → all of its addresses that some need names; none of the internet, of multicast and of
    broadcast.
    """
    groups: dict[str, dict[str, None]] = {}
    for need in needs:
        for role, cidrs in ((need.from_, need.sources), (need.to, need.destinations)):
            of_role = groups.setdefault(role, {})
            for cidr in cidrs:
                if cidr not in ANYWHERE.values() and not _word_beside(cidr, words):
                    of_role[cidr] = None
    return groups


def _word_beside(cidr: str, words: Mapping[str, str]) -> str:
    """What an address is that is nobody's own: `multicast`, `broadcast` and so on; empty for others."""
    return words.get(cidr) or ("multicast" if ip_network(cidr).is_multicast else "")


def _group_rows(names: HandoverNames, groups: dict[str, dict[str, None]]) -> Iterable[GroupRow]:
    for role, cidrs in sorted(groups.items()):
        if cidrs:
            yield GroupRow(role, names.role(role), names.addresses(tuple(cidrs), role))


def _row(
    names: HandoverNames,
    need: Need,
    columns: dict[str, tuple[str, ...]],
    groups: dict[str, dict[str, None]],
    words: Mapping[str, str],
) -> NeedRow:
    ways = {label: _way(names, need, firewalls) for label, firewalls in columns.items()}
    cells = tuple(ways.values())
    if len(columns) > MOST_COLUMNS:
        cells = ("; ".join(f"{label}: {way}" for label, way in ways.items() if way),)
    return NeedRow(
        name=need.name,
        from_=names.role(need.from_),
        sources=_side(need.from_, need.sources, groups[need.from_], words),
        to=names.role(need.to),
        destinations=_side(need.to, need.destinations, groups[need.to], words),
        ports=f"{ports_text(need.ports)}/{need.transport}",
        services=need.services,
        why=names.why(need.flows),
        encrypted=encryption_text(need.encrypted),
        status=waits_for(list(map(names.waiting, need.unresolved)))
        if need.unresolved
        else need.status,
        risk=risk_of(need.rules, names.deployment.network),
        cells=cells,
        rules=len(need.rules),
        record=_record(names, need),
    )


def _record(names: HandoverNames, need: Need) -> NeedRecord:
    records = [record_of(rule, names.deployment.network) for rule in need.rules]
    return NeedRecord(
        owner=_each(map(attrgetter("owner"), records)),
        classification=_each(map(attrgetter("classification"), records)),
        # Some rules of a need may be permanent where others end.
        expires=_each(str(record.expires or PERMANENT) for record in records),
        log=_each(map(attrgetter("log"), records)),
    )


def _each(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _way(names: HandoverNames, need: Need, firewalls: tuple[str, ...]) -> str:
    """`through`, `in`, `out`, and where it is forwarded; empty where a firewall has no rule of it."""
    ways: dict[str, None] = {}
    for rule in need.rules:
        if rule.firewall in firewalls:
            ways[WAYS[rule.direction].column] = None
    for forward in names.deployment.forwards:
        if forward.firewall in firewalls and not set(need.flows).isdisjoint(forward.flows):
            ways["port forward"] = None
    return ", ".join(ways)


def _side(
    role: str, cidrs: tuple[str, ...], group: dict[str, None], words: Mapping[str, str]
) -> tuple[str, ...]:
    """What a cell says beside the name of the group: nothing where all of the group is meant."""
    texts = []
    if ANYWHERE[4] in cidrs or ANYWHERE[6] in cidrs:
        families = [family for family, whole in ANYWHERE.items() if whole in cidrs]
        only = families[0] if len(families) == 1 else None
        if role != INTERNET:
            texts.append(internet_text(only) if only else _BOTH)
        elif only:
            texts.append(f"IPv{only} only")
    own = [cidr for cidr in cidrs if cidr in group]
    beside: list[str] = []
    for cidr in cidrs:
        if word := _word_beside(cidr, words):
            beside.append(f"{bare(cidr)} ({word})")
    if not cidrs:
        texts.append(NOBODY_SUPPLIED)
    elif own and len(own) < len(group):
        few = len(own) <= _FEW
        texts += (
            map(bare, own) if few else [f"{count(len(own), 'entry', 'entries')} of {len(group)}"]
        )
    if beside:
        texts.append(f"{'also' if own or texts else 'only'} {', '.join(beside)}")
    return tuple(texts)


_BOTH = "Internet (any public address outside this plan's networks)"
