"""Deployment → what is asked for as lines of traffic: who to whom on what, whichever firewalls it
takes. Tools that know the network find the firewalls themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain
from operator import attrgetter

import msgspec

from exporters.firewalls.normal import live, without_exceptions
from exporters.lines import prefixed
from exporters.stamp import which_plan
from wizard.deployment import Deployment
from wizard.network.addresses import Cidrs, Family, bare
from wizard.network.ports import PortRange
from wizard.rules.model import Rule
from wizard.rules.needs import need_name
from wizard.rules.records import RuleRecord, record_of
from wizard.tables import ids_of
from wizard.text import one_line
from wizard.views.words import port_texts, role_name


class RequestLine(msgspec.Struct, frozen=True):
    """Traffic of one family, with exceptions cut out of its addresses. `rules` are the ids of the
    rules that let it through, one at each firewall on its way.
    """

    need: str
    family: Family
    from_: str
    to: str
    transport: str
    ports: tuple[PortRange, ...]
    sources: Cidrs
    destinations: Cidrs
    services: tuple[str, ...]
    rules: tuple[str, ...]
    record: RuleRecord

    @property
    def port_words(self) -> tuple[str, ...]:
        """`tcp/443`, `tcp/50000-50050`."""
        return tuple(prefixed(f"{self.transport}/", port_texts(self.ports)))


def lines_of(deployment: Deployment) -> tuple[RequestLine, ...]:
    """In the order of the rules; what still waits for an address lets nobody through, and is left
    out.
    """
    rules_by_traffic: dict[tuple[object, ...], list[Rule]] = {}
    for direction in ("in", "out", "forward"):
        for rule in map(without_exceptions, live(deployment.rules, direction)):
            traffic = (need_name(rule), rule.ports, rule.sources, rule.destinations)
            rules_by_traffic.setdefault(traffic, []).append(rule)
    return tuple(map(partial(_line, deployment), rules_by_traffic.values()))


def _line(deployment: Deployment, rules: list[Rule]) -> RequestLine:
    first = rules[0]
    return RequestLine(
        need=need_name(first),
        family=first.family,
        from_=role_name(deployment.catalog, first.from_),
        to=role_name(deployment.catalog, first.to),
        transport=first.transport,
        ports=first.ports,
        sources=first.sources,
        destinations=first.destinations,
        services=_each(chain.from_iterable(map(attrgetter("services"), rules))),
        rules=_each(ids_of(rules)),
        record=record_of(first, deployment.network),
    )


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def about(line: RequestLine, limit: int) -> str:
    """What a line is for: services, who, the need's name and the rules, in one line of text."""
    text = (
        f"{', '.join(line.services)}. {line.from_} to {line.to}. Need {line.need}."
        f" Rules {', '.join(line.rules)}."
    )
    return one_line(text, limit)


def subject(deployment: Deployment, limit: int = 200) -> str:
    """What a request is called: the plan's name, and its reference where it has one."""
    name = deployment.plan.name or "Firewall rules for print management"
    return one_line(": ".join(filter(None, (deployment.stamp.reference, name))), limit)


def why(deployment: Deployment, limit: int = 3000) -> str:
    """The plan's own reason, and of which plan and program the request is."""
    reason = deployment.plan.request.justification or "Connections that print management needs"
    return one_line(f"{reason} ({which_plan(deployment.stamp, in_utf8=True)})", limit)


def addresses(cidrs: Cidrs) -> list[str]:
    """Single addresses without a length."""
    return list(map(bare, cidrs))
