"""nftables text means exactly what the rules say: read back and compared, nothing wider, nothing
missing.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.firewalls import nft_rules, nftables
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import hostile_to
from tests.tools.nft_reader import Reader, boxes, read
from tests.tools.tuples import Box, addresses, box_of, difference
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule

FILTERED = msgspec.structs.replace(HOST, egress="filtered")
DENY = msgspec.structs.replace(EDGE, default="deny")
HOOKS = {"in": "input", "out": "output", "forward": "forward"}

# Nets that nest and touch, so that overlapping and adjacent elements come up often.
FOUR = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "10.1.1.0/24", "10.1.0.7/32",
        "224.0.0.251/32", "255.255.255.255/32", "192.0.2.0/31")  # fmt: skip
SIX = ("::/0", "2001:db8::/32", "2001:db8:1::/64", "2001:db8:1::5/128", "ff02::fb/128", "fe80::/10")

nets = st.one_of(
    st.lists(st.sampled_from(FOUR), max_size=3),
    st.lists(st.sampled_from(SIX), max_size=3),
    st.lists(st.sampled_from(FOUR + SIX), max_size=4),
)
port = st.integers(1, 65535)
spans = st.one_of(
    st.sampled_from(
        [(22, 22), (80, 80), (81, 85), (83, 90), (9200, 9999), (1, 65535), (65535, 65535)]
    ),
    st.tuples(port, port).map(lambda pair: (min(pair), max(pair))),
)


@st.composite
def rules(draw: st.DrawFn, direction: str) -> Rule:
    key = f"r-{draw(st.integers(0, 99))}"
    return rule(
        key,
        firewall="edge" if direction == "forward" else "server",
        direction=direction,  # type: ignore[arg-type]
        transport=draw(st.sampled_from(["tcp", "udp"])),
        ports=draw(st.lists(spans, min_size=1, max_size=3)),
        sources=draw(nets),
        destinations=draw(nets),
        except_sources=tuple(draw(st.lists(st.sampled_from(FOUR[1:]), max_size=2))),
        except_destinations=tuple(draw(st.lists(st.sampled_from(FOUR[1:]), max_size=2))),
        flows=draw(st.sampled_from([("papercut-mf/web-http",), ("management/ssh",)])),
    )


def meaning(rules: list[Rule], direction: str) -> list[Box]:
    """The rules' boxes, one family at a time: a rule is of the family that its first address has."""
    single = []
    for entry in rules:
        if entry.direction == direction:
            box = box_of(entry)
            single.append(
                box._replace(
                    sources=tuple(span for span in box.sources if span[0] == entry.family),
                    destinations=tuple(
                        span for span in box.destinations if span[0] == entry.family
                    ),
                )
            )
    return single


def build(rules: list[Rule]) -> tuple[Deployment, str]:
    host = rules[0].firewall == "server" if rules else True
    name = "server" if host else "edge"
    return deployment(*rules, firewalls={name: FILTERED if host else DENY}), name


@pytest.mark.slow
@pytest.mark.parametrize("few", [64, 0], ids=["one by one", "in sets"])
@given(data=st.data())
def test_means_exactly_the_rules(few: int, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nft_rules, "_FEW", few)
        direction = data.draw(st.sampled_from(["host", "forward"]))
        if direction == "host":
            made = data.draw(st.lists(st.one_of(rules("in"), rules("out")), max_size=5))
        else:
            made = data.draw(st.lists(rules("forward"), max_size=5))
        value, name = build(made)
        chains = read(nftables.ruleset(value, name))
    for way, hook in HOOKS.items():
        found = list(boxes(chains, hook))
        assert difference(found, meaning(made, way)) == []


@st.composite
def crowded(draw: st.DrawFn) -> Rule:
    """Rules that overlap in every way: same family, same transport, nested networks, nested and
    touching ports.
    """
    nested = st.lists(st.sampled_from(FOUR[:6]), min_size=1, max_size=2)
    ends = st.sampled_from([(80, 80), (80, 85), (85, 90), (86, 90), (1, 65535)])
    ports = st.lists(ends, min_size=1, max_size=2)
    return rule(
        f"r-{draw(st.integers(0, 9))}",
        ports=draw(ports),
        sources=draw(nested),
        destinations=draw(nested),
    )


