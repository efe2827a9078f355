"""The script that applies rules: its shell, its SSH guard, and what hostile text can do to it."""

from __future__ import annotations

from types import ModuleType

import pytest

from exporters import script
from exporters.firewalls import firewalld, iptables, nftables, ufw
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import HOSTILE
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
    head = text[: text.index("# As root:")]
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
