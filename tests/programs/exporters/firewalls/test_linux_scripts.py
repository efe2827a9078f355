"""The iptables, ufw and firewalld scripts as shell: clean, plain ASCII, and deaf to hostile text."""

from __future__ import annotations

import subprocess
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import HOSTILE
from tests.tools.programs import tool
from wizard.deployment import Deployment
from wizard.plan.model import Plan

FORMATS = ("iptables", "ufw", "firewalld")
FILTERED = msgspec.structs.replace(HOST, egress="filtered")
SSH = rule(
    "ssh", ports=(22,), sources=("10.0.9.0/24", "2001:db8:9::/64"), flows=("management/ssh",)
)
PLANS = {
    "host": deployment(SSH, rule(), rule("out", direction="out"), firewalls={"server": FILTERED}),
    "empty": deployment(),
    "hostile": deployment(
        *(rule(f"r{text}", services=(text,)) for text in HOSTILE),
        plan=Plan(name="".join(HOSTILE[:25]), firewalls={"server": HOST}),
    ),
    "long-name": deployment(rule(firewall="n" * 63), firewalls={"n" * 63: FILTERED}),
}


def script(name: str, value: Deployment, firewall: str) -> str:
    files: dict[str, str] = import_module(f"exporters.firewalls.{name}").files_of(value, firewall)
    return files[f"{name}.sh"]


@pytest.mark.slow
@pytest.mark.parametrize("which", PLANS)
@pytest.mark.parametrize("name", FORMATS)
def test_shell_is_clean(name: str, which: str, tmp_path: Path) -> None:
    value = PLANS[which]
    clean(script(name, value, next(iter(value.plan.firewalls))), tmp_path)


@pytest.mark.slow
def test_shell_of_a_boundary_is_clean(tmp_path: Path) -> None:
    value = deployment(
        rule(direction="forward", firewall="edge"), firewalls={"edge": EDGE}, forwards=[forward()]
    )
    clean(script("iptables", value, "edge"), tmp_path)


def clean(text: str, folder: Path) -> None:
    assert text.isascii()
    path = folder / "x.sh"
    path.write_text(text)
    subprocess.run([tool("dash"), "-n", path], check=True)
    done = subprocess.run(
        [tool("shellcheck"), "-o", "all", "-e", "SC2250,SC2292,SC2310,SC2311,SC2312", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_is_not_run(name: str, tmp_path: Path) -> None:
    """Every payload is printed as it was written, and nothing in it happens."""
    mark = tmp_path / "mark"
    texts = (
        *HOSTILE,
        f"$(touch {mark})",
        f"`touch {mark}`",
        f"'; touch {mark}; '",
        f"\n touch {mark}\n",
    )
    made = [rule(f"{n}{text}", services=(text,), ports=(n + 1,)) for n, text in enumerate(texts)]
    text = script(
        name,
        deployment(*made, plan=Plan(name="".join(texts), firewalls={"server": HOST})),
        "server",
    )
    body, _, _ = text.partition("\n# The last line:")
    path = tmp_path / "x.sh"
    path.write_text(f"{body}\npayload\n")
    done = subprocess.run([tool("dash"), path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip()
    assert not mark.exists()
