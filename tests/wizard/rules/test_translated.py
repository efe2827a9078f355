"""Source NAT, and NAT behind NAT: every firewall and host is given what it sees."""

from __future__ import annotations

from tests.tools.worlds import (
    CATALOG,
    WEB_AND_MAIL,
    behind_a_box,
    codes,
    errors_of,
    plan_of,
    rules_at,
    world,
)
from wizard.explain import explain
from wizard.plan.edits import remove_zone, rename_zone
from wizard.plan.file import read_plan, write_plan
from wizard.plan.keys import HidesKey
from wizard.plan.model import Hidden
from wizard.questions import answered, questions
from wizard.rules.model import Rule
from wizard.views.translation import translation_notes

# An office router behind a provider's box; both do NAT.
TWICE = f"""{WEB_AND_MAIL}    [zones.lan]
    networks = ["10.0.10.0/24"]
    [zones.transfer]
    networks = ["192.168.178.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.6"]
    [roles.user-computer]
    zones = ["lan"]
    [roles.mail-relay]
    addresses = ["198.51.100.25"]
{behind_a_box("lan", "transfer")}"""
# A branch whose computers leave the WAN router as one address, on the way to the servers.
HIDDEN = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.1.0.0/24"]
    [zones.backbone]
    networks = ["10.2.0.0/24"]
    [zones.branch]
    networks = ["192.168.1.0/24"]
    [zones.head]
    networks = ["10.3.0.0/24"]
    [roles.print-server]
    addresses = ["10.1.0.5"]
    [roles.user-computer]
    zones = ["branch", "head"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "backbone", "head"]
    [firewalls.wan]
    kind = "boundary"
    zones = ["backbone", "branch"]
    [firewalls.wan.hides.branch]
    behind = "10.2.0.9"
