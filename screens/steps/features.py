"""Step 2: which parts of the products are used, with their options, ports and hosts."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Context
from screens.steps.own import OwnRows
from screens.widgets.rows import Row, Spot
from wizard.plan.keys import FeatureKey, is_own
from wizard.plan.own_edits import is_side
from wizard.questions import Question, core_features


class Features(OwnRows):
    """Every product's features, group by group; options stand under their feature once it is
    ticked.
    """

    id = "features"
    keys = "Space ticks. Type to filter. Ctrl+Down: next group."

    def head(self, context: Context) -> Iterator[Row]:
        yield from super().head(context)
        for product, features in core_features(context.catalog, context.plan).items():
            if features:
                names = ", ".join(feature.name for feature in features)
                yield Row(
                    Spot("core", product),
                    "note",
                    f"{context.catalog.products[product].name} always has: {names}",
                )

    def body(self, context: Context) -> Iterator[Row]:
        yield from super().body(context)
        yield from self.own_adding(context)

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        if is_own(question.key):
            yield from self.own_heading(question)
        else:
            yield from super().heading(context, question)

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        yield from super().question_rows(context, question, label)
        if is_side(question.key):
            yield from self.party_adding(question)

    def remark(self, context: Context, question: Question) -> str:
        match question.key:
            case FeatureKey(product, feature):
                declared = context.catalog.products[product].features[feature]
                return "from other sources" if declared.other else ""
        return ""
