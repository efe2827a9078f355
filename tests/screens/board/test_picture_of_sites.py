"""Sites are frames round their zones; of many that are alike one is drawn, and says for how many."""

from __future__ import annotations

from exporters.picture import picture as parts_of
from exporters.picture.mermaid import mermaid
from exporters.picture.svg import svg
from screens.board.picture import picture
from tests.bench.sites import plan_of_sites
from tests.tools.worlds import CATALOG, world
from tests.wizard.rules.test_sites import BRANCH_SERVER, CUPS, HEAD_SERVER, TWO_SITES, servers
from wizard.deployment import deploy
from wizard.network.alike import alike_sites, zones_shown
from wizard.plan.model import Firewall, Front, Plan, changed

NAMES = {role: declared.name for role, declared in CATALOG.roles.items()}


def drawn(plan: Plan) -> list[str]:
    return [line.plain for line in picture(plan, NAMES, 76)]


def test_each_of_a_few_sites_is_a_frame() -> None:
    lines = drawn(plan_of_sites(CATALOG, 2))
    assert [line.partition("╗")[0].strip("╔═ ") for line in lines if line.startswith("╔")] == [
        "Site s0",
        "Site s1",
    ]
    first = lines.index(next(line for line in lines if line.startswith("╔")))
    assert lines[first + 1].startswith("╟─ s0-servers ─")
    assert lines[first - 1].startswith("└─")
    assert sum(line.startswith("╚") for line in lines) == 2


def test_sites_that_are_alike_are_drawn_once() -> None:
    plan = plan_of_sites(CATALOG, 200)
    lines = drawn(plan)
    assert next(line for line in lines if line.startswith("╔")).startswith(
        "╔═ Sites s0, s1 and 198 more alike ═"
    )
    assert len(lines) < 40
    assert list(zones_shown(plan))[:4] == ["head", "wan", "s0-servers", "s0-clients"]
    assert zones_shown(plan)["s0-servers"] == "s0-servers (sites s0, s1 and 198 more alike)"


def test_a_site_that_differs_stands_for_itself() -> None:
    plan = plan_of_sites(CATALOG, 6)
    odd = Firewall(kind="router", zones=plan.firewalls["s3"].zones)
    plan = changed(plan, firewalls={**plan.firewalls, "s3": odd})
    assert alike_sites(plan) == {"s0": ("s0", "s1", "s2", "s4", "s5"), "s3": ("s3",)}


def test_a_site_with_a_front_stands_for_itself() -> None:
    plan = plan_of_sites(CATALOG, 6)
    assert alike_sites(plan) == {"s0": ("s0", "s1", "s2", "s3", "s4", "s5")}
    plan = changed(plan, fronts={"gate": Front(zones=("s3-servers",))})
    assert alike_sites(plan) == {"s0": ("s0", "s1", "s2", "s4", "s5"), "s3": ("s3",)}


def test_files_frame_sites_too_and_draw_no_stream_between_them() -> None:
    shown = parts_of(deploy(CATALOG, plan_of_sites(CATALOG, 1)))
    assert [lane.site for lane in shown.lanes if lane.name.startswith("s0-")] == ["Site s0"] * 6
    assert [site for site, _ in shown.framed] == ["", "Site s0"]
    assert ">Site s0</text>" in svg(shown)
    assert 'subgraph s1["Site s0"]' in mermaid(shown)
    shown = parts_of(deploy(CATALOG, plan_of_sites(CATALOG, 60)))
    assert {lane.site for lane in shown.lanes} == {"", "Sites s0, s1 and 58 more, alike"}


def test_streams_lead_to_the_servers_of_their_own_site() -> None:
    d = world(TWO_SITES, CUPS, servers(HEAD_SERVER, BRANCH_SERVER))
    shown = parts_of(d)
    names = [lane.name for lane in shown.lanes]
    ends = "User computer (site head, site branch)", "Print server (site head, site branch)"
    (stream,) = [s for s in shown.streams if (s.from_, s.to) == ends]
    assert {(names[source[0]], names[to[0]]) for source, to in stream.links} == {
        ("head-clients", "head-servers"),
        ("branch-clients", "branch-servers"),
    }
