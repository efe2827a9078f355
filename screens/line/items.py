"""What line mode asks in each step, in the order of the questions.

Two things are asked together that the questions hold apart: the features of one heading are one
list to tick, their options follow; and 'there are none' is one of the places of a role.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from screens.line.adding import NewFirewall, NewFront, NewNever, NewSite, NewZone, Presets
from screens.line.bringing import LeftBehind
from screens.line.elsewhere import PLACES_GROUP, NewPlace
from screens.line.installations import ProductList
from screens.line.item import Item, ItemContext, Single, Ticks
from screens.line.own import NewOwn, Side
from wizard.facts.model import Catalog
from wizard.plan.keys import (
    FirewallKey,
    FrontKey,
    HidesKey,
    Key,
    ManagementPortKey,
    NameKey,
    NeverEndKey,
    NeverKey,
    PublishKey,
    RoleKey,
    ServeKey,
    SiteKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.plan.left_behind import left_behind
from wizard.plan.model import Plan
from wizard.plan.own_edits import is_side
from wizard.questions import Question, StepId, question_at, questions, value_of
from wizard.questions.elsewhere import feature_places
from wizard.questions.fronting import may_have_fronts


def items(catalog: Catalog, plan: Plan, step: StepId) -> tuple[Item, ...]:
    """What a step asks now. ReviewItem and export are elsewhere."""
    merged = _merged(catalog, plan, questions(catalog, plan, step))
    if step == "products":
        return tuple(map(ProductList, merged))
    if step == "features":
        return tuple(_features(merged))
    if step == "network":
        sites: list[Item] = [NewSite()] if len(plan.zones) > 1 else []
        zones: list[Item] = [NewZone()] if plan.zones else [Presets(), NewZone()]
        items_of_zones = list(_with_adding(merged, (SiteKey, SiteProxyKey, ZoneKey), zones))
        with_sites = _after(items_of_zones, (SiteKey, SiteProxyKey, NameKey), sites)
        for zone in left_behind(plan):
            at = list(map(attrgetter("key"), with_sites)).index(ZoneKey(zone))
            with_sites.insert(at + 1, LeftBehind(zone))
        return tuple(_with_elsewhere(catalog, plan, with_sites))
    if step == "firewalls":
        return tuple(_at_firewalls(catalog, plan, merged))
    return tuple(map(Single, merged))


def single(catalog: Catalog, plan: Plan, key: Key) -> Item:
    """The item of one question.

    Raises:
        AnswerError: for a key that no question has.
    """
    return Single(question_at(catalog, plan, key))


def listed(item: Item, context: ItemContext) -> str:
    """An item and its answer on one line, for the list of a step."""
    if isinstance(item, Ticks):
        on = [
            flag.label for flag in item.flags if value_of(context.catalog, context.plan, flag.key)
        ]
        return f"{item.group}: {', '.join(on) or 'none'}"
    words = item.words(context)
    return f"{item.subject(context)}: {words.now}" if isinstance(item, Single) else words.title


def _merged(catalog: Catalog, plan: Plan, every: tuple[Question, ...]) -> list[Question]:
    """Without the questions for absence: they are answered where the zones are."""
    keys = set(map(attrgetter("key"), every))
    merged = []
    for question in every:
        match question.key:
            case RoleKey(part="absent") as key:
                if key.beside("zones") not in keys:
                    merged.append(question_at(catalog, plan, key.beside("zones")))
            case _:
                merged.append(question)
    return merged


def _features(merged: list[Question]) -> Iterator[Item]:
    by_group: dict[str, list[Question]] = {}
    for question in merged:
        by_group.setdefault(question.group, []).append(question)
    for members in by_group.values():
        flags = tuple(
            question for question in members if question.kind == "flag" and question.level == 0
        )
        if len(flags) > 1:
            yield Ticks(flags)
            members = [question for question in members if question not in flags]
        for question in members:
            yield Side(question) if is_side(question.key) else Single(question)
    yield NewOwn("connections")
    yield NewOwn("endpoints")


def _with_adding(
    merged: list[Question], kinds: tuple[type[Key], ...], adding: list[Item]
) -> Iterator[Item]:
    """The items with those that add something after the last one that there is."""
    return iter(_after(list(map(Single, merged)), (*kinds, NameKey), adding))


def _at_firewalls(catalog: Catalog, plan: Plan, merged: list[Question]) -> list[Item]:
    """Firewalls, fronts, what must never be, each with what adds one at its end; then the rest."""
    never: list[Item] = [NewNever()] if plan.firewalls or plan.never else []
    fronts: list[Item] = [NewFront()] if may_have_fronts(catalog, plan) else []
    adding: list[Item] = [NewFirewall()]
    adding += () if plan.fronts else fronts
    adding += () if plan.never or plan.fronts else never
    every = list(
        _with_adding(merged, (FirewallKey, ManagementPortKey, PublishKey, HidesKey), adding)
    )
    if plan.fronts:
        fronts += () if plan.never else never
        every = _after(every, (FrontKey, ServeKey), fronts)
    return _after(every, (NeverKey, NeverEndKey), never) if plan.never else every


def _with_elsewhere(catalog: Catalog, plan: Plan, asked: list[Item]) -> list[Item]:
    """The items, and after those for places the one for places of features, where there can be
    any.
    """
    after = 0
    for at, item in enumerate(asked, start=1):
        if item.group == PLACES_GROUP:
            after = at
    if not after or not feature_places(catalog, plan):
        return asked
    return [*asked[:after], NewPlace(), *asked[after:]]


def _after(items: Sequence[Item], kinds: tuple[type[Key], ...], adding: list[Item]) -> list[Item]:
    """The items, and those to be added after the last one of these kinds."""
    after = 0
    for at, item in enumerate(items, start=1):
        if isinstance(item.key, kinds):
            after = at
    return [*items[:after], *adding, *items[after:]]
