"""The PowerShell script means exactly what the rules say, and uses only what Windows has."""

from __future__ import annotations

import json
import re
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import windows
from exporters.script import guard_lines
from tests.cases.case import plan_text
from tests.tools.builders import CLIENTS, HOST, SERVER, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.paths import DATA
from tests.tools.ps_reader import boxes, commands, functions, parse, plan_rules
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import Box, admits, box_of, difference
from tests.tools.worlds import world
from wizard.plan.model import Firewall, Plan
from wizard.rules.model import Rule

OPEN = msgspec.structs.replace(HOST, platform="windows", management=("rdp",))
FILTERED = msgspec.structs.replace(OPEN, egress="filtered")
KNOWN = json.loads((DATA / "powershell-cmdlets.json").read_text())
WAYS = {"in": "Inbound", "out": "Outbound"}


def script(*rules: Rule, firewall: Firewall = FILTERED, plan: Plan | None = None) -> str:
    return windows.files_of(
        deployment(*rules, firewalls={"server": firewall}, plan=plan), "server"
    )["windows.ps1"]


def one_family(rules: list[Rule], direction: str) -> list[Box]:
    made = []
    for entry in rules:
        if entry.direction == direction:
            box = box_of(entry)
            made.append(
                box._replace(
                    sources=tuple(span for span in box.sources if span[0] == entry.family),
                    destinations=tuple(
                        span for span in box.destinations if span[0] == entry.family
                    ),
                )
            )
    return made


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=4))
def test_means_exactly_the_rules(rules: list[Rule]) -> None:
    made = commands(parse(script(*rules)))
    for way, name in WAYS.items():
        assert difference(boxes(made, name), one_family(rules, way)) == []


@pytest.mark.parametrize("firewall", [OPEN, FILTERED])
def test_every_command_and_parameter_exists(firewall: Firewall) -> None:
    multicast = rule("m", transport="udp", destinations=(SERVER, "224.0.0.251/32"))
    root = parse(script(rule(), multicast, rule("o", direction="out"), firewall=firewall))
    own = functions(root)
    made = commands(root)
    assert len(made) > 100
    for command in made:
        if command.name in own:
            continue
        assert command.name in KNOWN["cmdlets"], command
        allowed = {f"-{name}" for name in (*KNOWN["cmdlets"][command.name], *KNOWN["common"])}
        assert set(command.parameters) <= allowed, command
        assert not command.loose, command


def test_the_firewalls_cmdlets_stop_on_errors() -> None:
    # They are functions of a module and never see the script's preference.
    for command in commands(parse(script(rule()))):
        if re.search("Net|ScheduledTask", command.name):
            assert "-ErrorAction" in command.parameters, command


def test_changes_stand_behind_should_process() -> None:
    text = script(rule())
    for verb in ("Apply", "Confirm", "Rollback", "Remove", "Policy"):
        body = text[text.index(f"function Invoke-{verb}") :]
        body = body[: body.index("\n}\n")]
        asked = body.index("$PSCmdlet.ShouldProcess")
        changes = re.finditer(
            r"(New|Set|Remove|Enable|Disable|Register)-\w+|Restore-Former|Write-State|Start-Timer|Stop-Timer",
            body,
        )
        assert all(change.start() > asked for change in changes), verb
    assert "SupportsShouldProcess" in text


def test_no_rule_blocks() -> None:
    for command in commands(parse(script(rule(), rule("o", direction="out")))):
        if command.name == "New-NetFirewallRule":
            assert command.parameters["-Action"] == ["Allow"]
            assert command.parameters["-Group"] == ["Portwright server"]


def test_new_rules_stand_before_old_ones_go() -> None:
    body = script(rule())
    body = body[body.index("function Invoke-Apply") :]
    order = [
        "Start-Timer",
        "Add-OwnRules",
        "Set-Closed",
        "Disable-NetFirewallRule",
        "Remove-NetFirewallRule",
    ]
    places = [body.index(name) for name in order]
    assert places == sorted(places)


