"""Which answers caused what changed: looked up by what each row came from, and true when tried."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.changes import ChangeEntry, Changes, compare
from wizard.changes.answers import group_of as group_of_answers
from wizard.changes.differing import GroupOf, mixed
from wizard.changes.json import Half, forward_halves, halves, host_halves, rule_halves
from wizard.changes.values import FACTS
from wizard.deployment import Deployment, deploy
from wizard.plan.model import Plan, Proxy, changed

MF = "[products.papercut-mf.features]\n"


def rows(changes: Changes) -> list[Half[Any]]:
    """Everything that is gone or new, by itself."""
    lists: tuple[tuple[ChangeEntry[Any], ...], ...]
    lists = (changes.tls_bypass, changes.mail_senders, changes.findings)
    listed: list[Half[Any]] = [
        *rule_halves(changes),
        *forward_halves(changes),
        *host_halves(changes),
    ]
    return [*listed, *(half for changed in lists for half in halves(changed))]


def group_of(changes: Changes) -> GroupOf:
    return group_of_answers(changes.answers)


def test_two_features_each_cause_their_own_rows() -> None:
    old = world(OFFICE, MF, "mfp-brother = {}")
    new = world(OFFICE, MF, "mfp-brother = {}\ngrows = {}\nsnmp-status = {}")
    changes = compare(old, new)
    snmp = "products.papercut-mf.features.snmp-status"
    grows = "products.papercut-mf.features.grows"
    assert {c.cause.groups for c in rule_halves(changes) if "SNMP" in str(c.record.services)} == {
        (snmp,)
    }
    assert {(c.record.host, c.cause.groups) for c in changes.allowlist} == {
        ("grows.papercut.com", (grows,))
    }
    texts = {group.key: group.text for group in changes.groups}
    assert texts[snmp] == "PaperCut MF: Status over SNMP: switched on"
    assert {changes.cause_text(c.cause) for c in changes.allowlist} == {texts[grows]}
    assert all(changes.of(row.cause) for row in rows(changes))


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
    changes = compare(old, deploy(CATALOG, plan))
    forward = [
        c
        for c in rule_halves(changes)
        if c.record.firewall == "core" and "10.9.0.0/24" in c.record.sources
    ]
    assert forward
    for change in forward:
        assert set(change.cause.groups) == {"zones.guests", "roles.user-computer", "firewalls.core"}
        assert change.cause.how == "needed"


def test_two_answers_that_are_each_enough() -> None:
    old, new = world(OFFICE, MF), world(OFFICE, MF, "mfp-brother = {}\nmfp-kyocera = {}")
    both = [c for c in compare(old, new).rules if c.cause.how == "enough"]
    assert both
    for change in both:
        assert set(change.cause.groups) == {
            "products.papercut-mf.features.mfp-brother",
            "products.papercut-mf.features.mfp-kyocera",
        }
    assert compare(old, new).cause_text(both[0].cause).startswith("Each alone: PaperCut MF: ")


def test_a_new_product_names_the_feature_and_a_removed_one_itself() -> None:
    without, with_it = (
        world(OFFICE, MF),
        world(OFFICE, MF, "[products.printix.features]\nraw-print = {}"),
    )
    there, back = compare(without, with_it), compare(with_it, without)
    raw = [c for c in there.rules if c.record.flows == ("printix/raw-print",)]
    assert raw
    assert {c.cause.groups for c in raw} == {("products.printix.features.raw-print",)}
    assert {c.cause.groups for c in there.tls_bypass} == {("products.printix",)}
    assert {row.cause.groups for row in rows(back)} == {("products.printix",)}


def test_what_only_moves_a_rule_is_no_cause_of_its_coming_or_going() -> None:
    moved = OFFICE.replace('"10.0.10.5"', '"10.0.10.6"')
    old, new = world(OFFICE, MF, "snmp-status = {}"), world(moved, MF, "mfp-kyocera = {}")
    changes = compare(old, new)
    place, snmp = "roles.print-server", "products.papercut-mf.features.snmp-status"
    gone = [
        c
        for c in rule_halves(changes)
        if c.record.firewall == "core" and c.sign == "-" and not c.other
    ]
    come = [
        c
        for c in rule_halves(changes)
        if c.record.firewall == "core" and c.sign == "+" and not c.other
    ]
    assert gone
    assert {c.cause.groups for c in gone} == {(snmp,)}
    assert come
    assert {c.cause.groups for c in come} == {("products.papercut-mf.features.mfp-kyocera",)}
    edits = [change for change in changes.rules if change.sign == "~"]
    assert edits
    assert all(place in edit.cause.groups for edit in edits)


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
    changes = compare(old, deploy(facts, old.plan))
    assert {(c.sign, c.record.host, c.cause.groups) for c in changes.allowlist} == {
        ("-", "grows.papercut.com", (FACTS,)),
        ("+", "other.example.com", (FACTS,)),
    }
    assert (
        changes.cause_text(changes.allowlist[0].cause)
        == "The facts changed: another version of the catalog"
    )
    # Together with an answer that has nothing to do with it
    new = deploy(facts, world(OFFICE, MF, "grows = {}\nsnmp-status = {}").plan)
    assert {c.cause.groups for c in compare(old, new).allowlist} == {(FACTS,)}


def test_facts_that_do_not_know_a_product_are_no_error() -> None:
    few = msgspec.structs.replace(CATALOG, products={"cups": CATALOG.products["cups"]})
    old = deploy(few, world(OFFICE, "[products.cups.features]\nipp-sharing = {}").plan)
    new = world(OFFICE, "[products.cups.features]\nipp-sharing = {}\n[products.printix]")
    assert {c.cause.groups for c in compare(old, new).tls_bypass} == {(FACTS, "products.printix")}


@pytest.mark.parametrize("comes", [True, False])
def test_a_firewall_comes_and_goes_with_the_zones_it_hides_and_what_it_publishes(
    comes: bool,
) -> None:
    edge = """
    [firewalls.inner]
    kind = "boundary"
    zones = ["servers", "printers"]
    [firewalls.inner.hides.servers]
    behind = "10.0.30.250"
    [firewalls.inner.hides.printers]
    behind = "10.0.10.250"
    """
    old, new = world(OFFICE, MF), world(OFFICE + edge, MF)
    changes = compare(old, new) if comes else compare(new, old)
    (group,) = changes.groups
    assert group.key == "firewalls.inner"
    assert group.text.startswith(f"Firewall inner: {'added' if comes else 'removed'}")
    assert {row.cause.groups for row in rows(changes)} == {("firewalls.inner",)}
    assert {row.cause.how for row in rows(changes)} == {"needed"}


def test_nothing_differs_and_nothing_is_compare() -> None:
    d = world(OFFICE, MF)
    assert compare(d, d) == Changes()


def test_the_name_of_the_plan_causes_nothing() -> None:
    old = world(OFFICE, MF)
    new = deploy(CATALOG, changed(world(OFFICE, MF, "grows = {}").plan, name="Another"))
    changes = compare(old, new)
    assert {group.key for group in changes.groups} == {
        "name",
        "products.papercut-mf.features.grows",
    }
    assert {row.cause.groups for row in rows(changes)} == {("products.papercut-mf.features.grows",)}


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


@pytest.mark.slow
def test_no_plan_is_compiled_for_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = _many()

    def compiling(*arguments: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr("wizard.deployment.compile_rules", compiling)
    changes = compare(old, new)
    assert len(changes.groups) > 100
    assert all(row.cause.groups and row.cause.how for row in rows(changes))


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
    changes = compare(deploy(CATALOG, one), deploy(CATALOG, single))
    assert {(row.cause.groups, row.cause.how) for row in rows(changes)} <= {((group,), "needed")}


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(plans(), plans())
def test_causes_are_true_when_tried(one: Plan, two: Plan) -> None:
    """Rule by rule, in plans made again from the groups: what is needed is, what is enough is."""
    old, new = deploy(CATALOG, one), deploy(CATALOG, two)
    changes = compare(old, new)
    of = group_of(changes)
    groups = [group.key for group in changes.groups if group.key not in ("name", "request")]

    def there(answered: list[str], change: Any) -> bool:
        between = deploy(CATALOG, mixed(one, two, of, answered))
        ports = {
            port
            for rule in between.rules
            if rule.id == change.record.id
            for low, high in rule.ports
            for port in range(low, high + 1)
        }
        asked = {port for low, high in change.ports for port in range(low, high + 1)}
        return asked <= ports if change.sign == "+" else not asked & ports

    for change in [c for c in rule_halves(changes) if not c.whole or c.other][:5]:
        needed = {group for group in groups if not there([g for g in groups if g != group], change)}
        if change.cause.how == "needed" and needed:
            # A product that was added goes without saying where one of its own answers is named.
            unsaid = needed - {*change.cause.groups}
            assert needed >= {*change.cause.groups}
            assert all(any(g.startswith(f"{new}.") for g in needed) for new in unsaid)
        else:
            assert not needed
            alone = {group for group in groups if there([group], change)}
            assert alone == ({*change.cause.groups} if change.cause.how != "together" else set())
