"""Two plans → the answers that differ, in words, put together by the thing that they are about."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from wizard.changes.values import FACTS, AnswerChange, AnswerGroup
from wizard.deployment import Deployment
from wizard.facts.model import Catalog
from wizard.plan.field import AnswerError
from wizard.plan.keys import key_at
from wizard.plan.model import Plan, ProductPlan
from wizard.questions.asking import question_at
from wizard.questions.model import Question

_FEATURES, _ROLES = "features", "roles"


def answer_changes(old: Deployment, new: Deployment) -> tuple[AnswerChange, ...]:
    """Every answer that differs. A thing that is new or gone brings those of its answers that are
    no defaults.
    """
    worded = _Words(old, new)
    differing = _differing("", old.plan, new.plan)
    return tuple(
        worded.answer(*difference) for difference in differing if not worded.is_core(difference[0])
    )


def answer_text(value: Any) -> str:
    """An answer's value as people write it."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def about(key: str) -> str:
    """The thing that an answer is about: `roles.printer.zones` → `roles.printer`."""
    parts = key.split(".")
    if parts[0] == "products":
        return ".".join(parts[:4] if len(parts) > 3 else parts)
    return ".".join(parts[:2]) if parts[0] in ("zones", "roles", "firewalls") else parts[0]


def grouped(
    old: Deployment, new: Deployment, answers: Iterable[AnswerChange]
) -> tuple[AnswerGroup, ...]:
    """The answers by the thing that they are about, in their order; with other facts, those come
    first.
    """
    worded = _Words(old, new)
    by_group: dict[str, list[AnswerChange]] = {}
    for answer in answers:
        by_group.setdefault(answer.group, []).append(answer)
    facts = (
        [AnswerGroup(FACTS, "The facts", "The facts changed: another version of the catalog", ())]
        if old.catalog is not new.catalog and old.catalog != new.catalog
        else []
    )
    return (*facts, *(worded.group(key, of_group) for key, of_group in by_group.items()))


