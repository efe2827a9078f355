"""Step 1: which products."""

from __future__ import annotations

from collections.abc import Iterator

from screens.steps.base import Context, FormStep
from screens.widgets.rows import Row, Spot
from wizard.plan.field import ChoiceKey
from wizard.plan.keys import ProductsKey
from wizard.questions import Question, Value, value_of


class Products(FormStep):
    """A list of the catalog's products, each with a line on what it is."""

    id = "products"
    filterable = True
    keys = "Space ticks. Type to filter."

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        remark = f"{len(question.choices)}, by name" if question.key == ProductsKey() else ""
        yield Row(Spot("group", question.group), "heading", question.group, value=remark)

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        if question.key != ProductsKey():
            yield from super().question_rows(context, question, label)
            return
        value: Value = value_of(context.catalog, context.plan, question.key)
        chosen = value if isinstance(value, tuple) else ()
        for choice in question.choices:
            product = context.catalog.products.get(str(choice.value))
            about = product.about if product else ""
            yield Row(
                ChoiceKey(question.key, choice.value),
                "item",
                choice.label,
                value=about,
                on=choice.value in chosen,
                help=about or question.help,
                more=f"{about}\n\n{question.more}",
                question=question,
                choice=choice.value,
            )
        if not chosen:
            yield Row("note:none", "note", "Choose at least one; everything else follows from it.")
