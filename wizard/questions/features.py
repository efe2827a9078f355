"""Questions that the catalog declares: each product's features in their groups, with their options.

What one product asks never depends on the plan, only whether it is asked; so it is made once a
product.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

import msgspec

from wizard.facts.model import Catalog, Fact, Feature, FlowFact, Product
from wizard.network.ports import ports_text
from wizard.plan.catalog import catalog_of
from wizard.plan.keys import FeatureKey, Key, OptionKey
from wizard.plan.model import Plan, ProductPlan
from wizard.questions.model import Question, one_line
from wizard.tables import indexed, where

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


class ProductQuestions(msgspec.Struct, frozen=True):
    """What one product asks: the features in order, and every question by its key."""

    features: tuple[str, ...]
    by_key: dict[Key, Question]


def feature_keys(product: Product, answers: ProductPlan) -> Iterator[Key]:
    """The keys of the features and options that are asked now, group by group."""
    for name in questions_of(product).features:
        feature = product.features[name]
        if not feature.core:
            yield FeatureKey(product.id, name)
        if feature.core or name in answers.features:
            yield from map(partial(OptionKey, product.id, name), feature.options)


def core_features(catalog: Catalog, plan: Plan) -> dict[str, tuple[Feature, ...]]:
    """Installation → the features that come with it; nobody is asked about them."""
    products = catalog_of(catalog, plan).products
    core: dict[str, tuple[Feature, ...]] = {}
    for name in plan.products:
        if name in products:
            features = where(attrgetter("core"), products[name].features)
            core[name] = tuple(features.values())
    return core


def group_heading(product: Product, group: str) -> str:
    """`PaperCut MF - Devices`."""
    return f"{product.name} - {GROUPS.get(group, group.replace('-', ' ').capitalize())}"


def questions_of(product: Product) -> ProductQuestions:
    """All the questions that this product's features and options can ask."""
    last = _LAST.get(product.id)
    # Of another catalog, or of one that was half read, the product is another one.
    if last is None or last[0] is not product:
        last = _LAST[product.id] = (product, _questions(product))
    return last[1]


# What was made last of each product, by the product's name.
_LAST: dict[str, tuple[Product, ProductQuestions]] = {}


def _questions(product: Product) -> ProductQuestions:
    order = {group: place for place, group in enumerate(GROUPS)}
    names = sorted(
        product.features,
        key=lambda name: (
            not product.features[name].core,
            order.get(product.features[name].group, len(order)),
        ),
    )
    opened: dict[str, list[Fact]] = {}
    for flow in product.flows:
        opened.setdefault(flow.feature, []).append(flow)
    for endpoint in product.endpoints:
        opened.setdefault(endpoint.feature, []).append(endpoint)
    questions: list[Question] = []
    for name in names:
        feature = product.features[name]
        questions.append(_of_feature(product, name, tuple(opened.get(name, ()))))
        for option in feature.options:
            questions.append(_of_option(product, name, option))
    return ProductQuestions(tuple(names), indexed(attrgetter("key"), questions))


def _of_feature(product: Product, name: str, facts: tuple[Fact, ...]) -> Question:
    feature = product.features[name]
    flows = [fact for fact in facts if isinstance(fact, FlowFact)]
    return Question(
        key=FeatureKey(product.id, name),
        step="features",
        group=group_heading(product, feature.group),
        kind="flag",
        label=feature.name,
        help=one_line(feature.about),
        more="\n\n".join((_more_of_feature(feature, flows), *remarks_on(product, name))),
        facts=facts,
        default=feature.core,
        words=feature.words,
        inside=tuple(_inside(feature)),
    )


def _inside(feature: Feature) -> Iterator[str]:
    """`Database: Oracle`: each choice of its options, and those that have none."""
    for option in feature.options.values():
        if not option.choices:
            yield option.label
        for choice in option.choices:
            yield f"{option.label}: {choice.label}"


def remarks_on(product: Product, feature: str = "") -> Iterator[str]:
    """What its documents say beside ports of a feature; '': of the product as a whole."""
    texts = [remark.text for remark in product.remarks.values() if remark.feature == feature]
    if texts:
        yield "\n- ".join(["The documents also say:", *texts])


def _of_option(product: Product, name: str, option_name: str) -> Question:
    feature = product.features[name]
    option = feature.options[option_name]
    return Question(
        key=OptionKey(product.id, name, option_name),
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
        lines = list(map(_line_of_flow, flows))
        if len(lines) > 8:
            lines[7:] = [f"and {len(lines) - 7} more"]
        paragraphs.append("\n- ".join(["Connections:", *dict.fromkeys(lines)]))
    return "\n\n".join(paragraphs)


def _line_of_flow(flow: FlowFact) -> str:
    ports = ports_text(flow.ports)
    return f"{flow.from_} to {flow.to}: {flow.transport} {ports} ({flow.service})"
