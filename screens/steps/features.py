"""Step 2: which parts of the products are used, with their options, ports and hosts."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Context, FormStep
from screens.widgets.rows import Row
from wizard.facts.model import Feature
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
                    f"core:{product}",
                    "note",
                    f"{context.catalog.products[product].name} always has: {names}",
                )

    def remark(self, context: Context, question: Question) -> str:
        feature = self._feature(context, question)
        return "from other sources" if feature is not None and feature.other else ""

    def _feature(self, context: Context, question: Question) -> Feature | None:
        parts = question.key.split(".")
        if len(parts) != 4 or parts[2] != "features":
            return None
        product = context.catalog.products.get(parts[1])
        return product.features.get(parts[3]) if product else None
