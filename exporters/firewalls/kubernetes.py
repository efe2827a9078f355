"""Rules of a host as a Kubernetes NetworkPolicy → `networkpolicy.json`, for `kubectl apply`.

A policy says which pods it is for by their labels, never by addresses: rules for some of a firewall's
machines only stand in policies of their own, with a label of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from exporters.denials import remarks
from exporters.firewalls.boundaries import reason
from exporters.firewalls.normal import live
from exporters.firewalls.vendor_terms import text
from exporters.format import CannotSay
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.rules.model import Direction, Rule

_LABEL = "portwright/firewall"
_PART = "portwright/part"
_COMMENT = 200
_DIRECTIONS: tuple[Direction, ...] = ("in", "out")


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """One list with the policies.

    Raises:
        CannotSay: the firewall's name can be no label.
    """
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", firewall):
        raise CannotSay(f"{firewall} can be no label in Kubernetes: it ends with a dash")
    parts = _parts(deployment, firewall)
    items = [
        _policy(deployment, firewall, number, members, rules)
        for number, (members, rules) in enumerate(parts.items(), 1)
    ]
    whole = {"apiVersion": "v1", "kind": "List", "items": items}
    return {"networkpolicy.json": msgspec.json.format(json.dumps(whole), indent=2) + "\n"}


def _parts(deployment: Deployment, firewall: str) -> dict[Cidrs, list[Rule]]:
    """The rules by the machines that they are for; none: for all, which come first."""
    covered = deployment.covered(firewall)
    parts: dict[Cidrs, list[Rule]] = {(): []}
    for direction in _DIRECTIONS:
        for rule in live(deployment.rules_of(firewall), direction):
            own = addresses.beyond(rule.sources, rule.except_sources)
            if direction == "in":
                own = addresses.beyond(rule.destinations, rule.except_destinations)
            machines = addresses.declared_of(covered, rule.family)
            inner = addresses.overlap(own, machines)
            if inner:
                members = () if addresses.covers(inner, machines) else addresses.beyond(inner, ())
                parts.setdefault(members, []).append(rule)
    return parts


def _policy(
    deployment: Deployment, firewall: str, number: int, members: Cidrs, rules: list[Rule]
) -> dict[str, object]:
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    labels = {_LABEL: firewall} if not members else {_LABEL: firewall, f"{_PART}-{number}": "yes"}
    machines = members or deployment.covered(firewall)
    notes = {
        "portwright/for": text(", ".join(map(addresses.bare, machines)), 1000),
    }
    if said := " ".join(map(text, remarks(deployment, firewall))):
        notes["portwright/notes"] = said
    for rule in rules:
        notes[f"portwright/{_key(rule)}"] = reason(rule, _COMMENT)
    for name, words in deployment.stamp.lines():
        notes[f"portwright/{name}"] = words
    spec: dict[str, object] = {
        "podSelector": {"matchLabels": labels},
        "policyTypes": ["Ingress", "Egress"] if filtered else ["Ingress"],
        "ingress": list(_peers(rules, "in", "from")),
    }
    if filtered:
        spec["egress"] = list(_peers(rules, "out", "to"))
    name = f"portwright-{firewall}" + ("" if number == 1 else f"-{number}")
    metadata = {"name": name, "labels": {_LABEL: firewall}, "annotations": notes}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": spec,
    }


def _key(rule: Rule) -> str:
    """A rule's id as the name of an annotation, which takes 63 characters."""
    return re.sub(r"[^a-z0-9-]", "-", rule.id.lower())[:50].strip("-") or "rule"


def _peers(
    rules: Iterable[Rule], direction: Direction, end: Literal["from", "to"]
) -> Iterator[dict[str, object]]:
    for rule in rules:
        blocks = _blocks(rule, end) if rule.direction == direction else []
        # An empty list of peers would be everybody.
        if blocks:
            yield {end: blocks, "ports": list(_ports(rule))}


def _ports(rule: Rule) -> Iterator[dict[str, object]]:
    for low, high in rule.ports:
        port: dict[str, object] = {"protocol": rule.transport.upper(), "port": low}
        yield port if low == high else {**port, "endPort": high}


def _blocks(rule: Rule, end: str) -> list[dict[str, object]]:
    """The addresses of the other side; exceptions of one network stand beside it."""
    cidrs, excepted = rule.destinations, rule.except_destinations
    if end == "from":
        cidrs, excepted = rule.sources, rule.except_sources
    left = addresses.beyond(cidrs, excepted) if excepted else cidrs
    if len(cidrs) == 1 and excepted and left and addresses.covers(cidrs, excepted):
        return [{"ipBlock": {"cidr": cidrs[0], "except": list(excepted)}}]
    return [{"ipBlock": {"cidr": cidr}} for cidr in left]
