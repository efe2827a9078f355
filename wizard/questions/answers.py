"""What the plan answers to a question, and the plan with another answer."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from wizard.facts.model import Catalog
from wizard.network.ports import parse_ports
from wizard.plan.file import FIREWALL_KEYS, with_defaults
from wizard.plan.model import Firewall, Plan, ProductPlan, changed
from wizard.questions import places
from wizard.questions.asking import question_at
from wizard.questions.model import LISTS, AnswerError, Question, Value
from wizard.questions.typed import checked

OTHER_PROVIDER = "other"


def value_of(catalog: Catalog, plan: Plan, key: str) -> Value:
    """The current answer; the default where there is none; None, or an empty tuple, where there is
    neither.

    Raises:
        AnswerError: for a key that no question has.
    """
    return _current(plan, question_at(catalog, plan, key))


def answered(catalog: Catalog, plan: Plan, key: str, value: Value) -> Plan:
    """The plan with that answer; None or an empty tuple takes the answer back.

    Switching a feature on fills in its options' defaults; options without one become open
    questions.

    Raises:
        AnswerError: with words for the person, where the answer cannot be taken.
    """
    question = question_at(catalog, plan, key)
    wanted = checked(question, value)
    if wanted == _current(plan, question):
        return plan
    parts = key.split(".")
    if key == "products":
        return _with_products(catalog, plan, wanted)
    if parts[0] == "products" and parts[1] not in plan.products:
        raise AnswerError(f"Choose {catalog.products[parts[1]].name} among the products first.")
    if parts[0] == "products" and parts[2] == "features":
        return _with_feature(catalog, plan, parts, wanted)
    if parts[0] == "products" and parts[2] == "ports" and wanted == question.default:
        wanted = None
    if parts[0] == "products" and parts[2] == "version":
        wanted = _version(wanted, question)
    if "roles" in (parts[0], *parts[2:3]):
        return _with_place(plan, key, wanted)
    if parts[0] == "firewalls" and parts[2] == "kind":
        return _with_kind(plan, parts[1], wanted)
    if parts[0] == "firewalls" and parts[2] == "provider" and wanted == OTHER_PROVIDER:
        wanted = None
    if key == "name" and wanted is None:
        wanted = ""
    return places.write(plan, key, wanted)


def _current(plan: Plan, question: Question) -> Value:
    key = question.key
    parts = key.split(".")
    if key == "products":
        found: Value = tuple(plan.products)
    elif parts[0] == "products" and parts[2] == "features" and len(parts) == 5:
        own = plan.products.get(parts[1], ProductPlan())
        found = own.features.get(parts[3], {}).get(parts[4])
        if question.kind == "ranges" and isinstance(found, tuple):
            found = _ranges(found)
    else:
        found = places.read(plan, key)
    # A core feature is on without standing in the plan.
    core = parts[2:3] == ["features"] and len(parts) == 4 and question.default is True
    if found is None or core or (found == () and parts[0] == "roles"):
        found = question.default
    if found == "" and question.kind == "text":
        found = None
    return () if found is None and question.kind in LISTS else found


def _with_products(catalog: Catalog, plan: Plan, wanted: Any) -> Plan:
    """Kept products keep their answers; new ones start with the version and the defaults of the
    catalog.
    """
    products = {}
    for product_id in wanted:
        product = catalog.products[product_id]
        new = ProductPlan(version=product.newest, features=with_defaults(product, {}))
        products[product_id] = plan.products.get(product_id, new)
    return changed(plan, products=products)


def _with_feature(catalog: Catalog, plan: Plan, parts: list[str], wanted: Any) -> Plan:
    product, name = catalog.products[parts[1]], parts[3]
    feature = product.features[name]
    own = plan.products[product.id]
    features = dict(own.features)
    if len(parts) == 4:
        if feature.core:
            raise AnswerError(
                f"{feature.name} comes with {product.name} and can't be switched off."
            )
        if wanted:
            features[name] = {}
        else:
            features.pop(name, None)
    else:
        option = feature.options[parts[4]]
        if not feature.core and name not in features:
            raise AnswerError(f"Switch on {feature.name} first.")
        if wanted in (None, ()) and option.kind == "choices" and not option.required:
            raise AnswerError(f"{option.label}: choose at least one.")
        given = {key: value for key, value in features.get(name, {}).items() if key != parts[4]}
        features[name] = given if wanted in (None, ()) else {**given, parts[4]: wanted}
    own = msgspec.structs.replace(own, features=with_defaults(product, features))
    return changed(plan, products={**plan.products, product.id: own})


def _with_place(plan: Plan, key: str, wanted: Any) -> Plan:
    """Somebody who is absent has no place, and who gets a place is not absent."""
    place, _, part = key.rpartition(".")
    if part == "absent":
        for other in ("zones", "addresses"):
            plan = places.write(plan, f"{place}.{other}", None)
        return places.write(plan, key, wanted)
    if wanted:
        plan = places.write(plan, f"{place}.absent", None)
    return places.write(plan, key, wanted or None)


def _with_kind(plan: Plan, name: str, wanted: Any) -> Plan:
    """Answers that mean nothing on a firewall of the new kind are dropped, as the plan file would."""
    if wanted is None:
        raise AnswerError(
            "Choose what it is: a host's firewall, one between networks, a cloud group, a router."
        )
    old = plan.firewalls[name]
    kept: dict[str, Any] = {part: getattr(old, part) for part in FIREWALL_KEYS[wanted]}
    kept["kind"] = wanted
    if wanted in ("host", "cloud"):
        kept["role"] = old.role or "print-server"
    return changed(plan, firewalls={**plan.firewalls, name: Firewall(**kept)})


def _version(wanted: Value, question: Question) -> Value:
    if wanted is None:
        return question.default
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", str(wanted)):
        raise AnswerError(
            f"{wanted!r} is no version; write digits and dots, such as {question.default}."
        )
    return wanted


def _ranges(found: tuple[Any, ...]) -> Value:
    try:
        return tuple(
            str(low) if low == high else f"{low}-{high}" for low, high in parse_ports(found)
        )
    except ValueError:
        return tuple(str(item) for item in found)
