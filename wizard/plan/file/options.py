"""Options of features and hosts of customers: values from a plan file, and their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from wizard.facts.model import Catalog, Feature, Option, Product, Scalar
from wizard.network.ports import parse_ports, range_texts
from wizard.plan.catalog import catalog_of
from wizard.plan.fields import field_of
from wizard.plan.file.values import kind_of, listed, near_value, shown
from wizard.plan.keys import FrontKey, Key, NeverEndKey, OptionKey, is_own
from wizard.plan.model import OptionValue, Plan
from wizard.plan.stored import answers_of, stored

HOST = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    re.I,
)


def read_host(text: str) -> str:
    """A host's full name → the same in small letters, without a dot at the end.

    Raises:
        ValueError: for what is no full host name (an address, a URL, a single label).
    """
    host = text.strip().rstrip(".").lower()
    if not HOST.fullmatch(host) or re.fullmatch(r"[0-9.]+", host):
        raise ValueError(f"{text.strip()!r} is no full host name such as ldaps.example.com")
    return host


def read_option(option: Option, value: object) -> OptionValue:
    """A value from a plan file → the option's value.

    Raises:
        ValueError: with words that name what the option takes.
    """
    if option.kind == "flag":
        if isinstance(value, bool):
            return value
        raise ValueError(f"must be true or false, not {shown(value)}")
    if option.kind == "choice":
        return _choice(option, value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list, not {kind_of(value)}; write [{shown(value)}]")
    if not value:
        raise ValueError("must name at least one")
    if option.kind == "choices":
        return tuple(dict.fromkeys(map(partial(_choice, option), value)))
    wrong = [item for item in value if isinstance(item, bool) or not isinstance(item, int | str)]
    if wrong:
        raise ValueError(
            f'holds {shown(wrong[0])}; each entry is a port or a range such as "9200-9999"'
        )
    return range_texts(parse_ports(value))


def _choice(option: Option, value: object) -> Scalar:
    for choice in option.choices:
        # 1 == True in Python, but not in a plan.
        if choice.value == value and type(choice.value) is type(value):
            return choice.value
    values = list(map(str, option.values))
    raise ValueError(
        f"must be one of {listed(values)}, not {shown(value)}{near_value(value, values)}"
    )


def unanswered(catalog: Catalog, plan: Plan) -> dict[Key, str]:
    """What a plan file cannot be without, and is not answered: options of chosen features, and parts
    of what the plan adds; each with what it takes.
    """
    waiting: dict[Key, str] = {}
    for key in answers_of(plan):
        field = field_of(key) if is_own(key) else None
        if field is not None and field.required and stored(plan, key) in (None, "", ()):
            waiting[key] = "is required"
    for name, front in plan.fronts.items():
        if not front.is_placed:
            waiting[FrontKey(name, "addresses")] = "is nowhere yet"
    for name, never in plan.never.items():
        for key in (NeverEndKey(name, "from", "zones"), NeverEndKey(name, "to", "zones")):
            if not (never.from_ if key.end == "from" else never.to).is_named:
                waiting[key] = "names nobody yet"
    products = catalog_of(catalog, plan).products
    for installation, answers in plan.products.items():
        product = products[installation]
        for name, options in with_defaults(product, answers.features).items():
            for option_name, option in sorted(product.features[name].options.items()):
                if option.required and options.get(option_name) in (None, ()):
                    waiting[OptionKey(installation, name, option_name)] = needs(option)
    return waiting


def host_keys(product: Product) -> list[str]:
    """The names by which a plan says the customer's own hosts of a product, sorted."""
    return sorted({fact.host_key for fact in product.endpoints if fact.host_key})


def needs(option: Option) -> str:
    """`is required: one of eu, us`."""
    values = listed(map(str, option.values))
    return f"is required: {'one or more of' if option.kind == 'choices' else 'one of'} {values}"


def with_defaults(
    product: Product, features: Mapping[str, Mapping[str, OptionValue]]
) -> dict[str, dict[str, OptionValue]]:
    """The selected features with the default of every option that was left out.

    Core features stand here only for the sake of their options.
    """
    full: dict[str, dict[str, OptionValue]] = {}
    for name, feature in product.features.items():
        if name not in features and not (feature.core and feature.options):
            continue
        if feature.core and not feature.options:
            continue
        full[name] = dict(_answered(feature, features.get(name, {})))
    return full


def _answered(
    feature: Feature, answers: Mapping[str, OptionValue]
) -> Iterator[tuple[str, OptionValue]]:
    """Each option that has an answer or a default, and what it is."""
    for name, option in feature.options.items():
        if name in answers:
            yield name, answers[name]
        elif option.default is not None:
            yield name, option.default
