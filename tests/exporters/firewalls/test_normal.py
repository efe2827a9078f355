"""Rules that differ in status or encryption only are one in each host's format: with all their ids,
and letting through what they did.
"""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.firewalls import firewalld, iptables, nftables, ufw, windows
from exporters.firewalls.normal import first_id, joined, words
from tests.tools.builders import CLIENTS, HOST, deployment, rule
from tests.tools.tuples import box_of, difference
from wizard.rules.model import Rule

SAME = (
    rule("r-1", ports=(9191,)),
    rule("r-2", ports=(9191,), status="optional"),
    rule("r-3", ports=(9192,), encrypted=True),
)
WINDOWS = msgspec.structs.replace(HOST, platform="windows")
SIDES = (CLIENTS, "192.168.1.0/24")


@st.composite
def alike(draw: st.DrawFn) -> Rule:
    """Rules of few sides, so that many are between the same."""
    return rule(
        f"r-{draw(st.integers(0, 9))}" + "x" * draw(st.sampled_from((0, 60))),
        sources=(draw(st.sampled_from(SIDES)),),
        ports=(draw(st.integers(80, 84)),),
        transport=draw(st.sampled_from(("tcp", "udp"))),
        status=draw(st.sampled_from(("required", "optional"))),
        encrypted=draw(st.sampled_from((True, False, None))),
    )


@given(st.lists(alike(), max_size=8))
def test_joined_rules_let_through_the_same_under_all_ids(made: list[Rule]) -> None:
    found = joined(made)
    assert difference([*map(box_of, found)], [*map(box_of, made)]) == []
    assert sorted(" ".join(entry.id for entry in found).split()) == sorted(
        entry.id for entry in made
    )
    # The narrowest comment is nftables', with 128 bytes: ids that it would cut off stay apart.
    assert all(len(entry.id) <= 100 for entry in found)


def test_what_differs_in_more_stays_apart() -> None:
    other = rule("r-4", ports=(9192,), encrypted=True, sources=(SIDES[1],))
    assert [entry.id for entry in joined([*SAME, other])] == ["r-1 r-2 r-3", "r-4"]
    # The same status and the same encryption: what keeps them apart is something else.
    assert len(joined([rule("r-1"), rule("r-2")])) == 2
    assert first_id(joined(SAME)[0]) == "r-1"


@pytest.mark.parametrize("made", [SAME, SAME[:2]])
def test_each_format_has_one_line_with_all_ids(made: tuple[Rule, ...]) -> None:
    value = deployment(*made)
    ids = " ".join(entry.id for entry in made)
    lines = {
        "nftables": nftables.ruleset(value, "server").splitlines(),
        "iptables": iptables.ruleset(value, "server", 4).splitlines(),
        "ufw": list(ufw.entries(value, "server").values()),
        "firewalld": [
            line for text in firewalld.objects(value, "server").values() for line in text.split(">")
        ],
        "windows": windows.files_of(deployment(*made, firewalls={"server": WINDOWS}), "server")[
            "windows.ps1"
        ].splitlines(),
    }
    for name, text in lines.items():
        assert sum(bool(re.search(rf"\b{ids} ", line)) for line in text) == 1, name
        assert not any(re.search(r"\br-2\b", line) and ids not in line for line in text), name


QUEUES = ("Queues, RPC", "Queues, RPC endpoint mapper", "Queues, SMB")
WEB = ("Web interface (HTTP)", "Web interface (HTTPS)")


@pytest.mark.parametrize(
    ("services", "limit", "text"),
    [
        (("SSH",), 128, "SSH"),
        ((*QUEUES, *WEB), 128, "Queues: RPC, RPC endpoint mapper, SMB; Web interface: HTTP, HTTPS"),
        ((*QUEUES, *WEB), 80, "Queues (3), Web interface (2)"),
        ((*QUEUES, *WEB), 64, "Queues (3) and 2 more"),
        ((*QUEUES, *WEB), 56, "5 services"),
        (("Web interface (HTTP)", "SSH"), 128, "Web interface (HTTP); SSH"),
    ],
)
def test_a_comment_names_each_feature_or_says_how_many_more(
    services: tuple[str, ...], limit: int, text: str
) -> None:
    one = rule("r-1", services=services, from_="user-computer", to="print-server")
    assert words(one, limit) == f"r-1 {text} (user-computer to print-server)"


@given(
    st.lists(st.sampled_from((*QUEUES, *WEB, "SSH", "x" * 90)), min_size=1, unique=True),
    st.integers(80, 255),
)
def test_a_comment_fits_and_has_all_ids_first(services: list[str], limit: int) -> None:
    text = words(rule("r-1 r-2", services=tuple(services)), limit)
    assert len(text) <= limit
    assert text.startswith("r-1 r-2 ")
    if "x" * 90 not in services:
        assert text.endswith(")")
