"""The way through load balancers and reverse proxies, with the address that each firewall sees."""

from __future__ import annotations

from exporters.handover.open import open_rows
from tests.tools.worlds import CATALOG, world
from tests.wizard.rules.test_fronts import ABROAD, BALANCED, IN_A_ROW, KEPT
from wizard.deployment import Deployment, deploy
from wizard.explain import Explanation, allowed, explain
from wizard.explain.report import text
from wizard.findings.model import NETWORK_TEAM
from wizard.plan.keys import FrontKey, ServeKey
from wizard.plan.model import Front, changed
from wizard.views.answers import open_key
from wizard.views.lists import FindingView

FRONT = "balancer (load balancer)"


def way(explanation: Explanation) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(hop.leg, hop.firewall, hop.direction, hop.sees) for hop in explanation.hops]


def test_asked_for_by_the_front_or_by_the_server_it_is_the_same_way() -> None:
    deployment = world(BALANCED)
    both = [
        explain(deployment, "10.10.20.7", "10.10.40.9", "443/tcp"),
        explain(deployment, "user-computer", "print-server", "9192/tcp"),
    ]
    for answer in both:
        assert (answer.allowed, answer.through) == (True, "balancer")
        assert way(answer) == [
            (f"to {FRONT}", "core", "forward", ()),
            (f"from {FRONT}", "core", "forward", ("10.10.40.9/32",)),
            (f"from {FRONT}", "app", "in", ("10.10.40.9/32",)),
        ]
        assert answer.notes == (
            f"It goes through {FRONT}: to it on port 443, and on to the server on port 9192.",
        )
        assert "papercut-mf/web-https" in {because.flow for because in answer.hops[0].because}
    assert "it sees it come from 10.10.40.9" in text(both[0])
    # What the balancer does not serve for them, and what asks past it, stops.
    assert not allowed(deployment, "10.10.20.7", "10.10.10.5", "9193/tcp")
    assert not allowed(deployment, "10.10.20.7", "10.10.40.9", "9192/tcp")


def test_where_the_first_address_is_passed_on_each_firewall_sees_that_one() -> None:
    answer = explain(world(KEPT), "10.10.20.7", "10.10.40.9", "443/tcp")
    assert answer.allowed
    assert [sees for *_, sees in way(answer)] == [(), ("10.10.20.7/32",), ("10.10.20.7/32",)]


def test_a_front_on_the_servers_own_machine_asks_no_firewall_for_the_rest_of_the_way() -> None:
    """Such as nginx beside PaperCut: the boundary and the host let it in to nginx alone."""
    same = BALANCED.replace('["10.10.40.9"]', '["10.10.10.5"]')
    alone = same.replace('["10.10.10.5", "10.10.10.6"]', '["10.10.10.5"]')
    answer = explain(world(alone), "10.10.20.7", "10.10.10.5", "443/tcp")
    assert answer.allowed
    assert way(answer) == [
        (f"to {FRONT}", "core", "forward", ()),
        (f"to {FRONT}", "app", "in", ()),
    ]
    # To the second server it goes on by the network.
    answer = explain(world(same), "10.10.20.7", "10.10.10.5", "443/tcp")
    assert answer.allowed
    assert way(answer)[2:] == [(f"from {FRONT}", "app", "in", ("10.10.10.5/32",))]
    by_itself = explain(world(alone), "10.10.10.5", "10.10.10.5", "9192/tcp")
    assert (by_itself.allowed, by_itself.hops) == (True, ())
    assert not allowed(world(alone), "10.10.20.7", "10.10.10.5", "9195/tcp")


def test_through_a_row_each_part_is_told() -> None:
    answer = explain(world(IN_A_ROW), "10.10.20.7", "10.10.10.5", "9192/tcp")
    assert answer.allowed
    outer = "outer (reverse proxy)"
    assert way(answer) == [
        (f"to {outer}", "core", "forward", ()),
        (f"to {outer}", "outer-host", "in", ()),
        (f"from {outer} to {FRONT}", "outer-host", "out", ("10.10.40.7/32",)),
        (f"from {FRONT}", "core", "forward", ("10.10.40.9/32",)),
        (f"from {FRONT}", "app", "in", ("10.10.40.9/32",)),
    ]
    assert answer.through == "outer, balancer"


def test_a_public_address_leads_to_the_front_and_on() -> None:
    answer = explain(world(f"format = 1{ABROAD}"), "internet", "203.0.113.7", "443/tcp")
    assert answer.allowed
    first = answer.hops[0]
    assert first.forward is not None
    assert first.forward.address == "10.10.40.9"
    assert [hop.leg for hop in answer.hops] == [
        "to gate (reverse proxy)",
        "from gate (reverse proxy)",
    ]


def test_a_front_without_a_place_is_asked_for_under_its_own_key() -> None:
    deployment = world(BALANCED)
    plan = changed(deployment.plan, fronts={"balancer": Front(serves={"papercut-mf/https": 443})})
    deployment = deploy(CATALOG, plan)
    key = FrontKey("balancer", "addresses")
    stopped = explain(deployment, "user-computer", "balancer", "443/tcp")
    assert (stopped.stops, stopped.stop_key) == (
        "balancer has no place in this plan yet.",
        str(key),
    )
    assert open_key(deployment, "balancer") == key
    (row,) = [row for row in open_rows(deployment) if "balancer" in row.text]
    assert (row.who, row.key) == (NETWORK_TEAM, str(key))
    assert row.what == "addresses of the front balancer"
    assert "Web interface" in row.waits


def test_a_front_that_needs_one_address_for_a_forward_is_one_row() -> None:
    wide = ABROAD.replace('addresses = ["10.10.40.9"]', 'zones = ["dmz"]')
    rows = open_rows(world(f"format = 1{wide}"))
    assert [(row.who, row.what) for row in rows if "gate" in row.what] == [
        (NETWORK_TEAM, "addresses of the front gate (one single address, for the port forward)")
    ]


def test_findings_about_a_front_lead_to_its_rows() -> None:
    twice = BALANCED.replace('"papercut-mf/http" = 9191', '"papercut-mf/http" = 443')
    assert _answer(world(twice), "front-conflict") == ServeKey("balancer", "papercut-mf/https")
    stray = BALANCED.replace('["10.10.40.9"]', '["10.99.0.9"]')
    assert _answer(world(stray), "address-outside-zone") == FrontKey("balancer", "addresses")


def _answer(deployment: Deployment, code: str) -> object:
    view = FindingView(deployment)
    (finding,) = [finding for finding in deployment.findings if finding.code == code]
    return view.answer(finding)
