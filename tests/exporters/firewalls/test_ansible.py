"""The inventory holds the machines that the plan knows, and no text of it; the play itself is in
tests/lab.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import yaml

from exporters.firewalls import firewalld, nftables, ufw
from exporters.format import CannotSay, Rendered
from exporters.table import format_named
from tests.tools.builders import HOST, deployment, rule
from tests.tools.hostile import hostile_to
from wizard.plan.model import Firewall, Plan

WINDOWS = Firewall(kind="host", role="print-server", platform="windows")


def rendered(name: str = "Plan", **coverage: tuple[str, ...]) -> Rendered:
    entry = format_named("ansible")
    assert entry is not None
    plan = Plan(name=name, firewalls={**dict.fromkeys(coverage, HOST), "win": WINDOWS})
    rules = [rule(f"r-{firewall}", firewall=firewall) for firewall in coverage]
    return entry.render(
        deployment(*rules, plan=plan, coverage={**coverage, "win": ("10.9.9.9/32",)})
    )


def groups(value: Rendered) -> dict[str, Any]:
    loaded = yaml.safe_load(value.files["ansible/inventory.yml"])
    children: dict[str, Any] = loaded["all"]["children"]["portwright"]["children"]
    return children


def test_a_host_for_each_single_address() -> None:
    found = groups(rendered(server=("10.0.10.5/32", "2001:db8::5/128", "10.0.20.0/24")))
    assert found == {
        "portwright_server": {
            "vars": {"portwright_firewall": "server"},
            "hosts": {
                "server_10.0.10.5": {"ansible_host": "10.0.10.5"},
                "server_2001-db8--5": {"ansible_host": "2001:db8::5"},
            },
        }
    }


@pytest.mark.parametrize(
    ("management", "port"),
    [
        (("ssh",), None),
        (("ssh:2222",), 2222),
        (("ssh:2222", "ssh:2022"), 2022),
        (("ssh:2222", "ssh"), None),
        (("ssh", "ssh:21"), None),
        (("rdp:2222",), None),
        ((), None),
    ],
)
def test_machines_are_reached_on_the_port_that_the_rules_let_in(
    management: tuple[str, ...], port: int | None
) -> None:
    entry = format_named("ansible")
    assert entry is not None
    host = msgspec.structs.replace(HOST, management=management)
    value = entry.render(deployment(rule(), plan=Plan(firewalls={"server": host})))
    assert groups(value)["portwright_server"]["vars"].get("ansible_port") == port


def test_a_network_is_named_and_left_to_the_user() -> None:
    value = rendered(clients=("10.0.20.0/24",), nobody=())
    text = str(value.files["ansible/inventory.yml"])
    assert [group["hosts"] for group in groups(value).values()] == [{}, {}]
    assert "# Covers 10.0.20.0/24: name the machines yourself" in text
    assert "# Covers no address of the plan" in text
    assert value.refused == ()


def test_one_machine_with_two_firewalls_is_refused_by_name() -> None:
    value = rendered(one=("10.0.10.5/32",), two=("10.0.10.5/32",), three=("10.0.10.6/32",))
    assert [entry.firewall for entry in value.refused] == ["one", "two"]
    assert "10.0.10.5 has the firewall two too" in value.refused[0].why
    assert list(groups(value)) == ["portwright_three"]
    assert not [path for path in value.files if "one" in path or "two" in path]


def test_nothing_is_written_where_nothing_can_be() -> None:
    assert rendered(one=("10.0.10.5/32",), two=("10.0.10.5/32",)).files == {}


def test_the_script_is_that_of_nftables() -> None:
    plan = Plan(firewalls={"server": HOST})
    value = deployment(rule(), plan=plan)
    entry = format_named("ansible")
    assert entry is not None
    assert (
        entry.files(value)["ansible/files/server.sh"]
        == nftables.files_of(value, "server")["nftables.sh"]
    )


def test_a_machine_gets_the_script_of_what_looks_after_it() -> None:
    value = deployment(rule(), plan=Plan(firewalls={"server": HOST}))
    entry = format_named("ansible")
    assert entry is not None
    files = entry.files(value)
    for tool, module in (("ufw", ufw), ("firewalld", firewalld)):
        script = files[f"ansible/files/{tool}/server.sh"]
        assert script == module.files_of(value, "server")[f"{tool}.sh"]
    tasks = yaml.safe_load(files["ansible/site.yml"])[0]["tasks"]
    asked = tasks[0]["ansible.builtin.command"]["argv"][2]
    assert re.findall(r"echo (\w+)", asked) == ["firewalld", "ufw", "nftables"]


def test_what_a_tool_cannot_say_refuses_every_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(value: Any, firewall: str) -> dict[str, str]:
        raise CannotSay("$(id) it's too much")

    monkeypatch.setattr(ufw, "files_of", cannot)
    script = str(rendered(server=("10.0.10.5/32",)).files["ansible/files/ufw/server.sh"])
    assert script.splitlines()[1:] == [
        "printf '%s\\n' 'portwright (server, ufw): $(id) it'\\''s too much' >&2",
        "exit 2",
    ]


def test_only_modules_that_come_with_ansible_core() -> None:
    value = rendered(server=("10.0.10.5/32",))
    for book in ("site.yml", "remove.yml"):
        text = str(value.files[f"ansible/{book}"])
        modules = re.findall(r"^ +([a-z_]+\.[a-z_.]+):", text, re.MULTILINE)
        assert modules
        assert all(module.startswith("ansible.builtin.") for module in modules), modules


@pytest.mark.parametrize(
    "text", [text for text in hostile_to("jinja", "yaml") if "\ud83d" not in text]
)
def test_the_plan_changes_no_play_and_no_template(text: str) -> None:
    ordinary, hostile = (rendered(name, server=("10.0.10.5/32",)) for name in ("Plan", text))
    for book in ("site.yml", "remove.yml"):
        assert hostile.files[f"ansible/{book}"] == ordinary.files[f"ansible/{book}"]
    assert groups(hostile) == groups(ordinary)
    assert "{{" not in str(hostile.files["ansible/inventory.yml"])
