"""Connections through fronts against the second, slow reading of the contract, on chosen plans."""

from __future__ import annotations

import random

import pytest
import tomli

from tests.wizard.rules.test_compile_reference import compare
from tests.wizard.rules.test_fronts import ABROAD


def _gated(features: str, second: str, serves: str) -> str:
    """A server, another in the clients' zone in a role of its own, and a front before them."""
    return f"""
{features}
[zones.servers]
networks = ["10.10.10.0/29"]
[zones.dmz]
networks = ["10.10.40.0/29"]
[zones.clients]
networks = ["10.10.20.0/29"]
[roles.print-server]
addresses = ["10.10.10.2"]
[roles.{second}]
addresses = ["10.10.20.3"]
[roles.user-computer]
zones = ["clients"]
[roles.admin-computer]
absent = true
[firewalls.core]
kind = "boundary"
zones = ["servers", "dmz", "clients"]
[firewalls.app]
kind = "host"
role = "print-server"
egress = "filtered"
[fronts.gate]
addresses = ["10.10.40.3"]
serves = {serves}
"""


PEERS = _gated(
    "[products.papercut-mf.features]\nsite-servers = {}",
    "secondary-server",
    '{ "papercut-mf/https" = 443, "papercut-mf/http" = 8443 }',
)
# Every address of a zone is asked about.
SMALL = ABROAD.replace("/24", "/28")
ROW = """behind = "outer"
[fronts.outer]
addresses = ["10.10.40.10"]
serves = { "papercut-mf/http" = 8080 }
"""
CLUSTER = _gated(
    "[products.printeron.features]\nalternate-ipp = {}\nclustering = {}",
    "cluster-peer",
    '{ "printeron/alternate-ipp" = 8443 }',
)
PLANS = {
    "its peers are not behind it": PEERS,
    "first sources, peers": PEERS.replace("gate]", "gate]\nhides_sources = false"),
    "nobody may come in the clear": SMALL,
    "nobody may come, first sources": f"{SMALL}hides_sources = false\n",
    "who comes is waited for": SMALL.replace('zones = ["internet"]\n', "", 1),
    "nobody may come to the first of a row": SMALL + ROW,
    "a cluster's members are not behind it": CLUSTER,
}


@pytest.mark.parametrize("name", PLANS)
def test_rules_are_those_of_the_contract(name: str) -> None:
    counts = {"questions": 0, "let through": 0}
    compare(tomli.loads(f"format = 1\n{PLANS[name]}"), random.Random(1), counts)
    assert 0 < counts["let through"] < counts["questions"]
