"""AWS security groups → `aws-security-group.json` for CloudFormation, and `aws.sh` for the AWS CLI.

Which entries there are says `wizard/rules/limits.py`, so that a limit is known before anything is
written. A group lets in and out for all its members alike: rules for some of a firewall's machines
get a group of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import msgspec

from exporters import script
from exporters.denials import remarks
from exporters.format import CannotSay
from exporters.lines import plain_comments
from exporters.safe import plain, shell_word
from wizard.deployment import Deployment
from wizard.network.addresses import ANYWHERE, Cidrs, bare
from wizard.rules.groups import opened_rules
from wizard.rules.limits import AwsEntry, aws_entries, aws_excess, aws_parts
from wizard.rules.model import Direction, Rule
from wizard.tables import ids_of

# What a description may hold, less braces, `$` and `!`: CloudFormation fills in {{resolve:…}} and
# ${…}.
_NOT_ALLOWED = re.compile(r"[^a-zA-Z0-9 ._:/()#,@\[\]+=&;*-]")
_DESCRIPTION = 255

_EVERYTHING = "the internet is everything here, own networks too; "
_NOTES = (
    (
        "AWS security groups are stateful: answers and the ICMP errors that belong to a connection"
        " pass by themselves."
    ),
    (
        "They never filter DHCP, nor the DNS server, time service and metadata of the VPC. Ping is"
        " not let through."
    ),
    "Multicast and broadcast reach nobody in a VPC, unless a transit gateway carries multicast.",
)


class SecurityGroup(msgspec.Struct, frozen=True):
    """One security group, and the addresses of the machines that it is for."""

    key: str
    name: str
    description: str
    machines: tuple[str, ...]
    inbound: tuple[Permission, ...]
    outbound: tuple[Permission, ...]


class Permission(msgspec.Struct, frozen=True):
    """One entry as AWS takes it; the transport -1 is everything, with ports -1."""

    transport: str
    low: int
    high: int
    cidr: str
    description: str


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The template and the script; both make the same groups."""
    security_groups = groups(deployment, firewall)
    return {
        "aws-security-group.json": _template(deployment, firewall, security_groups),
        "aws.sh": _script(firewall, security_groups, list(remarks(deployment, firewall))),
    }


def groups(deployment: Deployment, firewall: str) -> list[SecurityGroup]:
    """The groups of one firewall: those of all its machines first.

    Raises:
        CannotSay: one machine would need more groups than AWS takes.
    """
    entries = aws_entries(deployment.written_rules_of(firewall), deployment.covered(firewall))
    excess = aws_excess(entries)
    if excess:
        raise CannotSay(f"it {excess}")
    answers, denials = deployment.plan.firewalls[firewall], deployment.denials_seen_at(firewall)
    rules = opened_rules(answers, deployment.rules_of(firewall), denials)
    opened = set(ids_of(rules))
    by_members = sorted(aws_parts(entries).items(), key=_order)
    return [
        _group(deployment, firewall, number, members, entries_of_group, opened)
        for number, ((members, _), entries_of_group) in enumerate(by_members, 1)
    ]


def text(words: str, limit: int = _DESCRIPTION) -> str:
    """Text → what AWS takes as a description, and CloudFormation as nothing but text."""
    return _NOT_ALLOWED.sub("_", plain(words, limit)).strip()


def _group(
    deployment: Deployment,
    firewall: str,
    number: int,
    members: tuple[str, ...],
    entries: dict[AwsEntry, list[Rule]],
    opened: Set[str],
) -> SecurityGroup:
    machines = members or deployment.covered(firewall)
    outbound = tuple(_permissions(entries, "out"))
    if deployment.plan.firewalls[firewall].egress != "filtered":
        outbound = (_everything("0.0.0.0/0"), _everything("::/0"))
    whose = ", ".join(map(bare, machines)) or "the machines of this firewall"
    everything = _has_everybody(entries, opened)
    return SecurityGroup(
        key="Group" if number == 1 else f"Group{number}",
        name=f"portwright-{firewall}" + ("" if number == 1 else f"-{number}"),
        description=text(f"Portwright {firewall}: {_EVERYTHING if everything else ''}for {whose}"),
        machines=machines,
        inbound=tuple(_permissions(entries, "in")),
        outbound=outbound,
    )


def _permissions(
    entries: Mapping[AwsEntry, Sequence[Rule]], direction: Direction
) -> Iterator[Permission]:
    for entry, rules in entries.items():
        if entry.direction == direction:
            yield _line(entry, rules)


