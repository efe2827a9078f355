"""A key → its question, for this plan: the declared words with names, choices and defaults filled
in.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import starmap
from typing import get_args

import msgspec

from wizard.facts.exposure import openable
from wizard.facts.model import OWN_PRODUCT, Catalog, Choice, Product, ProductGroup, Role
from wizard.network.ports import ports_text, range_texts, single_port
from wizard.plan.catalog import catalog_of
from wizard.plan.field import AnswerError, StepId, Value
from wizard.plan.fields import field_of
from wizard.plan.fields_firewalls import REFLECTOR_ADDRESSES
from wizard.plan.fields_fronts import NO_FRONT_ROLE
from wizard.plan.fields_never import NO_ROLE
from wizard.plan.keys import (
    AcrossSitesKey,
    EncryptedOnlyKey,
    FeatureKey,
    FirewallKey,
    FrontKey,
    HidesKey,
    HostKey,
    Key,
    ManagementPortKey,
    NameKey,
    NeedKey,
    NeverEndKey,
    NeverKey,
    OptionKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    PublicKey,
    PublishKey,
    RequestKey,
    RoleKey,
    RunsInKey,
    ServeKey,
    SiteKey,
    SiteProxyKey,
    VersionKey,
    ZoneKey,
)
from wizard.plan.management import METHOD_PORTS, methods_of
from wizard.plan.model import BUILT_IN_PLACES, INTERNET, SCHEME_PORTS, Plan, site_of_zone
from wizard.plan.proxies import PROXY
from wizard.questions import steps
from wizard.questions.features import questions_of
from wizard.questions.fronting import choices_before, servable, served_choices
from wizard.questions.model import Question, named_choice, one_line
from wizard.questions.publishing import listener_label, published_ports
from wizard.rules.management import MANAGEMENT
from wizard.tables import those_not_in, with_names, without_name

# The heading of what a plan adds to the facts.
OWN_GROUP = "Your own connections"
# And of what must never be.
NEVER_GROUP = "What must never be"
# The heading of a load balancer or reverse proxy begins with this.
FRONT_GROUP = "Front"
CONTAINER_GROUP = "Containers"


class _About(msgspec.Struct):
    """What this plan and catalog add to a field; None: as it is declared."""

    group: str
    names: dict[str, str] = {}
    choices: tuple[Choice, ...] | None = None
    default: Value = None
    step: StepId | None = None
    required: bool | None = None
    words: tuple[str, str, str] | None = None


def question_at(catalog: Catalog, plan: Plan, key: Key) -> Question:
    """The question with this key, whether or not it is asked now.

    Raises:
        AnswerError: for a key that no question has.
    """
    catalog = catalog_of(catalog, plan)
    product = catalog.products.get(getattr(key, "product", None) or "")
    if product is not None and isinstance(key, FeatureKey | OptionKey):
        question = questions_of(product).by_key.get(key)
        if question is not None:
            return question
    field = field_of(key)
    about = _of_plan(catalog, plan, key) or _of_product(catalog, plan, key, product)
    if field is None or about is None:
        raise AnswerError(f"There is no question {str(key)!r}.")
    label, line, more = about.words or (field.label, field.help, field.more or field.help)
    return Question(
        key=key,
        step=about.step or field.step,
        group=about.group,
        kind=field.kind,
        label=label.format_map(about.names),
        help=one_line(line.format_map(about.names)),
        more=more.format_map(about.names),
        choices=field.choices if about.choices is None else about.choices,
        default=field.default if about.default is None else about.default,
        required=field.required if about.required is None else about.required,
        level=field.level,
    )


def _of_plan(catalog: Catalog, plan: Plan, key: Key) -> _About | None:
    match key:
        case NameKey():
            return _About("Plan")
        case ProductsKey():
            products = without_name(catalog.products, OWN_PRODUCT).values()
            choices = tuple(Choice(product.id, product.name) for product in _in_groups(products))
            return _About("Products", choices=choices)
        case ProxyKey():
            return _About("Proxy")
        case RequestKey():
            return _About("Request")
        case NeedKey(need):
            return _About(f"Need {need}")
        case ZoneKey(zone) if zone in plan.zones:
            return _About("Zones", {"zone": zone})
        case SiteKey(site) if site in plan.sites:
            return _About("Sites", {"site": site}, _site_choices(plan, site))
        case SiteProxyKey(site) if site in plan.sites:
            return _About("Sites", {"site": site})
        case FirewallKey(name, part) if name in plan.firewalls:
            about = _About(f"Firewall {name}")
            if part == "role":
                about.choices = _guarded(catalog, plan, name)
            elif part == "zones":
                about.choices = zone_choices(plan)
            elif part == "addresses" and plan.firewalls[name].joins_zones:
                about.words = REFLECTOR_ADDRESSES
            return about
        case ManagementPortKey(name, method) if name in plan.firewalls and method in methods_of(
            plan.firewalls[name].management
        ):
            registered = (METHOD_PORTS[method],)
            about = _About(f"Firewall {name}", default=range_texts(registered))
            about.names = {
                "method": MANAGEMENT[method].service,
                "registered": ports_text(registered),
            }
            return about
        case HidesKey(name, zone) if name in plan.firewalls:
            return _About(f"Firewall {name}", {"zone": zone})
        case PublishKey(name, listener, part) if name in plan.firewalls:
            ports = published_ports(catalog, plan).get(listener, ())
            words = {
                "listener": listener_label(catalog, listener),
                "inside": ports_text(ports) if ports else "its own port",
            }
            about = _About(f"Firewall {name}", words)
            if part == "port":
                about.default = single_port(ports)
            return about
        case FrontKey(name, part) if name in plan.fronts:
            return _About(
                f"{FRONT_GROUP} {name}", choices=_front_choices(catalog, plan, name, part)
            )
        case ServeKey(name, listener) if name in plan.fronts:
            ports = servable(catalog, plan).get(listener, ())
            words = {
                "listener": listener,
                "words": listener_label(catalog, listener),
                "inside": ports_text(ports) if ports else "its own port",
            }
            return _About(f"{FRONT_GROUP} {name}", words)
        case OwnRoleKey(name) if name in plan.own.roles:
            return _About(f"{OWN_GROUP} - Party {name}")
        case OwnConnectionKey(name, part) if name in plan.own.connections:
            parties = _parties(catalog) if part in ("from", "to") else None
            return _About(f"{OWN_GROUP} - {name}", choices=parties)
        case OwnEndpointKey(name, part) if name in plan.own.endpoints:
            about = _About(f"{OWN_GROUP} - {name}")
            if part == "from":
                about.choices = _parties(catalog)
            elif part == "port":
                about.default = SCHEME_PORTS[plan.own.endpoints[name].scheme]
            return about
        case NeverKey(name) if name in plan.never:
            return _About(f"{NEVER_GROUP} - {name}")
        case NeverEndKey(name, end, part) if name in plan.never:
            return _About(
                f"{NEVER_GROUP} - {name}", {"end": end.capitalize()}, _ends(catalog, plan, part)
            )
        case RoleKey(role, part, None) if role in catalog.roles:
            about = _About("Who sits where", _role_names(catalog, role))
            if steps.asked_with_firewalls(catalog, plan, role):
                about.step = "firewalls"
                about.group = "Proxy" if role == PROXY else "Administration"
            if part == "zones":
                about.choices = zone_choices(plan)
                built_in = BUILT_IN_PLACES.get(role)
                about.default = built_in.zones if built_in else ()
            place = plan.roles.get(role)
            # Addresses say the zone as well.
            has_addresses = place is not None and bool(place.addresses)
            if has_addresses or not steps.must_be_placed(catalog, plan, role):
                about.required = False
            return about
    return None


def _of_product(catalog: Catalog, plan: Plan, key: Key, product: Product | None) -> _About | None:
    if product is None:
        return None
    names = {"product": product.name, "newest": product.newest or "every version"}
    match key:
        case VersionKey():
            return _About(f"{product.name} - Version", names)
        case PortKey(_, name) if name in product.listeners:
            names["listener"] = product.listeners[name].name
            default = steps.default_port(catalog, plan, product, name)
            return _About(f"{product.name} - Other ports", names, default=default)
        case HostKey(_, host):
            facts = [fact for fact in product.endpoints if fact.host_key == host]
            if facts:
                names["host"] = facts[0].purpose
                # A wildcard from the document stands in until the customer names the host.
                required = all(fact.host is None for fact in facts)
                return _About(f"{product.name} - Your hosts", names, required=required)
        case RunsInKey():
            return _About(CONTAINER_GROUP, names)
        case EncryptedOnlyKey():
            return _About(f"{product.name} - Other ports", names)
        case PublicKey():
            return _About(f"{product.name} - Other ports", names, _listener_choices(product))
        case AcrossSitesKey():
            return _About(f"{product.name} - Sites", names)
        case RoleKey(role, part) if role in catalog.roles:
            names |= _role_names(catalog, role)
            choices = zone_choices(plan) if part == "zones" else None
            if key.feature is not None:
                declared = product.features.get(key.feature)
                names["feature"] = declared.name if declared is not None else key.feature
                return _About("Who sits where", names, choices)
            return _About(f"{product.name} - Placed differently", names, choices)
    return None


def _in_groups(products: Iterable[Product]) -> list[Product]:
    """The products group by group, each by name; those of print management first."""
    order = get_args(ProductGroup)
    return sorted(products, key=lambda p: (order.index(p.group), p.name.casefold()))


def _listener_choices(product: Product) -> tuple[Choice, ...]:
    return tuple(starmap(Choice, openable(product).items()))


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


def _site_choices(plan: Plan, site: str) -> tuple[Choice, ...]:
    """The zones that are in no other site: its own first."""
    return (*map(named_choice, plan.sites[site].zones), *_central(plan))


def _central(plan: Plan) -> tuple[Choice, ...]:
    """The zones that are in no site."""
    global _last_central
    # Every question about a site asks this of the same plan: the last answer is kept.
    last = _last_central
    if last is None or last[0] is not plan:
        central = tuple(map(named_choice, those_not_in(plan.zones, site_of_zone(plan))))
        last = _last_central = (plan, central)
    return last[1]


_last_central: tuple[Plan, tuple[Choice, ...]] | None = None


@lru_cache(maxsize=8)
def _zone_choices(names: tuple[str, ...]) -> tuple[Choice, ...]:
    return (*map(named_choice, names), Choice(INTERNET, "Internet"))


def _parties(catalog: Catalog) -> tuple[Choice, ...]:
    """Every role, those that the plan adds first: they were added for this."""
    roles = sorted(catalog.roles.items(), key=lambda entry: not entry[1].of_plan)
    return tuple(starmap(_role_choice, roles))


def _front_choices(catalog: Catalog, plan: Plan, name: str, part: str) -> tuple[Choice, ...] | None:
    """What can be chosen of a front's answers, where the plan decides it."""
    match part:
        case "zones":
            return zone_choices(plan)
        case "role":
            others = (c for c in _parties(catalog) if c.value not in plan.fronts)
            return (NO_FRONT_ROLE, *others)
        case "encrypts":
            return served_choices(plan, name)
        case "behind":
            return choices_before(plan, name)
    return None


def _ends(catalog: Catalog, plan: Plan, part: str) -> tuple[Choice, ...] | None:
    """Who can be meant at an end of what must never be."""
    if part == "zones":
        return zone_choices(plan)
    return (NO_ROLE, *_parties(catalog)) if part == "role" else None


def _guarded(catalog: Catalog, plan: Plan, name: str) -> tuple[Choice, ...]:
    """The roles that a host's firewall can guard: those that take part, and the one that it guards
    now.
    """
    roles = {*steps.asked_roles(catalog, plan), plan.firewalls[name].role, "print-server"}
    return tuple(starmap(_role_choice, with_names(catalog.roles, roles).items()))


def _role_choice(role: str, declared: Role) -> Choice:
    return Choice(role, declared.name)