@pytest.mark.slow
@given(st.lists(crowded(), min_size=2, max_size=6))
def test_crowded_sets_mean_the_rules(made: list[Rule]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nft_rules, "_FEW", 0)
        chains = read(nftables.ruleset(*build(made)))
    assert difference(list(boxes(chains, "input")), meaning(made, "in")) == []


@pytest.mark.slow
@given(st.lists(crowded(), min_size=2, max_size=6))
def test_elements_of_one_set_never_overlap(made: list[Rule]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nft_rules, "_FEW", 0)
        text = nftables.ruleset(*build(made))
    for elements in Reader(text).sets.values():
        seen: list[Box] = []
        for element in elements:
            source, destination, ports = (element * 3)[:3] if len(element) == 1 else element
            low, _, high = ports.partition("-") if len(element) == 3 else ("1", "", "1")
            box = Box(
                "tcp",
                ((int(low), int(high or low)),),
                addresses([source]),
                addresses([destination]),
            )
            for other in seen:
                apart = any(
                    a[0] != b[0] or a[2] < b[1] or b[2] < a[1]
                    for a, b in (
                        (box.sources[0], other.sources[0]),
                        (box.destinations[0], other.destinations[0]),
                    )
                ) or (box.ports[0][1] < other.ports[0][0] or other.ports[0][1] < box.ports[0][0])
                assert apart, (element, text)
            seen.append(box)


@pytest.mark.parametrize(
    ("sources", "destinations"),
    [
        ((), ("10.0.10.5/32",)),
        (("10.0.0.0/8",), ()),
        ((), ()),
        (("10.0.0.0/8",), ("2001:db8::5/128",)),
    ],
)
@pytest.mark.parametrize("few", [64, 0])
def test_empty_or_mismatched_side_is_nobody(
    sources: tuple[str, ...],
    destinations: tuple[str, ...],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nft_rules, "_FEW", few)
    text = nftables.ruleset(*build([rule(sources=sources, destinations=destinations)]))
    assert "dport 9191" not in text
    assert "9191" not in text.replace("# ", "")


def test_basics_of_a_host_are_the_ones_we_mean() -> None:
    chains = read(nftables.ruleset(deployment(rule(), firewalls={"server": FILTERED}), "server"))
    icmp = [
        "icmp type { destination-unreachable , time-exceeded , parameter-problem } accept",
        "icmp type { echo-request , echo-reply } accept",
        (
            "icmpv6 type { destination-unreachable , packet-too-big , time-exceeded ,"
            " parameter-problem } accept"
        ),
        "icmpv6 type { echo-request , echo-reply } accept",
        "ip6 hoplimit 255 icmpv6 type { nd-router-solicit , nd-router-advert } accept",
        "ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit , nd-neighbor-advert } accept",
        (
            "ip6 saddr { :: , fe80::/10 } icmpv6 type { mld-listener-query , mld-listener-report }"
            " accept"
        ),
        (
            "ip6 saddr { :: , fe80::/10 } icmpv6 type { mld-listener-done , mld2-listener-report }"
            " accept"
        ),
    ]
    assert chains["input"].basics == [
        'iif "lo" accept',
        "ct state established , related accept",
        *icmp,
        "udp sport 67 udp dport 68 accept",
        "ip6 daddr fe80::/10 udp dport 546 accept",
    ]
    assert chains["output"].basics == [
        'oif "lo" accept',
        "ct state established , related accept",
        *icmp,
        "udp sport 68 udp dport 67 accept",
        "ip6 saddr fe80::/10 udp sport 546 udp dport 547 accept",
    ]
    assert (chains["input"].policy, chains["output"].policy) == ("drop", "drop")


def test_open_egress_has_no_output_chain() -> None:
    chains = read(nftables.ruleset(deployment(rule()), "server"))
    assert set(chains) == {"input"}


def test_igmp_only_where_a_rule_is_multicast() -> None:
    plain = nftables.ruleset(deployment(rule()), "server")
    multicast = nftables.ruleset(
        deployment(rule(destinations=("224.0.0.251/32",), transport="udp")), "server"
    )
    assert "igmp" not in plain
    assert "ip protocol igmp accept" in multicast


@pytest.mark.parametrize(("default", "policy"), [("accept", "accept"), ("deny", "drop")])
def test_boundary_denies_only_where_asked(default: str, policy: str) -> None:
    edge = msgspec.structs.replace(EDGE, default=default)
    chains = read(nftables.ruleset(deployment(firewalls={"edge": edge}), "edge"))
    assert chains["forward"].policy == policy
    assert set(chains) == {"forward"}