def _has_everybody(entries: Mapping[AwsEntry, Sequence[Rule]], opened: Set[str]) -> bool:
    """Whether an entry for everybody stands for a rule that was opened to everything."""
    for entry, rules in entries.items():
        if entry.cidr == ANYWHERE[entry.family] and not opened.isdisjoint(ids_of(rules)):
            return True
    return False


def _line(entry: AwsEntry, rules: Sequence[Rule]) -> Permission:
    first = rules[0]
    services: dict[str, None] = {}
    for rule in rules:
        services |= dict.fromkeys(rule.services)
    ids = " ".join(dict.fromkeys(ids_of(rules)))
    words = text(f"{ids} {'; '.join(services)} ({first.from_} to {first.to})")
    return Permission(entry.transport, entry.low, entry.high, entry.cidr, words)


def _everything(cidr: str) -> Permission:
    return Permission("-1", -1, -1, cidr, "Everything outbound: the plan leaves it open")


# CloudFormation


def _template(
    deployment: Deployment, firewall: str, security_groups: Sequence[SecurityGroup]
) -> str:
    about = text(
        f"Security groups for the firewall {firewall} of {deployment.plan.name or 'a plan'}", 1000
    )
    resources: dict[str, object] = {}
    outputs: dict[str, object] = {}
    for group in security_groups:
        resources[group.key] = _resource(group)
        value = {"Fn::GetAtt": [group.key, "GroupId"]}
        outputs[f"{group.key}Id"] = {"Description": group.description, "Value": value}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": about,
        "Metadata": {"Portwright": {"Notes": _NOTES, **dict(deployment.stamp.lines())}},
        "Parameters": {
            "VpcId": {
                "Type": "AWS::EC2::VPC::Id",
                "Description": "The VPC that the machines are in",
            }
        },
        "Resources": resources,
        "Outputs": outputs,
    }
    # json writes with an indent in Python and without one in C.
    return msgspec.json.format(json.dumps(template), indent=2) + "\n"


def _resource(group: SecurityGroup) -> dict[str, Any]:
    # Without an outbound entry CloudFormation lets everything out; this one lets out nothing that
    # leaves.
    closed = Permission("-1", -1, -1, "127.0.0.1/32", "Nothing outbound: no rule lets anything out")
    properties: dict[str, Any] = {
        "GroupDescription": group.description,
        "VpcId": {"Ref": "VpcId"},
        "SecurityGroupIngress": list(map(_property, group.inbound)),
        "SecurityGroupEgress": list(map(_property, group.outbound or (closed,))),
        "Tags": [{"Key": "Name", "Value": group.name}],
    }
    machines = {"Portwright": {"Machines": group.machines}}
    return {"Type": "AWS::EC2::SecurityGroup", "Metadata": machines, "Properties": properties}


def _property(line: Permission) -> dict[str, Any]:
    ports = {} if line.transport == "-1" else {"FromPort": line.low, "ToPort": line.high}
    peer = {"CidrIpv6" if ":" in line.cidr else "CidrIp": line.cidr}
    return {"IpProtocol": line.transport, **ports, **peer, "Description": line.description}


# The script


def _script(firewall: str, security_groups: Sequence[SecurityGroup], denied: Sequence[str]) -> str:
    title = (
        f"Makes the security groups for the firewall '{firewall}' in AWS.",
        *_NOTES,
        *denied,
        "",
        *_whose(security_groups),
    )
    parts = {
        "title": "\n".join(plain_comments(title, 1000)),
        "settings": f"firewall={shell_word(firewall)}",
        "groups": "\n".join(f"{group.name}|{group.description}" for group in security_groups),
        "wanted": "\n".join(_wanted_lines(security_groups)),
    }
    return script.filled(script.template("aws.sh"), parts)


def _wanted_lines(security_groups: Iterable[SecurityGroup]) -> Iterator[str]:
    """An entry a line, as the script compares them with what is there."""
    for group in security_groups:
        for direction, lines in (("in", group.inbound), ("out", group.outbound)):
            for line in lines:
                cells = group.name, direction, line.transport, line.low, line.high, line.cidr
                yield "|".join(map(str, (*cells, line.description)))


def _whose(security_groups: Sequence[SecurityGroup]) -> Iterator[str]:
    if len(security_groups) == 1:
        yield f"Attach {security_groups[0].name} to each machine that the firewall covers."
        return
    for group in security_groups:
        machines = ", ".join(map(bare, group.machines)) or "each machine of the firewall"
        yield f"Attach {group.name} to {machines}."


def _order(part: tuple[tuple[Cidrs, int], object]) -> tuple[bool, bool, Cidrs, int]:
    """Groups of all machines first, then by address."""
    (members, number), _ = part
    return bool(members), ":" in "".join(members[:1]), members, number