"""


def ends(rules: list[Rule]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {(rule.sources, rule.destinations) for rule in rules}


def test_the_outer_of_two_nat_boundaries_forwards_to_the_inner_one() -> None:
    forwards = {forward.firewall: forward for forward in world(TWICE).forwards}
    assert (forwards["box"].public_address, forwards["box"].address) == (
        "203.0.113.7",
        "192.168.178.2",
    )
    assert (forwards["own"].public_address, forwards["own"].address) == (
        "192.168.178.2",
        "10.0.10.6",
    )


def test_the_outer_one_sees_the_inner_one_both_ways() -> None:
    deployment = world(TWICE)
    assert ends(rules_at(deployment, "box", "forward")) == {
        (("0.0.0.0/0",), ("192.168.178.2/32",)),
        (("192.168.178.2/32",), ("198.51.100.25/32",)),
    }
    assert ends(rules_at(deployment, "own", "forward")) == {
        (("0.0.0.0/0",), ("10.0.10.6/32",)),
        (("10.0.10.6/32",), ("198.51.100.25/32",)),
    }
    assert "nat-without-use" not in codes(deployment)


def test_a_public_port_of_the_inner_one_is_where_the_outer_one_leads() -> None:
    moved = """
        [firewalls.own.publish."cirrusprint/https"]
        port = 8443
        [firewalls.box.publish."cirrusprint/https"]
        port = 9443
    """
    deployment = world(TWICE, moved)
    forwards = {forward.firewall: forward for forward in deployment.forwards}
    assert forwards["box"].public_ports == (9443, 9443)
    assert forwards["box"].ports == (8443, 8443)
    assert forwards["own"].public_ports == (8443, 8443)
    assert forwards["own"].ports == (443, 443)
    (inbound,) = [
        r for r in rules_at(deployment, "box", "forward") if r.destinations == ("192.168.178.2/32",)
    ]
    assert inbound.ports == ((8443, 8443),)
    way_in = explain(deployment, "internet", "203.0.113.7", "9443/tcp")
    assert way_in.allowed
    assert [hop.firewall for hop in way_in.hops] == ["box", "own"]
    assert explain(deployment, "internet", "print-server", "443/tcp").allowed


def test_without_the_inner_address_the_outer_one_waits() -> None:
    deployment = world(TWICE.replace('public_address = "192.168.178.2"', ""))
    waiting = {rule.firewall: rule.unresolved for rule in deployment.rules if rule.unresolved}
    assert waiting == {"box": ("own",)}
    assert all(
        not rule.sources or not rule.destinations for rule in deployment.rules if rule.unresolved
    )
    (finding,) = [
        f for f in deployment.findings if f.code == "nat-without-address" and "beyond" in f.message
    ]
    assert finding.subjects == ("own",)


def test_explain_says_whom_the_outer_one_sees() -> None:
    way_out = explain(world(TWICE), "print-server", "198.51.100.25", "587/tcp")
    assert way_out.allowed
    assert [(hop.firewall, hop.sees) for hop in way_out.hops] == [
        ("own", ()),
        ("box", ("192.168.178.2/32",)),
    ]


def test_what_hides_a_zone_is_seen_by_every_firewall_and_host_beyond() -> None:
    deployment = world(HIDDEN)
    branch = [r for r in deployment.rules if "10.3.0.0/24" not in r.sources]
    assert {r.firewall: r.sources for r in branch} == {
        "wan": ("192.168.1.0/24",),
        "core": ("10.2.0.9/32",),
    }
    # Computers of head office come as they are.
    (host,) = {r.sources for r in rules_at(deployment, "server", "in") if r.ports[0][0] < 9193}
    assert host == ("10.2.0.9/32", "10.3.0.0/24")


def test_explain_follows_what_is_hidden() -> None:
    way = explain(world(HIDDEN), "192.168.1.7", "10.1.0.5", "9191/tcp")
    assert way.allowed
    assert [(hop.firewall, hop.sees) for hop in way.hops] == [
        ("wan", ()),
        ("core", ("10.2.0.9/32",)),
        ("server", ("10.2.0.9/32",)),
    ]


def test_files_and_papers_say_what_is_taken_for_granted() -> None:
    deployment = world(HIDDEN)
    assert translation_notes(deployment, "wan")[0] == (
        "NAT: what comes from branch is taken to leave as 10.2.0.9; no rule here does that."
    )
    assert translation_notes(deployment, "core") == (
        "10.2.0.9 stands for the zone branch: wan translates it.",
    )
    assert translation_notes(world(TWICE), "box")[-1] == (
        "192.168.178.2 stands for what is behind own, which translates it."
    )


def test_nat_that_translates_nothing_is_said() -> None:
    alone = HIDDEN.replace('[firewalls.wan.hides.branch]\n    behind = "10.2.0.9"', "nat = true")
    assert any(
        f.code == "nat-without-use" and f.subjects == ("wan",) for f in world(alone).findings
    )
    assert "nat-without-use" not in codes(world(HIDDEN))
    elsewhere = HIDDEN.replace("wan.hides.branch", "wan.hides.servers").replace(
        "10.2.0.9", "10.2.0.8"
    )
    assert "nat-without-use" not in codes(world(elsewhere))
    nowhere = (
        HIDDEN.replace("wan.hides.branch", "core.hides.lost")
        + "[zones.lost]\nnetworks = ['10.9.0.0/24']"
    )
    assert "nat-without-use" in codes(world(nowhere))


def test_a_published_listener_that_nobody_uses_is_said() -> None:
    unused = '[firewalls.box.publish."cirrusprint/http"]\nport = 8080'
    (finding,) = [f for f in world(TWICE, unused).findings if f.code == "nat-without-use"]
    assert "cirrusprint/http" in finding.message


def test_what_hides_is_written_read_renamed_and_removed() -> None:
    plan = plan_of(HIDDEN)
    assert plan.firewalls["wan"].hides == {"branch": Hidden("10.2.0.9")}
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    assert list(rename_zone(plan, "branch", "south").firewalls["wan"].hides) == ["south"]
    assert remove_zone(plan, "branch").firewalls["wan"].hides == {}


def test_it_is_asked_of_a_boundary_with_nat() -> None:
    plan = plan_of(TWICE)
    keys = [q.key for q in questions(CATALOG, plan, "firewalls")]
    assert HidesKey("own", "lan") in keys
    assert HidesKey("box", "internet") not in keys
    hidden = answered(CATALOG, plan, HidesKey("own", "lan"), "192.168.178.3")
    assert hidden.firewalls["own"].hides == {"lan": Hidden("192.168.178.3")}
    assert answered(CATALOG, hidden, HidesKey("own", "lan"), None) == plan


def test_errors_name_the_zone_and_the_address() -> None:
    (unknown,) = errors_of(HIDDEN.replace("hides.branch", "hides.branche"))
    assert unknown.path == "firewalls.wan.hides.branche"
    assert "did you mean 'branch'" in unknown.message
    (without,) = errors_of(HIDDEN.replace('behind = "10.2.0.9"', ""))
    assert 'behind = "198.51.100.9"' in without.message
