"""Step 3: the networks, and who sits where."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.places import FeaturePlaces
from screens.steps.sites import SitesRows
from screens.widgets.rows import Row, Spot
from wizard.plan.edits import add_zone, new_name, remove_zone, rename_zone, suggested_name
from wizard.plan.keys import ZoneKey
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset, presets
from wizard.questions import Question
from wizard.views.words import few, plural

_NEW = Spot("zone+")
_NAME_HELP = "Small letters, digits, hyphens. Enter: done. Esc: never mind."


class NetworkStep(FeaturePlaces, SitesRows):
    """Presets to start from, zones with their networks, and a place for every role that is needed."""

    id = "network"
    keys = "Enter edits. Type to filter. On a zone Enter: rename, Del: remove."

    def __init__(self) -> None:
        super().__init__()
        self.presets_open = False
        # Zone → addresses in it that stayed behind, and where they would go.
        self._left: dict[str, dict[str, str]] = {}

    def body(self, context: Context) -> Iterator[Row]:
        self._left = _left_behind(context.plan)
        after_zones = False
        for row in super().body(context):
            if row.key == Spot("group", "Zones") and context.plan.sites:
                yield from self.new_site_rows(context)
            if row.key == Spot("group", "Who sits where"):
                yield from self._adding(context) if context.plan.zones else self._no_zones(context)
                after_zones = True
            yield row
        if not after_zones:
            yield from self._adding(context) if context.plan.zones else self._no_zones(context)

    def _no_zones(self, context: Context) -> Iterator[Row]:
        yield Row(Spot("group", "Zones"), "heading", "Zones")
        yield Row(
            "note:start",
            "note",
            "Start from the network that is most like yours, then change what differs:",
        )
        yield from self._presets()
        yield Row("note:or", "note", "or build it by hand:")
        yield from self._adding(context, presets_too=False)

    def _presets(self) -> Iterator[Row]:
        for preset in presets():
            yield Row(
                Spot("preset", preset.id),
                "action",
                preset.name,
                value=preset.about,
                level=1,
                help=f"{preset.about}.",
                more=(
                    "Enter takes it: zones, places of the roles that are needed, and firewalls to"
                    " start with. The networks are examples: put in your own. Ctrl+Z takes all of"
                    " it back."
                ),
            )

    def _adding(self, context: Context, presets_too: bool = True) -> Iterator[Row]:
        if self.naming == _NEW:
            yield self.name_row("Name of the new zone", _NAME_HELP)
        yield Row(
            _NEW,
            "action",
            "+ Add a zone",
            help="A part of your network: servers, clients, printers, a branch.",
        )
        if not context.plan.sites:
            yield from self.new_site_rows(context)
        if presets_too:
            fold = "fewer" if self.presets_open else "shown on Enter"
            yield Row(
                "presets",
                "action",
                "Start again from a preset",
                value=fold,
                help="Replaces zones, places and firewalls; Ctrl+Z brings them back.",
            )
            if self.presets_open:
                yield from self._presets()

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        if not isinstance(question.key, ZoneKey):
            yield from super().question_rows(context, question, label)
            return
        zone = question.key.zone
        if question.key.part != "networks":
            for row in super().question_rows(context, question, "Seen as"):
                yield msgspec.structs.replace(row, level=row.level + 1)
            return
        if self.naming == Spot("zone", zone):
            yield self.name_row(f"New name of {zone}", _NAME_HELP)
        else:
            yield Row(
                Spot("zone", zone),
                "action",
                zone,
                hint="Enter: rename   Del: remove",
                help="A zone. Enter renames it everywhere, Del removes it.",
                more=question.more,
            )
        for row in super().question_rows(context, question, "Networks"):
            yield msgspec.structs.replace(row, level=row.level + 1)
        mapping = self._left.get(zone, {})
        if mapping:
            yield Row(
                Spot("bring", zone),
                "action",
                f"Bring {plural(len(mapping), 'address', 'addresses')} along",
                value=few(f"{old} → {new}" for old, new in mapping.items()),
                level=1,
                help=f"Who is in {zone} by addresses that no zone holds any more moves with it.",
            )

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        if row.key == _NEW and work:
            return self.start(_NEW, suggested_name(context.plan, "zone"))
        match row.key:
            case Spot("zone", zone) as spot if work:
                return self.start(spot, zone)
            case Spot("zone", zone) if key == "delete":
                return Change(remove_zone(context.plan, zone), f"zone {zone} removed")
            case Spot("bring", zone) if work:
                from wizard.plan.left_behind import brought_along

                plan = brought_along(context.plan, zone)
                go = _next_example(plan, zone)
                return Change(plan, f"addresses of {zone} brought along", go=go)
            case "presets" if work:
                self.presets_open = not self.presets_open
                return Look(go=row.key)
            case Spot("preset", preset) if work:
                self.presets_open = False
                plan = apply_preset(context.catalog, context.plan, preset)
                # Its networks are examples: what is typed now is one's own.
                first = next(map(ZoneKey, plan.zones), None)
                return Change(plan, f"preset {row.label}", go=first)
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        if self.naming is not None and self.naming.kind.startswith("site"):
            return super().named(context, name)
        if self.naming == _NEW:
            plan = add_zone(context.plan, name)
            added = new_name(context.plan.zones, plan.zones)
            return Change(plan, f"zone {added} added", go=ZoneKey(added))
        assert self.naming is not None
        old = self.naming.name
        plan = rename_zone(context.plan, old, name)
        new = new_name(context.plan.zones, plan.zones, old)
        return Change(plan, f"zone {old} renamed", go=Spot("zone", new))


def _next_example(plan: Plan, zone: str) -> ZoneKey:
    """The networks of the next zone that are an example; of this one where none are."""
    from wizard.plan.examples import is_example

    names = list(plan.zones)
    later = map(ZoneKey, names[names.index(zone) :])
    return next((key for key in later if is_example(plan, key)), ZoneKey(zone))


def _left_behind(plan: Plan) -> dict[str, dict[str, str]]:
    """Zone → addresses that stayed behind → where they would go; asked once there are zones."""
    # The first frame has none, and can do without.
    if not plan.zones:
        return {}
    from wizard.plan.left_behind import left_behind

    return left_behind(plan)
