"""Line mode offers to bring addresses along that stayed where a zone's network was."""

from __future__ import annotations

from screens.line.item import Item, ItemContext, ItemWords, LineOutcome, Next, Took
from screens.line.reading import read_yes
from screens.widgets.rows import Spot
from wizard.plan.left_behind import brought_along, left_behind
from wizard.views.words import plural


class LeftBehind(Item):
    """Whether the addresses in a zone move with its network."""

    def __init__(self, zone: str) -> None:
        super().__init__(Spot("bring", zone), "Zones")
        self._zone = zone

    def words(self, context: ItemContext) -> ItemWords:
        mapping = left_behind(context.plan).get(self._zone, {})
        count = plural(len(mapping), "address", "addresses")
        moves = [f"{old} → {new}" for old, new in mapping.items()]
        return ItemWords(
            f"{self._zone}: bring {count} along",
            (*moves, "No zone holds the old ones any more. yes or no; Enter alone: no."),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if not read_yes(text):
            return Next()
        plan = brought_along(context.plan, self._zone)
        return Took(plan, f"addresses of {self._zone} brought along")
