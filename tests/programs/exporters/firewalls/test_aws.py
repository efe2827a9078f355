"""Security groups mean exactly what the rules say, in the template and in the script, and AWS takes
them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exporters.firewalls import aws
from tests.exporters.firewalls.test_aws import EVERYTHING, OPEN, cloud, template
from tests.tools.builders import CLIENTS, SERVER, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.programs import missing
from wizard.deployment import Deployment
from wizard.plan.model import Plan

NAME = "AWS_SECRET_ACCESS_KEY"


@pytest.fixture
def moto_ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    import boto3  # type: ignore[import-untyped]
    from moto import mock_aws

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv(NAME, "testing")
    with mock_aws():
        yield boto3.client("ec2")


def wanted(value: Deployment) -> list[tuple[str, str, int, int, str]]:
    return sorted(
        (way, line.transport, line.low, line.high, line.cidr)
        for group in aws.groups(value, "server")
        for way, lines in (("in", group.inbound), ("out", group.outbound))
        for line in lines
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_cloudformation_makes_the_groups(moto_ec2: Any) -> None:
    # moto's CloudFormation leaves out IPv6 and all that is outbound; the next test covers them.
    import boto3

    vpc = moto_ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    boto3.client("cloudformation").create_stack(
        StackName="portwright",
        TemplateBody=aws.files_of(EVERYTHING, "server")["aws-security-group.json"],
        Parameters=[{"ParameterKey": "VpcId", "ParameterValue": vpc}],
    )
    listed = moto_ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    made = [group for group in listed["SecurityGroups"] if group["GroupName"] != "default"]
    found = [one for group in made for one in permissions(group) if one[0] == "in"]
    assert sorted(found) == [
        one for one in wanted(EVERYTHING) if one[0] == "in" and ":" not in one[4]
    ]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_cloudformation_obeys_no_text(moto_ec2: Any) -> None:
    """All that templates and shells would obey, in ids, reasons and the plan's name."""
    import boto3

    vpc = moto_ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    texts = [text for text in hostile_to("cloudformation", "arm", "shell") if text.isprintable()]
    made = [rule(f"r{n}{text}", services=(text,), ports=(n + 1,)) for n, text in enumerate(texts)]
    plan = Plan(name="".join(texts), firewalls={"server": OPEN})
    value = deployment(*made, plan=plan, coverage={"server": (SERVER,)})
    body = aws.files_of(value, "server")["aws-security-group.json"]
    # A name that it evaluates, to see that it would.
    whole = json.loads(body)
    whole["Outputs"] = {"Control": {"Value": {"Fn::Sub": "${AWS::Region}"}}}
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName="hostile",
        TemplateBody=json.dumps(whole),
        Parameters=[{"ParameterKey": "VpcId", "ParameterValue": vpc}],
    )
    (stack,) = cloudformation.describe_stacks(StackName="hostile")["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == "eu-west-1"
    listed = moto_ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    groups = [group for group in listed["SecurityGroups"] if group["GroupName"] != "default"]
    found = sorted(one for group in groups for one in permissions(group) if one[0] == "in")
    assert found == [one for one in wanted(value) if one[0] == "in" and ":" not in one[4]]
    assert len(found) > 40
    assert {group["Description"] for group in groups} == {
        resource["Properties"]["GroupDescription"]
        for resource in whole["Resources"].values()
        if "GroupDescription" in resource["Properties"]
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_ec2_takes_every_entry_of_the_template(moto_ec2: Any) -> None:
    vpc = moto_ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for key, resource in template(EVERYTHING)["Resources"].items():
        group = moto_ec2.create_security_group(GroupName=key, Description="x", VpcId=vpc)["GroupId"]
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        moto_ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        for way in ("ingress", "egress"):
            entries = resource["Properties"][f"SecurityGroup{way.title()}"]
            authorize = getattr(moto_ec2, f"authorize_security_group_{way}")
            authorize(GroupId=group, IpPermissions=[permission(entry) for entry in entries])
        (made,) = moto_ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        assert sorted(permissions(made)) == wanted(EVERYTHING)


def permission(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of a template as EC2's own calls take it."""
    six = "CidrIpv6" in entry
    peer = {key: entry[key] for key in ("CidrIpv6" if six else "CidrIp", "Description")}
    ports: dict[str, Any] = {key: entry[key] for key in ("FromPort", "ToPort") if key in entry}
    return {"IpProtocol": entry["IpProtocol"], **ports, "Ipv6Ranges" if six else "IpRanges": [peer]}


def permissions(group: dict[str, Any]) -> Iterator[tuple[str, str, int, int, str]]:
    """The entries of a group as boto3 lists them."""
    for way, key in (("in", "IpPermissions"), ("out", "IpPermissionsEgress")):
        for one in group[key]:
            for peer in (*one["IpRanges"], *one["Ipv6Ranges"]):
                cidr = peer.get("CidrIp") or peer["CidrIpv6"]
                yield way, one["IpProtocol"], one.get("FromPort", -1), one.get("ToPort", -1), cidr


class Cloud:
    """Runs the script with the real AWS CLI against a moto server on loopback."""

    def __init__(self, endpoint: str, script: Path) -> None:
        import boto3

        self.script = script
        tools = Path(sys.executable).parent
        self.env = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            NAME: "testing",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }
        self.ec2 = boto3.client(
            "ec2",
            region_name="eu-west-1",
            endpoint_url=endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    def run(self, verb: str, value: Deployment) -> subprocess.CompletedProcess[str]:
        self.script.write_text(aws.files_of(value, "server")["aws.sh"])
        return subprocess.run(
            ["sh", str(self.script), verb, "--vpc", self.vpc],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def groups(self) -> dict[str, Any]:
        listed = self.ec2.describe_security_groups(
            Filters=[{"Name": "vpc-id", "Values": [self.vpc]}]
        )
        return {g["GroupName"]: g for g in listed["SecurityGroups"] if g["GroupName"] != "default"}


@pytest.fixture
def amazon(tmp_path: Path) -> Iterator[Cloud]:
    if shutil.which("aws", path=str(Path(sys.executable).parent)) is None:
        missing("the AWS CLI is missing")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Cloud(f"http://{host}:{port}", tmp_path / "aws.sh")
    finally:
        server.stop()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_script_makes_changes_and_deletes_the_groups(amazon: Cloud) -> None:
    assert amazon.run("check", EVERYTHING).returncode == 0
    assert amazon.groups() == {}
    for _ in range(2):
        done = amazon.run("apply", EVERYTHING)
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(permissions(amazon.groups()["portwright-server"])) == wanted(EVERYTHING)
    assert amazon.run("status", EVERYTHING).returncode == 0
    narrower = cloud(rule("web"), firewall=OPEN)
    assert amazon.run("status", narrower).returncode == 1
    assert amazon.run("apply", narrower).returncode == 0
    assert sorted(permissions(amazon.groups()["portwright-server"])) == [
        ("in", "tcp", 9191, 9191, CLIENTS),
        ("out", "-1", -1, -1, "0.0.0.0/0"),
        ("out", "-1", -1, -1, "::/0"),
    ]
    assert amazon.run("remove", narrower).returncode == 0
    assert amazon.groups() == {}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_script_leaves_a_strangers_group_alone(amazon: Cloud) -> None:
    amazon.ec2.create_security_group(
        GroupName="portwright-server", Description="mine", VpcId=amazon.vpc
    )
    before = amazon.groups()
    for verb in ("apply", "remove"):
        refused = amazon.run(verb, EVERYTHING)
        assert refused.returncode == 1
        assert "not this script's" in refused.stderr
    assert amazon.groups() == before


def test_usage(tmp_path: Path) -> None:
    script = tmp_path / "aws.sh"
    script.write_text(aws.files_of(EVERYTHING, "server")["aws.sh"])
    for words in (
        [],
        ["apply"],
        ["apply", "--vpc"],
        ["apply", "--vpc", "x;y"],
        ["explode", "--vpc", "vpc-1"],
    ):
        done = subprocess.run(["sh", str(script), *words], capture_output=True, check=False)
        assert done.returncode == 2, words