def test_group_policy_gets_the_rules_and_is_saved_as_a_whole_at_the_end() -> None:
    text = script(rule())
    body = text[text.index("function Invoke-Policy") :]
    body = body[: body.index("\n}\n")]
    order = [
        "Open-NetGPO",
        "'New-NetFirewallRule:GPOSession' = $session",
        "Add-OwnRules",
        "Remove-NetFirewallRule",
        "Save-NetGPO",
    ]
    places = [body.index(name) for name in order]
    assert places == sorted(places)
    made = [found for found in commands(parse(body + "\n}\n")) if "NetFirewall" in found.name]
    assert {found.name for found in made} == {"Get-NetFirewallRule", "Remove-NetFirewallRule"}
    assert all(found.parameters["-GPOSession"] == ["$session"] for found in made)
    # What the policy has beside our group stays.
    assert "$_.Group -eq $Group" in body
    assert "Remove-NetFirewallRule -Name $old" in body


def test_basics_are_the_ones_we_mean() -> None:
    made = [c for c in commands(parse(script(rule()))) if c.name == "New-NetFirewallRule"]
    basics = [c.parameters for c in made if c not in plan_rules(made)]
    seen = {
        (p["-Direction"][0], p["-Protocol"][0], *p.get("-IcmpType", []), *p.get("-LocalPort", []))
        for p in basics
    }
    assert seen == {
        ("Inbound", "ICMPv4", "3", "8", "11", "12"),
        ("Inbound", "ICMPv6", "1", "2", "3", "4", "128", "135", "136"),
        ("Inbound", "ICMPv6", "130", "133", "134"),
        ("Inbound", "UDP", "68"),
        ("Inbound", "UDP", "546"),
        ("Outbound", "ICMPv4", "0", "3", "8", "11", "12"),
        (
            "Outbound",
            "ICMPv6",
            "1",
            "2",
            "3",
            "4",
            "128",
            "135",
            "136",
            "129",
            "131",
            "132",
            "133",
            "143",
        ),
        ("Outbound", "UDP", "68"),
        ("Outbound", "UDP", "546"),
    }
    for p in basics:
        if p["-Protocol"] == ["UDP"]:
            assert p["-Service"] == ["Dhcp"]
            if (p["-Direction"], p["-LocalPort"]) == (["Inbound"], ["546"]):
                assert p["-LocalAddress"] == ["fe80::/10"]
                assert not {"-RemotePort", "-RemoteAddress"} & set(p)
            else:
                assert p["-RemotePort"] in (["67"], ["547"])


def test_open_egress_has_no_outbound_rule_and_leaves_the_default() -> None:
    text = script(rule(), rule("o", direction="out"), firewall=OPEN)
    assert "-Direction Outbound" not in text
    assert "$Filtered = $false" in text


@pytest.mark.parametrize(("sources", "destinations"), [((), (SERVER,)), ((CLIENTS,), ()), ((), ())])
def test_empty_side_is_nobody(sources: tuple[str, ...], destinations: tuple[str, ...]) -> None:
    assert (
        plan_rules(
            commands(parse(script(rule(sources=sources, destinations=destinations), firewall=OPEN)))
        )
        == []
    )


def test_long_lists_become_several_rules() -> None:
    sources = tuple(f"10.{n // 250}.{n % 250}.1/32" for n in range(1100))
    wide = rule(sources=sources)
    made = commands(parse(script(wide)))
    assert len(plan_rules(made)) == 3
    assert (
        len({str(c.parameters["-Name"]) for c in made if c.name == "New-NetFirewallRule"}) == 3 + 9
    )
    names = [address for c in plan_rules(made) for address in c.parameters["-RemoteAddress"]]
    assert sorted(names) == sorted(source.removesuffix("/32") for source in sources)


def test_guard_holds_the_same_rules() -> None:
    value = deployment(rule("m", ports=(3389,)), rule(), firewalls={"server": OPEN})
    text = windows.files_of(value, "server")["windows.ps1"]
    held = re.search(r"\$Guard = @'\n(.*?)\n'@", text, re.DOTALL)
    assert held
    assert held[1].split("\n") == guard_lines(value, "server")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("10.0.20.1:443", (None, "10.0.20.1", "443", None)),
        ("10.0.20.1:51820/udp", (None, "10.0.20.1", "51820", "udp")),
        ("[2001:db8::7]:443/tcp", ("2001:db8::7", None, "443", "tcp")),
    ],
)
def test_keep_takes_an_address_and_a_port(word: str, parts: tuple[str | None, ...]) -> None:
    found = keep_form().search(word)
    assert found
    assert found.groups() == parts


