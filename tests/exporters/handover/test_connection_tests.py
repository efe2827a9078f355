"""The scripts that try connections: every one is in them and nothing else, and no text in them
acts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from exporters.handover import connection_tests
from exporters.handover.checks import Check, checks_of
from tests.golden.make import golden_deployment
from tests.lab.plans import compiled
from tests.tools import worlds
from tests.tools.paths import CLINIC, DATA, PLANS
from tests.tools.ps_reader import commands, parse
from wizard.deployment import Deployment

FILES = [*PLANS, CLINIC]
PRODUCTS = ("cirrusprint", "cups", "papercut-mf", "papercut-ng", "printeron", "printix")
KNOWN = json.loads((DATA / "powershell-cmdlets.json").read_text())
# Cmdlets that the list of the firewall script does not have, with the parameters used here, as
# Windows PowerShell 5.1 documents them.
ALSO = {
    "ConvertFrom-Csv": {"Delimiter", "Header", "InputObject"},
    "Format-Table": {"AutoSize", "Wrap"},
    "Get-Command": {"Name"},
    "Invoke-WebRequest": {"Uri", "Proxy", "Method", "TimeoutSec", "UseBasicParsing"},
    "Out-String": {"Width"},
    "Receive-Job": {"Job"},
    "Remove-Job": {"Job", "Force"},
    "Select-Object": {"Last"},
    "Start-Job": {"ScriptBlock", "ArgumentList"},
    "Test-NetConnection": {"ComputerName", "Port", "InformationLevel"},
    "Wait-Job": {"Job", "Timeout"},
    "Where-Object": set[str](),
    "Write-Error": set[str](),
    "Write-Output": set[str](),
}


def plans() -> list[Deployment]:
    return [*map(worlds.world_of, FILES), *map(compiled, PRODUCTS)]


@pytest.fixture(params=[*FILES, *PRODUCTS], ids=str)
def value(request: pytest.FixtureRequest) -> Deployment:
    source = request.param
    return worlds.world_of(source) if isinstance(source, Path) else compiled(source)


def payload(text: str, name: str) -> list[list[str]]:
    """The rows of one of the lists in a shell script."""
    found = re.search(
        rf"^{name}\(\) \{{\n    cat <<'PORTWRIGHT_END'\n(.*?)^PORTWRIGHT_END$", text, re.M | re.S
    )
    assert found
    return [line.split("|") for line in found[1].splitlines() if line]


def test_every_connection_of_a_role_is_tried_or_named(value: Deployment) -> None:
    checks = checks_of(value)
    stopped = {
        k
        for f in value.findings
        if f.code in ("no-path", "cleartext-over-untrusted")
        for k in f.subjects
    }
    for flow in value.flows:
        if flow.scope == "loopback" or (
            flow.sources == flow.destinations and len(flow.sources) == 1
        ):
            continue
        own = [
            c
            for c in checks
            if (c.from_, c.to) == (flow.from_, flow.to) and flow.service in c.service
        ]
        assert {*flow.ports} <= {c.ports for c in own}
        tried = (
            flow.transport == "tcp"
            and flow.scope != "link-local"
            and any(high - low < 8 for low, high in flow.ports)
            and flow.sources
            and flow.destinations
        )
        if tried and flow.id not in stopped and not any(flow.id in f.flows for f in value.forwards):
            assert any(c.how != "none" for c in own), flow
    for entry in value.allowlist:
        assert [
            c
            for c in checks
            if c.to == "internet" and c.port == str(entry.port) and c.how != "none"
        ] or "*" in entry.host


def test_what_is_tried_is_let_through(value: Deployment) -> None:
    """No script tries what no rule lets through: where a firewall guards the target, it has a rule
    for it.
    """
    for check in checks_of(value):
        if check.how != "tcp" or not check.host or check.to == "internet":
            continue
        target = check.host + ("/128" if ":" in check.host else "/32")
        for name in value.coverage:
            if target in value.covered(name):
                held = [
                    r
                    for r in value.rules_of(name)
                    if r.direction == "in"
                    and target in r.destinations
                    and any(low <= check.ports[0] <= high for low, high in r.ports)
                ]
                assert held, check


def test_scripts_hold_the_checks(value: Deployment) -> None:
    files = connection_tests.files(value)
    checks = checks_of(value)
    roles = {c.from_ for c in checks if c.how != "none"}
    assert files.keys() == {f"tests/from-{role}.{kind}" for role in roles for kind in ("sh", "ps1")}
    for role in roles:
        own = [c for c in checks if c.from_ == role]
        text, windows = files[f"tests/from-{role}.sh"], files[f"tests/from-{role}.ps1"]
        assert text.isascii()
        rows = payload(text, "list")
        assert [
            (row[0], row[1].partition(".")[0] if row[0] == "named" else row[1], row[2])
            for row in rows
        ] == [
            (c.how if c.host else "named", c.host or c.to, c.port) for c in own if c.how != "none"
        ]
        assert {len(row) for row in rows} == {8}
        aside = payload(text, "aside")
        assert len(aside) == sum(c.how == "none" for c in own)
        assert {len(row) for row in aside} <= {4}
        for row in (*rows, *aside):
            assert "|".join(row) + "\r\n" in windows


def test_what_is_not_tried_says_why() -> None:
    why = {
        (c.to, c.transport): c.why_not
        for c in checks_of(golden_deployment("clinic"))
        if c.how == "none"
    }
    assert why["database-server", "tcp"] == "waits for the address of the database server"
    assert why["dns-server", "udp"] == "UDP services do not answer an empty packet"
    assert why["internet", "tcp"] == "any host below this name; name one that you use"


def test_what_is_waited_for_keeps_its_capitals() -> None:
    """DNS over TCP to a name server that has no place yet."""
    value = worlds.world(worlds.OFFICE, "[products.papercut-ng.features]\nname-lookup = {}")
    checks = [check for check in checks_of(value) if check.to == "dns-server"]
    assert {(check.transport, check.why_not) for check in checks} == {
        ("tcp", "waits for the address of the DNS server"),
        ("udp", "waits for the address of the DNS server"),
    }


def test_from_outside_the_public_address_is_tried() -> None:
    value = compiled("cirrusprint")
    outside = [c for c in checks_of(value) if c.from_ == "internet"]
    assert {c.host for c in outside if c.how == "tcp"} >= {"203.0.113.7"}
    waiting = [c for c in checks_of(golden_deployment("clinic")) if c.from_ == "internet"]
    assert {c.service: c.why_not for c in waiting} == {
        "Remote web access and clients (HTTP)": "no way for it in this plan, see the findings",
        "Remote web access and clients (HTTPS)": "waits for the public address",
    }


def test_through_the_proxy_and_from_the_proxy() -> None:
    found: list[Check] = [
        c for c in checks_of(golden_deployment("clinic")) if c.host == "storage.googleapis.com"
    ]
    assert [(c.from_, c.how, c.via) for c in found] == [
        ("print-server", "proxy", ("10.0.10.80", 3128)),
        ("web-proxy", "tcp", None),
    ]


@pytest.mark.parametrize("source", FILES[:3], ids=str)
def test_powershell_is_read_and_has_only_what_windows_has(source: Path) -> None:
    value = worlds.world_of(source)
    for path, text in connection_tests.files(value).items():
        if not path.endswith(".ps1"):
            continue
        assert text.count("\r\n") == text.count("\n")
        for command in commands(parse(text.replace("\r\n", "\n"))):
            known = {*ALSO.get(command.name, ()), *KNOWN["cmdlets"].get(command.name, ())}
            assert command.name in ALSO or command.name in KNOWN["cmdlets"], command
            assert command.parameters.keys() <= {
                f"-{name}" for name in (*known, *KNOWN["common"])
            }, command


def test_udp_is_never_said_to_connect() -> None:
    for value in plans():
        for path, text in connection_tests.files(value).items():
            if path.endswith(".sh"):
                udp = [row for row in payload(text, "aside") if row[1].endswith("/udp")]
                assert all(
                    "do not answer" in row[3]
                    or "one network" in row[3]
                    or "no way" in row[3]
                    or "waits for" in row[3]
                    for row in udp
                )
        assert all(check.how == "none" for check in checks_of(value) if check.transport == "udp")
