"""What ufw.sh adds to ufw means exactly the rules, and is what the real ufw writes for the same
sentences.
"""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.firewalls import ufw
from tests.exporters.firewalls.test_iptables import meaning
from tests.tools.builders import HOST, deployment, rule
from tests.tools.hostile import hostile_to
from tests.tools.iptables_reader import Reading, read
from tests.tools.rule_strategies import host_rules
from tests.tools.tuples import box_of, difference
from wizard.deployment import Deployment
from wizard.plan.model import Plan
from wizard.rules.model import Rule

FILTERED = msgspec.structs.replace(HOST, egress="filtered")
CHAINS = {
    (direction, family): f"ufw{'6' if family == 6 else ''}-user-{chain}"
    for direction, chain in (("in", "input"), ("out", "output"))
    for family in (4, 6)
}


def payload(script: str, name: str) -> str:
    """One payload of a script, as its function prints it."""
    found = re.search(
        rf"^payload_{name}\(\) \{{\n    cat <<'PORTWRIGHT_END'\n(.*?)^PORTWRIGHT_END$",
        script,
        re.DOTALL | re.MULTILINE,
    )
    assert found
    return found[1]


def script(value: Deployment) -> str:
    return ufw.files_of(value, "server")["ufw.sh"]


def reading(text: str, direction: str, family: int) -> Reading:
    chain = CHAINS[direction, family]
    blocks = payload(text, f"rules{family}")
    names = "".join(f":{name} - [0:0]\n" for name in CHAINS.values())
    return read(f"*filter\n{names}{blocks}", family, chain)


@settings(max_examples=20)
@given(st.lists(st.one_of(host_rules("in"), host_rules("out")), max_size=3))
def test_means_exactly_the_rules(made: list[Rule]) -> None:
    text = script(deployment(*made, firewalls={"server": FILTERED}))
    for direction, family in CHAINS:
        assert (
            difference(reading(text, direction, family).boxes, meaning(made, direction, family))
            == []
        )


def test_open_egress_writes_no_outbound_rule() -> None:
    value = deployment(rule("out", direction="out"))
    assert ufw.entries(value, "server") == {}
    assert "deny_outgoing=''" in script(value)
    assert "deny_outgoing='yes'" in script(deployment(firewalls={"server": FILTERED}))


@pytest.mark.parametrize(
    ("sources", "destinations"),
    [((), ("10.0.10.5/32",)), (("10.0.0.0/8",), ()), (("10.0.0.0/8",), ("2001:db8::5/128",))],
)
def test_empty_or_mismatched_side_is_nobody(
    sources: tuple[str, ...], destinations: tuple[str, ...]
) -> None:
    assert ufw.entries(deployment(rule(sources=sources, destinations=destinations)), "server") == {}


def test_two_rules_for_the_same_become_one_with_both_ids() -> None:
    found = ufw.entries(deployment(rule("one"), rule("two")), "server")
    assert len(found) == 1
    (comment,) = found.values()
    assert re.fullmatch(r"one .* \(also two\)", comment)


def test_profile_names_inbound_ports_within_multiport_s_limit() -> None:
    many = [(n * 10, n * 10 + 1) for n in range(1, 20)]
    text = ufw.profile(deployment(rule(ports=many), rule(transport="udp", ports=(161,))), "server")
    ports = text.splitlines()[3].removeprefix("ports=").split("|")
    assert ports[-1] == "161/udp"
    assert len(ports) == 4
    assert all(len(part.split(",")) <= 7 for part in ports)
    assert len(ufw.profile_name("a" * 63)) <= 64


def test_same_rules_same_bytes() -> None:
    value = deployment(*(rule(f"r{n}", ports=(n + 1,)) for n in range(50)))
    assert script(value) == script(value)


@pytest.mark.parametrize("text", hostile_to("shell"))
def test_hostile_text_stays_in_its_comment(text: str) -> None:
    plan = Plan(name=text, firewalls={"server": FILTERED})
    hostile = rule(text or "r", services=(text,))
    result = script(deployment(hostile, plan=plan))
    assert re.fullmatch(r"[\x20-\x7e\n]*", result)
    for found in re.findall(r"comment=([0-9a-f]+)$", payload(result, "rules4"), re.MULTILINE):
        comment = bytes.fromhex(found).decode("ascii")
        assert comment.startswith("portwright server: ")
        assert not set(comment) & set("\"\\$`'\n")
    assert difference(reading(result, "in", 4).boxes, [box_of(hostile)]) == []
