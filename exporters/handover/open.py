"""What the plan does not say yet, and who can say it: 'to be supplied by the DBA: address of the
database server'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from exporters.handover.words import who_knows
from wizard.deployment import Deployment
from wizard.facts.model import Catalog, EndpointFact
from wizard.findings.model import FIREWALL_TEAM, NETWORK_TEAM, PRINT_TEAM, SERVER_TEAM
from wizard.network.addresses import prefix
from wizard.plan.keys import FirewallKey, HostKey, Key, RoleKey, ZoneKey
from wizard.questions import open_questions
from wizard.views.words import few, lower_first

_PUBLIC = "public_address"


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
    named = {row.key for row in hosts}
    questions = [q for q in open_questions(catalog, plan) if str(q.key) not in named]
    rows = [*(_row(deployment, question.key, question.label) for question in questions), *hosts]
    asked: set[Key] = {question.key for question in questions}
    # What rules wait for, whatever the questions say: an address that a forward needs, for example.
    for firewall in plan.firewalls:
        for name in deployment.missing(firewall):
            public = name == _PUBLIC
            key = FirewallKey(firewall, _PUBLIC) if public else RoleKey(name, "addresses")
            if key not in asked and (public or RoleKey(name, "zones") not in asked):
                asked.add(key)
                rows.append(_row(deployment, key, "" if public else "one single address"))
    return tuple(dict.fromkeys(rows))


def waiting(catalog: Catalog, name: str) -> str:
    """A name out of `unresolved` in words: `address of the database server`."""
    if name == _PUBLIC:
        return "public address"
    known = catalog.roles.get(name)
    return f"address of the {lower_first(known.name)}" if known else f"address of {name}"


def touches(cidrs: Iterable[str], networks: Iterable[str]) -> bool:
    """True where some of the CIDRs lie in one of the networks; the internet lies in none."""
    spans = [(":" in net, prefix(net)) for net in networks]
    for cidr in cidrs:
        one = prefix(cidr)
        if one.length and any(
            (":" in cidr) == six and one.first <= n.last and n.first <= one.last for six, n in spans
        ):
            return True
    return False


def _row(deployment: Deployment, key: Key, label: str) -> OpenRow:
    text = str(key)
    if isinstance(key, RoleKey):
        name = key.role
        rules = [rule for rule in deployment.rules if name in rule.unresolved]
        services = dict.fromkeys(s for rule in rules for s in rule.services)
        services |= dict.fromkeys(
            f.service
            for f in deployment.flows
            if name in (f.from_, f.to) and not (f.sources and f.destinations)
        )
        what = waiting(deployment.catalog, name)
        what = (
            f"{what} (one single address, for the port forward)"
            if key.part == "addresses"
            else what
        )
        return OpenRow(who_knows(name), what, text, few(services))
    match key:
        case ZoneKey(name):
            who, what, waits = NETWORK_TEAM, f"networks of the zone {name}", f"all rules of {name}"
        case FirewallKey(name, "public_address"):
            who, what = FIREWALL_TEAM, f"public address of the firewall {name}"
            waits = f"port forwards of {name}"
        case FirewallKey(name, "zones"):
            who, what = NETWORK_TEAM, f"zones that the firewall {name} joins"
            waits = f"all rules of {name}"
        case FirewallKey(name):
            who, what = SERVER_TEAM, f"machines that the firewall {name} guards"
            waits = f"all rules of {name}"
        case _:
            who, what, waits = PRINT_TEAM, lower_first(label) if label else text, ""
    return OpenRow(who, what, text, waits)


def _hosts(deployment: Deployment) -> Iterator[OpenRow]:
    found: dict[tuple[str, str], list[EndpointFact]] = {}
    for endpoint in deployment.endpoints:
        if endpoint.host is None:
            found.setdefault((endpoint.fact.product, endpoint.fact.host_key or ""), []).append(
                endpoint.fact
            )
    for (product, key), facts in found.items():
        name = deployment.catalog.products[product].name
        purposes = few(dict.fromkeys(fact.purpose for fact in facts))
        who = who_knows("directory-server") if facts[0].scheme == "ldaps" else PRINT_TEAM
        yield OpenRow(
            who,
            f"host name of your own for {purposes} ({name})",
            str(HostKey(product, key)),
            purposes,
        )
