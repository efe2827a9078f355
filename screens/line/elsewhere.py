"""Line mode asks once, after all places, for whom a feature has places of its own."""

from __future__ import annotations

from screens.line.item import Item, ItemContext, ItemWords, LineOutcome, Took
from screens.line.reading import read_ticks
from screens.line.talk import numbered
from screens.widgets.rows import RowKey, Spot
from wizard.plan.keys import RoleKey
from wizard.questions.elsewhere import (
    feature_places,
    has_place,
    with_feature_place,
    without_place,
)

NEW_PLACE = Spot("elsewhere")
PLACES_GROUP = "Who sits where"


class NewPlace(Item):
    """A list to tick: the devices of one make, the parties of one feature."""

    def __init__(self) -> None:
        super().__init__(NEW_PLACE, PLACES_GROUP)

    def words(self, context: ItemContext) -> ItemWords:
        lines: list[str] = []
        for key in feature_places(context.catalog, context.plan):
            tick = "yes" if has_place(context.plan, key) else "no "
            lines.append(f"{tick} {_label(context, key)}")
        more = (
            "Where the devices of one make are in a network of their own, give them a place of"
            " their own: their feature's connections then lead there, and nobody else's.",
            "Numbers switch on or off: '2' changes one, '+2' only switches on, '-2' only off.",
        )
        title = "Is somebody elsewhere for one feature alone?"
        return ItemWords(title, (*numbered(lines), "Enter alone: as it is."), more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        places = feature_places(context.catalog, context.plan)
        labels = [_label(context, key) for key in places]
        placed = [has_place(context.plan, key) for key in places]
        plan = context.plan
        added: RowKey | None = None
        words: list[str] = []
        ticked = read_ticks(text, placed, labels)
        for key, label, before, after in zip(places, labels, placed, ticked, strict=True):
            if after and not before:
                plan, added = with_feature_place(plan, key), added or key
                words.append(f"{label}: elsewhere")
            elif before and not after:
                plan = without_place(plan, key)
                words.append(f"{label}: no longer elsewhere")
        return Took(plan, ", ".join(words), added, "; ".join(words))


def _label(context: ItemContext, key: RoleKey) -> str:
    """`HP devices: multifunction device`, with the installation where there are several."""
    product = context.catalog.products[key.product or ""]
    feature = product.features[key.feature or ""].name
    if len(context.plan.products) > 1:
        feature = f"{feature} ({product.name})"
    return f"{feature}: {context.catalog.roles[key.role].name.lower()}"
