"""A key → its question, for this plan: the declared words with names, choices and defaults filled
in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wizard.facts.model import Catalog, Choice, Product
from wizard.plan.model import INTERNET, Plan
from wizard.questions import steps
from wizard.questions.declared import DECLARED, Words
from wizard.questions.features import asked
from wizard.questions.model import AnswerError, Question, one_line

# The parts of a plan whose keys go on with a name that the person or the catalog gave.
_NAMED = ("zones", "roles", "firewalls")
_GROUPS = {"name": "Plan", "products": "Products", "proxy": "Proxy", "request": "Request"}


def question_at(catalog: Catalog, plan: Plan, key: str) -> Question:
    """The question with this key, whether or not it is asked now.

    Raises:
        AnswerError: for a key that no question has.
    """
    parts = key.split(".")
    pattern = pattern_of(key)
    if parts[0] == "products" and len(parts) > 2:
        product = catalog.products.get(parts[1])
        if product is not None and parts[2] == "features":
            if (found := asked(product).questions.get(key)) is not None:
                return found
        elif product is not None and pattern in DECLARED:
            return _of_product(catalog, plan, key, product, DECLARED[pattern])
    elif pattern in DECLARED:
        return _of_plan(catalog, plan, key, DECLARED[pattern])
    raise AnswerError(f"There is no question {key!r}.")


def pattern_of(key: str) -> str:
    """`roles.printer.zones` → `roles.*.zones`: the key under which its words are declared."""
    parts = key.split(".")
    if parts[0] in _NAMED and len(parts) > 1:
        parts[1] = "*"
    if parts[0] == "products":
        parts[1:2] = ["*"] * len(parts[1:2])
        parts[3:4] = ["*"] * len(parts[3:4])
    return ".".join(parts)


def _of_plan(catalog: Catalog, plan: Plan, key: str, words: Words) -> Question:
    head, _, rest = key.partition(".")
    name, _, part = rest.partition(".")
    if head == "products":
        products = tuple(Choice(product.id, product.name) for product in catalog.products.values())
        return _made(key, words, "Products", choices=products)
    if head == "zones" and name in plan.zones:
        return _made(key, words, "Zones", {"zone": name})
    if head == "firewalls" and name in plan.firewalls:
        group = f"Firewall {name}"
        if part == "role":
            return _made(key, words, group, choices=_guarded(catalog, plan, name))
        if part == "zones":
            return _made(key, words, group, choices=zone_choices(plan))
        return _made(key, words, group)
    if head == "roles" and name in catalog.roles:
        return _of_role(catalog, plan, key, words)
    if head in _GROUPS:
        return _made(key, words, _GROUPS[head])
    raise AnswerError(f"There is no question {key!r}.")


def _of_role(catalog: Catalog, plan: Plan, key: str, words: Words) -> Question:
    _, role, part = key.split(".")
    group, changes = "Who sits where", dict[str, Any]()
    needed_by = steps.asked_roles(catalog, plan).get(role, ())
    if steps.asked_with_firewalls(role, needed_by):
        changes["step"] = "firewalls"
        group = "Proxy" if role == steps.PROXY else "Administration"
    if part == "zones":
        built_in = Plan().placement("", role)
        changes |= {"choices": zone_choices(plan), "default": built_in.zones if built_in else ()}
    return _made(key, words, group, _role_names(catalog, role), **changes)


def _of_product(catalog: Catalog, plan: Plan, key: str, product: Product, words: Words) -> Question:
    parts = key.split(".")
    names = {"product": product.name, "newest": product.newest}
    if parts[2] == "version":
        return _made(key, words, f"{product.name} - Version", names, default=product.newest)
    if parts[2] == "ports" and parts[3] in product.listeners:
        names["listener"] = product.listeners[parts[3]].name
        default = steps.default_port(catalog, plan, product, parts[3])
        return _made(key, words, f"{product.name} - Other ports", names, default=default)
    if parts[2] == "hosts":
        facts = [fact for fact in product.endpoints if fact.host_key == parts[3]]
        if facts:
            names["host"] = facts[0].purpose
            # A wildcard from the document stands in until the customer names the host.
            required = all(fact.host is None for fact in facts)
            return _made(key, words, f"{product.name} - Your hosts", names, required=required)
    if parts[2] == "roles" and parts[3] in catalog.roles:
        names |= _role_names(catalog, parts[3])
        choices = zone_choices(plan) if parts[4] == "zones" else ()
        return _made(key, words, f"{product.name} - Placed differently", names, choices=choices)
    raise AnswerError(f"There is no question {key!r}.")


def _made(
    key: str, words: Words, group: str, names: Mapping[str, str] | None = None, **changes: Any
) -> Question:
    names = names or {}
    fields: dict[str, Any] = {
        "step": words.step,
        "choices": words.choices,
        "default": words.default,
        "required": words.required,
        **changes,
    }
    return Question(
        key=key,
        group=group,
        kind=words.kind,
        label=words.label.format_map(names),
        help=one_line(words.help.format_map(names)),
        more=(words.more or words.help).format_map(names),
        level=words.level,
        **fields,
    )


def _role_names(catalog: Catalog, role: str) -> dict[str, str]:
    declared = catalog.roles[role]
    return {
        "role": declared.name,
        "role_small": declared.name.lower(),
        "about": declared.about.rstrip("."),
    }


def zone_choices(plan: Plan) -> tuple[Choice, ...]:
    """The plan's zones and the built-in one."""
    return _zone_choices(tuple(plan.zones))


@lru_cache(maxsize=8)
def _zone_choices(names: tuple[str, ...]) -> tuple[Choice, ...]:
    return (*(Choice(name, name) for name in names), Choice(INTERNET, "Internet"))


def _guarded(catalog: Catalog, plan: Plan, name: str) -> tuple[Choice, ...]:
    """The roles that a host's firewall can guard: those that take part, and the one that it guards
    now.
    """
    roles = {*steps.asked_roles(catalog, plan), plan.firewalls[name].role, "print-server"}
    return tuple(Choice(role, catalog.roles[role].name) for role in catalog.roles if role in roles)
