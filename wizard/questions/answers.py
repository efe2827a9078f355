"""What the plan answers to a question, and the plan with another answer."""

from __future__ import annotations

import re

import msgspec

from wizard.facts.model import OWN_PRODUCT, Catalog
from wizard.network.ports import parse_ports, ports_text, range_texts, single_port
from wizard.plan.catalog import catalog_of
from wizard.plan.field import LISTS, AnswerError, Value
from wizard.plan.fields import field_of, fields_of
from wizard.plan.file import with_defaults
from wizard.plan.installations import new_installation
from wizard.plan.keys import (
    FeatureKey,
    FirewallKey,
    FrontKey,
    Key,
    ManagementPortKey,
    NeverEndKey,
    NeverKey,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    PortKey,
    ProductsKey,
    PublishKey,
    RoleKey,
    ServeKey,
    SiteProxyKey,
    VersionKey,
    ZoneKey,
)
from wizard.plan.management import methods_of, with_methods
from wizard.plan.model import (
    LONGEST_OWN_TEXT,
    Firewall,
    OptionValue,
    Plan,
    ProductPlan,
    Zone,
    changed,
)
from wizard.plan.publishing import with_renamed_owner
from wizard.plan.stored import END_PARTS, stored, with_stored
from wizard.questions.asking import question_at
from wizard.questions.model import Question
from wizard.questions.typed import checked
from wizard.tables import those_not_in, without_name
from wizard.text import is_unseen


def value_of(catalog: Catalog, plan: Plan, key: Key) -> Value:
    """The current answer; the default where there is none; None, or an empty tuple, where there is
    neither.

    Raises:
        AnswerError: for a key that no question has.
    """
    return _current(plan, question_at(catalog, plan, key))


def answered(catalog: Catalog, plan: Plan, key: Key, value: Value) -> Plan:
    """The plan with that answer; None or an empty tuple takes the answer back.

    Switching a feature on fills in its options' defaults; options without one become open
    questions.

    Raises:
        AnswerError: with words for the person, where the answer cannot be taken.
    """
    after = _answered(catalog, plan, key, value)
    if not after.preset.name:
        return after
    # Only a plan that began with a preset has examples of it.
    from wizard.plan.examples import made_own

    return made_own(after, key)


def _answered(catalog: Catalog, plan: Plan, key: Key, value: Value) -> Plan:
    catalog = catalog_of(catalog, plan)
    question = question_at(catalog, plan, key)
    answer = checked(question, value)
    if answer == _current(plan, question):
        return plan
    product = getattr(key, "product", None)
    if product is not None and product not in plan.products:
        raise AnswerError(f"Choose {catalog.products[product].name} among the products first.")
    match key:
        case ProductsKey():
            return _with_products(catalog, plan, answer)
        case FeatureKey():
            return _with_feature(catalog, plan, key, bool(answer))
        case OptionKey():
            return _with_option(catalog, plan, key, answer)
        case VersionKey():
            answer = _version(answer, question)
        case PortKey() | OwnEndpointKey(part="port") if answer == question.default:
            answer = None
        case OwnRoleKey() | OwnConnectionKey() | OwnEndpointKey() | NeverKey() if (
            question.kind == "text"
        ):
            answer = _own_text(key, answer)
        case SiteProxyKey(site, part) if part != "mode" and not plan.sites[site].proxy.mode:
            raise AnswerError(f"Say first how {site} reaches the web: sites.{site}.proxy.mode.")
        case RoleKey():
            return _with_place(plan, key, answer)
        case PublishKey(part="port") if answer == question.default:
            answer = None
        case OwnConnectionKey(name, "ports"):
            for front, serving in plan.fronts.items():
                if f"{OWN_PRODUCT}/{name}" in serving.serves:
                    _refuse_several(front, answer)
        case ServeKey(front, listener) if answer is not None:
            owner, _, name = listener.partition("/")
            if owner == OWN_PRODUCT and name in plan.own.connections:
                _refuse_several(front, plan.own.connections[name].ports)
        case FrontKey(name, "role") if answer != question.default:
            # Nothing of it is needed for the first frame.
            from wizard.plan.own_edits import with_roles

            # It has no place of its own any more: who named it means the role from now on.
            plan = with_roles(plan, lambda role: str(answer) if role == name else role)
        case FirewallKey(name, "management") if isinstance(answer, tuple):
            answer = with_methods(plan.firewalls[name].management, map(str, answer))
        case ManagementPortKey():
            return _with_management_ports(plan, key, answer)
        case FirewallKey(name, "kind"):
            return _with_kind(plan, name, answer)
        case ZoneKey(zone):
            _refuse_unlike(with_stored(plan, key, answer).zones[zone])
    field = field_of(key)
    if field is not None and field.unset and answer == field.unset:
        answer = None
    if isinstance(key, ServeKey) and answer is None:
        plan = _encrypting_less(plan, key)
    if isinstance(key, NeverEndKey) and answer:
        plan = _without_other_ways(plan, key)
    return with_stored(plan, key, answer)


