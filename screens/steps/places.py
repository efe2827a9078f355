"""A role's place for one feature alone, beside its general place: offered, answered, taken away."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, Spot
from wizard.plan.keys import RoleKey
from wizard.questions import Question
from wizard.questions.elsewhere import (
    feature_places,
    has_place,
    with_feature_place,
    without_place,
)

# More offers than these for one role are folded.
_SHOWN = 2


class FeaturePlaces(NamedStep):
    """The rows of such places, in a step that asks where the roles are."""

    def __init__(self) -> None:
        super().__init__()
        self._roles_open: set[str] = set()

    def body(self, context: Context) -> Iterator[Row]:
        role = ""
        for row in super().body(context):
            role_of_row = _role_of(row)
            if role_of_row != role:
                yield from self._offers(context, role)
                role = role_of_row
            yield row
        yield from self._offers(context, role)

    def _offers(self, context: Context, role: str) -> Iterator[Row]:
        """What places a role elsewhere for one feature; folded where there are many."""
        offers: list[RoleKey] = []
        for key in feature_places(context.catalog, context.plan) if role else ():
            if key.role == role and not has_place(context.plan, key):
                offers.append(key)
        if len(offers) > _SHOWN:
            is_open = role in self._roles_open
            yield Row(
                Spot("elsewhere", role),
                "action",
                "+ Elsewhere for one feature",
                value="fewer on Enter" if is_open else f"{len(offers)} on Enter",
                level=1,
                help="Where the devices of one make are in a network of their own.",
            )
            if not is_open:
                return
        for key in offers:
            yield Row(
                _spot(key),
                "action",
                f"+ Elsewhere for {feature_name(context, key)}",
                level=2 if len(offers) > _SHOWN else 1,
                help="For this feature's connections alone; all others keep to the place above.",
            )

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        key = question.key
        if not isinstance(key, RoleKey) or key.feature is None:
            yield from super().question_rows(context, question, label)
            return
        labels = {"zones": f"{feature_name(context, key)} only", "addresses": "addresses"}
        for row in super().question_rows(context, question, labels.get(key.part, label)):
            if row.key == key and key.part == "zones":
                row = msgspec.structs.replace(row, help=f"{row.help} Del: take away.")
            if row.key == key and key.part == "addresses":
                row = msgspec.structs.replace(row, level=row.level + 1)
            yield row

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        match row.key:
            case Spot("elsewhere", role) if work:
                self._roles_open ^= {role}
                return Look(go=row.key)
            case Spot("elsewhere+") if work:
                places = feature_places(context.catalog, context.plan)
                place = next(place for place in places if _spot(place) == row.key)
                plan = with_feature_place(context.plan, place)
                words = f"{place.role} elsewhere for {feature_name(context, place)}"
                return Change(plan, words, go=place)
            case RoleKey(role, "zones", feature=str()) as place if key == "delete":
                plan = without_place(context.plan, place)
                words = f"{role} no longer elsewhere for {feature_name(context, place)}"
                return Change(plan, words, go=RoleKey(role, "zones"))
        return super().pressed(context, row, key)


def feature_name(context: Context, key: RoleKey) -> str:
    """`HP devices`; with the installation where there are several: `HP devices (PaperCut MF)`."""
    product = context.catalog.products.get(key.product or "")
    declared = product.features.get(key.feature or "") if product is not None else None
    name = declared.name if declared is not None else str(key.feature)
    if product is None or len(context.plan.products) < 2:
        return name
    return f"{name} ({product.name})"


def _role_of(row: Row) -> str:
    """The role whose general place, or place for a feature, the row is about; '' for others."""
    key = row.question.key if row.question is not None else None
    if isinstance(key, RoleKey) and (key.product is None or key.feature is not None):
        return key.role
    return ""


def _spot(key: RoleKey) -> Spot:
    return Spot("elsewhere+", f"{key.product}/{key.feature}/{key.role}")
