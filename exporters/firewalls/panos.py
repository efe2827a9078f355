"""Deployment, firewall → CSV for panco, which makes PAN-OS rules of it: the objects that the rules name,
then the rules, in the order and with the columns that it asks for.
"""

from __future__ import annotations

from collections.abc import Sequence

from exporters.firewalls.boundaries import crossing, reason
from exporters.format import CannotSay
from exporters.safe import csv_table
from exporters.stamp import which_plan
from wizard.deployment import Deployment
from wizard.network.addresses import ANYWHERE, Cidrs
from wizard.rules.model import Rule
from wizard.views.words import port_texts

OBJECTS = ("Name", "Type", "Value", "Description", "Tags", "Device Group/Vsys")
RULES = (
    "Name", "Type", "Description", "Tags", "SourceZones", "SourceAddresses", "NegateSource", "SourceUsers",
    "HipProfiles", "DestinationZones", "DestinationAddresses", "NegateDestination", "Applications", "Services",
    "Categories", "Action", "LogSetting", "LogStart", "LogEnd", "Disabled", "Schedule", "IcmpUnreachable",
    "DisableServerResponseInspection", "Group", "Virus", "Spyware", "Vulnerability", "UrlFiltering", "FileBlocking",
    "WildFireAnalysis", "DataFiltering",
)  # fmt: skip
_DESCRIPTION = 1000  # of 1,023 that PAN-OS keeps


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """Objects come first: rules name them."""
    rules = crossing(deployment, firewall)
    of_plan = which_plan(deployment.stamp)
    services: dict[str, list[str]] = {}
    for rule in rules:
        for text in port_texts(rule.ports):
            named = [_service(rule, text), rule.transport, text, of_plan, "", ""]
            services.setdefault(named[0], named)
    return {
        "panco-objects.csv": csv_table(OBJECTS, services.values()),
        "panco-rules.csv": csv_table(RULES, (_row(rule, of_plan) for rule in rules)),
    }


def _service(rule: Rule, port: str) -> str:
    """Letters, digits and hyphens, fewer than 32: `tcp-50000-50050`."""
    return f"{rule.transport}-{port}"


def _row(rule: Rule, of_plan: str) -> Sequence[object]:
    if rule.except_sources and rule.except_destinations:
        raise CannotSay(f"rule {rule.id} has exceptions on both sides; PAN-OS negates a whole side")
    cells = dict.fromkeys(RULES, "")
    sources, not_sources = _side(rule, rule.sources, rule.except_sources)
    destinations, not_destinations = _side(rule, rule.destinations, rule.except_destinations)
    cells |= {
        # Rules that differ in status only are one, whose id is the ids of all.
        "Name": rule.id.split()[0],
        "Type": "security",
        "Description": f"{reason(rule, _DESCRIPTION - len(of_plan))} ({of_plan})",
        "SourceZones": "any",
        "SourceAddresses": sources,
        "NegateSource": not_sources,
        "DestinationZones": "any",
        "DestinationAddresses": destinations,
        "NegateDestination": not_destinations,
        "Applications": "any",
        "Services": ", ".join(_service(rule, text) for text in port_texts(rule.ports)),
        "Action": rule.action,
    }
    return list(cells.values())


def _side(rule: Rule, cidrs: Cidrs, but: Cidrs) -> tuple[str, str]:
    """Addresses, and whether they are negated: all but our own networks is our networks, negated."""
    whole = cidrs == (ANYWHERE[rule.family],)
    if but and not whole:
        raise CannotSay(f"rule {rule.id} is about a part of networks; PAN-OS negates a whole side")
    if but:
        return ", ".join(but), "yes"
    return ", ".join(cidrs), ""
