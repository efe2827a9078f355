"""The script that applies rules: its shell, its SSH guard, and what hostile text can do to it."""

from __future__ import annotations

from types import ModuleType

import pytest

from exporters import script
from exporters.firewalls import firewalld, iptables, nftables, ufw
from exporters.script import guard_lines
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import HOSTILE
from tests.tools.worlds import world
from wizard.deployment import Deployment
from wizard.plan.model import Plan

SSH = rule(
    "ssh", ports=(22,), sources=("10.0.9.0/24", "2001:db8:9::/64"), flows=("management/ssh",)
)


def shell(deployment: Deployment, firewall: str = "server") -> str:
    return nftables.files_of(deployment, firewall)["nftables.sh"]


SCRIPTS = {
    "host": lambda: shell(deployment(SSH, rule())),
    "empty host": lambda: shell(deployment()),
    "boundary": lambda: shell(deployment(firewalls={"edge": EDGE}, forwards=[forward()]), "edge"),
    "hostile": lambda: shell(
        deployment(
            *(rule(f"r{text}", services=(text,)) for text in HOSTILE),
            plan=Plan(name="".join(HOSTILE[:25]), firewalls={"server": HOST}),
        )
    ),
}


@pytest.mark.parametrize("module", [nftables, iptables, ufw, firewalld])
def test_the_head_says_what_a_new_machine_has(module: ModuleType) -> None:
    (text,) = (
        text
        for name, text in module.files_of(deployment(rule()), "server").items()
        if ".sh" in name
    )
    head = text[: text.index("help_text()")]
    assert "Ubuntu" in head
    assert "RHEL" in head


@pytest.mark.parametrize("which", SCRIPTS)
def test_shell_is_plain_ascii(which: str) -> None:
    text = SCRIPTS[which]()
    assert text.isascii()
    assert not set(text) & {chr(code) for code in range(32) if chr(code) not in "\n"}


def test_the_end_of_the_text_cannot_be_smuggled_in() -> None:
    hooks = script.Script(
        format="x", firewall="server", tool="x", needs=(), payload={"rules": "a\nPORTWRIGHT_END\nid\n"},
        hooks="", lasting="", plan="Plan",
    )  # fmt: skip
    with pytest.raises(ValueError, match="holds the line that ends it"):
        script.render(hooks, [])


INSIDE = """
    format = 1
    [own.connections.files]
    from = "user-computer"
    to = "print-server"
    transport = "tcp"
    ports = [22]
    public = true
    service = "SFTP"
    reason = "Files are handed over"
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.office]
    networks = ["10.0.20.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.6"]
    [roles.user-computer]
    addresses = ["10.0.20.7", "8.8.4.4"]
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "office", "internet"]
    default = "deny"
    nat = true
    public_address = "203.0.113.7"
    [firewalls.edge.publish."own/files"]
    port = 2222
"""


def test_the_guard_knows_whom_a_forward_takes_from_inside() -> None:
    """Else a session of theirs to the boundary's own port is led away without a word."""

    def taken(text: str) -> list[str]:
        lines = guard_lines(world(text), "edge")
        return [line for line in lines if line.startswith("take")]

    assert taken(INSIDE) == ["take 2222-2222 8.8.4.4/32 203.0.113.7/32 - -"]
    hairpin = INSIDE.replace("nat = true", "nat = true\n    hairpin = true")
    assert taken(hairpin) == ["take 2222-2222 8.8.4.4/32,10.0.20.7/32 203.0.113.7/32 - -"]
