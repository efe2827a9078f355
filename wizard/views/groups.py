"""Cloud groups in words: what their files let through beyond the rules."""

from __future__ import annotations

from wizard.deployment import Deployment
from wizard.plan.model import Firewall
from wizard.rules.groups import opened_rules
from wizard.views.containers import ports_by_transport

NO_PROVIDER = (
    'provider: nobody has said whose cloud it is. Set provider = "aws" or "azure", or "other" and'
    " take the tables of the handover"
)
# The same in a list of what a firewall waits for.
WHOSE_CLOUD = "whose cloud it is (its provider)"


def waits_for_provider(firewall: Firewall) -> bool:
    """True for a cloud group of which nobody has said whose it is."""
    return firewall.kind == "cloud" and firewall.provider is None


def group_notes(deployment: Deployment, name: str) -> tuple[str, ...]:
    """A sentence where the file of a group lets own networks through; none elsewhere."""
    firewall = deployment.plan.firewalls[name]
    opened = opened_rules(firewall, deployment.rules_of(name), deployment.denials_seen_at(name))
    if not opened:
        return ()
    ports = ", ".join(ports_by_transport(opened))
    return (
        f"'The internet' is written as everything: on {ports} own networks are let"
        " through too. The answer 'exactly the internet' leaves them out.",
    )
