"""Two plans → the answers that differ, in words, put together by the thing that they are about."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wizard.changes.differing import Difference, GroupOf, differing, value_at
from wizard.changes.values import FACTS, AnswerChange, AnswerGroup, group_name, group_path
from wizard.deployment import Deployment
from wizard.facts.model import Catalog
from wizard.plan.catalog import without_plan
from wizard.plan.field import AnswerError
from wizard.plan.keys import (
    AnswerPath,
    FeatureKey,
    FirewallKey,
    FrontKey,
    NeedKey,
    NeverEndKey,
    NeverKey,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    ProductsKey,
    RoleKey,
    ServeKey,
    key_at,
    thing_at,
)
from wizard.plan.model import Plan
from wizard.questions.asking import question_at
from wizard.questions.model import Question

_THINGS: dict[AnswerPath, str] = {
    ("proxy",): "Web proxy",
    ("name",): "Name of the plan",
    ("request",): "Request",
}
# What a plan adds to the facts, by the table that it stands in.
_OWN = {"roles": "Own party", "connections": "Own connection", "endpoints": "Own endpoint"}
# Parts whose values speak for themselves.
_PLAIN_PARTS = ("addresses", "zones", "networks")
_MOST_ANSWERS = 3


def answer_changes(old: Deployment, new: Deployment) -> tuple[AnswerChange, ...]:
    """Every answer that differs. A thing that is new or gone brings those of its answers that are
    no defaults.
    """
    words = _ChangeWords(old, new)
    return tuple(map(words.answer, filter(words.is_answer, differing(old.plan, new.plan))))


def answer_text(value: object) -> str:
    """An answer's value as people write it."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def group_of(answers: Iterable[AnswerChange]) -> GroupOf:
    """The things that answers are about → their groups."""
    return {thing_at(group_path(answer.key)): answer.group for answer in answers}


def grouped(
    old: Deployment, new: Deployment, answers: Iterable[AnswerChange]
) -> tuple[AnswerGroup, ...]:
    """The answers by the thing that they are about, in their order; with other facts, those come
    first.
    """
    words = _ChangeWords(old, new)
    by_group: dict[str, list[AnswerChange]] = {}
    for answer in answers:
        by_group.setdefault(answer.group, []).append(answer)
    groups = [words.group(group_path(name), of_group) for name, of_group in by_group.items()]
    if _facts_differ(old.catalog, new.catalog):
        text = "The facts changed: another version of the catalog"
        groups.insert(0, AnswerGroup(FACTS, "The facts", text, ()))
    return tuple(groups)


def _facts_differ(old: Catalog, new: Catalog) -> bool:
    """Whether it is more than what the plans add to the facts."""
    return old is not new and without_plan(old) != without_plan(new)


