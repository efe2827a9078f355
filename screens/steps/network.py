"""Step 3: the networks, and who sits where."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row
from wizard.plan.edits import add_zone, remove_zone, rename_zone, suggested_name
from wizard.plan.presets import apply_preset, presets
from wizard.questions import Question

_NAME_HELP = "Small letters, digits, hyphens. Enter: done. Esc: never mind."


class Network(NamedStep):
    """Presets to start from, zones with their networks, and a place for every role that is needed."""

    id = "network"
    keys = "Enter edits. a: add a zone. On a zone r: rename, d: remove."

    def __init__(self) -> None:
        super().__init__()
        self.presets_open = False

    def body(self, context: Context) -> Iterator[Row]:
        seen_zones = False
        for row in super().body(context):
            if row.key == "group:Zones":
                seen_zones = True
            elif row.key == "group:Who sits where" and not seen_zones:
                yield from self._no_zones(context)
                seen_zones = True
            elif row.key == "group:Who sits where":
                yield from self._adding(context)
            yield row
        if not seen_zones:
            yield from self._no_zones(context)

    def _no_zones(self, context: Context) -> Iterator[Row]:
        yield Row("group:Zones", "heading", "Zones")
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
                f"preset:{preset.id}",
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
        if self.naming == "zone+":
            yield self.name_row("Name of the new zone", _NAME_HELP)
        yield Row(
            "zone+",
            "action",
            "+ Add a zone",
            help="A part of your network: servers, clients, printers, a branch.",
        )
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
        parts = question.key.split(".")
        if parts[0] == "zones":
            zone = parts[1]
            if self.naming == f"zone:{zone}":
                yield self.name_row(f"New name of {zone}", _NAME_HELP)
            else:
                yield Row(
                    f"zone:{zone}",
                    "action",
                    zone,
                    hint="Enter: rename   Del: remove",
                    help=(
                        "A zone. Enter or r renames it everywhere, Del or d removes it, a adds one."
                    ),
                    more=question.more,
                )
            for row in super().question_rows(context, question, "Networks"):
                yield _deeper(row)
            return
        yield from super().question_rows(context, question, label)

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        if row.kind != "text" and (key == "a" or (row.key == "zone+" and work)):
            return self.start("zone+", suggested_name(context.plan, "zone"))
        if row.key.startswith("zone:"):
            zone = row.key.removeprefix("zone:")
            if work or key == "r":
                return self.start(row.key, zone)
            if key in ("delete", "d"):
                return Change(remove_zone(context.plan, zone), f"zone {zone} removed")
        if row.key == "presets" and work:
            self.presets_open = not self.presets_open
            return Look(go=row.key)
        if row.key.startswith("preset:") and work:
            preset = row.key.removeprefix("preset:")
            self.presets_open = False
            return Change(
                apply_preset(context.catalog, context.plan, preset),
                f"preset {row.label}",
                go="first:zone",
            )
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        if self.naming == "zone+":
            plan = add_zone(context.plan, name)
            added = next(zone for zone in plan.zones if zone not in context.plan.zones)
            return Change(plan, f"zone {added} added", go=f"zones.{added}.networks")
        assert self.naming is not None
        old = self.naming.removeprefix("zone:")
        plan = rename_zone(context.plan, old, name)
        new = next((zone for zone in plan.zones if zone not in context.plan.zones), old)
        return Change(plan, f"zone {old} renamed", go=f"zone:{new}")


def _deeper(row: Row) -> Row:
    return msgspec.structs.replace(row, level=row.level + 1)
