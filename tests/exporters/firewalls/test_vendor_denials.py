"""Lists without groups deny what is not the internet before they allow it, and cut nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import vendor_denials, vendor_lists
from exporters.firewalls.vendor_denials import Passing, planned
from exporters.firewalls.vendor_terms import BothSides, terms
from exporters.firewalls.vendors import files_of
from tests.tools.access_list_reader import beyond
from tests.tools.builders import EDGE, deployment, rule
from tests.tools.paths import PLANS
from tests.tools.tuples import Box, addresses, admits, box_of, difference
from tests.tools.vendors_reader import READERS
from tests.tools.worlds import world_of
from wizard.network.addresses import ANYWHERE, not_internet
from wizard.rules.model import Rule

INSIDE = not_internet((), 4)
PUBLIC = "203.0.113.7/32"
PROXY = "10.0.40.10/32"


def crossing(key: str, **more: Any) -> Rule:
    return rule(key, firewall="edge", direction="forward", **more)


def inbound(key: str = "r-in", **more: Any) -> Rule:
    anywhere = {"sources": (ANYWHERE[4],), "except_sources": INSIDE}
    return crossing(key, **{**anywhere, **more})


def outbound(key: str = "r-out", **more: Any) -> Rule:
    anywhere = {"destinations": (ANYWHERE[4],), "except_destinations": INSIDE}
    return crossing(key, **{**anywhere, **more})


def order(*rules: Rule) -> list[tuple[str, bool]]:
    """Of what is new, the rules and whether they deny what they leave out."""
    first, last = planned(terms(rules))
    return [(one.term.rule, one.denies) for one in (*first, *last) if not one.back]


def answers_of(box: Box) -> Box:
    """What answers: from there to here, the ports are the source's."""
    return box._replace(
        sources=box.destinations,
        destinations=box.sources,
        not_sources=box.not_destinations,
        not_destinations=box.not_sources,
    )


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


@pytest.mark.parametrize("ports", [((49152, 65535),), (8443,), (443,)], ids=str)
@pytest.mark.parametrize("never", [False, True], ids=["", "never"])
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_what_is_denied_cuts_nobody_whose_clients_port_is_the_rules(
    ports: tuple[Any, ...], never: bool, turned: bool
) -> None:
    """The proxy goes out on a port that its own clients may open connections from, and the other
    way round; in a list without state both are packets to that port.
    """
    rules = [
        crossing("r-web", destinations=(PROXY,), ports=(3128,)),
        outbound(sources=(PROXY,), ports=ports),
        inbound(destinations=(PROXY,), ports=(9192,)),
        crossing("r-print", sources=(PROXY,), destinations=("10.0.10.9/32",), ports=(9100,)),
    ]
    if turned:
        rules.reverse()
    forbidden = inbound("r-never", destinations=(PROXY,), ports=(9100, 631))
    denied = [msgspec.structs.replace(forbidden, action="deny")] if never else []
    allowed = [box_of(one) for one in rules]
    text = files_of(deployment(*denied, *rules, firewalls={"edge": EDGE}), "edge")
    for name in ("arista-eos.txt", "cisco-ios.txt"):
        read = READERS[name](text[f"vendors/{name}"])
        assert difference(read.boxes, allowed) == [], name
        assert difference(read.answers, list(map(answers_of, allowed))) == [], name


def test_what_must_never_be_wins_over_what_allows_it() -> None:
    """Also where a rule to the internet denies what is none, and where answers look alike."""
    never = msgspec.structs.replace(
        crossing("r-never", sources=("198.51.100.0/24",), destinations=(PROXY,)), action="deny"
    )
    rules = never, inbound(destinations=(PROXY,)), outbound(sources=(PROXY,), ports=(8443,))
    read = READERS["arista-eos.txt"](eos(*rules))
    assert not admits(read.boxes, "tcp", 9191, "198.51.100.9", "10.0.40.10")
    assert admits(read.boxes, "tcp", 9191, "198.51.101.9", "10.0.40.10")
    # 198.51.100.9 answers a connection that the proxy opened from its port 9191.
    assert admits(read.answers, "tcp", 8443, "198.51.100.9", "10.0.40.10")


