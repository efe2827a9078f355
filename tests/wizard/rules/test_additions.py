"""A site, a place for one feature or a connection of one's own that joins a plan, whatever the plan:
no rule about anything else lets more through. 300 plans each in `make test`, more by
`PORTWRIGHT_PLANS`.
"""

from __future__ import annotations

import copy
import ipaddress
import os
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import strategies as st

from tests.tools.parts import drawn
from tests.tools.plan_strategies import Table, as_plan, documents, roles_of
from tests.tools.tuples import boxes_by_place, difference
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.facts.model import Alternatives
from wizard.plan.sites import site_like
from wizard.questions import AnswerError
from wizard.rules.model import Rule

PARTS = 5
PLANS = int(os.environ.get("PORTWRIGHT_PLANS", "2000")) * 3 // 20
Counter = Callable[[str, object], None]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_site_like_another_changes_nothing_between_those_who_were_there(
    part: int, record_property: Counter
) -> None:
    counts = {"plans": 0, "new rules": 0}

    @drawn(part, PLANS // PARTS, documents())
    def compare(tables: Table) -> None:
        before = as_plan(tables)
        if not before.sites:
            return
        try:
            plan = site_like(before, next(iter(before.sites)), "added")
        except AnswerError:
            # No free network of the size is left.
            return
        old, new = deploy(CATALOG, before), deploy(CATALOG, plan)
        added = [
            ipaddress.ip_network(network)
            for zone in plan.sites["added"].zones
            for network in plan.zones[zone].networks
        ]
        counts["plans"] += 1
        counts["new rules"] += len(new.rules) - len(old.rules)
        for cell in wider(old, new.rules):
            assert touches(cell, added), cell

    compare()
    record_property("a site", counts)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_place_for_one_feature_widens_no_rule_of_others(
    part: int, record_property: Counter
) -> None:
    counts = {"plans": 0}

    @drawn(part, PLANS // PARTS, documents(), st.data())
    def compare(tables: Table, data: st.DataObject) -> None:
        # What is placed in general: else others who need it are where the feature has it.
        placed = {role for role, place in tables["roles"].items() if place}
        places = [
            (name, feature, role)
            for name, answers in tables["products"].items()
            for feature, options in answers["features"].items()
            for role in roles_of(answers.get("product", name), feature)
            if role in placed and "roles" not in options
        ]
        if not places:
            return
        name, feature, role = data.draw(st.sampled_from(places))
        zone = data.draw(st.sampled_from(sorted(tables["zones"])))
        more = copy.deepcopy(tables)
        more["products"][name]["features"][feature]["roles"] = {role: {"zones": [zone]}}
        product = CATALOG.products[tables["products"][name].get("product", name)]
        of_feature = {f.entry for f in product.flows if needs(f.when, feature)}
        of_feature |= {e.entry for e in product.endpoints if needs(e.when, feature)}
        counts["plans"] += 1
        compare_others(tables, more, {f"{name}/{entry}" for entry in of_feature})

    compare()
    record_property("a place", counts)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_connection_of_ones_own_widens_no_rule_of_others(
    part: int, record_property: Counter
) -> None:
    counts = {"plans": 0}

    @drawn(part, PLANS // PARTS, documents(), st.data())
    def compare(tables: Table, data: st.DataObject) -> None:
        roles = sorted(role for role in tables["roles"] if role in CATALOG.roles)
        if len(roles) < 2:
            return
        more = copy.deepcopy(tables)
        own = more.setdefault("own", {}).setdefault("connections", {})
        own["added"] = {
            "from": data.draw(st.sampled_from(roles)),
            "to": data.draw(st.sampled_from(roles)),
            "transport": data.draw(st.sampled_from(["tcp", "udp"])),
            "ports": [data.draw(st.sampled_from(["445", "9100-9102", "1-65535"]))],
            "service": "Added",
            "reason": "A test",
        }
        counts["plans"] += 1
        compare_others(tables, more, {"own/added"})

    compare()
    record_property("a connection", counts)


def needs(when: Alternatives, feature: str) -> bool:
    """Whether a fact is this feature's, or this one's and another's together."""
    return any(condition.feature == feature for all_of in when for condition in all_of)


def compare_others(before: Table, after: Table, added: set[str]) -> None:
    """No rule that is none of the added facts' lets through what was not let through before."""
    old, new = deploy(CATALOG, as_plan(before)), deploy(CATALOG, as_plan(after))
    # Who administers a machine reaches it wherever a place makes it stand.
    others = [rule for rule in new.rules if not rule.is_management and not added & set(rule.flows)]
    assert list(wider(old, others)) == []


def wider(old: Deployment, rules: Sequence[Rule]) -> Iterable[str]:
    """What the rules let through and the old plan kept out, at the firewalls that it had."""
    before = boxes_by_place(old.rules)
    for place, boxes in boxes_by_place(rules).items():
        if place[0] in old.plan.firewalls:
            for cell in difference(before.get(place, []), boxes):
                *_, source, destination, was, _ = cell.split()
                # What a machine says to itself passes no firewall.
                if was == "False" and source != destination:
                    yield f"{place[0]} {place[1]} {cell}"


def touches(cell: str, networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Whether a cell `firewall direction port source destination False True` is about the networks."""
    ends = [ipaddress.ip_address(text) for text in cell.split()[3:5]]
    return any(end in network for network in networks for end in ends)
