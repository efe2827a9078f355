"""Cloud groups of AWS and Azure as Terraform (and OpenTofu) read them → `main.tf.json`.

The groups are those of the formats `aws` and `azure`. In this syntax a string may hold templates
(`${…}`, `%{…}`): only ours do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from exporters import stamp
from exporters.firewalls import aws, azure
from exporters.firewalls.vendor_terms import text
from exporters.safe import plain
from wizard.deployment import Deployment


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """One file for the provider that the plan names."""
    provider = deployment.plan.firewalls[firewall].provider
    module = _azure(deployment, firewall) if provider == "azure" else _aws(deployment, firewall)
    about = text(plain(deployment.plan.name, 200))
    comments = [
        f"Firewall {firewall}. Written by Portwright.",
        *([about] if about else []),
        *azure.remarks_of(deployment, firewall),
        *stamp.comments(deployment.stamp),
    ]
    whole = {"//": comments, **module}
    return {"main.tf.json": msgspec.json.format(json.dumps(whole), indent=2) + "\n"}


def _aws(deployment: Deployment, firewall: str) -> dict[str, object]:
    groups: dict[str, object] = {}
    inbound: dict[str, object] = {}
    outbound: dict[str, object] = {}
    outputs: dict[str, object] = {}
    for group in aws.groups(deployment, firewall):
        key = group.key.lower()
        groups[key] = {
            "name": group.name,
            "description": group.description,
            "vpc_id": "${var.vpc_id}",
            "tags": {"Name": group.name, "portwright": firewall},
        }
        inbound |= _entries(key, group.inbound)
        outbound |= _entries(key, group.outbound)
        outputs[f"{key}_id"] = {
            "value": f"${{aws_security_group.{key}.id}}",
            "description": group.description,
        }
    resources: dict[str, object] = {"aws_security_group": groups}
    if inbound:
        resources["aws_vpc_security_group_ingress_rule"] = inbound
    if outbound:
        resources["aws_vpc_security_group_egress_rule"] = outbound
    return {
        "terraform": {
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}}
        },
        "variable": {
            "vpc_id": {"type": "string", "description": "The VPC that the machines are in"}
        },
        "resource": resources,
        "output": outputs,
    }


def _entries(key: str, lines: Sequence[aws.Permission]) -> dict[str, object]:
    """An entry's key is made from what it lets through: it stays when another one comes or goes."""
    entries: dict[str, object] = {}
    for line in lines:
        entry: dict[str, object] = {
            "security_group_id": f"${{aws_security_group.{key}.id}}",
            "cidr_ipv6" if ":" in line.cidr else "cidr_ipv4": line.cidr,
            "ip_protocol": line.transport,
            "description": line.description,
        }
        if line.transport != "-1":
            entry |= {"from_port": line.low, "to_port": line.high}
        ports = "all" if line.transport == "-1" else f"{line.transport}_{line.low}_{line.high}"
        network = line.cidr.replace(".", "_").replace(":", "-").replace("/", "_")
        entries[f"{key}_{ports}_{network}"] = entry
    return entries


def _azure(deployment: Deployment, firewall: str) -> dict[str, object]:
    rules = list(map(_security_rule, azure.nsg_rules(deployment, firewall)))
    group = {
        "name": azure.group_name(firewall),
        "location": "${var.location}",
        "resource_group_name": "${var.resource_group_name}",
        "tags": {"portwright": firewall},
        "security_rule": rules,
    }
    return {
        "terraform": {
            "required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": ">= 3.0"}}
        },
        "variable": {
            "location": {"type": "string", "description": "The region of the group"},
            "resource_group_name": {"type": "string", "description": "Where the group is made"},
        },
        "resource": {"azurerm_network_security_group": {"group": group}},
        "output": {"group_id": {"value": "${azurerm_network_security_group.group.id}"}},
    }


def _security_rule(rule: azure.NsgRule) -> dict[str, object]:
    ends: dict[str, object] = {
        "source_address_prefixes": rule.sources,
        "destination_address_prefixes": rule.destinations,
        "destination_port_ranges": rule.ports,
    }
    if rule.sources == ("*",):
        ends = {
            "source_address_prefix": "*",
            "destination_address_prefix": "*",
            "destination_port_range": "*",
        }
    return {
        "name": rule.name,
        "description": rule.description,
        "priority": rule.priority,
        "direction": rule.direction,
        "access": rule.access,
        "protocol": rule.protocol,
        "source_port_range": "*",
        **ends,
    }