class _Words:
    """Labels and values as the questions have them; each from the plan that has the thing."""

    def __init__(self, old: Deployment, new: Deployment) -> None:
        self.old, self.new = old, new

    def answer(self, key: str, was: Any, becomes: Any) -> AnswerChange:
        """One answer that differs, in words."""
        question = self._question(key)
        return AnswerChange(
            key,
            was,
            becomes,
            label=self._label(key, question),
            was_text=_value_text(question, was) if self._has(self.old.plan, key) else "",
            becomes_text=_value_text(question, becomes) if self._has(self.new.plan, key) else "",
            group=self._group_key(key),
            question=str(question.key) if question else "",
        )

    def _has(self, plan: Plan, key: str) -> bool:
        """False for an answer about a thing that the plan has not: its defaults say nothing then."""
        return about(key) == key or _held(plan, about(key)) is not None

    def group(self, key: str, answers: list[AnswerChange]) -> AnswerGroup:
        """What is about one thing."""
        label = self._thing(key)
        return AnswerGroup(
            key, label, f"{label}: {self._said(key, answers)}", tuple(a.key for a in answers)
        )

    def _said(self, key: str, answers: list[AnswerChange]) -> str:
        """What happened to a thing: switched on, gone, or each answer that differs."""
        itself = next((answer for answer in answers if answer.key == key), None)
        parts = key.split(".")
        if itself is not None and isinstance(itself.becomes, bool):
            feature = parts[0] == "products" and len(parts) > 2
            sayings = [
                (
                    ("switched on" if itself.becomes else "switched off")
                    if feature
                    else _came(itself.becomes)
                )
            ]
            rest = (
                [a for a in answers if a.key != key and not self._is_default(a)]
                if itself.becomes
                else []
            )
        else:
            was, becomes = _held(self.old.plan, key), _held(self.new.plan, key)
            sayings = [_came(becomes is not None)] if (was is None) != (becomes is None) else []
            if parts[0] not in ("zones", "firewalls"):
                sayings = []
            rest = answers if not sayings or becomes is not None else []
        sayings += [_differs(answer, self._part(key, answer)) for answer in rest[:3]]
        if len(rest) > 3:
            sayings.append(f"{len(rest) - 3} more answer{'s' if len(rest) > 4 else ''}")
        return ", ".join(sayings)

    def _is_default(self, answer: AnswerChange) -> bool:
        question = self._question(answer.key)
        return question is not None and question.default == answer.becomes

    def _part(self, key: str, answer: AnswerChange) -> str:
        """What of a thing an answer is about; empty where it is all of it."""
        part = answer.key[len(key) + 1 :]
        if part in ("addresses", "zones", "networks") or not part:
            return "" if part in ("", "networks") else part
        question = self._question(answer.key)
        return question.label.partition(": ")[2] or question.label if question else part

    def is_core(self, key: str) -> bool:
        """True for a feature that comes with its product: nobody switched it on."""
        parts = key.split(".")
        return parts[2:3] == [_FEATURES] and len(parts) == 4 and self._core(parts[1], parts[3])

    def _core(self, product: str, feature: str) -> bool:
        features = (
            c.products[product].features.get(feature)
            for c in self._catalogs()
            if product in c.products
        )
        return any(feature is not None and feature.core for feature in features)

    def _group_key(self, key: str) -> str:
        """A product that goes takes all its answers along; one that comes, those that nobody gave."""
        parts = key.split(".")
        if parts[0] == "products" and len(parts) > 2:
            is_gone, is_new = (
                parts[1] not in self.new.plan.products,
                parts[1] not in self.old.plan.products,
            )
            with_it = parts[2] == "version" or (
                parts[2] == _FEATURES and self._core(parts[1], parts[3])
            )
            if is_gone or (is_new and with_it):
                return f"products.{parts[1]}"
        return about(key)

    def _label(self, key: str, question: Question | None) -> str:
        parts = key.split(".")
        thing = self._thing(about(key))
        if question is None or key == about(key):
            return thing
        if parts[0] == "products":
            return (
                f"{thing}: {question.label}" if len(parts) > 4 and parts[2] == _FEATURES else thing
            )
        if parts[0] == "firewalls":
            return f"{thing}: {question.label}"
        if parts[0] == "roles":
            return question.label if parts[2] != "zones" else f"{question.label}: zones"
        return question.label

    def _thing(self, key: str) -> str:
        """`products.papercut-mf.features.snmp-status` → `PaperCut MF: SNMP status`."""
        parts = key.split(".")
        if parts[0] == "products":
            name = self._product(parts[1])
            if len(parts) == 2:
                return name
            if parts[2] == "version":
                return f"{name}: version"
            if parts[2] == _ROLES:
                return f"{name}: place of {self._role(parts[3])}"
            question = self._question(key)
            return f"{name}: {question.label if question else ' '.join(parts[2:])}"
        if parts[0] == "zones":
            return f"Zone {parts[1]}"
        if parts[0] == "firewalls":
            return f"Firewall {parts[1]}"
        if parts[0] == "roles":
            return f"Place of {self._role(parts[1])}"
        return {"proxy": "Web proxy", "name": "Name of the plan", "request": "Request"}.get(
            key, key
        )

    def _product(self, product: str) -> str:
        catalogs = self._catalogs()
        return next((c.products[product].name for c in catalogs if product in c.products), product)

    def _role(self, role: str) -> str:
        name = next((c.roles[role].name for c in self._catalogs() if role in c.roles), role)
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def _catalogs(self) -> tuple[Catalog, Catalog]:
        return self.new.catalog, self.old.catalog

    def _question(self, key: str) -> Question | None:
        if key.startswith("products.") and key.count(".") == 1:
            key = "products"
        answer = key_at(key.split("."))
        for side in (self.new, self.old):
            if answer is None:
                break
            try:
                return question_at(side.catalog, side.plan, answer)
            except AnswerError:
                continue
        return None


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


def _value_text(question: Question | None, value: Any) -> str:
    """A value by the label of its choice, where the question has choices."""
    labels = {choice.value: choice.label for choice in question.choices} if question else {}
    if isinstance(value, bool) or not labels:
        return answer_text(value)
    if isinstance(value, tuple):
        return ", ".join(labels.get(item, str(item)) for item in value)
    return labels.get(value, answer_text(value))


def _held(plan: Plan, key: str) -> Any:
    """What a plan has under a group's key; None for nothing."""
    value: Any = plan
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        if value is None:
            return None
    return value


def _differing(key: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """(key, was, is) below a key."""
    if old == new:
        return
    side = new if old is None else old
    came = old is None or new is None
    if isinstance(side, msgspec.Struct):
        if came and (isinstance(side, ProductPlan) or _is_default(side)):
            yield key, old is not None, new is not None
        for field in msgspec.structs.fields(side):
            default = _default(field)
            empty = None if default is msgspec.NODEFAULT else default
            was, becomes = (
                empty if side is None else getattr(side, field.name) for side in (old, new)
            )
            yield from _differing(f"{key}.{field.name}" if key else field.name, was, becomes)
    elif isinstance(side, dict):
        before, after = old or {}, new or {}
        # A feature that is switched on is an answer, and its options are others.
        if came:
            yield key, old is not None, new is not None
        for name in sorted(before.keys() | after.keys()):
            yield from _differing(f"{key}.{name}", before.get(name), after.get(name))
    else:
        yield key, _plain(old), _plain(new)


def _is_default(value: msgspec.Struct) -> bool:
    fields = msgspec.structs.fields(value)
    return all(getattr(value, field.name) == _default(field) for field in fields)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
