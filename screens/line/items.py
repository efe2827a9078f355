"""What line mode asks in each step, in the order of the questions. Pure: an item says what to show,
and turns a typed line into a plan or into words.

Two things are asked together that the questions hold apart: the features of one heading are one
list to tick, their options follow; and 'there are none' is one of the places of a role.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import msgspec

from screens.board.derived import Derived
from screens.line.reading import (
    Absent,
    how_to_answer,
    now_words,
    read,
    read_number,
    read_ticks,
)
from screens.line.talk import numbered
from screens.widgets.rows import RowKey, Spot
from wizard.facts.model import Catalog
from wizard.plan.edits import add_firewall, add_site, add_zone, suggested_name
from wizard.plan.keys import FirewallKey, Key, NameKey, ProductsKey, RoleKey, SiteKey, ZoneKey
from wizard.plan.model import FirewallKind, Plan
from wizard.plan.own_edits import is_side
from wizard.plan.presets import apply_preset, presets, replaced
from wizard.plan.sites import site_like
from wizard.questions import Question, StepId, answered, question_at, questions, value_of

NEW_ZONE, NEW_SITE = Spot("zone+"), Spot("site+")
FIREWALL_KINDS: dict[FirewallKind, str] = {
    "host": "A firewall on a host: nftables, ufw, firewalld, Windows",
    "boundary": "A firewall between networks",
    "cloud": "A security group in a cloud",
    "router": "A router without filter: joins zones, gets no rules",
}


class ItemContext(msgspec.Struct, frozen=True):
    """What an item can see."""

    catalog: Catalog
    plan: Plan
    derived: Derived


class ItemWords(msgspec.Struct, frozen=True):
    """An item in words: title, lines below it, what is answered now; `more` is the long help."""

    title: str
    lines: tuple[str, ...] = ()
    now: str = ""
    more: tuple[str, ...] = ()


class Took(msgspec.Struct, frozen=True):
    """The plan after an answer, in words; `go` is the item to ask next (None: the one after)."""

    plan: Plan
    words: str
    go: RowKey | None = None
    note: str = ""


class Stay(msgspec.Struct, frozen=True):
    """Words for the person; the same item is asked again. `exact`: lines of a file, not to be
    wrapped.
    """

    lines: tuple[str, ...]
    exact: bool = False


class Next(msgspec.Struct, frozen=True):
    """On to the next item."""


class Goto(msgspec.Struct, frozen=True):
    """On to an item of some step."""

    step: StepId
    key: RowKey | None = None


LineOutcome = Took | Stay | Next | Goto


class Item(ABC):
    """Something that is asked. Enter alone always means: on to the next."""

    def __init__(self, key: RowKey, group: str) -> None:
        self.key = key
        self.group = group

    @abstractmethod
    def words(self, context: ItemContext) -> ItemWords:
        """What to say."""

    @abstractmethod
    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        """What a typed line comes to.

        Raises:
            AnswerError: with words for the person.
        """


class Single(Item):
    """One question; a role's zones with 'there are none' among them."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.key, question.group)
        self.question = question
        self.absent: RoleKey | None = None
        if isinstance(question.key, RoleKey) and question.key.part == "zones":
            self.absent = question.key.beside("absent")

    def words(self, context: ItemContext) -> ItemWords:
        question = self.question
        now = self._now(context)
        lines = [question.help] if question.help else []
        lines += numbered(_choice_words(context, question))
        if self.absent:
            lines.append(f"{len(question.choices) + 1} There are none: leave their connections out")
        if question.kind == "zones" and not question.choices:
            lines.append("There are no zones yet; add one first.")
        more = tuple(part for part in question.more.split("\n\n") if part and part != question.help)
        return ItemWords(question.label, tuple(lines), now, (*more, *how_to_answer(question)))

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        current = value_of(context.catalog, context.plan, self.question.key)
        value = read(self.question, text, current, self.absent is not None)
        if self.absent is not None and isinstance(value, Absent):
            plan = answered(context.catalog, context.plan, self.absent, True)
        elif not isinstance(value, Absent):
            plan = answered(context.catalog, context.plan, self.question.key, value)
        return Took(plan, self.question.label)

    def _now(self, context: ItemContext) -> str:
        if self.absent and value_of(context.catalog, context.plan, self.absent):
            return "there are none"
        return now_words(self.question, value_of(context.catalog, context.plan, self.question.key))