def _refuse_unlike(zone: Zone) -> None:
    """What a zone is seen as fits its networks, in the file of a plan too."""
    # Not for the first frame.
    from wizard.network.renumbered import check_seen_as

    try:
        check_seen_as(zone.networks, zone.seen_as)
    except ValueError as error:
        raise AnswerError(f"What the zone is seen as does not fit: {error}.") from None


def _with_management_ports(plan: Plan, key: ManagementPortKey, ports: Value) -> Plan:
    try:
        return with_stored(plan, key, ports)
    except ValueError as error:
        text = str(error)
        raise AnswerError(f"{text[0].upper()}{text[1:]}.") from error


def _refuse_several(front: str, ports: Value) -> None:
    """What a front serves has one port, in the file of a plan too."""
    spans = parse_ports(ports) if isinstance(ports, tuple) else ()
    if spans and single_port(spans) is None:
        raise AnswerError(
            f"The front {front} takes a connection with one port alone, and these are"
            f" {ports_text(spans)}. Give each port that it serves a connection of its own."
        )


def _encrypting_less(plan: Plan, key: ServeKey) -> Plan:
    """What a front serves no longer, it does not encrypt either."""
    encrypts = plan.fronts[key.front].encrypts
    left = tuple(those_not_in(encrypts, (key.listener,)))
    return with_stored(plan, FrontKey(key.front, "encrypts"), left)


def _without_other_ways(plan: Plan, key: NeverEndKey) -> Plan:
    """An end is named by zones, by a role or by addresses: by one of them."""
    for part in END_PARTS:
        if part != key.part:
            plan = with_stored(plan, key.beside(part), None)
    return plan


def _current(plan: Plan, question: Question) -> Value:
    answer = stored(plan, question.key)
    match question.key:
        case FeatureKey() if question.default is True:
            # A core feature is on without standing in the plan.
            answer = True
        case OptionKey() if question.kind == "ranges" and isinstance(answer, tuple):
            answer = _ranges(answer)
        case RoleKey(product=None) if answer == ():
            answer = None
        case FirewallKey(part="management") if isinstance(answer, tuple):
            # On which ports is a question of its own.
            answer = methods_of(map(str, answer))
    if answer is None:
        answer = question.default
    if answer == "" and question.kind == "text":
        answer = None
    return () if answer is None and question.kind in LISTS else answer


def _with_products(catalog: Catalog, plan: Plan, answer: Value) -> Plan:
    """Installations that stay keep their answers; new ones start with version and defaults of the
    catalog.
    """
    products: dict[str, ProductPlan] = {}
    for name in answer if isinstance(answer, tuple) else ():
        product = catalog.products[str(name)]
        products[product.id] = plan.products.get(product.id) or new_installation(
            product, product.id
        )
    for name in plan.products.keys() - products.keys():
        plan = with_renamed_owner(plan, name, None)
    return changed(plan, products=products)


