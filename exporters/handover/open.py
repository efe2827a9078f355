"""What the plan does not say yet, and who can say it: 'to be supplied by the DBA: address of the
database server'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from operator import attrgetter

import msgspec

from exporters.handover.words import who_knows
from wizard.deployment import Deployment
from wizard.facts.model import Catalog, EndpointFact, Fact, FlowFact
from wizard.findings.model import FIREWALL_TEAM, NETWORK_TEAM, PRINT_TEAM, SERVER_TEAM
from wizard.network.addresses import prefix
from wizard.plan.fronts import place_key
from wizard.plan.keys import (
    FirewallKey,
    FrontKey,
    HostKey,
    Key,
    RoleKey,
    SiteKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.questions import open_questions
from wizard.views.words import few, lower_first

_PUBLIC = "public_address"
_SINGLE = " (one single address, for the port forward)"


class OpenRow(msgspec.Struct, frozen=True):
    """One thing to be supplied: by whom, what, where it goes in the plan, and what waits for it."""

    who: str
    what: str
    key: str
    waits: str

    @property
    def text(self) -> str:
        """One sentence."""
        return f"To be supplied by {self.who}: {self.what}."


def open_rows(deployment: Deployment) -> tuple[OpenRow, ...]:
    """All open questions: places of roles, networks of zones, public addresses, hosts that nobody
    has named.
    """
    catalog, plan = deployment.catalog, deployment.plan
    hosts = list(_hosts(deployment))
    host_keys = set(map(attrgetter("key"), hosts))
    rows: list[OpenRow] = []
    open_keys: set[Key] = set()
    for question in open_questions(catalog, plan):
        if str(question.key) not in host_keys:
            rows.append(_row(deployment, question.key, question.label))
            open_keys.add(question.key)
    rows += hosts
    # What rules wait for, whatever the questions say: an address that a forward needs, for example.
    for firewall in plan.firewalls:
        for name in deployment.missing(firewall):
            # The public address of this boundary, or of one whose translation it sees.
            public = name == _PUBLIC or name in plan.firewalls
            boundary = firewall if name == _PUBLIC else name
            key = FirewallKey(boundary, _PUBLIC) if public else place_key(plan, name, "addresses")
            if key not in open_keys and (public or RoleKey(name, "zones") not in open_keys):
                open_keys.add(key)
                rows.append(_row(deployment, key, "" if public else "one single address"))
    return tuple(dict.fromkeys(rows))


def waiting(catalog: Catalog, name: str) -> str:
    """A name out of `unresolved` in words: `address of the database server`."""
    if name == _PUBLIC:
        return "public address"
    role = catalog.roles.get(name)
    return f"address of the {lower_first(role.name)}" if role else f"address of {name}"


def touches(cidrs: Iterable[str], networks: Iterable[str]) -> bool:
    """True where some of the CIDRs lie in one of the networks; the internet lies in none."""
    pairs = product(map(prefix, cidrs), map(prefix, networks))
    return any(some.length and some.overlaps(network) for some, network in pairs)


def _row(deployment: Deployment, key: Key, label: str) -> OpenRow:
    text = str(key)
    if isinstance(key, RoleKey):
        name = key.role
        subject = waiting(deployment.catalog, name)
        services = _services(deployment, name)
        if key.part == "addresses":
            subject += _SINGLE
            services = _forwarded(deployment, name)
        return OpenRow(who_knows(name), subject, text, few(services))
    match key:
        case ZoneKey(name):
            who, subject, waits = (
                NETWORK_TEAM,
                f"networks of the zone {name}",
                f"all rules of {name}",
            )
        case SiteKey(name):
            who, subject = NETWORK_TEAM, f"zones of the site {name}"
            waits = f"who serves {name}"
        case SiteProxyKey(name):
            who, subject = NETWORK_TEAM, f"addresses of the web proxy of {name}"
            waits = f"how {name} reaches the web"
        case FrontKey(name):
            who, subject = NETWORK_TEAM, f"addresses of the front {name}"
            if deployment.plan.fronts[name].is_placed:
                subject += _SINGLE
            waits = few(_services(deployment, name))
        case FirewallKey(name, "public_address"):
            who, subject = FIREWALL_TEAM, f"public address of the firewall {name}"
            waits = f"port forwards of {name}"
        case FirewallKey(name, "zones"):
            who, subject = NETWORK_TEAM, f"zones that the firewall {name} joins"
            waits = f"all rules of {name}"
        case FirewallKey(name):
            who, subject = SERVER_TEAM, f"machines that the firewall {name} guards"
            waits = f"all rules of {name}"
        case _:
            who, subject, waits = PRINT_TEAM, lower_first(label) if label else text, ""
    return OpenRow(who, subject, text, waits)


def _services(deployment: Deployment, role: str) -> dict[str, None]:
    """The services that wait for a role's place."""
    services: dict[str, None] = {}
    for rule in deployment.rules:
        if role in rule.unresolved:
            services |= dict.fromkeys(rule.services)
    for flow in deployment.flows:
        crosses = flow.scope != "loopback" and role in (flow.from_, flow.to)
        if crosses and not (flow.sources and flow.destinations):
            services[flow.service] = None
    return services


def _forwarded(deployment: Deployment, role: str) -> dict[str, None]:
    """The services whose port forward waits for a single address of a role."""
    services: dict[str, None] = {}
    for forward in deployment.forwards:
        if role in forward.unresolved:
            services |= dict.fromkeys(_service(fact) for fact in deployment.facts_of(forward.flows))
    return services


def _service(fact: Fact) -> str:
    return fact.service if isinstance(fact, FlowFact) else fact.purpose


def _hosts(deployment: Deployment) -> Iterator[OpenRow]:
    unnamed_hosts: dict[tuple[str, str], list[EndpointFact]] = {}
    for endpoint in deployment.endpoints:
        if endpoint.host is None:
            fact = endpoint.fact
            unnamed_hosts.setdefault((fact.installation, fact.host_key or ""), []).append(fact)
    for (installation, key), facts in unnamed_hosts.items():
        name = deployment.catalog.products[installation].name
        purposes = few(dict.fromkeys(map(attrgetter("purpose"), facts)))
        who = who_knows("directory-server") if facts[0].scheme == "ldaps" else PRINT_TEAM
        yield OpenRow(
            who,
            f"host name of your own for {purposes} ({name})",
            str(HostKey(installation, key)),
            purposes,
        )
