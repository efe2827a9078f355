"""What must hold of all rules, whatever the plan."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings

from tests.tools.internet import inside_of
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG
from wizard.deployment import deploy
from wizard.network.ports import join_ports
from wizard.network.topology import Network
from wizard.plan.fronts import front_role
from wizard.plan.model import INTERNET, Plan, changed
from wizard.rules.compile import compile_rules
from wizard.rules.model import Forward, Rule
from wizard.rules.select import select_endpoints, select_flows
from wizard.rules.wants import wants


def meaning(rule: Rule) -> tuple[object, ...]:
    """All of a rule but its ports and what it was made for."""
    return (
        *(
            rule.firewall,
            rule.direction,
            rule.transport,
            rule.from_,
            rule.to,
            rule.sources,
            rule.destinations,
        ),
        *(
            rule.except_sources,
            rule.except_destinations,
            rule.status,
            rule.encrypted,
            rule.unresolved,
        ),
    )


@pytest.mark.slow
@settings(max_examples=60)
@given(plans())
def test_merging_changes_nothing(plan: Plan) -> None:
    """Each want compiled alone gives, put together, exactly the rules that all give at once."""
    network = Network(plan)
    wanted = wants(
        network, tuple(select_flows(CATALOG, plan)), tuple(select_endpoints(CATALOG, plan))
    )
    merged = compile_rules(network, wanted)
    alone: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    forwards: set[tuple[object, ...]] = set()
    for want in wanted:
        one = compile_rules(Network(plan), [want])
        for rule in one.rules:
            assert rule.flows == (want.id,)
            alone.setdefault(meaning(rule), []).extend(rule.ports)
        forwards |= {target(forward) for forward in one.forwards}
    assert {meaning(rule): rule.ports for rule in merged.rules} == {
        m: join_ports(p) for m, p in alone.items()
    }
    assert {target(forward) for forward in merged.forwards} == forwards


def target(forward: Forward) -> tuple[object, ...]:
    return (
        forward.firewall,
        forward.transport,
        forward.public_ports,
        forward.address,
        forward.ports,
        forward.sources,
    )


@pytest.mark.slow
@settings(max_examples=100)
@given(plans())
def test_what_holds_of_every_rule(plan: Plan) -> None:
    deployment = deploy(CATALOG, plan)
    ids = [rule.id for rule in deployment.rules] + [forward.id for forward in deployment.forwards]
    assert len(ids) == len(set(ids))
    own = [network for zone in plan.zones.values() for network in zone.networks]
    beyond = {ip: inside_of(own, ip) for ip in (4, 6)}
    for rule in deployment.rules:
        families = {":" in cidr for cidr in (*rule.sources, *rule.destinations)}
        assert len(families) <= 1
        nobody = not rule.sources or not rule.destinations
        # Nobody is nobody, and somebody is nobody's open question.
        assert nobody == bool(rule.unresolved)
        assert rule.ports == join_ports(rule.ports)
        assert rule.ports
        for cidrs, excepted in (
            (rule.sources, rule.except_sources),
            (rule.destinations, rule.except_destinations),
        ):
            anywhere = set(cidrs) & {"0.0.0.0/0", "::/0"}
            assert len(cidrs) == 1 or not anywhere
            assert excepted == (beyond[6 if True in families else 4] if anywhere else ())
    for forward in deployment.forwards:
        assert (forward.address is None or forward.public_address is None) == bool(
            forward.unresolved
        )
        assert all(":" not in cidr for cidr in forward.sources)


@pytest.mark.slow
@settings(max_examples=60)
@given(plans())
def test_roles_without_a_place_let_nobody_through(plan: Plan) -> None:
    """Only what is on the internet without being placed, and fronts that say where they are, can be
    named by a rule that waits for nothing.
    """
    products = {
        name: msgspec.structs.replace(answers, roles={}, feature_roles={})
        for name, answers in plan.products.items()
    }
    empty = deploy(CATALOG, changed(plan, roles={}, products=products))
    placed = {INTERNET, "mail-server"}
    placed |= {front_role(name, front) for name, front in plan.fronts.items() if not front.role}
    for rule in empty.rules:
        assert rule.unresolved or {rule.from_, rule.to} <= placed, rule
    fronts = {a for f in plan.fronts.values() if not f.role for a in f.addresses}
    for forward in empty.forwards:
        assert forward.address in {None, *fronts}, forward
