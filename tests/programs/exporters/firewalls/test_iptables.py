"""iptables text means exactly what the rules say: read back and compared, nothing wider, nothing
missing.
"""

from __future__ import annotations

import subprocess

import pytest

from exporters.firewalls import iptables
from tests.exporters.firewalls.test_iptables import DENY, FAMILIES, FILTERED
from tests.tools.builders import deployment, forward, rule
from tests.tools.hostile import HOSTILE
from tests.tools.programs import own_network, tool


@pytest.mark.parametrize("back_end", ["nft", "legacy"])
def test_the_real_tool_takes_it(back_end: str) -> None:
    """All shapes at once, hostile text in them, through both back ends."""
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
        rule(
            "out", direction="out", destinations=("0.0.0.0/0",), except_destinations=("10.0.0.0/8",)
        ),
    ]
    value = deployment(*made, firewalls={"server": FILTERED, "edge": DENY}, forwards=[forward()])
    for name in ("server", "edge"):
        for family in FAMILIES:
            program = tool(f"ip{'6' if family == 6 else ''}tables-{back_end}-restore")
            done = subprocess.run(
                [*own_network(), program, "--test", "--noflush"],
                input=iptables.ruleset(value, name, family),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
