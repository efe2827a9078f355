"""Azure's groups mean exactly what the rules say, in the template and for Terraform; Terraform's
groups of AWS are those of the template for AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exporters.firewalls import aws, azure, terraform
from exporters.format import CannotSay
from tests.exporters.firewalls.test_aws import EVERYTHING_OUT, INTERNET, meaning
from tests.exporters.firewalls.test_aws import FILTERED as AWS
from tests.tools.builders import SERVER, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, addresses, difference, port_span
from wizard.deployment import Deployment
from wizard.plan.model import Firewall, Plan
from wizard.rules.model import Rule

EXACT = msgspec.structs.replace(AWS, provider="azure")
OTHER = "10.0.10.6/32"
SIX = "2001:db8:1::5/128"
DESCRIPTION = re.compile(r"[A-Za-z0-9 ._,:;/()+=@-]{0,140}")


def cloud(
    *rules: Rule, firewall: Firewall = EXACT, covered: tuple[str, ...] = (SERVER,), **more: Any
) -> Deployment:
    return deployment(*rules, firewalls={"server": firewall}, coverage={"server": covered}, **more)


def template(value: Deployment) -> list[dict[str, Any]]:
    """The rules of the one group, as the ARM template has them."""
    whole = json.loads(azure.files_of(value, "server")["azure-nsg.json"])
    (group,) = whole["resources"]
    assert group["tags"] == {"portwright": "server"}
    return [
        {"name": one["name"], **one["properties"]} for one in group["properties"]["securityRules"]
    ]


def of_terraform(value: Deployment) -> list[dict[str, Any]]:
    """The same as Terraform has them, under ARM's names."""
    whole = json.loads(terraform.files_of(value, "server")["main.tf.json"])
    (group,) = whole["resource"]["azurerm_network_security_group"].values()
    return [
        {re.sub(r"_(\w)", lambda m: m[1].upper(), key): one[key] for key in one}
        for one in group["security_rule"]
    ]


def boxes(rules: list[dict[str, Any]]) -> dict[str, list[Box]]:
    """What is let through by direction; the last rule of a direction denies the rest."""
    let_through: dict[str, list[Box]] = {"in": [], "out": []}
    priorities = {(one["direction"], one["priority"]) for one in rules}
    assert len(priorities) == len(rules) == len({one["name"] for one in rules})
    for one in rules:
        assert 100 <= one["priority"] <= 4096
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", one["name"])
        assert DESCRIPTION.fullmatch(one["description"])
        assert one["sourcePortRange"] == "*"
        if one["access"] == "Deny":
            assert one["priority"] == 4096
            ends = ("sourceAddressPrefix", "destinationAddressPrefix", "destinationPortRange")
            assert [one["protocol"], *(one[end] for end in ends)] == ["*"] * 4
            continue
        assert one["access"] == "Allow"
        sources, destinations = (
            addresses(one[end]) for end in ("sourceAddressPrefixes", "destinationAddressPrefixes")
        )
        assert len({span[0] for span in (*sources, *destinations)}) == 1, "families mixed"
        spans = tuple(map(port_span, one["destinationPortRanges"]))
        way = {"Inbound": "in", "Outbound": "out"}[one["direction"]]
        let_through[way].append(Box(one["protocol"].lower(), spans, sources, destinations))
    return let_through


coverage = st.sampled_from([("10.1.0.7/32",), ("10.1.0.0/24", SIX), (SIX,), ()])


MIXED = rule(
    "r-0", sources=("::/0",), destinations=("0.0.0.0/0", "::/0"), except_destinations=(OTHER,)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=3), coverage)
@example([MIXED], ("10.1.0.0/24", SIX))
def test_means_exactly_the_rules(rules: list[Rule], covered: tuple[str, ...]) -> None:
    value = cloud(*rules, covered=covered)
    made = template(value)
    assert of_terraform(value) == made
    let_through = boxes(made)
    for way in ("in", "out"):
        assert difference(let_through[way], meaning(rules, way, covered)) == []


