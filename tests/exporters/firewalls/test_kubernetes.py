"""Network policies have the shape of the API and mean exactly what the rules say."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from exporters.firewalls import kubernetes
from exporters.format import CannotSay
from tests.exporters.firewalls.test_aws import INTERNET, meaning
from tests.tools.builders import HOST, SERVER, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, addresses, difference
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule

FILTERED = msgspec.structs.replace(HOST, egress="filtered")
OTHER = "10.0.10.6/32"
SIX = "2001:db8:1::5/128"

# NetworkPolicy of networking.k8s.io/v1 as the API takes it, as far as a policy of addresses goes.
_LABELS = {
    "type": "object",
    "propertyNames": {"pattern": r"^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"},
    "additionalProperties": {
        "type": "string",
        "pattern": r"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",
    },
}
_BLOCK = {
    "type": "object",
    "required": ["cidr"],
    "properties": {"cidr": {"type": "string"}, "except": {"type": "array", "minItems": 1}},
    "additionalProperties": False,
}
_PEERS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["ipBlock"],
        "properties": {"ipBlock": _BLOCK},
        "additionalProperties": False,
    },
}
_PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
_PORTS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["protocol", "port"],
        "properties": {"protocol": {"enum": ["TCP", "UDP"]}, "port": _PORT, "endPort": _PORT},
        "additionalProperties": False,
    },
}


def _side(end: str) -> dict[str, Any]:
    item = {
        "type": "object",
        "required": [end, "ports"],
        "properties": {end: _PEERS, "ports": _PORTS},
        "additionalProperties": False,
    }
    return {"type": "array", "items": item}


POLICY = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "additionalProperties": False,
    "properties": {
        "apiVersion": {"const": "networking.k8s.io/v1"},
        "kind": {"const": "NetworkPolicy"},
        "metadata": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": {"pattern": r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"},
                "labels": _LABELS,
                "annotations": {
                    "type": "object",
                    "propertyNames": _LABELS["propertyNames"],
                    "additionalProperties": {"type": "string"},
                },
            },
        },
        "spec": {
            "type": "object",
            "required": ["podSelector", "policyTypes", "ingress"],
            "additionalProperties": False,
            "properties": {
                "podSelector": {"properties": {"matchLabels": _LABELS}},
                "policyTypes": {"enum": [["Ingress"], ["Ingress", "Egress"]]},
                "ingress": _side("from"),
                "egress": _side("to"),
            },
        },
    },
}


def pods(*rules: Rule, covered: tuple[str, ...] = (SERVER,), **more: Any) -> Deployment:
    return deployment(*rules, firewalls={"server": FILTERED}, coverage={"server": covered}, **more)


def policies(value: Deployment) -> list[dict[str, Any]]:
    whole = json.loads(kubernetes.files_of(value, "server")["networkpolicy.json"])
    assert (whole["apiVersion"], whole["kind"]) == ("v1", "List")
    for policy in whole["items"]:
        Draft202012Validator(POLICY).validate(policy)
    made: list[dict[str, Any]] = whole["items"]
    return made


def read(value: Deployment) -> dict[str, list[Box]]:
    """What is let through by direction, for the machines that the policies' notes name."""
    boxes: dict[str, list[Box]] = {"in": [], "out": []}
    for policy in policies(value):
        named = policy["metadata"]["annotations"]["portwright/for"]
        machines = [one for one in named.split(", ") if one]
        for way, key, end in (("in", "ingress", "from"), ("out", "egress", "to")):
            for entry in policy["spec"][key]:
                for peer in entry[end]:
                    boxes[way] += _boxes(way, machines, peer["ipBlock"], entry["ports"])
    return boxes


def _boxes(
    way: str, machines: list[str], block: dict[str, Any], ports: list[dict[str, Any]]
) -> list[Box]:
    net = ipaddress.ip_network(block["cidr"])
    for one in block.get("except", ()):
        assert ipaddress.ip_network(one).subnet_of(net)  # type: ignore[arg-type]
    own = addresses(one for one in machines if (":" in one) == (net.version == 6))
    there, excepted = addresses([block["cidr"]]), addresses(block.get("except", ()))
    boxes = []
    for port in ports:
        spans = ((port["port"], port.get("endPort", port["port"])),)
        transport = port["protocol"].lower()
        boxes.append(
            Box(transport, spans, there, own, excepted)
            if way == "in"
            else Box(transport, spans, own, there, (), excepted)
        )
    return boxes


coverage = st.sampled_from([("10.1.0.7/32",), ("10.1.0.0/24", SIX), (SIX,), ()])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=3), coverage)
def test_means_exactly_the_rules(rules: list[Rule], covered: tuple[str, ...]) -> None:
    boxes = read(pods(*rules, covered=covered))
    for way in ("in", "out"):
        assert difference(boxes[way], meaning(rules, way, covered)) == []


def test_rules_for_one_machine_are_a_policy_with_a_label_of_its_own() -> None:
    value = pods(
        rule("both", ports=(22,), destinations=(SERVER, OTHER)),
        rule("one", ports=(631,)),
        covered=(SERVER, OTHER),
    )
    assert [policy["spec"]["podSelector"]["matchLabels"] for policy in policies(value)] == [
        {"portwright/firewall": "server"},
        {"portwright/firewall": "server", "portwright/part-2": "yes"},
    ]


def test_what_no_rule_lets_in_is_denied() -> None:
    (policy,) = policies(pods())
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert (policy["spec"]["ingress"], policy["spec"]["egress"]) == ([], [])


def test_the_internet_has_its_exceptions_beside_it() -> None:
    (policy,) = policies(pods(rule(**INTERNET)))
    ((peer,),) = [entry["from"] for entry in policy["spec"]["ingress"]]
    assert peer["ipBlock"] == {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "192.168.0.0/16"]}


@pytest.mark.parametrize("text", hostile_to("yaml", "jinja"))
def test_hostile_text_stays_in_the_notes(text: str) -> None:
    hostile = rule(text or "r", services=(text,), from_=text)
    value = pods(hostile, plan=Plan(name=text, firewalls={"server": FILTERED}))
    assert difference(read(value)["in"], meaning([hostile], "in", (SERVER,))) == []
    made = kubernetes.files_of(value, "server")["networkpolicy.json"]
    assert re.fullmatch(r"[\x20-\x7e\n]*", made)


def test_a_name_that_can_be_no_label_is_refused() -> None:
    value = deployment(firewalls={"server-": FILTERED}, coverage={"server-": (SERVER,)})
    with pytest.raises(CannotSay, match="can be no label"):
        kubernetes.files_of(value, "server-")
