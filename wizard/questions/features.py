"""Questions that the catalog declares: each product's features in their groups, with their options.

What one product asks never depends on the plan, only whether it is asked; so it is made once a
product.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.facts.model import Catalog, Feature, FlowFact, Option, Product
from wizard.plan.model import Plan, ProductPlan
from wizard.questions.model import Question, one_line

# Heading of each group of features, in the order in which they are shown; others come after them.
GROUPS: dict[str, str] = {
    "core": "Core",
    "servers": "Servers",
    "clients": "Clients",
    "printing": "Printing",
    "printers": "Printers",
    "devices": "Devices",
    "database": "Database",
    "directory": "Directory",
    "sign-in": "Sign-in",
    "mail": "Mail",
    "scanning": "Scanning",
    "mobile": "Mobile",
    "cloud": "Cloud",
    "discovery": "Discovery",
    "payment": "Payment",
    "monitoring": "Monitoring",
    "administration": "Administration",
    "advanced": "Advanced",
}
_KEPT = 32


class Asked(msgspec.Struct, frozen=True):
    """What one product asks: the features in order, and every question by its key."""

    features: tuple[str, ...]
    questions: dict[str, Question]


def asked(product: Product) -> Asked:
    """All the questions that this product's features and options can ask."""
    known = _MADE.get(id(product))
    if known is not None and known[0] is product:
        return known[1]
    made = _ask(product)
    if len(_MADE) >= _KEPT:
        _MADE.clear()
    # The product is kept with its questions, so that no other one can come to its id.
    _MADE[id(product)] = (product, made)
    return made


_MADE: dict[int, tuple[Product, Asked]] = {}


def feature_keys(product: Product, own: ProductPlan) -> Iterator[str]:
    """The keys of the features and options that are asked now, group by group."""
    for name in asked(product).features:
        feature = product.features[name]
        key = f"products.{product.id}.features.{name}"
        if not feature.core:
            yield key
        if feature.core or name in own.features:
            yield from (f"{key}.{option}" for option in feature.options)


def core_features(catalog: Catalog, plan: Plan) -> dict[str, tuple[Feature, ...]]:
    """Product id → the features that come with it, for each chosen product; nobody is asked about
    them.
    """
    return {
        product_id: tuple(
            feature for feature in catalog.products[product_id].features.values() if feature.core
        )
        for product_id in plan.products
        if product_id in catalog.products
    }


def group_heading(product: Product, group: str) -> str:
    """`PaperCut MF - Devices`."""
    return f"{product.name} - {GROUPS.get(group, group.replace('-', ' ').capitalize())}"


def _ask(product: Product) -> Asked:
    order = {group: place for place, group in enumerate(GROUPS)}
    names = sorted(
        product.features,
        key=lambda name: (
            not product.features[name].core,
            order.get(product.features[name].group, len(order)),
        ),
    )
    opened: dict[str, list[FlowFact]] = {}
    for flow in product.flows:
        opened.setdefault(flow.feature, []).append(flow)
    questions: dict[str, Question] = {}
    for name in names:
        feature = product.features[name]
        key = f"products.{product.id}.features.{name}"
        questions[key] = Question(
            key=key,
            step="features",
            group=group_heading(product, feature.group),
            kind="flag",
            label=feature.name,
            help=one_line(feature.about),
            more=_more_of_feature(feature, opened.get(name, [])),
            default=feature.core,
        )
        for option_name, option in feature.options.items():
            question = _option(product, key, option_name, feature, option)
            questions[question.key] = question
    return Asked(tuple(names), questions)


def _option(product: Product, key: str, name: str, feature: Feature, option: Option) -> Question:
    return Question(
        key=f"{key}.{name}",
        step="features",
        group=group_heading(product, feature.group),
        kind=option.kind,
        label=option.label,
        help=one_line(option.help),
        more=f"{feature.name}: {option.label}.\n\n{option.help}",
        choices=option.choices,
        default=option.default,
        required=option.required,
        level=0 if feature.core else 1,
    )


def _more_of_feature(feature: Feature, flows: list[FlowFact]) -> str:
    """The long form: what it is, what it opens, and where that stands if not on the product's own
    page.
    """
    paragraphs = [f"{feature.about.rstrip('.')}."]
    if feature.help:
        paragraphs.append(feature.help)
    if feature.other:
        paragraphs.append(
            "The product's own page on ports does not have this. It rests on other sources, which"
            " the review names, and is therefore off until you switch it on."
        )
    if flows:
        lines = [_line_of_flow(flow) for flow in flows]
        shown = lines if len(lines) <= 8 else [*lines[:7], f"and {len(lines) - 7} more"]
        paragraphs.append(
            "Connections:\n" + "\n".join(f"- {line}" for line in dict.fromkeys(shown))
        )
    return "\n\n".join(paragraphs)


def _line_of_flow(flow: FlowFact) -> str:
    ports = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in flow.ports)
    return f"{flow.from_} to {flow.to}: {flow.transport} {ports} ({flow.service})"