@pytest.mark.parametrize(
    "word",
    ["10.0.20.1", "10.0.20:443", "10.0.20.1:0", "10.0.20.1:007", "fe80::1:22", "name:22", "[name]:22",
     "10.0.20.1:22/sctp", "$(id):22", "", "1..2.3:4", "10.0.20.1:22\n", "10.0.20.1:22/UDP",
     "[10.0.20.1]:22", "10.0.20.1:123456"],
)  # fmt: skip
def test_keep_takes_nothing_else(word: str) -> None:
    assert not keep_form().search(word)


def keep_form() -> re.Pattern[str]:
    """What -Keep is read by; .NET says \\z for the end of the text."""
    form = re.search(r"\$form = '(.*)'", script(rule()))
    assert form
    return re.compile(form[1].replace(r"\z", r"\Z"), re.ASCII)


def test_keep_asks_the_guard_by_its_own_words() -> None:
    text = script(
        rule(),
        rule("u", transport="udp"),
        rule("o", direction="out"),
        rule("v", direction="out", transport="udp"),
    )
    held = re.search(r"\$Guard = @'\n(.*?)\n'@", text, re.DOTALL)
    assert held
    words = {line.split()[0] for line in held[1].split("\n")}
    cut = text[text.index("function Get-CutKeep") :]
    cut = cut[: cut.index("\n}\n")]
    asked = {word for _, word in re.findall(r"\$word = (['\"])(.*?)\1", cut)}
    both = {
        word.replace("$($one.Transport)", transport)
        for word in asked
        for transport in ("tcp", "udp")
    }
    assert both == words - {"closed", "closed-out"}


def test_apply_refuses_before_it_asks_and_changes() -> None:
    body = script(rule())
    body = body[body.index("function Invoke-Apply") :]
    refusals = [
        body.index(name) for name in ("Get-PolicyHindrance", "Get-CutSession", "Get-CutKeep")
    ]
    assert max(refusals) < body.index("$PSCmdlet.ShouldProcess")


def test_every_rule_is_traceable() -> None:
    rules = [rule(f"r-{n:04x}", ports=(1000 + n,)) for n in range(40)]
    made = plan_rules(commands(parse(script(*rules))))
    assert [c.parameters["-Description"][0].split()[0] for c in made] == [
        entry.id for entry in rules
    ]


@cache
def calm_names() -> list[str]:
    """The commands for one ordinary rule."""
    return [c.name for c in commands(parse(script(rule("r"), firewall=FILTERED)))]


@pytest.mark.slow
@pytest.mark.parametrize("text", hostile_to("powershell", "shell"))
def test_hostile_text_is_inert(text: str) -> None:
    hostile = rule(text or "r", services=(text,), from_="user-computer")
    plan = Plan(name=text, firewalls={"server": FILTERED})
    made = script(hostile, firewall=FILTERED, plan=plan)
    assert made.isascii()
    root = parse(made)
    found = commands(root)
    assert [c.name for c in found] == calm_names()
    assert difference(boxes(found, "Inbound"), [box_of(hostile)]) == []
    for c in plan_rules(found):
        assert len(c.parameters["-Description"][0]) <= 250
        assert len(c.parameters["-DisplayName"][0]) <= 200
        assert not set(c.parameters["-Description"][0] + c.parameters["-Name"][0][1:-8]) & set(
            '"$`|'
        )


def test_same_rules_same_bytes() -> None:
    assert script(rule(), rule("b")) == script(rule(), rule("b"))


def test_discovery_from_the_link_is_let_in_and_out() -> None:
    """Multicast of IPv6 comes from fe80::/10: to the group, on its port, and from nowhere else."""
    text = plan_text("ipv6-only-discovery").replace(
        'kind = "host"', 'kind = "host"\nplatform = "windows"'
    )
    made = commands(parse(windows.files_of(world(text), "host")["windows.ps1"]))
    for direction in ("Inbound", "Outbound"):
        through = boxes(made, direction)
        assert admits(through, "udp", 5353, "fe80::7", "ff02::fb")
        assert not admits(through, "udp", 5354, "fe80::7", "ff02::fb")
        assert not admits(through, "udp", 5353, "fec0::7", "ff02::fb")
