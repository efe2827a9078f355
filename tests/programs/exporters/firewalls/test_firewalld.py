"""firewalld's files mean exactly what the rules say: read back and compared, nothing wider, nothing
missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from exporters.firewalls import firewalld
from tests.exporters.firewalls.test_firewalld import FILTERED
from tests.tools.builders import deployment, rule
from tests.tools.hostile import HOSTILE
from tests.tools.programs import missing, own_network, tool


@pytest.mark.slow
def test_the_real_tool_takes_it(tmp_path: Path) -> None:
    """All shapes at once, hostile text in them."""
    if os.geteuid() != 0:
        missing("firewall-offline-cmd wants root")
    program = tool("firewall-offline-cmd")
    made = [
        rule(
            f"{n}{text}",
            services=(text,),
            ports=((n + 1, n + 20), 7),
            except_sources=("10.0.20.0/24",),
        )
        for n, text in enumerate(HOSTILE)
    ]
    made += [
        rule(
            "six",
            sources=("2001:db8::/64", "fd00::/8"),
            destinations=("ff02::fb/128", "2001:db8:1::5/128"),
        ),
        rule("but", sources=("0.0.0.0/0",), except_sources=("10.0.0.0/8", "172.16.0.0/12")),
        rule("all", sources=("::/0",), destinations=("::/0",), except_sources=("2001:db8::/32",)),
        rule(
            "out", direction="out", destinations=("0.0.0.0/0",), except_destinations=("10.0.0.0/8",)
        ),
    ]
    files = firewalld.objects(deployment(*made, firewalls={"server": FILTERED}), "server")

    def check() -> subprocess.CompletedProcess[str]:
        command = [
            *own_network(),
            program,
            f"--system-config={tmp_path}",
            "--check-config",
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    shutil.copy("/etc/firewalld/firewalld.conf", tmp_path)
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    done = check()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    # It says 0 for a policy with a rule that it leaves out: the script looks at the warnings too.
    broken = tmp_path / "policies/pw_server_in.xml"
    broken.write_text(broken.read_text().replace("10.0.10.5", "10.0.10.555"))
    assert "INVALID_ADDR" in check().stderr
