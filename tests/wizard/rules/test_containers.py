"""What containers publish on a host: which ports, where, and what each format makes of it."""

from __future__ import annotations

from importlib import import_module

import pytest

from exporters.firewalls.published import published_rules
from exporters.format import CannotSay
from tests.tools.worlds import CATALOG, OFFICE, plan_of, world
from wizard.deployment import Deployment
from wizard.explain import explain
from wizard.explain.report import text
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.keys import RunsInKey
from wizard.questions import answered, question_at
from wizard.questions.steps import keys_of

MF = "papercut-mf"
LISTENERS = ((9191, 9193), (9195, 9195))
IN_DOCKER = '[products.papercut-mf]\nruns_in = "docker"\n'
TWO = '[products.papercut-mf]\nruns_in = "podman"\n[products.cups.features]\nipp-sharing = {}\n'


def lines_of(deployment: Deployment, form: str) -> list[str]:
    """The lines of the host's file that look at what a packet asked for before its translation."""
    files = import_module(f"exporters.firewalls.{form}").files_of(deployment, "server")
    lines = [line for content in files.values() for line in content.splitlines()]
    marks = ("ct original", "--ctorigdst")
    return list(dict.fromkeys(line for line in lines if any(mark in line for mark in marks)))


def test_all_listeners_of_the_server_are_published() -> None:
    """Those that no rule of the plan opens too: the engine would publish them to everybody."""
    (entry,) = world(OFFICE, IN_DOCKER).containers["server"]
    assert (entry.installation, entry.engine, entry.transport) == (MF, "docker", "tcp")
    assert entry.destinations == ("10.0.10.5/32",)
    assert entry.ports == LISTENERS
    moved = world(OFFICE, IN_DOCKER, "[products.papercut-mf.ports]\nhttps = 443\n")
    others = ((443, 443), (9191, 9191), (9193, 9193), (9195, 9195))
    assert moved.containers["server"][0].ports == others


def test_a_product_beside_it_on_the_host_is_not() -> None:
    deployment = world(OFFICE, TWO)
    ports = {pair for entry in deployment.containers["server"] for pair in entry.ports}
    assert ports == {*LISTENERS}
    published = [rule.ports for rule in published_rules(deployment, "server")]
    assert sorted(published) == [((9191, 9191),), ((9192, 9192),)]
    assert not any("631" in line for line in lines_of(deployment, "nftables"))


def test_rules_stay_what_they_are() -> None:
    """The ports come to the host itself where nothing translates them: with the same rules."""
    assert world(OFFICE, IN_DOCKER).rules == world(OFFICE, "[products.papercut-mf]\n").rules
    assert world(OFFICE, "[products.papercut-mf]\n").containers == {}


def test_what_is_written() -> None:
    deployment = world(OFFICE, IN_DOCKER)
    *accepts, drop, _ = lines_of(deployment, "nftables")
    for port, line in zip((9191, 9192), accepts, strict=True):
        assert "ip saddr 10.0.20.0/22 ct original ip daddr 10.0.10.5" in line
        assert f"ct original proto-dst {port} accept" in line
    assert "ct original proto-dst 9191-9193 drop" in drop
    *returns, drops, _ = lines_of(deployment, "iptables")
    for port, line in zip((9191, 9192), returns, strict=True):
        assert "-s 10.0.20.0/22 -p tcp -m conntrack --ctorigdst 10.0.10.5/32" in line
        assert f"--ctorigdstport {port} " in line
        assert line.endswith("-j RETURN")
    assert "--ctorigdstport 9191:9193 -m conntrack --ctstate DNAT" in drops
    assert drops.endswith("-j DROP")
    script = import_module("exporters.firewalls.iptables").files_of(deployment, "server")
    jumps = [line for line in script["iptables.sh"].splitlines() if line.endswith("_pub")]
    # In both families: the engine publishes on addresses that the plan does not name, too.
    hooks = ("FORWARD", "DOCKER-USER")
    assert jumps == [f"-I {chain} 1 -j pw_server_pub" for chain in hooks] * 2
    podman = import_module("exporters.firewalls.iptables").files_of(world(OFFICE, TWO), "server")
    assert "DOCKER-USER 1" not in podman["iptables.sh"]


@pytest.mark.parametrize("form", ["ufw", "firewalld", "windows"])
def test_what_cannot_say_it_is_refused_by_name(form: str) -> None:
    module = import_module(f"exporters.firewalls.{form}")
    with pytest.raises(CannotSay, match=r"papercut-mf: 9191-9193, 9195/tcp"):
        module.files_of(world(OFFICE, IN_DOCKER), "server")


def test_explain_says_that_the_host_forwards_it() -> None:
    deployment = world(OFFICE, IN_DOCKER)
    allowed = explain(deployment, "user-computer", "print-server", "9191/tcp")
    assert [hop.published for hop in allowed.hops] == ["", "docker"]
    assert "docker publishes this port" in text(allowed)
    stopped = explain(deployment, "printer", "print-server", "9191/tcp")
    assert not stopped.allowed
    assert stopped.hops[-1].published == "docker"
    ssh = explain(deployment, "admin-computer", "print-server", "22/tcp")
    assert {hop.published for hop in ssh.hops} == {""}


def test_it_is_asked_where_the_server_has_a_firewall_of_its_own() -> None:
    plan = plan_of(OFFICE, "[products.papercut-mf]\n")
    key = RunsInKey(MF)
    assert key in list(keys_of(CATALOG, plan, "firewalls"))
    question = question_at(CATALOG, plan, key)
    assert (question.group, question.label) == ("Containers", "PaperCut MF runs in")
    chosen = answered(CATALOG, plan, key, "podman")
    assert chosen.products[MF].runs_in == "podman"
    assert read_plan(write_plan(chosen, CATALOG), CATALOG).products[MF].runs_in == "podman"
    assert answered(CATALOG, chosen, key, "host").products[MF].runs_in is None
    no_host = plan_of(OFFICE.replace('kind = "host"', 'kind = "cloud"'), "[products.papercut-mf]\n")
    assert key not in list(keys_of(CATALOG, no_host, "firewalls"))


def test_another_engine_is_an_error_with_the_nearest_name() -> None:
    _, (error,) = parse_plan("format = 1\n[products.cups]\nruns_in = 'dockr'\n", CATALOG)
    assert (error.path, error.line) == ("products.cups.runs_in", 3)
    assert "must be one of docker, podman, not 'dockr'; did you mean 'docker'?" in str(error)
