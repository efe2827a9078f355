"""The compile against a second, slow reading of the contract, on random plans.

2,000 plans in `make test`; `PORTWRIGHT_PLANS=20000` looks at so many. Each part begins from a number
of its own; what it draws depends on the modules that are loaded too, so that a part that fails prints
the line with which it fails again."""

from __future__ import annotations

import ipaddress
import os
import random
from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import strategies as st

from tests.tools.parts import drawn
from tests.tools.plan_strategies import OUTSIDE, Table, as_plan, documents
from tests.tools.reference import ASKING, Reference
from tests.tools.reference_plan import Ip, Wanted
from tests.tools.tuples import Box, box_of
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy

PARTS = 40
PLANS = int(os.environ.get("PORTWRIGHT_PLANS", "2000"))
# Public and private addresses that no zone holds, and some that are nobody's.
ABROAD = [
    *OUTSIDE,
    "8.8.8.8",
    "2001:4860:4860::8888",
    "10.200.0.9",
    "172.31.0.9",
    "100.64.0.9",
    "fd00::9",
    "fe80::9",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.251",
    "ff02::fb",
    "::",
]

ON_THE_LINK, NEXT_ON_THE_LINK = map(ipaddress.ip_address, ("fe80::9", "fe80::a"))

Question = tuple[str, int, Ip, Ip]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_rules_let_through_what_the_contract_says_and_nothing_else(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    counts = {"plans": 0, "questions": 0, "let through": 0}

    @drawn(part, PLANS // PARTS, documents(), st.integers(0, 2**32))
    def agree(tables: Table, number: int) -> None:
        counts["plans"] += 1
        compare(tables, random.Random(number), counts)

    agree()
    record_property("reference", counts)


def compare(tables: Table, chance: random.Random, counts: dict[str, int]) -> None:
    """Every firewall of the plan is asked the same questions twice."""
    deployment, reference = deploy(CATALOG, as_plan(tables)), Reference(CATALOG, tables)
    asked = questions(reference, deployment, chance)
    compare_led(reference, deployment)
    for name in reference.plan.firewalls:
        directions = reference.directions(name)
        boxes: dict[tuple[str, str], list[Box]] = {}
        for rule in deployment.rules_of(name):
            assert rule.direction in directions
            boxes.setdefault((rule.direction, rule.transport), []).append(box_of(rule))
        for direction in directions:
            for question in asked:
                expected = reference.allows(name, direction, *question)
                counts["questions"] += 1
                counts["let through"] += expected
                letting = boxes.get((direction, question[0]), [])
                assert lets(letting, question) == expected, (name, direction, *map(str, question))


def hides_behind_what_is_seen(reference: Reference) -> bool:
    plan = reference.plan
    seen = [
        ipaddress.ip_network(text)
        for table in plan.zones.values()
        for text in table.get("seen_as", ())
    ]
    behind = [
        ipaddress.ip_address(hidden["behind"])
        for firewall in plan.firewalls.values()
        for hidden in firewall.get("hides", {}).values()
    ]
    return any(ip in network for ip, network in product(behind, seen))


def compare_led(reference: Reference, deployment: Deployment) -> None:
    """Who inside is led by a public address, and who is hidden behind it. A plan that hides a zone
    behind what another zone is seen as says two things at once, and is left out.
    """
    if hides_behind_what_is_seen(reference):
        return
    for led in reference.hairpins.every:
        found: tuple[set[Ip], set[Ip]] = set(), set()
        for way in deployment.hairpins_of(led.boundary):
            to = way.forward
            same = (to.transport, to.public_address, to.address) == (
                led.transport, str(led.public), str(led.host)
            )  # fmt: skip
            if (
                same
                and led.public_ports[0] <= to.public_ports[1]
                and to.public_ports[0] <= led.public_ports[1]
            ):
                for ips, cidrs in zip(found, (to.hairpin, way.hidden), strict=True):
                    ips.update(ip for cidr in cidrs for ip in ipaddress.ip_network(cidr))
        assert reference.hairpins.led_as(led) == found, (led, found)


def questions(
    reference: Reference, deployment: Deployment, chance: random.Random
) -> list[Question]:
    """Connections that are wanted, those next to them, and some out of the blue."""
    everybody: list[Ip] = [*reference.addresses, *map(ipaddress.ip_address, ABROAD)]
    # What only stands for others, beside: as whom they are seen.
    everybody += sorted(reference.stand_ins - set(everybody), key=int)
    found: list[Question] = []

    def ask(
        transport: str,
        ports: tuple[tuple[int, int], ...],
        here: Sequence[Ip],
        there: Sequence[Ip],
    ) -> None:
        low, high = chance.choice(ports)
        port = chance.choice([low, high, (low + high) // 2, max(1, low - 1), min(65535, high + 1)])
        source = chance.choice(here or everybody)
        others = [ip for ip in there or everybody if ip.version == source.version and ip != source]
        if others:
            found.append((transport, port, source, chance.choice(others)))

    for want in reference.wanted:
        here = [ip for ip in everybody if reference.opens(want, ip)]
        there = [ip for ip in everybody if reference.listens(want, ip)] + list(want.groups)
        for _ in range(2):
            ask(want.transport, want.ports, here, there)
        ask(want.transport, want.ports, here, [])
        ask(want.transport, want.ports, [], there)
        if want.broadcast:
            ask(want.transport, want.ports, here, _broadcasts(reference))
        if want.answered:
            ask(want.transport, tuple(ASKING.values()), there, here)
            ask(want.transport, tuple(ASKING.values()), [ON_THE_LINK], [NEXT_ON_THE_LINK])
        if want.link_local:
            ask(want.transport, want.ports, [ON_THE_LINK], there)
    for led in reference.hairpins.every:
        here = [ip for want in reference.hairpins.meant(led) for ip in _openers(reference, want)]
        ask(led.transport, (led.public_ports,), here, [led.public])
        ask(led.transport, (led.ports,), [led.public], [led.host])
        ask(led.transport, (led.ports,), here, [led.host])
    for rule in chance.sample(deployment.rules, min(20, len(deployment.rules))):
        box = box_of(rule)
        ask(
            rule.transport,
            rule.ports,
            _inside(box.sources, everybody),
            _inside(box.destinations, everybody),
        )
    return found


def _openers(reference: Reference, want: Wanted) -> list[Ip]:
    return [ip for ip in reference.addresses if reference.opens(want, ip)]


def _broadcasts(reference: Reference) -> list[Ip]:
    return [network.broadcast_address for _, network in reference.networks]


def _inside(spans: tuple[tuple[int, int, int], ...], everybody: list[Ip]) -> list[Ip]:
    return [
        ip for ip in everybody if any(v == ip.version and a <= int(ip) <= b for v, a, b in spans)
    ]


def lets(boxes: list[Box], question: Question) -> bool:
    transport, port, source, destination = question
    return any(
        box.holds(transport, port, source.version, int(source), int(destination)) for box in boxes
    )
