"""Step 1: which products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from screens.steps.base import Change, Context, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, Spot
from wizard.facts.model import Fact, Product
from wizard.plan.edits import new_name
from wizard.plan.field import ChoiceKey
from wizard.plan.installations import (
    add_installation,
    remove_installation,
    rename_installation,
    suggested_installation,
)
from wizard.plan.keys import ProductsKey
from wizard.questions import Question, Value, value_of
from wizard.questions.features import remarks_on
from wizard.views.words import PRODUCT_GROUPS, incomplete, product_about

_NAME_HELP = "Small letters, digits, hyphens. Enter: done. Esc: never mind."


def _remarks(product: Product | None) -> Iterator[str]:
    if product is not None:
        yield from filter(None, (incomplete(product),))
        yield from remarks_on(product)


class Products(NamedStep):
    """The catalog's products, group by group, each with a line on what it is; below a chosen one,
    what adds another installation of it.
    """

    id = "products"
    keys = "Space ticks. Type to filter. On an installation Del: remove."

    def heading(self, context: Context, question: Question) -> Iterator[Row]:
        # The products have headings of their own.
        if question.key != ProductsKey():
            yield from super().heading(context, question)

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        if question.key != ProductsKey():
            yield from super().question_rows(context, question, label)
            return
        value: Value = value_of(context.catalog, context.plan, question.key)
        chosen = value if isinstance(value, tuple) else ()
        products = context.catalog.products
        listed = [products[str(c.value)] for c in question.choices if c.value in products]
        counts = Counter(product.group for product in listed if not product.installs)
        group = ""
        for choice in question.choices:
            name = str(choice.value)
            product = products.get(name)
            if product and product.group != group:
                group = product.group
                heading = PRODUCT_GROUPS[product.group]
                remark = f"{counts[product.group]} of {counts.total()}, by name"
                yield Row(Spot("group", heading), "heading", heading, value=remark)
            about = product_about(product) if product else ""
            facts: tuple[Fact, ...] = (*product.flows, *product.endpoints) if product else ()
            yield Row(
                ChoiceKey(question.key, choice.value),
                "item",
                choice.label,
                value=about,
                on=choice.value in chosen,
                help=about or question.help,
                more="\n\n".join((about, *_remarks(product), question.more)),
                question=question,
                choice=choice.value,
                words=product.words if product else (),
                facts=facts,
            )
            if name in chosen:
                yield from self._installing(context, name)
        for name, absent in context.catalog.absent.items():
            words = (absent.name, *absent.words)
            yield Row(Spot("absent", name), "note", absent.sentence, words=words, sought=True)
        if not chosen:
            yield Row("note:none", "note", "Choose at least one; everything else follows from it.")

    def _installing(self, context: Context, name: str) -> Iterator[Row]:
        """What can be done with an installation: another beside it, or another name for it."""
        product = context.catalog.products.get(name)
        if product is None:
            return
        if product.installs:
            renaming = Spot("installation", name)
            if self.naming == renaming:
                yield self.name_row(f"New name of {name}", _NAME_HELP)
            else:
                yield Row(
                    renaming,
                    "action",
                    f"Rename {name}",
                    hint="Enter: rename   Del: remove",
                    level=1,
                    help=f"An installation of {product.product}. Del removes it; Ctrl+Z brings it back.",
                )
            return
        adding = Spot("installation+", name)
        if self.naming == adding:
            yield self.name_row("Name of the new installation", _NAME_HELP)
        else:
            yield Row(
                adding,
                "action",
                f"+ Another installation of {product.name}",
                level=1,
                help="A second server of its own, with features, ports and places of its own.",
            )

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        if key in ("space", "enter"):
            match row.key:
                case Spot("installation+", product) as spot:
                    return self.start(spot, suggested_installation(context.plan, product))
                case Spot("installation", name) as spot:
                    return self.start(spot, name)
        if key == "delete":
            match row.key:
                case Spot("installation", name) | ChoiceKey(ProductsKey(), str(name)):
                    return self._removed(context, name)
        return super().pressed(context, row, key)

    def _removed(self, context: Context, name: str) -> Outcome | None:
        """Without what stands on this row; what is not chosen stays as it is."""
        if name not in context.plan.products:
            return None
        plan = remove_installation(context.plan, name)
        product = ChoiceKey(ProductsKey(), context.plan.product_of(name))
        return Change(plan, f"installation {name} removed", go=product)

    def named(self, context: Context, name: str) -> Outcome:
        assert self.naming is not None
        catalog, plan, old = context.catalog, context.plan, self.naming.name
        if self.naming.kind == "installation+":
            plan = add_installation(catalog, plan, name, old)
            what = "added"
        else:
            plan = rename_installation(catalog, plan, old, name)
            what = "renamed"
        new = new_name(context.plan.products, plan.products, old)
        return Change(plan, f"installation {new} {what}", go=ChoiceKey(ProductsKey(), new))
