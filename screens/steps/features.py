"""Step 2: which parts of the products are used, with their options, ports and hosts."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Context, FormStep
from screens.widgets.rows import Row, Spot
from wizard.plan.keys import FeatureKey
from wizard.questions import Question, core_features


class Features(FormStep):
    """Every product's features, group by group; options stand under their feature once it is
    ticked.
    """

    id = "features"
    filterable = True
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

    def remark(self, context: Context, question: Question) -> str:
        match question.key:
            case FeatureKey(product, feature):
                declared = context.catalog.products[product].features[feature]
                return "from other sources" if declared.other else ""
        return ""
