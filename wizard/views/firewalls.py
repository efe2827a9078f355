"""A firewall in words: what stands beside the heading over its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

from wizard.deployment import Deployment
from wizard.plan.model import Firewall
from wizard.views.containers import container_notes
from wizard.views.groups import group_notes
from wizard.views.record import Detail
from wizard.views.translation import translation_notes
from wizard.views.words import GUARDS, NO_ADDRESS, WAYS, few, plural, role_name, upper_first


def firewall_details(deployment: Deployment, name: str) -> Iterator[Detail]:
    """What a firewall is, where it stands, what it does with what no rule allows, and its rules by
    their direction.
    """
    firewall = deployment.plan.firewalls.get(name)
    if firewall is None:
        yield Detail("", "The plan has it no longer.")
        return
    if firewall.guards_hosts:
        yield from _guard(deployment, firewall, name)
    else:
        yield from _between(firewall)
    for note in (
        *translation_notes(deployment, name),
        *group_notes(deployment, name),
        *container_notes(deployment, name),
    ):
        yield Detail("", "")
        yield Detail("", note)


def _guard(deployment: Deployment, firewall: Firewall, name: str) -> Iterator[Detail]:
    platform = f", {upper_first(firewall.platform)}" if firewall.kind == "host" else ""
    yield Detail("is a", GUARDS[firewall.kind] + platform)
    if firewall.role:
        yield Detail("guards", role_name(deployment.catalog, firewall.role))
    yield Detail("at", few(deployment.covered(name)) or NO_ADDRESS)
    is_open = firewall.egress == "open"
    yield Detail("new inbound", "denied unless a rule allows it")
    yield Detail("new outbound", "allowed" if is_open else "denied unless a rule allows it")
    ways = Counter(map(attrgetter("direction"), deployment.rules_of(name)))
    for way, count in ways.items():
        yield Detail(WAYS[way].title, plural(count, "rule"))


def _between(firewall: Firewall) -> Iterator[Detail]:
    yield Detail("is a", "firewall between networks")
    yield Detail("joins", ", ".join(firewall.zones))
    denies = firewall.default == "deny"
    yield Detail("other traffic", "denied" if denies else "left as it is")
    if firewall.nat:
        yield Detail("public", firewall.public_address or NO_ADDRESS)
