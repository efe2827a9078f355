"""Security groups mean exactly what the rules say, in the template and in the script, and AWS takes
them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import aws
from exporters.format import CannotSay
from exporters.table import format_named
from tests.tools.builders import CLIENTS, SERVER, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.programs import missing
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, addresses, box_of, difference
from tests.tools.worlds import world
from wizard.deployment import Deployment
from wizard.network.addresses import overlap
from wizard.plan.model import Firewall, Plan
from wizard.rules.limits import AWS_RULES, passed_limits
from wizard.rules.model import Rule

OPEN = Firewall(kind="cloud", role="print-server", provider="aws", internet="exact")
FILTERED = msgspec.structs.replace(OPEN, egress="filtered")
OTHER = "10.0.10.6/32"
SIX = "2001:db8:1::5/128"
ALLOWED = re.compile(r"[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{0,255}")


def cloud(
    *rules: Rule, firewall: Firewall = FILTERED, covered: tuple[str, ...] = (SERVER,)
) -> Deployment:
    return deployment(*rules, firewalls={"server": firewall}, coverage={"server": covered})


def template(value: Deployment) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(aws.files_of(value, "server")["aws-security-group.json"])
    return made


def read(value: Deployment) -> dict[str, list[Box]]:
    """The template's boxes by direction. The entry that stands for 'nothing outbound' lets nothing
    out.
    """
    found: dict[str, list[Box]] = {"in": [], "out": []}
    for resource in template(value)["Resources"].values():
        machines = resource["Metadata"]["Portwright"]["Machines"]
        for way, key in (("in", "SecurityGroupIngress"), ("out", "SecurityGroupEgress")):
            entries = resource["Properties"][key]
            seen = [json.dumps({k: v for k, v in e.items() if k != "Description"}) for e in entries]
            assert len(seen) == len(set(seen)), "AWS refuses the same entry twice"
            for entry in entries:
                if entry["IpProtocol"] == "-1":
                    assert entry["CidrIp"] == "127.0.0.1/32"
                    assert len(entries) == 1
                    continue
                cidr = entry.get("CidrIp") or entry["CidrIpv6"]
                own = [one for one in machines if (":" in one) == (":" in cidr)]
                here, there = addresses(own), addresses([cidr])
                ports = ((entry["FromPort"], entry["ToPort"]),)
                sides = (there, here) if way == "in" else (here, there)
                found[way].append(Box(entry["IpProtocol"], ports, *sides))
    return found


def meaning(rules: list[Rule], direction: str, covered: tuple[str, ...]) -> list[Box]:
    """The rules' boxes, of one family each, as far as they concern the machines that have the
    group.
    """
    made = []
    for entry in rules:
        if entry.direction != direction:
            continue
        box = box_of(entry)
        sources = tuple(span for span in box.sources if span[0] == entry.family)
        destinations = tuple(span for span in box.destinations if span[0] == entry.family)
        own = entry.destinations if direction == "in" else entry.sources
        held = addresses(
            overlap([cidr for cidr in own if (":" in cidr) == (entry.family == 6)], covered)
        )
        sides = (sources, held) if direction == "in" else (held, destinations)
        made.append(box._replace(sources=sides[0], destinations=sides[1]))
    return made


coverage = st.sampled_from([("10.1.0.7/32",), ("10.1.0.0/24", SIX), ("10.0.0.0/8",), (SIX,), ()])


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=4), coverage)
def test_means_exactly_the_rules(rules: list[Rule], covered: tuple[str, ...]) -> None:
    found = read(cloud(*rules, covered=covered))
    for way in ("in", "out"):
        assert difference(found[way], meaning(rules, way, covered)) == []


@settings(max_examples=30)
@given(st.lists(host_rules("in"), max_size=4), coverage)
def test_no_group_holds_more_than_it_may(rules: list[Rule], covered: tuple[str, ...]) -> None:
    value = cloud(*rules, covered=covered)
    excess = list(passed_limits(value.plan, value.rules, lambda name: covered))
    if excess:
        with pytest.raises(CannotSay, match="security groups at one machine"):
            aws.files_of(value, "server")
        return
    made = aws.groups(value, "server")
    for group in made:
        for six in (True, False):
            assert sum((":" in line.cidr) == six for line in group.inbound) <= AWS_RULES


def networks(count: int) -> tuple[str, ...]:
    return tuple(f"10.{n >> 8}.{n & 255}.0/24" for n in range(0, 2 * count, 2))


def test_more_than_a_group_takes_is_split_and_more_than_five_refused() -> None:
    value = cloud(rule(sources=networks(130)))
    made = aws.groups(value, "server")
    assert [(group.name, len(group.inbound)) for group in made] == [
        ("portwright-server", 60),
        ("portwright-server-2", 60),
        ("portwright-server-3", 10),
    ]
    assert {group.machines for group in made} == {(SERVER,)}
    assert difference(read(value)["in"], meaning(list(value.rules), "in", (SERVER,))) == []
    aws.files_of(cloud(rule(sources=networks(300))), "server")
    with pytest.raises(CannotSay, match="it needs 6 security groups at one machine"):
        aws.files_of(cloud(rule(sources=networks(301))), "server")


INTERNET: dict[str, Any] = {
    "sources": ("0.0.0.0/0",),
    "except_sources": ("10.0.0.0/8", "192.168.0.0/16"),
}
EVERYTHING_OUT = msgspec.structs.replace(FILTERED, internet="everything")


def test_the_internet_is_everything_unless_it_is_wanted_exactly() -> None:
    value = cloud(rule("web", ports=(443,), **INTERNET), firewall=EVERYTHING_OUT)
    (group,) = aws.groups(value, "server")
    assert [line.cidr for line in group.inbound] == ["0.0.0.0/0"]
    assert "the internet is everything here, own networks too" in group.description
    said = "# 'The internet' is written as everything: on 443/tcp own networks are let through too."
    assert said.replace("'", "") in aws.files_of(value, "server")["aws.sh"].replace("'", "")
    exact = cloud(rule("web", ports=(443,), **INTERNET))
    assert len(aws.groups(exact, "server")[0].inbound) > 10
    assert "written as everything" not in aws.files_of(exact, "server")["aws.sh"]


def test_what_must_never_be_keeps_the_internet_exact() -> None:
    """Guests must never reach the server on 443: 'everything' would hold them."""
    office = world(
        """
        format = 1
        [products.papercut-mf]
        [zones.servers]
        networks = ["10.0.10.0/24"]
        [zones.guests]
        networks = ["10.0.20.0/22"]
        [roles.print-server]
        addresses = ["10.0.10.5"]
        [never.guests]
        from = { zones = ["guests"] }
        to = { zones = ["servers"] }
        ports = [443]
        """
    )
    rules = rule("web", ports=(443,), **INTERNET), rule("mail", ports=(25,), **INTERNET)
    value = cloud(*rules, firewall=EVERYTHING_OUT)
    value = msgspec.structs.replace(value, denials=office.denials)
    by_port: dict[int, int] = {}
    for line in aws.groups(value, "server")[0].inbound:
        by_port[line.low] = by_port.get(line.low, 0) + 1
    assert by_port[25] == 1
    assert by_port[443] > 10


def test_a_group_whose_provider_nobody_named_is_refused_by_name() -> None:
    unnamed = Firewall(kind="cloud", role="print-server")
    value = cloud(rule(), firewall=unnamed)
    entry = format_named("aws")
    assert entry
    (refusal,) = entry.render(value).refused
    assert refusal.why.startswith("to be supplied: provider: nobody has said whose cloud it is.")
    other = cloud(rule(), firewall=msgspec.structs.replace(unnamed, provider="other"))
    assert not entry.fits(other)


def test_rules_for_one_machine_do_not_open_another() -> None:
    value = cloud(
        rule("both", ports=(22,), destinations=(SERVER, OTHER)),
        rule("one", ports=(631,)),
        rule("other", ports=(9191,), destinations=(OTHER,)),
        covered=(SERVER, OTHER),
    )
    made = aws.groups(value, "server")
    assert [
        (group.name, group.machines, [line.low for line in group.inbound]) for group in made
    ] == [
        ("portwright-server", (SERVER, OTHER), [22]),
        ("portwright-server-2", (SERVER,), [631]),
        ("portwright-server-3", (OTHER,), [9191]),
    ]


def test_too_many_groups_at_one_machine_are_a_finding() -> None:
    covered = tuple(f"10.0.10.{n}/32" for n in range(1, 8))
    rules = [rule(f"r{n}", ports=(n,), destinations=covered[:n]) for n in range(1, 7)]
    value = cloud(*rules, covered=covered)
    assert [
        text.split(";")[0] for _, text in passed_limits(value.plan, rules, lambda name: covered)
    ] == [
        "server needs 7 security groups at one machine, of 60 entries for each direction and family"
    ]


def test_entries_that_differ_only_in_their_reason_are_one() -> None:
    value = cloud(rule("a", services=("One",)), rule("b", services=("Two",), status="optional"))
    (entry,) = template(value)["Resources"]["Group"]["Properties"]["SecurityGroupIngress"]
    assert entry["Description"] == "a b One; Two (user-computer to print-server)"


def test_open_egress_is_stated() -> None:
    value = cloud(rule(), firewall=OPEN)
    egress = template(value)["Resources"]["Group"]["Properties"]["SecurityGroupEgress"]
    assert [(e["IpProtocol"], e.get("CidrIp"), e.get("CidrIpv6")) for e in egress] == [
        ("-1", "0.0.0.0/0", None),
        ("-1", None, "::/0"),
    ]


def test_no_vpc_is_written() -> None:
    made = template(cloud(rule()))
    assert made["Parameters"]["VpcId"]["Type"] == "AWS::EC2::VPC::Id"
    assert made["Resources"]["Group"]["Properties"]["VpcId"] == {"Ref": "VpcId"}
    assert not re.search(
        r"vpc-[0-9a-f]+\b(?<!vpc-id)", "".join(aws.files_of(cloud(rule()), "server").values())
    )


@pytest.mark.parametrize("text", hostile_to("cloudformation", "shell"))
def test_hostile_text_is_inert(text: str) -> None:
    hostile = rule(text or "r", services=(text,))
    plan = Plan(name=text, firewalls={"server": OPEN})
    value = deployment(hostile, plan=plan, coverage={"server": (SERVER,)})
    files = aws.files_of(value, "server")
    assert all(file.isascii() for file in files.values())
    made = json.loads(files["aws-security-group.json"])
    properties = made["Resources"]["Group"]["Properties"]
    for entry in (*properties["SecurityGroupIngress"], *properties["SecurityGroupEgress"]):
        assert ALLOWED.fullmatch(entry["Description"])
        assert not set(entry["Description"]) & set("{}$!|\"'`\\")
    assert ALLOWED.fullmatch(properties["GroupDescription"])
    calm = aws.files_of(cloud(rule("r"), firewall=OPEN), "server")["aws.sh"]
    assert len(files["aws.sh"].splitlines()) == len(calm.splitlines())


def test_dynamic_references_of_cloudformation_are_not_made() -> None:
    value = cloud(rule(services=("{{resolve:secretsmanager:x}} ${AWS::AccountId}",)))
    assert "{{" not in aws.files_of(value, "server")["aws-security-group.json"]


def test_same_rules_same_bytes() -> None:
    assert aws.files_of(cloud(rule()), "server") == aws.files_of(cloud(rule()), "server")


# With the tools that load it

EVERYTHING = cloud(
    rule("web", ports=(9191, (9200, 9210)), sources=(CLIENTS, "10.0.30.0/24")),
    rule("six", sources=("2001:db8:20::/64",), destinations=(SIX,)),
    rule("net", sources=("0.0.0.0/0",), except_sources=("10.0.0.0/8",), transport="udp"),
    rule("dns", direction="out", transport="udp", ports=(53,), sources=(SERVER,), destinations=("10.0.10.53/32",)),
    covered=(SERVER, SIX),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("value", [EVERYTHING, cloud(), cloud(rule(), firewall=OPEN)])
def test_cfn_lint_finds_nothing(value: Deployment, tmp_path: Path) -> None:
    try:
        from cfnlint import api  # type: ignore[import-untyped]
    except ImportError:
        missing("cfn-lint is missing")
    found = api.lint_all(aws.files_of(value, "server")["aws-security-group.json"])
    assert [match for match in found if match.rule.severity != "informational"] == []
