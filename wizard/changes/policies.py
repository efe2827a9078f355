"""What firewalls do with traffic that no rule of theirs allows, where it differs between two plans."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.deployment import Deployment
from wizard.plan.keys import FirewallKey, RunsInKey
from wizard.plan.model import Firewall, Plan
from wizard.views.containers import published_text

_LEAVES_IT = "everything else left as it is"
_ROUTER = "a router, which filters nothing"
# What leaves the rest alone takes nothing away by coming or going.
_HARMLESS = ({"", _LEAVES_IT}, {"", _ROUTER})


class PolicyChange(msgspec.Struct, frozen=True):
    """A firewall whose way with everything else is another one: in words, '' without the firewall.
    `group` is the key of the group of answers that it comes from.
    """

    firewall: str
    was: str
    becomes: str
    group: str

    @property
    def text(self) -> str:
        """`core: everything else denied (was: left as it is)`."""
        was = self.was or "no firewall of the plan"
        becomes = self.becomes or "no firewall of the plan any more"
        return f"{self.firewall}: {becomes} (was: {was})"


def policies(old: Plan, new: Plan) -> Iterator[PolicyChange]:
    """Firewalls of both plans that treat the rest otherwise, and those of one that deny some of it."""
    for name in dict.fromkeys((*old.firewalls, *new.firewalls)):
        was = _words(old.firewalls.get(name))
        becomes = _words(new.firewalls.get(name))
        if was != becomes and {was, becomes} not in _HARMLESS:
            group = ".".join(FirewallKey(name, "default").path[:2])
            yield PolicyChange(name, was, becomes, group)


def published(old: Deployment, new: Deployment) -> Iterator[PolicyChange]:
    """Hosts' firewalls of both plans on which other ports of containers are filtered."""
    for name in dict.fromkeys((*old.containers, *new.containers)):
        if name not in old.plan.firewalls or name not in new.plan.firewalls:
            continue
        entries = (*old.containers_of(name), *new.containers_of(name))
        for installation in dict.fromkeys(entry.installation for entry in entries):
            was, becomes = _published(old, name, installation), _published(new, name, installation)
            if was != becomes:
                group = ".".join(RunsInKey(installation).path)
                yield PolicyChange(name, was, becomes, group)


def _published(deployment: Deployment, name: str, installation: str) -> str:
    """What is filtered of an installation's published ports."""
    entries = deployment.containers_of(name)
    own = [entry for entry in entries if entry.installation == installation]
    if not own:
        return f"{installation}: no published ports filtered"
    return f"{installation}: published ports filtered ({published_text(own)})"


def _words(firewall: Firewall | None) -> str:
    """What it does with the rest; '' for none."""
    if firewall is None:
        return ""
    if firewall.kind == "router":
        return _ROUTER
    if firewall.guards_hosts:
        out = "allowed" if firewall.egress == "open" else "denied"
        return f"everything else: inbound denied, outbound {out}"
    return "everything else denied" if firewall.default == "deny" else _LEAVES_IT