class Ticks(Item):
    """The features of one heading."""

    def __init__(self, flags: tuple[Question, ...]) -> None:
        super().__init__(Spot("ticks", flags[0].group), flags[0].group)
        self.flags = flags

    def _on(self, context: ItemContext) -> list[bool]:
        return [bool(value_of(context.catalog, context.plan, flag.key)) for flag in self.flags]

    def words(self, context: ItemContext) -> ItemWords:
        on = self._on(context)
        lines = [
            f"{'yes' if ticked else 'no '} {f.label}"
            for f, ticked in zip(self.flags, on, strict=True)
        ]
        more = [
            f"{number} {flag.label}: {flag.help}" for number, flag in enumerate(self.flags, start=1)
        ]
        how = (
            "Numbers switch on or off: '2 5' changes both, '+2' only switches on, '-5' only off.",
            "'? 2' says more on one of them.",
        )
        return ItemWords(
            f"{self.group}: which of these?",
            tuple(numbered(lines)),
            f"{sum(on)} of {len(on)} on",
            (*more, *how),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if text.startswith("?"):
            flag = self.flags[read_number(text[1:], len(self.flags)) - 1]
            return Stay((f"{flag.label}.", *flag.more.split("\n\n")))
        on = self._on(context)
        ticked = read_ticks(text, on, [flag.label for flag in self.flags])
        plan, changed = context.plan, []
        for flag, before, after in zip(self.flags, on, ticked, strict=True):
            if before != after:
                plan = answered(context.catalog, plan, flag.key, after)
                changed.append(f"{flag.label}: {'yes' if after else 'no'}")
        return Took(plan, ", ".join(changed), note="; ".join(changed))


class Presets(Item):
    """A network to start from."""

    def __init__(self) -> None:
        super().__init__("preset", "Zones")

    def words(self, context: ItemContext) -> ItemWords:
        lines = numbered(f"{preset.name}: {preset.about}" for preset in presets())
        return ItemWords(
            "Start from the network that is most like yours",
            (*lines, "Enter alone: build it by hand."),
            "",
            (
                (
                    "A preset fills in zones, places of the roles that are needed, and firewalls."
                    " The networks are examples: put in your own afterwards. u takes all of it"
                    " back."
                ),
            ),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        return preset_taken(context, text)


class NewZone(Item):
    """One more zone, by its name."""

    def __init__(self) -> None:
        super().__init__(NEW_ZONE, "Zones")

    def words(self, context: ItemContext) -> ItemWords:
        lines = ("A name such as servers, clients, printers, branch-1. Enter alone: no more.",)
        more = (
            "A zone is a part of your network that a firewall or router can stand in front of.",
            "'rename OLD NEW' and 'remove NAME' change zones; 'preset' starts again from a preset.",
        )
        return ItemWords("Another zone? Its name", lines, more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        plan = add_zone(context.plan, text)
        name = next(zone for zone in plan.zones if zone not in context.plan.zones)
        return Took(plan, f"zone {name} added", go=ZoneKey(name))


class NewSite(Item):
    """One more site, by its name; maybe like one that there is."""

    def __init__(self) -> None:
        super().__init__(NEW_SITE, "Sites")

    def words(self, context: ItemContext) -> ItemWords:
        lines = [
            "Zones at one place, whose computers and printers keep to servers of their own.",
            "A name such as north. Enter alone: no more.",
        ]
        if context.plan.sites:
            first = next(iter(context.plan.sites))
            lines.append(
                f"'south like {first}' adds one with zones, firewalls and places as {first} has."
            )
        more = (
            "Where a site has no server, those in zones that are in no site serve it; else all.",
            "'rename OLD NEW' and 'remove NAME' change sites; zones stay where a site is removed.",
        )
        return ItemWords("Another site? Its name", tuple(lines), more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        name, word, like = text.partition(" like ")
        if word:
            plan = site_like(context.plan, like.strip(), name)
        else:
            plan = add_site(context.plan, name)
        added = next(site for site in plan.sites if site not in context.plan.sites)
        return Took(plan, f"site {added} added", go=SiteKey(added))


class NewFirewall(Item):
    """One more firewall, by kind and name."""

    def __init__(self) -> None:
        super().__init__(Spot("firewall+"), "Firewalls")

    def words(self, context: ItemContext) -> ItemWords:
        none = (
            ()
            if context.plan.firewalls
            else ("None yet, and without one there are no rules to write.",)
        )
        more = (
            (
                "Write the number, and after it a name if you want another one than the suggested:"
                " '2 core'."
            ),
            "'rename OLD NEW' and 'remove NAME' change firewalls.",
        )
        return ItemWords(
            "Another firewall? Its kind",
            (*none, *numbered(FIREWALL_KINDS.values()), "Enter alone: no more."),
            more=more,
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        first, _, name = text.partition(" ")
        kinds = list(FIREWALL_KINDS)
        kind = (
            next((k for k in kinds if k == first), None)
            or kinds[read_number(first, len(kinds)) - 1]
        )
        plan = add_firewall(context.plan, name.strip() or suggested_name(context.plan, kind), kind)
        added = next(name for name in plan.firewalls if name not in context.plan.firewalls)
        go = FirewallKey(added, "role" if plan.firewalls[added].guards_hosts else "zones")
        return Took(plan, f"firewall {added} added", go, f"Added: {added}")


def items(catalog: Catalog, plan: Plan, step: StepId) -> tuple[Item, ...]:
    """What a step asks now. ReviewItem and export are elsewhere."""
    merged = _merged(catalog, plan, questions(catalog, plan, step))
    if step == "features":
        return tuple(_features(merged))
    if step == "network":
        sites: list[Item] = [NewSite()] if len(plan.zones) > 1 else []
        zones: list[Item] = [NewZone()] if plan.zones else [Presets(), NewZone()]
        items_of_zones = list(_with_adding(merged, (SiteKey, ZoneKey), zones))
        return tuple(_after(items_of_zones, (SiteKey, NameKey), sites))
    if step == "firewalls":
        return tuple(_with_adding(merged, (FirewallKey,), [NewFirewall()]))
    return tuple(map(Single, merged))


def preset_taken(context: ItemContext, text: str) -> Took:
    """The plan with the preset of this number or name.

    Raises:
        AnswerError: where there is none.
    """
    starts = presets()
    ids = [preset.id for preset in starts]
    preset = starts[ids.index(text) if text in ids else read_number(text, len(starts)) - 1]
    lost = replaced(context.catalog, context.plan, preset.id)
    plan = apply_preset(context.catalog, context.plan, preset.id)
    first = next(map(ZoneKey, plan.zones), None)
    note = " ".join(filter(None, (f"Taken: {preset.name}.", lost, "u takes it back.")))
    return Took(plan, f"preset {preset.name}", first, note)


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
    return f"{words.title}: {words.now}" if isinstance(item, Single) else words.title


def _choice_words(context: ItemContext, question: Question) -> Iterator[str]:
    for choice in question.choices:
        product = (
            context.catalog.products.get(str(choice.value))
            if question.key == ProductsKey()
            else None
        )
        yield f"{choice.label}: {product.about}" if product else choice.label


def _merged(catalog: Catalog, plan: Plan, every: tuple[Question, ...]) -> list[Question]:
    """Without the questions for absence: they are answered where the zones are."""
    keys = {question.key for question in every}
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
    # They make items of what this room declares.
    from screens.line.own import NewOwn, Side

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


def _after(items: Sequence[Item], kinds: tuple[type[Key], ...], adding: list[Item]) -> list[Item]:
    """The items, and those to be added after the last one of these kinds."""
    after = 0
    for at, item in enumerate(items, start=1):
        if isinstance(item.key, kinds):
            after = at
    return [*items[:after], *adding, *items[after:]]