def test_rules_of_one_kind_are_held_against_others_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of rules to and from the internet, each on a port of its own: no look at each pair."""
    held: list[object] = []
    meet = vendor_denials._meet

    def counted(passing: Passing, denied: BothSides, later: Passing) -> bool:
        held.append(passing)
        return meet(passing, denied, later)

    monkeypatch.setattr(vendor_denials, "_meet", counted)
    rules = [inbound(f"r-{n}", ports=(n,)) for n in range(1, 100)]
    rules += [outbound(f"o-{n}", sources=(PROXY,), ports=(n,)) for n in range(1, 100)]
    assert len(planned(terms(rules)).last) == 2 * len(rules)
    assert len(held) < 20


SIDES = ("10.0.40.10/32",), ("10.0.20.0/24", "10.0.30.0/24"), (PUBLIC,), ("198.51.100.0/24",)
EXCEPTED = INSIDE, INSIDE[:1], (*INSIDE, PUBLIC)
PORTS = (443,), (8443,), (443, (9100, 9200)), ((49152, 65535),)


@st.composite
def mixed_rules(draw: st.DrawFn) -> Rule:
    """Inside, to and from the internet, with exceptions that differ."""
    make = draw(st.sampled_from([crossing, inbound, outbound]))
    sides: dict[str, Any] = {}
    if make is not inbound:
        sides["sources"] = draw(st.sampled_from(SIDES))
    if make is not outbound:
        sides["destinations"] = draw(st.sampled_from(SIDES))
    if make is not crossing:
        key = "except_sources" if make is inbound else "except_destinations"
        sides[key] = draw(st.sampled_from(EXCEPTED))
    made: Rule = make(
        f"r-{draw(st.integers(0, 10**9))}", ports=draw(st.sampled_from(PORTS)), **sides
    )
    return made


def without(boxes: list[Box], never: list[Rule]) -> list[Box]:
    for one in terms(never):
        lost = Box(one.transport, one.ports, addresses(one.sources), addresses(one.destinations))
        boxes = [part for box in boxes for part in beyond(box, lost)]
    return boxes


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(mixed_rules(), min_size=1, max_size=6), st.lists(mixed_rules(), max_size=1))
def test_denials_cut_nothing_in_any_order(rules: list[Rule], never: list[Rule]) -> None:
    """New connections are those of the rules without what must never be; all answers come back."""
    denied = [msgspec.structs.replace(one, action="deny") for one in never]
    read = READERS["arista-eos.txt"](eos(*denied, *rules))
    allowed = [box_of(one) for one in rules]
    assert difference(read.boxes, without(allowed, never)) == []
    assert difference(read.answers, [answers_of(box) for box in allowed]) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_lines_that_deny_change_no_plans_meaning(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same as with each network in a line of its own, for each boundary."""
    made = world_of(path)
    edges = [key for key, entry in made.plan.firewalls.items() if entry.kind == "boundary"]
    short = [files_of(made, key) for key in edges]
    monkeypatch.setattr(vendor_lists, "planned", lambda terms, exact: planned(terms, exact=True))
    for one, long in zip(short, (files_of(made, key) for key in edges), strict=True):
        for name in ("arista-eos.txt", "cisco-ios.txt"):
            texts = {files[f"vendors/{name}"] for files in (one, long) if files}
            read, *others = map(READERS[name], texts or {""})
            for other in others:
                assert difference(read.boxes, other.boxes) == [], name
                assert difference(read.answers, other.answers) == [], name


def test_a_head_speaks_of_lines_that_deny_where_the_list_has_any() -> None:
    for made, has_any in ((inbound(), True), (crossing("r-plain"), False)):
        head, _, lines = eos(made).partition("ip access-list ")
        assert (" deny tcp " in lines) == ("Lines with deny" in head) == has_any
