"""Which answers caused what changed: looked up by what each row came from, and true when tried."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.mixed_plans import mixed
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.changes import Changes, compare
from wizard.changes.answers import about
from wizard.changes.traced import cause_text, caused, traced
from wizard.changes.values import FACTS
from wizard.deployment import Deployment, deploy
from wizard.plan.model import Plan, Proxy, changed

MF = "[products.papercut-mf.features]\n"


def rows(changes: Changes) -> list[Any]:
    return [
        *changes.rules,
        *changes.forwards,
        *changes.allowlist,
        *changes.tls_bypass,
        *changes.mail_senders,
        *changes.findings,
        *changes.rule_edits,
        *changes.forward_edits,
        *changes.allowlist_edits,
    ]


def group_of(changes: Changes) -> dict[str, str]:
    return {about(answer.key): answer.group for answer in changes.answers}


def test_two_features_each_cause_their_own_rows() -> None:
    old = world(OFFICE, MF, "mfp-brother = {}")
    new = world(OFFICE, MF, "mfp-brother = {}\ngrows = {}\nsnmp-status = {}")
    changes = traced(old, new)
    snmp = "products.papercut-mf.features.snmp-status"
    grows = "products.papercut-mf.features.grows"
    assert {c.causes for c in changes.rules if "SNMP" in str(c.rule.services)} == {(snmp,)}
    assert {(c.entry.host, c.causes) for c in changes.allowlist} == {
        ("grows.papercut.com", (grows,))
    }
    texts = {group.key: group.text for group in changes.groups}
    assert texts[snmp] == "PaperCut MF: Status over SNMP: switched on"
    assert {cause_text(changes, c) for c in changes.allowlist} == {texts[grows]}
    assert all(caused(changes, row) for row in rows(changes))


def test_what_several_answers_are_needed_for() -> None:
    old = world(OFFICE, MF)
    new = world(OFFICE + '    [zones.guests]\n    networks = ["10.9.0.0/24"]\n', MF)
    place = msgspec.structs.replace(new.plan.roles["user-computer"], zones=("clients", "guests"))
    core = msgspec.structs.replace(
        new.plan.firewalls["core"], zones=(*new.plan.firewalls["core"].zones, "guests")
    )
    plan = changed(
        new.plan,
        roles={**new.plan.roles, "user-computer": place},
        firewalls={**new.plan.firewalls, "core": core},
    )
    changes = traced(old, deploy(CATALOG, plan))
    forward = [
        c for c in changes.rules if c.rule.firewall == "core" and "10.9.0.0/24" in c.rule.sources
    ]
    assert forward
    for change in forward:
        assert set(change.causes) == {"zones.guests", "roles.user-computer", "firewalls.core"}
        assert change.how == "needed"


def test_two_answers_that_are_each_enough() -> None:
    old, new = world(OFFICE, MF), world(OFFICE, MF, "mfp-brother = {}\nmfp-kyocera = {}")
    both = [c for c in traced(old, new).rules if c.how == "enough"]
    assert both
    for change in both:
        assert set(change.causes) == {
            "products.papercut-mf.features.mfp-brother",
            "products.papercut-mf.features.mfp-kyocera",
        }
    assert cause_text(traced(old, new), both[0]).startswith("Each alone: PaperCut MF: ")


def test_a_new_product_names_the_feature_and_a_removed_one_itself() -> None:
    without, with_it = (
        world(OFFICE, MF),
        world(OFFICE, MF, "[products.printix.features]\nraw-print = {}"),
    )
    there, back = traced(without, with_it), traced(with_it, without)
    raw = [c for c in there.rules if c.rule.flows == ("printix/raw-print",)]
    assert raw
    assert {c.causes for c in raw} == {("products.printix.features.raw-print",)}
    assert {c.causes for c in there.tls_bypass} == {("products.printix",)}
    assert {row.causes for row in rows(back)} == {("products.printix",)}


def test_what_only_moves_a_rule_is_no_cause_of_its_coming_or_going() -> None:
    moved = OFFICE.replace('"10.0.10.5"', '"10.0.10.6"')
    old, new = world(OFFICE, MF, "snmp-status = {}"), world(moved, MF, "mfp-kyocera = {}")
    changes = traced(old, new)
    place, snmp = "roles.print-server", "products.papercut-mf.features.snmp-status"
    gone = [c for c in changes.rules if c.rule.firewall == "core" and c.sign == "-" and not c.pair]
    come = [c for c in changes.rules if c.rule.firewall == "core" and c.sign == "+" and not c.pair]
    assert gone
    assert {c.causes for c in gone} == {(snmp,)}
    assert come
    assert {c.causes for c in come} == {("products.papercut-mf.features.mfp-kyocera",)}
    assert changes.rule_edits
    assert all(place in edit.causes for edit in changes.rule_edits)


def test_other_facts_are_a_cause() -> None:
    old = world(OFFICE, MF, "grows = {}")
    product = CATALOG.products["papercut-mf"]
    ends = tuple(
        (
            msgspec.structs.replace(e, host="other.example.com")
            if e.host == "grows.papercut.com"
            else e
        )
        for e in product.endpoints
    )
    facts = msgspec.structs.replace(
        CATALOG,
        products={**CATALOG.products, product.id: msgspec.structs.replace(product, endpoints=ends)},
    )
    changes = traced(old, deploy(facts, old.plan))
    assert {(c.sign, c.entry.host, c.causes) for c in changes.allowlist} == {
        ("-", "grows.papercut.com", (FACTS,)),
        ("+", "other.example.com", (FACTS,)),
    }
    assert (
        cause_text(changes, changes.allowlist[0])
        == "The facts changed: another version of the catalog"
    )
    # Together with an answer that has nothing to do with it
    new = deploy(facts, world(OFFICE, MF, "grows = {}\nsnmp-status = {}").plan)
    assert {c.causes for c in traced(old, new).allowlist} == {(FACTS,)}


def test_facts_that_do_not_know_a_product_are_no_error() -> None:
    few = msgspec.structs.replace(CATALOG, products={"cups": CATALOG.products["cups"]})
    old = deploy(few, world(OFFICE, "[products.cups.features]\nipp-sharing = {}").plan)
    new = world(OFFICE, "[products.cups.features]\nipp-sharing = {}\n[products.printix]")
    assert {c.causes for c in traced(old, new).tls_bypass} == {(FACTS, "products.printix")}


def test_nothing_differs_and_nothing_is_traced() -> None:
    d = world(OFFICE, MF)
    assert traced(d, d) == Changes((), (), (), (), (), ())


def test_the_name_of_the_plan_causes_nothing() -> None:
    old = world(OFFICE, MF)
    new = deploy(CATALOG, changed(world(OFFICE, MF, "grows = {}").plan, name="Another"))
    changes = traced(old, new)
    assert {group.key for group in changes.groups} == {
        "name",
        "products.papercut-mf.features.grows",
    }
    assert {row.causes for row in rows(changes)} == {("products.papercut-mf.features.grows",)}


def _many() -> tuple[Deployment, Deployment]:
    """Every product with every feature at once: far more answers than are tried one by one."""
    from wizard.plan.file import with_defaults
    from wizard.plan.model import ProductPlan

    old = world(OFFICE, MF)
    products = {
        name: ProductPlan(
            version=product.newest,
            features=with_defaults(
                product, {f: {} for f, v in product.features.items() if not v.core}
            ),
        )
        for name, product in CATALOG.products.items()
    }
    return old, deploy(
        CATALOG, changed(old.plan, products=products, proxy=Proxy(mode="transparent"))
    )


def test_no_plan_is_compiled_for_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = _many()

    def compiling(*arguments: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr("wizard.deployment.compile_rules", compiling)
    changes = traced(old, new)
    assert len(changes.groups) > 100
    assert all(row.causes and row.how for row in rows(changes))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(plans(), plans())
def test_every_row_has_a_cause(one: Plan, two: Plan) -> None:
    old, new = deploy(CATALOG, one), deploy(CATALOG, two)
    changes = traced(old, new)
    known = {group.key for group in changes.groups}
    for row in rows(changes):
        assert row.causes
        assert set(row.causes) <= known
        assert row.how in ("needed", "enough", "together", "among")
        assert cause_text(changes, row)
    for group in changes.groups:
        assert group.label
        assert group.text
        assert set(group.answers) == {a.key for a in changes.answers if a.group == group.key}
    # The rows themselves are those of the plain comparison.
    plain = compare(old, new)
    assert [(r.sign, r.rule, r.ports) for r in plain.rules] == [
        (r.sign, r.rule, r.ports) for r in changes.rules
    ]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(plans(), plans(), st.data())
def test_answers_of_all_groups_are_the_new_plan_and_of_none_the_old(
    one: Plan, two: Plan, data: Any
) -> None:
    old, new = deploy(CATALOG, one), deploy(CATALOG, two)
    changes = compare(old, new)
    of, groups = group_of(changes), sorted({answer.group for answer in changes.answers})
    assert mixed(one, two, of, groups) == two
    assert mixed(one, two, of, ()) == changed(one, name=two.name, request=two.request)
    some = data.draw(st.lists(st.sampled_from(groups), unique=True)) if groups else []
    # Half of a change may make no sense as a plan; it is deployed all the same.
    deploy(CATALOG, mixed(one, two, of, some))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(plans(), plans(), st.data())
def test_a_single_answer_is_the_cause_of_every_row(one: Plan, two: Plan, data: Any) -> None:
    both = compare(deploy(CATALOG, one), deploy(CATALOG, two))
    groups = sorted({answer.group for answer in both.answers} - {"name", "request"})
    if not groups:
        return
    group = data.draw(st.sampled_from(groups))
    single = mixed(one, changed(two, name=one.name, request=one.request), group_of(both), (group,))
    changes = traced(deploy(CATALOG, one), deploy(CATALOG, single))
    assert {(row.causes, row.how) for row in rows(changes)} <= {((group,), "needed")}


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(plans(), plans())
def test_causes_are_true_when_tried(one: Plan, two: Plan) -> None:
    """Rule by rule, in plans made again from the groups: what is needed is, what is enough is."""
    old, new = deploy(CATALOG, one), deploy(CATALOG, two)
    changes = traced(old, new)
    of = group_of(changes)
    groups = [group.key for group in changes.groups if group.key not in ("name", "request")]

    def there(answered: list[str], change: Any) -> bool:
        between = deploy(CATALOG, mixed(one, two, of, answered))
        ports = {
            port
            for rule in between.rules
            if rule.id == change.rule.id
            for low, high in rule.ports
            for port in range(low, high + 1)
        }
        asked = {port for low, high in change.ports for port in range(low, high + 1)}
        return asked <= ports if change.sign == "+" else not asked & ports

    for change in [c for c in changes.rules if not c.whole or c.pair][:5]:
        for group in change.causes:
            if change.how == "needed":
                rest = [other for other in groups if other != group]
                assert not there(rest, change), (group, change)
            elif change.how == "enough":
                assert there([group], change), (group, change)
