"""A change as people read it: one entry a rule, what was added to it and what was taken from it, 80
columns.
"""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from exporters.handover.checks import Check
from exporters.handover.connection_tests import scripts
from tests.tools.programs import tool
from tests.tools.worlds import OFFICE, world
from tests.wizard.changes.test_change_report import MF


@pytest.mark.parametrize("expected", ["connects", "blocked"])
@pytest.mark.parametrize("listening", [True, False])
def test_a_script_that_expects_nothing_to_connect(
    expected: str, listening: bool, tmp_path: Path
) -> None:
    """Against a real listener on loopback, and against a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not listening:
            server.close()
        check = Check(
            from_="print-server",
            to="mfp",
            transport="tcp",
            ports=(port, port),
            host="127.0.0.1",
            networks=(),
            zone="",
            outside=False,
            how="tcp",
            via=None,
            service="Test",
            sources=("127.0.0.1/32",),
            why_not="",
        )
        files = scripts(world(OFFICE, MF), [check], "tests", expected)  # type: ignore[arg-type]
        (tmp_path / "try.sh").write_text(files["tests/from-print-server.sh"])
        done = subprocess.run(
            [tool("sh"), tmp_path / "try.sh"],
            capture_output=True,
            text=True,
            check=False,
        )
    # A refusal does not tell whether a firewall refused, or it got through and nobody listens.
    codes = {
        (True, "connects"): 0,
        (False, "connects"): 1,
        (True, "blocked"): 1,
        (False, "blocked"): 3,
    }
    assert done.returncode == codes[listening, expected], done.stdout
    assert f"{expected:<9} {'connects' if listening else 'refused'}" in done.stdout