@pytest.mark.parametrize(("egress", "closed"), [("open", 1), ("filtered", 2)])
def test_what_no_rule_allows_is_denied(egress: Any, closed: int) -> None:
    """Azure's own rules would let in all of the virtual network."""
    made = template(cloud(rule(), firewall=msgspec.structs.replace(EXACT, egress=egress)))
    denied = [one["direction"] for one in made if one["access"] == "Deny"]
    assert denied == ["Inbound", "Outbound"][:closed]


def test_a_rule_for_one_machine_opens_no_other() -> None:
    value = cloud(rule("one"), rule("other", destinations=(OTHER,)), covered=(SERVER, OTHER))
    assert [one.get("destinationAddressPrefixes") for one in template(value)] == [
        [SERVER],
        [OTHER],
        None,
        None,
    ]


def test_the_internet_is_everything_unless_it_is_wanted_exactly() -> None:
    firewall = msgspec.structs.replace(EVERYTHING_OUT, provider="azure")
    value = cloud(rule("web", ports=(443,), **INTERNET), firewall=firewall)
    assert template(value)[0]["sourceAddressPrefixes"] == ["0.0.0.0/0"]
    for text in (
        *azure.files_of(value, "server").values(),
        *terraform.files_of(value, "server").values(),
    ):
        assert "on 443/tcp own networks are let through too" in text
    exact = template(cloud(rule("web", ports=(443,), **INTERNET)))
    assert len(exact[0]["sourceAddressPrefixes"]) > 10


def test_more_than_a_group_takes_is_refused_with_the_numbers() -> None:
    networks = tuple(f"10.{n >> 8}.{n & 255}.0/24" for n in range(0, 8000, 2))
    with pytest.raises(CannotSay, match=r"it needs 3 rules with 4008 addresses and ports; .* 4000"):
        azure.files_of(cloud(rule(sources=networks)), "server")


@pytest.mark.parametrize("text", hostile_to("arm", "cloudformation", "shell"))
def test_hostile_text_is_no_template(text: str) -> None:
    hostile = rule(text or "r", services=(text, "${var.x} %{if true} [resourceGroup().id]"))
    for firewall in (EXACT, AWS):
        value = cloud(
            hostile, firewall=firewall, plan=Plan(name=text, firewalls={"server": firewall})
        )
        for string in strings(json.loads(terraform.files_of(value, "server")["main.tf.json"])):
            assert "%{" not in string
            assert "${" not in string or re.fullmatch(
                r"\$\{(var|aws_\w+|azurerm_\w+)[.\w]+\}", string
            )
        if firewall is EXACT:
            whole = json.loads(azure.files_of(value, "server")["azure-nsg.json"])
            ours = [one for one in strings(whole) if one.startswith("[")]
            assert len(ours) == 3
            assert (
                difference(boxes(template(value))["in"], meaning([hostile], "in", (SERVER,))) == []
            )


def strings(node: Any) -> Iterator[str]:
    """Every string in a JSON document, keys not among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def test_terraform_has_the_entries_of_the_template_for_aws() -> None:
    rules = (
        rule("web", ports=(443, (9200, 9999)), sources=("10.0.20.0/22", "10.0.9.0/24")),
        rule("six", sources=("2001:db8::/64",), destinations=(SIX,)),
        rule("out", direction="out", sources=(SERVER,), destinations=("10.9.0.0/16",)),
    )
    value = cloud(*rules, firewall=AWS, covered=(SERVER, SIX))
    whole = json.loads(terraform.files_of(value, "server")["main.tf.json"])
    groups = aws.groups(value, "server")
    listed = {
        (f"${{aws_security_group.{group.key.lower()}.id}}", way, line)
        for group in groups
        for way, lines in (("ingress", group.inbound), ("egress", group.outbound))
        for line in lines
    }
    resources = whole["resource"]
    assert set(resources["aws_security_group"]) == {group.key.lower() for group in groups}
    read = set()
    for way in ("ingress", "egress"):
        for entry in resources[f"aws_vpc_security_group_{way}_rule"].values():
            cidr = entry.get("cidr_ipv4") or entry["cidr_ipv6"]
            line = aws.Permission(
                entry["ip_protocol"],
                entry["from_port"],
                entry["to_port"],
                cidr,
                entry["description"],
            )
            read.add((entry["security_group_id"], way, line))
    assert read == listed
