"""What holds for every format in the table: text from a plan is inert, bytes repeat, each rule can
be found again.

The tests of each format ask more, and ask the real tools.
"""

from __future__ import annotations

import subprocess

import msgspec

from exporters.format import Format
from tests.exporters.test_every_format import (
    FIREWALLS,
    LONGEST,
    formats,
    reads,
    rendered,
    texts,
    world,
)
from tests.tools.builders import EDGE, HOST
from wizard.network.topology import Network
from wizard.plan.model import Plan


@formats
def test_the_longest_names_fit(entry: Format) -> None:
    """Zones and firewalls with names of 63 characters, shell scripts that the shell takes."""
    longest = {
        "b" * 63: HOST,
        LONGEST: EDGE,
        "c" * 63: FIREWALLS["win"],
        "d" * 63: FIREWALLS["group"],
        "e" * 63: FIREWALLS["vnet"],
    }
    base = world()
    renamed = dict(zip(("server", "edge", "win", "group", "vnet"), longest, strict=True))
    rules = tuple(
        msgspec.structs.replace(one, firewall=renamed[one.firewall])
        for one in base.rules
        if one.firewall in renamed
    )
    zones = {f"{name:z<63}": zone for name, zone in base.plan.zones.items()}
    plan: Plan = msgspec.structs.replace(base.plan, firewalls=longest, zones=zones)
    value = msgspec.structs.replace(
        base,
        plan=plan,
        network=Network(plan),
        rules=rules,
        wants=(),
        forwards=(),
        coverage=dict.fromkeys(longest, ("10.0.10.5/32",)),
    )
    for path, text in texts(rendered(entry, value)).items():
        if path.endswith(".sh"):
            subprocess.run(["sh", "-n"], input=text, text=True, check=True, capture_output=True)
        reads(path, text)
