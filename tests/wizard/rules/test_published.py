"""Port forwards that stand on another public address or port than the boundary's own."""

from __future__ import annotations

from tests.cases.case import forward_line, plan_text
from tests.tools.worlds import CATALOG, codes, errors_of, plan_of, world
from wizard.changes import compare
from wizard.explain import explain
from wizard.plan.file import read_plan, write_plan
from wizard.plan.installations import remove_installation, rename_installation
from wizard.plan.keys import PublishKey
from wizard.plan.model import Published
from wizard.questions import answered, questions, value_of

TWO = plan_text("two-servers-one-address")
WITHOUT = TWO.partition("[firewalls.edge.publish")[0]
OTHER_ADDRESS = f'{WITHOUT}\n[firewalls.edge.publish."printeron/https"]\naddress = "203.0.113.21"\n'


def test_without_another_port_the_conflict_names_what_can_be_written() -> None:
    deployment = world(WITHOUT)
    (conflict,) = [f for f in deployment.findings if f.code == "forward-conflict"]
    assert '[firewalls.edge.publish."printeron/https"]' in conflict.message


def test_a_public_address_of_its_own_serves_as_well() -> None:
    deployment = world(OTHER_ADDRESS)
    assert sorted(map(forward_line, deployment.forwards)) == [
        "edge tcp 203.0.113.20:443 > 10.1.10.6:443",
        "edge tcp 203.0.113.21:443 > 10.1.10.7:443",
    ]
    assert "forward-conflict" not in codes(deployment)


def test_an_address_of_its_own_needs_none_of_the_boundary() -> None:
    text = OTHER_ADDRESS.replace('public_address = "203.0.113.20"\n', "")
    by_address = {forward.address: forward for forward in world(text).forwards}
    assert by_address["10.1.10.7"].public_address == "203.0.113.21"
    assert by_address["10.1.10.7"].unresolved == ()
    assert by_address["10.1.10.6"].unresolved == ("public_address",)


def test_a_way_in_is_asked_for_at_the_public_port() -> None:
    deployment = world(TWO)
    way_in = explain(deployment, "203.0.113.99", "203.0.113.20", "8443/tcp")
    assert way_in.allowed
    assert way_in.hops[0].forward is not None
    assert way_in.hops[0].forward.address == "10.1.10.7"
    assert explain(world(OTHER_ADDRESS), "203.0.113.99", "203.0.113.21", "443/tcp").allowed
    assert not explain(world(OTHER_ADDRESS), "203.0.113.99", "203.0.113.21", "8443/tcp").allowed


def test_what_is_published_is_written_and_read() -> None:
    plan = plan_of(TWO)
    assert plan.firewalls["edge"].publish == {"printeron/https": Published(port=8443)}
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan


def test_an_entry_that_says_nothing_is_none() -> None:
    assert plan_of(WITHOUT, '[firewalls.edge.publish."printeron/https"]') == plan_of(WITHOUT)


def test_a_listener_that_is_not_there_is_named_with_the_nearest() -> None:
    (error,) = errors_of(TWO.replace('"printeron/https"]', '"printeron/htps"]'))
    assert "did you mean 'printeron/https'" in error.message
    assert error.path == "firewalls.edge.publish.'printeron/htps'"
    assert error.line is not None


def test_another_kind_of_firewall_publishes_nothing() -> None:
    host = TWO.replace('kind = "boundary"', 'kind = "router"').replace("nat = true\n", "")
    host = host.replace('public_address = "203.0.113.20"\n', "")
    (error,) = errors_of(host)
    assert error.path == "firewalls.edge.publish"
    assert "does nothing on a router firewall" in error.message


def test_it_is_asked_for_what_the_internet_uses() -> None:
    plan = plan_of(WITHOUT)
    keys = [q.key for q in questions(CATALOG, plan, "firewalls") if isinstance(q.key, PublishKey)]
    assert {key.listener for key in keys} == {"cirrusprint/https", "printeron/https"}
    key = PublishKey("edge", "printeron/https", "port")
    assert value_of(CATALOG, plan, key) == 443
    moved = answered(CATALOG, plan, key, 8443)
    assert moved == plan_of(TWO)
    assert answered(CATALOG, moved, key, 443) == plan


def test_names_follow_their_installation() -> None:
    plan = plan_of(TWO)
    renamed = rename_installation(CATALOG, plan, "printeron", "guests")
    assert list(renamed.firewalls["edge"].publish) == ["guests/https"]
    assert remove_installation(plan, "printeron").firewalls["edge"].publish == {}


def test_a_change_of_the_public_port_is_a_change_of_one_forward() -> None:
    changes = compare(world(TWO), world(TWO.replace("8443", "9443")))
    assert [entry.record.public_ports for entry in changes.forwards]
    assert not changes.rules
