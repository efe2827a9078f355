"""The policy for Intune lets through what the rules say and nothing else, in settings of Windows'
Firewall CSP alone.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import windows
from tests.exporters.firewalls.test_windows import FILTERED, OPEN, one_family
from tests.tools.builders import deployment, rule
from tests.tools.hostile import HOSTILE
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, addresses, difference, port_span
from wizard.plan.model import Firewall, Plan
from wizard.rules.model import Rule

RULE = "vendor_msft_firewall_mdmstore_firewallrules_{firewallrulename}"
GRAPH = "#microsoft.graph.deviceManagementConfiguration"
# Settings below FirewallRules of Microsoft's page on the Firewall CSP that a rule has here, and
# how Graph's page on configuration policies calls instance and value.
KINDS = {
    "name": ("SimpleSettingInstance", "simpleSettingValue"),
    "enabled": ("ChoiceSettingInstance", "choiceSettingValue"),
    "direction": ("ChoiceSettingInstance", "choiceSettingValue"),
    "protocol": ("SimpleSettingInstance", "simpleSettingValue"),
    "localaddressranges": ("SimpleSettingCollectionInstance", "simpleSettingCollectionValue"),
    "remoteaddressranges": ("SimpleSettingCollectionInstance", "simpleSettingCollectionValue"),
    "localportranges": ("SimpleSettingCollectionInstance", "simpleSettingCollectionValue"),
    "remoteportranges": ("SimpleSettingCollectionInstance", "simpleSettingCollectionValue"),
    "profiles": ("ChoiceSettingCollectionInstance", "choiceSettingCollectionValue"),
    "action_type": ("ChoiceSettingInstance", "choiceSettingValue"),
    "description": ("SimpleSettingInstance", "simpleSettingValue"),
}
TRANSPORTS = {6: "tcp", 17: "udp"}


def written(*rules: Rule, firewall: Firewall = FILTERED, plan: Plan | None = None) -> list[Any]:
    """The policies, in the order of their files."""
    value = deployment(*rules, firewalls={"server": firewall}, plan=plan)
    files = windows.files_of(value, "server")
    return [json.loads(text) for name, text in files.items() if name.startswith("intune")]


def read(policies: list[Any]) -> list[dict[str, Any]]:
    """The rules: each setting by its name in the CSP. What is not known fails."""
    found: list[dict[str, Any]] = []
    for policy in policies:
        (setting,) = policy["settings"]
        instance = setting["settingInstance"]
        assert instance["settingDefinitionId"] == RULE
        assert instance["@odata.type"] == f"{GRAPH}GroupSettingCollectionInstance"
        groups = instance["groupSettingCollectionValue"]
        assert len(groups) <= 150
        for number, group in enumerate(groups):
            settings = [_setting(child, first=number == 0) for child in group["children"]]
            names = [name for name, _ in settings]
            assert len(names) == len(set(names))
            found.append(dict(settings))
    return found


def _setting(child: dict[str, Any], *, first: bool) -> tuple[str, Any]:
    name = child["settingDefinitionId"].removeprefix(f"{RULE}_")
    kind, key = KINDS[name]
    assert child["@odata.type"] == GRAPH + kind
    assert ("settingInstanceTemplateReference" in child) == first
    value = child[key]
    if isinstance(value, list):
        return name, [_plain(entry, name) for entry in value]
    assert ("settingValueTemplateReference" in value) == first
    return name, _plain(value, name)


def _plain(value: dict[str, Any], name: str) -> Any:
    if value["@odata.type"] == f"{GRAPH}ChoiceSettingValue":
        assert value["children"] == []
        return value["value"].removeprefix(f"{RULE}_{name}_")
    integer = value["@odata.type"] == f"{GRAPH}IntegerSettingValue"
    assert isinstance(value["value"], int if integer else str)
    return value["value"]


def boxes(rules: list[dict[str, Any]], direction: str) -> list[Box]:
    found = []
    for entry in rules:
        assert (entry["enabled"], entry["action_type"]) == ("1", "1")
        assert entry["profiles"] == ["1", "2", "4"]
        if entry["direction"] != direction:
            continue
        inbound = direction == "in"
        # A setting that is not there stands for everything.
        assert ("remoteportranges" if inbound else "localportranges") not in entry
        ports = entry["localportranges" if inbound else "remoteportranges"]
        here, there = entry["localaddressranges"], entry["remoteaddressranges"]
        assert ports
        assert here
        assert there
        sides = (there, here) if inbound else (here, there)
        spans = tuple(map(port_span, ports))
        found.append(Box(TRANSPORTS[entry["protocol"]], spans, *map(addresses, sides)))
    return found


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=4))
def test_means_exactly_the_rules(rules: list[Rule]) -> None:
    made = read(written(*rules))
    for direction in ("in", "out"):
        assert difference(boxes(made, direction), one_family(rules, direction)) == []


def test_no_address_is_wider_than_the_rule() -> None:
    anybody = rule("a", sources=("0.0.0.0/0",), except_sources=("10.0.0.0/8",), ports=((80, 90),))
    made = read(written(anybody, rule("o", direction="out")))
    assert difference(boxes(made, "in"), one_family([anybody], "in")) == []
    assert [entry["direction"] for entry in made] == ["in", "out"]
    assert "*" not in json.dumps(made)
    assert "0.0.0.0/0" not in json.dumps(made)


def test_what_goes_out_is_left_alone_where_the_plan_filters_none_of_it() -> None:
    made = read(written(rule("i"), rule("o", direction="out"), firewall=OPEN))
    assert [entry["direction"] for entry in made] == ["in"]


def test_it_is_a_policy_of_intunes_firewall_rules() -> None:
    (policy,) = written(rule())
    assert policy["templateReference"] == {"templateId": "19c8aa67-f286-4861-9aa0-f23541d31680_1"}
    assert (policy["name"], policy["platforms"]) == ("Portwright server", "windows10")
    # Servers take it by Defender for Endpoint.
    assert policy["technologies"] == "mdm,microsoftSense"
    assert "block inbound connections and outbound ones by default" in policy["description"]


def test_more_rules_than_a_policy_holds_make_further_ones() -> None:
    made = written(*(rule(f"r-{port}", ports=(port,)) for port in range(1000, 1301)))
    assert [policy["name"] for policy in made] == [f"Portwright server {n} of 3" for n in (1, 2, 3)]
    names = [entry["name"] for entry in read(made)]
    assert len(names) == len(set(names)) == 301


def test_where_there_are_no_rules_there_is_no_policy() -> None:
    """A collection of nothing is nothing to send."""
    assert written(rule("o", direction="out"), firewall=OPEN) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    plan = Plan(name=text, firewalls={"server": FILTERED})
    (policy,) = written(rule("r", services=(text,)), plan=plan)
    (entry,) = read([policy])
    # The CSP takes neither in a name, and Microsoft's pages give no way to quote them.
    assert not set("/|") & set(entry["name"])
    for said in (policy["name"], policy["description"], entry["description"]):
        assert said.isascii()
        assert said.isprintable()
