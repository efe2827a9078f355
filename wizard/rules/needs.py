"""Rules → needs: what somebody approves once, whichever firewalls, sites and families it takes.

A need's name is made of who connects to whom and how, never of addresses, ports or firewalls: last
year's approval is found again after the network has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import starmap
from typing import Literal

import msgspec

from wizard.facts.model import FactStatus, Transport
from wizard.network.ports import MANY_PORTS, PortRange, join_ports, port_count
from wizard.network.topology import Network
from wizard.rules.model import Rule
from wizard.tables import each_made, without_names

RiskRating = Literal["low", "medium", "high"]
_RATINGS: tuple[RiskRating, ...] = ("low", "medium", "high")


class Need(msgspec.Struct, frozen=True):
    """All rules of one name; their addresses, ports and services taken together, as they came."""

    name: str
    rules: tuple[Rule, ...]
    from_: str
    to: str
    transport: Transport
    ports: tuple[PortRange, ...]
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    services: tuple[str, ...]
    flows: tuple[str, ...]
    unresolved: tuple[str, ...]
    encrypted: bool | None
    status: FactStatus


class Risk(msgspec.Struct, frozen=True):
    """A rating by fixed rules, and what it rests on; no reasons where it is low."""

    rating: RiskRating
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        """`medium: in the clear`."""
        return ": ".join(filter(None, (self.rating, ", ".join(self.reasons))))


def need_name(rule: Rule) -> str:
    """`user-computer.print-server.tcp.clear`: roles, transport, and what is out of the ordinary."""
    words = [rule.from_, rule.to, rule.transport]
    if rule.encrypted is not True:
        words.append("unstated" if rule.encrypted is None else "clear")
    if rule.status != "required":
        words.append(rule.status)
    return ".".join(words)


def needs_of(rules: Iterable[Rule]) -> tuple[Need, ...]:
    """The needs behind these rules, in the order in which they come up."""
    rules_by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        rules_by_name.setdefault(need_name(rule), []).append(rule)
    return tuple(starmap(_need, rules_by_name.items()))


def risk_of(rules: Iterable[Rule], network: Network) -> Risk:
    """How closely somebody should look at what these rules open.

    High: open to the internet, and also in the clear, deprecated, wide or for administration.
    Medium: one of these, or in the clear at all. Low: the rest.
    """
    reasons: dict[str, None] = {}
    exposed = False
    for rule in rules:
        if network.any_on_the_internet(rule.sources):
            exposed = True
            reasons["open to the internet"] = None
        weak = _weaknesses(rule)
        reasons |= dict.fromkeys(weak)
    alone = {"administration"} if not exposed else set()
    reasons = without_names(reasons, alone)
    others = len(reasons) - exposed
    rating: RiskRating = "medium" if reasons else "low"
    return Risk("high" if exposed and others else rating, tuple(reasons))


def highest_risk(rules: Iterable[Rule], network: Network) -> Risk:
    """The risk of a request: that of the need that is rated highest, as the needs' own rows say it.

    Properties of different needs never add up to a risk that none of them has. Several needs of that
    rating give their reasons together.
    """
    risks = [risk_of(need.rules, network) for need in needs_of(rules)]
    rating: RiskRating = "low"
    for risk in risks:
        rating = max(rating, risk.rating, key=_RATINGS.index)
    reasons: dict[str, None] = {}
    for risk in risks:
        if risk.rating == rating:
            reasons |= dict.fromkeys(risk.reasons)
    return Risk(rating, tuple(reasons))


def _weaknesses(rule: Rule) -> list[str]:
    weaknesses = []
    if rule.encrypted is False:
        weaknesses.append("in the clear")
    if rule.status == "deprecated":
        weaknesses.append("deprecated port")
    if rule.is_management:
        # Not weak by itself; only what the internet reaches asks for it.
        weaknesses.append("administration")
    if port_count(rule.ports) > MANY_PORTS:
        weaknesses.append(f"more than {MANY_PORTS} ports")
    return weaknesses


def _need(name: str, rules: list[Rule]) -> Need:
    first = rules[0]
    ports: list[PortRange] = []
    parts: dict[str, dict[str, None]] = {}
    for rule in rules:
        ports += rule.ports
        for part in ("sources", "destinations", "services", "flows", "unresolved"):
            parts.setdefault(part, {}).update(dict.fromkeys(getattr(rule, part)))
    joined = each_made(tuple, parts)
    return Need(
        name=name,
        rules=tuple(rules),
        from_=first.from_,
        to=first.to,
        transport=first.transport,
        ports=join_ports(ports),
        encrypted=first.encrypted,
        status=first.status,
        **joined,
    )
