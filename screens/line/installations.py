"""Installations in line mode: `another cups cups-north`, `rename OLD NEW`, `remove NAME` where the
products are asked.
"""

from __future__ import annotations

import msgspec

from screens.line.item import ItemContext, ItemWords, Single, Took
from wizard.plan.installations import (
    add_installation,
    remove_installation,
    rename_installation,
    suggested_installation,
)
from wizard.plan.keys import ProductsKey
from wizard.questions import AnswerError
from wizard.views.words import PRODUCT_GROUPS, product_about


class ProductList(Single):
    """Which products; once there is one, how to add another installation of it."""

    def choice_lines(self, context: ItemContext) -> list[str]:
        """Under the heading of each group its products, numbered on from the group before."""
        lines = []
        group = ""
        for number, choice in enumerate(self.question.choices, start=1):
            product = context.catalog.products.get(str(choice.value))
            if product is None:
                lines.append(f"{number} {choice.label}")
                continue
            if product.group != group:
                group = product.group
                lines.append(f"{PRODUCT_GROUPS[product.group]}:")
            lines.append(f"{number} {choice.label}: {product_about(product)}")
        return lines

    def words(self, context: ItemContext) -> ItemWords:
        words = super().words(context)
        if not context.plan.products:
            return words
        product = context.plan.product_of(next(iter(context.plan.products)))
        example = suggested_installation(context.plan, product)
        line = f"'another {product} {example}' adds a second server of {product}."
        return msgspec.structs.replace(words, lines=(*words.lines, line))


def installed(context: ItemContext, command: str, words: list[str]) -> Took:
    """The plan with an installation added, renamed or removed.

    Raises:
        AnswerError: with words for the person.
    """
    catalog, plan = context.catalog, context.plan
    match command, words:
        case "another", [product, name]:
            plan = add_installation(catalog, plan, name, product)
            note = f"{name} is another installation of {product}; its questions follow in step 2."
            return Took(plan, f"installation {name} added", ProductsKey(), note)
        case "rename", [old, new]:
            plan = rename_installation(catalog, plan, old, new)
            note = f"The installation {old} is now {new}."
            return Took(plan, f"installation {old} renamed", ProductsKey(), note)
        case "remove", [name]:
            plan = remove_installation(plan, name)
            note = f"The installation {name} is removed; u brings it back."
            return Took(plan, f"installation {name} removed", ProductsKey(), note)
    raise AnswerError("Write 'another PRODUCT NAME', 'rename OLD NEW' or 'remove NAME'.")
