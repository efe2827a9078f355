"""Lists without groups deny what is not the internet before they allow it, and cut nothing else."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from exporters.firewalls.vendor_denials import planned
from exporters.firewalls.vendor_terms import terms
from exporters.firewalls.vendors import files_of
from tests.tools.builders import EDGE, deployment, rule
from tests.tools.tuples import admits
from tests.tools.vendors_reader import READERS
from wizard.network.addresses import ANYWHERE, not_internet
from wizard.rules.model import Rule

INSIDE = not_internet((), 4)
PUBLIC = "203.0.113.7/32"


def crossing(key: str, **more: Any) -> Rule:
    return rule(key, firewall="edge", direction="forward", **more)


def inbound(key: str = "r-in", **more: Any) -> Rule:
    anywhere = {"sources": (ANYWHERE[4],), "except_sources": INSIDE}
    return crossing(key, **{**anywhere, **more})


def outbound(key: str = "r-out", **more: Any) -> Rule:
    anywhere = {"destinations": (ANYWHERE[4],), "except_destinations": INSIDE}
    return crossing(key, **{**anywhere, **more})


def order(*rules: Rule) -> list[tuple[str, bool]]:
    return [(term.rule, denying) for term, denying in planned(terms(rules))]


def eos(*rules: Rule) -> str:
    made = files_of(deployment(*rules, firewalls={"edge": EDGE}), "edge")
    return made["vendors/arista-eos.txt"]


def test_what_is_not_the_internet_is_denied_first() -> None:
    text = eos(*(inbound(f"r-{n}", ports=(n,)) for n in range(1, 6)))
    new = [line for line in text.splitlines() if re.match(" (permit|deny) tcp .* eq [0-9]$", line)]
    assert len(new) == 5 * (len(INSIDE) + 1)
    assert new[0] == " deny tcp 0.0.0.0/8 host 10.0.10.5 eq 1"
    assert new[len(INSIDE)] == " permit tcp any host 10.0.10.5 eq 1"


def test_what_is_allowed_as_it_is_and_what_must_never_be_stand_before() -> None:
    never = msgspec.structs.replace(crossing("r-never"), action="deny")
    assert order(inbound(), crossing("r-plain"), never) == [
        ("r-never", False),
        ("r-plain", False),
        ("r-in", True),
    ]


def test_to_the_internet_stands_before_from_it_to_a_public_address_of_ones_own() -> None:
    """The other way round the proxy would not get to the public address."""
    rules = inbound(destinations=(PUBLIC,)), outbound(sources=("10.0.40.10/32",))
    assert order(*rules) == [("r-out", True), ("r-in", True)]
    read = READERS["arista-eos.txt"](eos(*rules))
    assert admits(read.boxes, "tcp", 9191, "10.0.40.10", "203.0.113.7")
    assert not admits(read.boxes, "tcp", 9191, "10.0.40.11", "203.0.113.7")


def test_a_denial_that_would_cut_a_later_rule_is_written_as_networks() -> None:
    """Another rule lets in from private addresses what the first one has to leave out."""
    other = inbound("r-vpn", except_sources=INSIDE[:1], ports=(9191, 9192))
    assert order(inbound(), other) == [("r-in", False), ("r-vpn", True)]
    read = READERS["arista-eos.txt"](eos(inbound(), other))
    assert admits(read.boxes, "tcp", 9191, "10.0.0.1", "10.0.10.5")
    # Other ports are no reason.
    apart = inbound("r-vpn", except_sources=INSIDE[:1], ports=(9192,))
    assert order(inbound(), apart) == [("r-in", True), ("r-vpn", True)]


def test_the_head_says_where_lines_that_deny_have_to_stand() -> None:
    said = "Lines with deny before a line with any are what is not the internet"
    assert said in eos(inbound())
    assert said not in eos(crossing("r-plain"))