def _with_feature(catalog: Catalog, plan: Plan, key: FeatureKey, on: bool) -> Plan:
    product = catalog.products[key.product]
    feature = product.features[key.feature]
    if feature.core:
        raise AnswerError(f"{feature.name} comes with {product.name} and can't be switched off.")
    return _with_options(catalog, plan, key, {} if on else None)


def _with_option(catalog: Catalog, plan: Plan, key: OptionKey, answer: Value) -> Plan:
    feature = catalog.products[key.product].features[key.feature]
    option = feature.options[key.option]
    features = plan.products[key.product].features
    if not feature.core and key.feature not in features:
        raise AnswerError(f"Switch on {feature.name} first.")
    options = dict(features.get(key.feature, {}))
    options.pop(key.option, None)
    if answer not in (None, ()):
        options[key.option] = answer  # type: ignore[assignment]
    elif option.kind == "choices" and not option.required:
        raise AnswerError(f"{option.label}: choose at least one.")
    return _with_options(catalog, plan, key, options)


def _with_options(
    catalog: Catalog,
    plan: Plan,
    key: FeatureKey | OptionKey,
    options: dict[str, OptionValue] | None,
) -> Plan:
    """The plan with these options of a feature, or without the feature."""
    answers = plan.products[key.product]
    features = dict(answers.features)
    features.pop(key.feature, None)
    if options is not None:
        features[key.feature] = options
    features = with_defaults(catalog.products[key.product], features)
    places = without_name(answers.feature_roles, key.feature)
    if options is not None:
        places = answers.feature_roles
    answers = msgspec.structs.replace(answers, features=features, feature_roles=places)
    return changed(plan, products={**plan.products, key.product: answers})


def _with_place(plan: Plan, key: RoleKey, answer: Value) -> Plan:
    """Somebody who is absent has no place, and who gets a place is not absent."""
    if key.part == "absent":
        for part in ("zones", "addresses"):
            plan = with_stored(plan, RoleKey(key.role, part, key.product, key.feature), None)
    elif answer:
        plan = with_stored(plan, RoleKey(key.role, "absent", key.product, key.feature), None)
    return with_stored(plan, key, answer if key.part == "absent" else answer or None)


def _with_kind(plan: Plan, name: str, kind: Value) -> Plan:
    """Answers that mean nothing on a firewall of the new kind are dropped, as the plan file would."""
    if not isinstance(kind, str):
        raise AnswerError(
            "Choose what it is: a host's firewall, one between networks, a cloud group, a router."
        )
    old = plan.firewalls[name]
    parts = {field.part: getattr(old, field.part) for field in fields_of(FirewallKey, kind)}
    firewall = Firewall(**{**parts, "kind": kind})
    if firewall.joins_zones != old.joins_zones:
        # Whom it guards is one thing, what is its own another.
        firewall = msgspec.structs.replace(firewall, addresses=())
    if firewall.guards_hosts and firewall.role is None:
        firewall = msgspec.structs.replace(firewall, role="print-server")
    return changed(plan, firewalls={**plan.firewalls, name: firewall})


def _version(answer: Value, question: Question) -> Value:
    if answer is None:
        return None
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", str(answer)):
        raise AnswerError(f"{answer!r} is no version; write digits and dots, such as 2.1.")
    return answer


def _own_text(key: Key, answer: Value) -> Value:
    """What the plan file takes there: one line, not too long, of characters that can be shown."""
    text = "" if answer is None else str(answer)
    if len(text) > LONGEST_OWN_TEXT:
        raise AnswerError(
            f"That is {len(text)} characters long; {LONGEST_OWN_TEXT} at most fit here."
        )
    if any(map(is_unseen, text)):
        raise AnswerError("Take out the characters that can't be shown.")
    if key.path[-1] == "path" and text and not text.startswith("/"):
        raise AnswerError(f"A path begins with /: /{text}")
    return answer


def _ranges(ports: tuple[str | int, ...]) -> Value:
    try:
        pairs = parse_ports(ports)
    except ValueError:
        return tuple(map(str, ports))
    return range_texts(pairs)