def test_old_ssh_sessions_pass_a_filtered_egress_but_no_new_one() -> None:
    ssh = rule("ssh", ports=(22,), flows=("management/ssh",), sources=("10.0.9.0/24",))
    chain = read(nftables.ruleset(deployment(ssh, firewalls={"server": FILTERED}), "server"))[
        "output"
    ]
    assert chain.boxes == []
    (line,) = [text for text in chain.basics if "sport 22" in text]
    assert (
        line
        == "ip saddr 10.0.10.5 ip daddr 10.0.9.0/24 tcp sport 22 tcp flags & (syn | ack) == ack"
        " accept"
    )


def redirects(**more: Any) -> list[tuple[Box, str]]:
    value = deployment(firewalls={"edge": EDGE}, forwards=[forward(**more)])
    chains = read(nftables.ruleset(value, "edge"))
    return chains["prerouting"].redirects if "prerouting" in chains else []


def test_forward_to_another_port() -> None:
    ((box, target),) = redirects(public_ports=(443, 443), ports=(9192, 9192))
    assert target == "10.0.10.5:9192"
    assert (
        difference(
            [box], [Box("tcp", ((443, 443),), addresses(["0.0.0.0/0"]), addresses(["203.0.113.7"]))]
        )
        == []
    )


def test_forward_of_a_range_keeps_the_port() -> None:
    ((box, target),) = redirects(public_ports=(9200, 9999), ports=(9200, 9999), transport="udp")
    assert (box.transport, box.ports, target) == ("udp", ((9200, 9999),), "10.0.10.5")


def test_forward_of_a_moved_range_maps_each_port() -> None:
    ((box, target),) = redirects(public_ports=(8000, 8001), ports=(9000, 9001))
    assert box.ports == ((8000, 8001),)
    assert target == "10.0.10.5 : tcp dport map { 8000 : 9000 , 8001 : 9001 }"


def test_forward_for_some_sources_only() -> None:
    ((box, _),) = redirects(sources=("198.51.100.0/24", "192.0.2.1/32"))
    assert set(box.sources) == set(addresses(["192.0.2.1", "198.51.100.0/24"]))


@pytest.mark.parametrize("more", [{"sources": ()}, {"address": None}, {"public_address": None}])
def test_forward_that_waits_is_not_written(more: dict[str, object]) -> None:
    assert redirects(**more) == []


@pytest.mark.parametrize("count", [1, 64, 65, 300])
def test_every_rule_is_traceable(count: int) -> None:
    made = [rule(f"server-{n:04x}", ports=(1000 + n,)) for n in range(count)]
    text = nftables.ruleset(deployment(*made), "server")
    for entry in made:
        assert re.search(rf'comment "[^"]*\b{entry.id}\b', text), entry.id


def test_same_rules_same_bytes() -> None:
    made = [rule(f"r{n}", ports=(n + 1,), sources=FOUR[1:5]) for n in range(80)]
    assert nftables.files_of(deployment(*made), "server") == nftables.files_of(
        deployment(*made), "server"
    )


def test_tables_of_two_firewalls_differ() -> None:
    names = ("a", "a-b", "a-b-1", "ab")
    assert len({nftables.table_name(name) for name in names}) == len(names)


def test_only_own_table_is_touched() -> None:
    text = "".join(nftables.files_of(deployment(rule()), "server").values())
    assert "flush ruleset" not in text
    assert set(re.findall(r"table inet (\S+)", text)) <= {
        "portwright_server",
        "%s",
        "%s\\ndelete",
        "%s\\n'",
        '"$table"',
    }


@pytest.mark.parametrize("text", hostile_to("nft", "shell"))
def test_hostile_text_stays_in_its_comment(text: str) -> None:
    hostile = rule(text or "r", services=(text,), from_="user-computer")
    plan = Plan(name=text, firewalls={"server": HOST})
    result = nftables.ruleset(deployment(hostile, plan=plan), "server")
    assert result.isascii()
    assert not re.search(r"[^\x20-\x7e\n]", result)
    for line in result.splitlines():
        found = re.search(r'comment "(.*)"', line)
        if found:
            assert len(found[1]) <= 128
            assert not set(found[1]) & set("\"\\$`'")
    assert difference(list(boxes(read(result), "input")), [box_of(hostile)]) == []
