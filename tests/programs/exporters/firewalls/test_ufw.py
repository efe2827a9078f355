"""What ufw.sh adds to ufw means exactly the rules, and is what the real ufw writes for the same
sentences.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from exporters.firewalls import ufw
from tests.exporters.firewalls.test_ufw import FILTERED, payload, script
from tests.tools.builders import deployment, rule
from tests.tools.programs import missing, own_network, tool


@pytest.fixture
def real(tmp_path: Path) -> list[str]:
    """The real ufw over a copy of its files, in a network of its own; switched off, it only writes
    files.
    """
    program = tool("ufw")
    if os.geteuid() != 0:
        missing("ufw wants root")
    (tmp_path / "lib/ufw").mkdir(parents=True)
    (tmp_path / "etc/default").mkdir(parents=True)
    shutil.copytree("/etc/ufw", tmp_path / "etc/ufw")
    default = tmp_path / "etc/default/ufw"
    default.write_text(
        re.sub("^IPV6=.*", "IPV6=yes", Path("/etc/default/ufw").read_text(), flags=re.MULTILINE)
    )
    conf = tmp_path / "etc/ufw/ufw.conf"
    conf.write_text(re.sub("^ENABLED=.*", "ENABLED=no", conf.read_text(), flags=re.MULTILINE))
    return [*own_network(), program, f"--datadir={tmp_path}"]


@pytest.mark.slow
def test_is_what_the_real_ufw_writes(real: list[str], tmp_path: Path) -> None:
    made = [
        rule("ports", ports=(80, 443, (9200, 9999)), services=("Web; it's",)),
        rule("range", ports=((9200, 9999),), transport="udp", sources=("0.0.0.0/0",)),
        rule("any", sources=("0.0.0.0/0",), destinations=("0.0.0.0/0",)),
        rule("group", transport="udp", ports=(5353,), destinations=("224.0.0.251/32",)),
        rule("six", sources=("2001:db8::/64", "::/0"), destinations=("2001:db8:1::5/128", "ff02::fb/128")),
        rule("out", direction="out", destinations=("0.0.0.0/0",)),
        rule("out6", direction="out", sources=("::/0",), destinations=("::/0",), ports=(443, 445)),
    ]  # fmt: skip
    value = deployment(*made, firewalls={"server": FILTERED})
    text = script(value)
    for entry, note in ufw.entries(value, "server").items():
        # Typed in full: it says the family where the short form leaves it open.
        ends = (
            f"from {entry.source} to {entry.destination} port {entry.ports} proto {entry.transport}"
        )
        words = f"allow {entry.direction} {ends}".split()
        done = subprocess.run([*real, *words, "comment", f"portwright server: {note}"], capture_output=True,
                              text=True, check=False)  # fmt: skip
        assert done.returncode == 0, (words, done.stderr)
    for family, name in ((4, "user.rules"), (6, "user6.rules")):
        written = (tmp_path / "etc/ufw" / name).read_text()
        inside = written.partition("### RULES ###\n")[2].partition("\n### END RULES ###")[0]
        assert inside == payload(text, f"rules{family}")
    added = subprocess.run(
        [*real, "show", "added"], capture_output=True, text=True, check=True
    ).stdout
    said = sorted(
        line.partition(" comment '")[0] for line in added.splitlines() if line.startswith("ufw ")
    )
    assert said == payload(text, "sentences").splitlines()