class _ChangeWords:
    """Labels and values as the questions have them; each from the plan that has the thing."""

    def __init__(self, old: Deployment, new: Deployment) -> None:
        self.old, self.new = old, new

    def is_answer(self, difference: Difference) -> bool:
        """False for a feature that comes with its product: nobody switched it on."""
        match key_at(difference.path):
            case FeatureKey(product, feature):
                return not self._is_core(product, feature)
        return True

    def answer(self, difference: Difference) -> AnswerChange:
        """One answer that differs, in words."""
        path = difference.path
        question = self._question(path)
        old_text = _value_text(question, difference.was)
        new_text = _value_text(question, difference.becomes)
        return AnswerChange(
            group_name(path),
            _plain(difference.was),
            _plain(difference.becomes),
            label=self._label(path, question),
            was_text=old_text if _has(self.old.plan, path) else "",
            becomes_text=new_text if _has(self.new.plan, path) else "",
            group=group_name(self._group(path)),
            question=str(question.key) if question else "",
        )

    def group(self, path: AnswerPath, answers: Sequence[AnswerChange]) -> AnswerGroup:
        """What is about one thing."""
        label = self._thing(path)
        text = f"{label}: {', '.join(self._events(path, answers))}"
        return AnswerGroup(group_name(path), label, text, tuple(a.key for a in answers))

    def _events(self, path: AnswerPath, answers: Sequence[AnswerChange]) -> Iterator[str]:
        """What happened to a thing: switched on, gone, or each answer that differs."""
        listed: Iterable[AnswerChange] = answers
        before, after = self._values_at(path)
        was_there, is_there = before is not None, after is not None
        itself = [answer for answer in answers if group_path(answer.key) == path]
        if itself and isinstance(itself[0].becomes, bool):
            comes = itself[0].becomes
            on_off = "switched on" if comes else "switched off"
            yield on_off if path[0] == "products" and len(path) > 2 else _came(comes)
            listed = (a for a in answers if comes and a not in itself and not self._is_default(a))
        elif path[0] not in ("roles", "products") and was_there != is_there:
            yield _came(is_there)
            listed = answers if is_there else ()
        told = list(listed)
        for answer in told[:_MOST_ANSWERS]:
            yield _differs(answer, self._part(path, answer))
        if more := len(told[_MOST_ANSWERS:]):
            yield f"{more} more answer{'s' if more > 1 else ''}"

    def _is_default(self, answer: AnswerChange) -> bool:
        question = self._question(group_path(answer.key))
        return question is not None and question.default == answer.becomes

    def _part(self, path: AnswerPath, answer: AnswerChange) -> str:
        """What of a thing an answer is about; empty where it is all of it."""
        below = group_path(answer.key)[len(path) :]
        part = group_name(below)
        if not part or part in _PLAIN_PARTS:
            return "" if part == "networks" else part
        question = self._question(group_path(answer.key))
        return question.label.partition(": ")[2] or question.label if question else part

    def _is_core(self, product: str, feature: str) -> bool:
        for catalog in self._catalogs():
            if product in catalog.products:
                declared = catalog.products[product].features.get(feature)
                if declared is not None and declared.core:
                    return True
        return False

    def _values_at(self, path: AnswerPath) -> tuple[object, object]:
        """What stands there in the old plan, and in the new one."""
        return value_at(self.old.plan, path), value_at(self.new.plan, path)

    def _group(self, path: AnswerPath) -> AnswerPath:
        """A product that goes takes all its answers along; one that comes, those that nobody gave.
        Zones that a firewall hides and what it publishes come and go with it.
        """
        if path[0] == "firewalls" and None in self._values_at(path[:2]):
            return path[:2]
        if path[0] == "products" and len(path) > 2:
            product = path[1]
            is_new = product not in self.old.plan.products
            match key_at(thing_at(path)):
                case FeatureKey(_, feature):
                    comes_along = self._is_core(product, feature)
                case _:
                    comes_along = path[2] in ("product", "version")
            if product not in self.new.plan.products or (is_new and comes_along):
                return path[:2]
        return thing_at(path)

    def _label(self, path: AnswerPath, question: Question | None) -> str:
        thing = self._thing(thing_at(path))
        if question is None or path == thing_at(path):
            return thing
        match key_at(path):
            case OptionKey() | FirewallKey() | OwnRoleKey() | OwnConnectionKey() | OwnEndpointKey():
                return f"{thing}: {question.label}"
            case NeedKey() | NeverKey() | NeverEndKey() | FrontKey() | ServeKey():
                return f"{thing}: {question.label}"
            case RoleKey(part="zones", product=None):
                return f"{question.label}: zones"
            case RoleKey(product=product) if product is not None:
                return thing
        return question.label

    def _thing(self, path: AnswerPath) -> str:
        """`("products", "papercut-mf", "features", "snmp-status")` → `PaperCut MF: SNMP status`."""
        match path:
            case ("products", product):
                return self._product(product)
            case ("products", product, "version"):
                return f"{self._product(product)}: version"
            case ("products", product, "features", feature, "roles", role):
                name = self._feature(product, feature)
                return f"{self._product(product)}: place of {self._role(role)} for {name}"
            case ("products", product, "roles", role):
                return f"{self._product(product)}: place of {self._role(role)}"
            case ("products", product, *parts):
                question = self._question(path)
                return (
                    f"{self._product(product)}: {question.label if question else ' '.join(parts)}"
                )
            case ("needs", need):
                return f"Need {need}"
            case ("zones", zone):
                return f"Zone {zone}"
            case ("sites", site):
                return f"Site {site}"
            case ("firewalls", firewall, "hides", zone):
                return f"Firewall {firewall}: zone {zone}"
            case ("firewalls", firewall, "publish", listener):
                return f"Firewall {firewall}: {listener}"
            case ("firewalls", firewall):
                return f"Firewall {firewall}"
            case ("own", part, name):
                return f"{_OWN[part]} {name}"
            case ("fronts", name):
                return f"Front {name}"
            case ("never", name):
                return f"Never {name}"
            case ("roles", role):
                return f"Place of {self._role(role)}"
        return _THINGS.get(path, group_name(path))

    def _product(self, product: str) -> str:
        catalogs = self._catalogs()
        return next((c.products[product].name for c in catalogs if product in c.products), product)

    def _feature(self, product: str, feature: str) -> str:
        for catalog in self._catalogs():
            declared = catalog.products.get(product)
            if declared and feature in declared.features:
                return declared.features[feature].name
        return feature

    def _role(self, role: str) -> str:
        name = next((c.roles[role].name for c in self._catalogs() if role in c.roles), role)
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def _catalogs(self) -> tuple[Catalog, Catalog]:
        return self.new.catalog, self.old.catalog

    def _question(self, path: AnswerPath) -> Question | None:
        key = ProductsKey() if len(path) == 2 and path[0] == "products" else key_at(path)
        if key is None:
            return None
        for side in (self.new, self.old):
            try:
                return question_at(side.catalog, side.plan, key)
            except AnswerError:
                continue
        return None


def _has(plan: Plan, path: AnswerPath) -> bool:
    """False for an answer about a thing that the plan has not: its defaults say nothing then."""
    thing = thing_at(path)
    return thing == path or value_at(plan, thing) is not None


def _came(is_new: bool) -> str:
    return "added" if is_new else "removed"


def _differs(answer: AnswerChange, part: str) -> str:
    lead = f"{part} " if part else ""
    if isinstance(answer.becomes, bool) and part:
        return f"{part}: {answer.becomes_text}"
    if not answer.was_text:
        return f"{lead}{answer.becomes_text or 'none'}"
    if not answer.becomes_text:
        return f"{lead}{answer.was_text} taken away"
    return f"{lead}{answer.was_text} -> {answer.becomes_text}"


def _value_text(question: Question | None, value: object) -> str:
    """A value by the label of its choice, where the question has choices."""
    labels: Mapping[Any, str] = question.labels if question is not None else {}
    if isinstance(value, bool) or not labels:
        return answer_text(_plain(value))
    if isinstance(value, tuple):
        return ", ".join(labels.get(entry, str(entry)) for entry in value)
    return labels.get(value, answer_text(value))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value
