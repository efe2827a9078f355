"""Azure network security groups → `azure-nsg.json` (ARM template), and `azure.sh`, which deploys it.

A group of Azure names both ends of a rule, so one group serves all machines of a firewall. It denies
the rest by rules of its own: Azure's default rules let in everything from the virtual network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from exporters import script
from exporters.denials import remarks
from exporters.firewalls.boundaries import reason
from exporters.firewalls.normal import without_exceptions
from exporters.firewalls.vendor_terms import text
from exporters.format import CannotSay
from exporters.lines import plain_comments
from exporters.safe import plain, shell_word
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.network.ports import join_ports, range_texts
from wizard.rules.model import Rule

_DESCRIPTION = 140
_FIRST, _LAST = 100, 4096  # priorities
_MOST_RULES = 1000  # in one group
_MOST_VALUES = 4000  # addresses and port ranges in one group

NOTES = (
    "Answers pass by themselves. What no rule lets in is denied, from the virtual network too.",
    "Probes of an Azure load balancer need a rule of yours (source AzureLoadBalancer).",
    "Name service, metadata and DHCP of the platform are not filtered. Multicast reaches nobody.",
)


class NsgRule(msgspec.Struct, frozen=True):
    """One security rule as Azure takes it; `*` is everything."""

    name: str
    description: str
    direction: Literal["Inbound", "Outbound"]
    access: Literal["Allow", "Deny"]
    protocol: Literal["Tcp", "Udp", "*"]
    priority: int
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    ports: tuple[str, ...]

    @property
    def size(self) -> int:
        """Addresses and ranges of ports, which a group takes some of only."""
        return len(self.sources) + len(self.destinations) + len(self.ports)


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The template, and the script that deploys it."""
    return {
        "azure-nsg.json": _template(deployment, firewall),
        "azure.sh": _script(deployment, firewall),
    }


def group_name(firewall: str) -> str:
    """What the group is called; a name takes 80 characters."""
    return f"portwright-{firewall}"


def nsg_rules(deployment: Deployment, firewall: str) -> list[NsgRule]:
    """The rules of one firewall's group, and what denies the rest.

    Raises:
        CannotSay: there are more than a group takes.
    """
    covered = deployment.covered(firewall)
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    rules = [_denied("Inbound"), *([_denied("Outbound")] if filtered else [])]
    numbers = {"in": _FIRST, "out": _FIRST}
    for rule in map(without_exceptions, deployment.written_rules_of(firewall)):
        nsg_rule = (
            _rule(rule, covered, numbers[rule.direction]) if rule.direction in numbers else None
        )
        if nsg_rule is not None:
            numbers[rule.direction] += 1
            rules.append(nsg_rule)
    values = sum(rule.size for rule in rules)
    if len(rules) > _MOST_RULES or values > _MOST_VALUES:
        raise CannotSay(
            f"it needs {len(rules)} rules with {values} addresses and ports; an Azure network security"
            f" group takes {_MOST_RULES} with {_MOST_VALUES}. Join networks"
        )
    return sorted(rules, key=lambda r: (r.direction, r.priority))


def _rule(rule: Rule, covered: Cidrs, priority: int) -> NsgRule | None:
    """None for a rule that is for none of the group's machines."""
    sources = addresses.declared_of(rule.sources, rule.family)
    destinations = addresses.declared_of(rule.destinations, rule.family)
    if rule.direction == "in":
        destinations = addresses.overlap(destinations, covered)
    else:
        sources = addresses.overlap(sources, covered)
    if not sources or not destinations or not rule.ports:
        return None
    return NsgRule(
        name=_name(rule.id, priority),
        description=reason(rule, _DESCRIPTION),
        direction="Inbound" if rule.direction == "in" else "Outbound",
        access="Allow",
        protocol="Tcp" if rule.transport == "tcp" else "Udp",
        priority=priority,
        sources=sources,
        destinations=destinations,
        ports=range_texts(join_ports(rule.ports)),
    )


def _denied(direction: Literal["Inbound", "Outbound"]) -> NsgRule:
    return NsgRule(
        name=f"pw-deny-{direction.lower()}",
        description="All that no rule allows",
        direction=direction,
        access="Deny",
        protocol="*",
        priority=_LAST,
        sources=("*",),
        destinations=("*",),
        ports=("*",),
    )


def _name(rule_id: str, priority: int) -> str:
    return f"pw-{re.sub('[^A-Za-z0-9-]', '-', rule_id)[:60]}-{priority}"


def _template(deployment: Deployment, firewall: str) -> str:
    resource = {
        "type": "Microsoft.Network/networkSecurityGroups",
        "apiVersion": "2023-09-01",
        "name": group_name(firewall),
        "location": "[parameters('location')]",
        "tags": {"portwright": firewall},
        "properties": {"securityRules": list(map(_security_rule, nsg_rules(deployment, firewall)))},
    }
    about = [text(plain(deployment.plan.name, 200)), *NOTES, *remarks_of(deployment, firewall)]
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "metadata": {
            "description": f"Portwright, firewall {firewall}",
            "notes": about,
            "portwright": dict(deployment.stamp.lines()),
        },
        "parameters": {
            "location": {"type": "string", "defaultValue": "[resourceGroup().location]"}
        },
        "resources": [resource],
        "outputs": {
            "id": {
                "type": "string",
                "value": (
                    "[resourceId('Microsoft.Network/networkSecurityGroups',"
                    f" '{group_name(firewall)}')]"
                ),
            }
        },
    }
    return msgspec.json.format(json.dumps(template), indent=2) + "\n"


def remarks_of(deployment: Deployment, firewall: str) -> Iterator[str]:
    """What the head of every file says, in characters that no template takes for an expression."""
    return map(text, remarks(deployment, firewall))


def _security_rule(rule: NsgRule) -> dict[str, object]:
    everything = rule.sources == ("*",)
    # The star stands alone: it is refused in a list.
    ends: dict[str, object] = {
        "sourceAddressPrefixes": rule.sources,
        "destinationAddressPrefixes": rule.destinations,
        "destinationPortRanges": rule.ports,
    }
    if everything:
        ends = {
            "sourceAddressPrefix": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "*",
        }
    properties = {
        "description": rule.description,
        "priority": rule.priority,
        "direction": rule.direction,
        "access": rule.access,
        "protocol": rule.protocol,
        "sourcePortRange": "*",
        **ends,
    }
    return {"name": rule.name, "properties": properties}


def _script(deployment: Deployment, firewall: str) -> str:
    lines = [
        f"Makes the network security group for the firewall '{firewall}' in Azure.",
        *NOTES,
        *remarks(deployment, firewall),
    ]
    parts = {
        "title": "\n".join(plain_comments(lines, 1000)),
        "settings": f"firewall={shell_word(firewall)}\nname={shell_word(group_name(firewall))}",
    }
    return script.filled(script.template("azure.sh"), parts)
