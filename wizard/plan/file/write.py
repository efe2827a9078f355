"""Plan → TOML text with every default explicit."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.facts.model import Catalog, Product
from wizard.plan.catalog import catalog_of
from wizard.plan.fields import fields_of
from wizard.plan.file.options import with_defaults
from wizard.plan.keys import (
    FirewallKey,
    FrontKey,
    HidesKey,
    Key,
    NeedKey,
    NeverEndKey,
    NeverKey,
    OwnConnectionKey,
    OwnEndpointKey,
    OwnRoleKey,
    ProxyKey,
    PublishKey,
    RequestKey,
    RoleKey,
    SiteKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.plan.model import (
    BUILT_IN_PLACES,
    FORMAT,
    INTERNET,
    Firewall,
    Front,
    Never,
    Own,
    OwnEndpoint,
    Placement,
    Plan,
    PlanStruct,
    ProductPlan,
    Site,
)
from wizard.plan.placement import is_placed_elsewhere, without_built_in_places
from wizard.tables import each_made, where, with_names, without_name


def write_plan(plan: Plan, catalog: Catalog) -> str:
    """Plan → TOML text with every default explicit; reading it gives the same plan."""
    import tomli_w

    from wizard.rules.select import needed_roles, used_listeners

    table: dict[str, object] = {"format": FORMAT, "name": plan.name}
    table["request"] = _answers(plan.request, RequestKey)
    table["needs"] = _tables(plan.needs, NeedKey)
    products = catalog_of(catalog, plan).products
    table["products"] = {
        name: _product_table(products[name], answers, used_listeners(products[name], plan))
        for name, answers in plan.products.items()
    }
    table["zones"] = _tables(plan.zones, ZoneKey)
    table["sites"] = each_made(_site_table, plan.sites)
    needed = needed_roles(catalog, plan)
    built_in = without_name(with_names(BUILT_IN_PLACES, needed), INTERNET)
    # Where that is read as unsaid it is written by one rule alone: where it is needed.
    unsaid = [role for role in built_in if not is_placed_elsewhere(plan, role)]
    places = {**with_names(built_in, unsaid), **without_built_in_places(plan).roles}
    table["roles"] = each_made(_placement_table, places)
    table["firewalls"] = each_made(_firewall_table, plan.firewalls)
    table["fronts"] = each_made(_front_table, plan.fronts)
    table["proxy"] = _answers(plan.proxy, ProxyKey)
    table["own"] = _own_tables(plan.own)
    table["never"] = each_made(_never_table, plan.never)
    table["preset"] = _preset_table(plan)
    table["catalog"] = _recorded(plan, catalog)
    return tomli_w.dumps({key: value for key, value in table.items() if value not in ({}, None)})


def _product_table(
    product: Product, answers: ProductPlan, listeners: Mapping[str, int]
) -> dict[str, object]:
    features = with_defaults(product, answers.features)
    table: dict[str, object] = {} if answers.product is None else {"product": answers.product}
    if answers.version:
        table["version"] = answers.version
    chosen = each_made(_plain_options, features)
    table["features"] = chosen
    for name, places in answers.feature_roles.items():
        roles = each_made(_placement_table, places)
        chosen.setdefault(name, {})["roles"] = roles
    if listeners:
        table["ports"] = dict(listeners)
    if answers.hosts:
        table["hosts"] = dict(answers.hosts)
    if answers.roles:
        table["roles"] = each_made(_placement_table, answers.roles)
    if answers.encrypted_only:
        table["encrypted_only"] = True
    if answers.runs_in:
        table["runs_in"] = answers.runs_in
    if answers.public:
        table["public"] = list(answers.public)
    if answers.across_sites:
        table["across_sites"] = True
    return table


def _preset_table(plan: Plan) -> dict[str, object]:
    table: dict[str, object] = {"name": plan.preset.name} if plan.preset.name else {}
    if plan.preset.own:
        table["own"] = list(plan.preset.own)
    return table


def _recorded(plan: Plan, catalog: Catalog) -> dict[str, object]:
    """The version of the facts that the plan was made with, and the product files of one's own as
    they are now.
    """
    table: dict[str, object] = {}
    if plan.catalog.version:
        table["version"] = plan.catalog.version
    digests: dict[str, str] = {}
    for name, answers in plan.products.items():
        product = catalog.products.get(answers.product or name)
        if product is not None and product.digest:
            digests[product.product] = product.digest
    if digests:
        table["own"] = digests
    return table


def _own_tables(own: Own) -> dict[str, object]:
    tables: dict[str, object] = {
        "roles": _tables(own.roles, OwnRoleKey),
        "connections": _tables(own.connections, OwnConnectionKey),
        "endpoints": each_made(_endpoint_table, own.endpoints),
    }
    return where(bool, tables)


def _endpoint_table(endpoint: OwnEndpoint) -> dict[str, object]:
    return {**_answers(endpoint, OwnEndpointKey), "port": endpoint.used_port}


def _firewall_table(firewall: Firewall) -> dict[str, object]:
    table = _answers(firewall, FirewallKey, firewall.kind)
    if firewall.publish:
        table["publish"] = _tables(firewall.publish, PublishKey)
    if firewall.hides:
        table["hides"] = _tables(firewall.hides, HidesKey)
    return table


def _site_table(site: Site) -> dict[str, object]:
    table = _answers(site, SiteKey)
    return table | {"proxy": _answers(site.proxy, SiteProxyKey)} if site.proxy.mode else table


def _front_table(front: Front) -> dict[str, object]:
    """What does not say where it is, or what it encrypts, is left out; what it serves comes last."""
    table = _without_empty(_answers(front, FrontKey))
    return {**table, "serves": dict(front.serves)}


def _never_table(never: Never) -> dict[str, object]:
    """An end by the one way that names it; what is left out means both transports, all ports."""
    table: dict[str, object] = {}
    for name, end in (("from", never.from_), ("to", never.to)):
        if end.is_named:
            table[name] = _without_empty(_answers(end, NeverEndKey))
    return table | _without_empty(_answers(never, NeverKey))


def _without_empty(table: dict[str, object]) -> dict[str, object]:
    return {part: answer for part, answer in table.items() if answer not in ([], "")}


def _placement_table(place: Placement) -> dict[str, object]:
    table = _answers(place, RoleKey)
    return {"absent": True} if table.pop("absent") else table


# A firewall that guards its role's addresses has none of its own: an empty list would read as
# 'nobody'. Few zones are seen as others, few public addresses used from inside, few proxies ask
# for a login.
_UNSAID: dict[tuple[type[Key], str], object] = {
    (FirewallKey, "addresses"): (),
    (FirewallKey, "hairpin"): False,
    (FirewallKey, "mdns_reflector"): False,
    (ZoneKey, "seen_as"): (),
    (ProxyKey, "login"): "none",
    (SiteProxyKey, "login"): "none",
    (SiteProxyKey, "addresses"): (),
}


def _tables(holders: Mapping[str, PlanStruct], kind: type[Key]) -> dict[str, object]:
    return {name: _answers(holder, kind) for name, holder in holders.items()}


def _answers(holder: PlanStruct, kind: type[Key], part_of: str = "") -> dict[str, object]:
    """The declared answers of one of the plan's structs, as TOML holds them."""
    table = {}
    for field in fields_of(kind, part_of):
        value = getattr(holder, field.attribute)
        if value is not None and value != _UNSAID.get((kind, field.part)):
            table[field.part] = _plain(value)
    return table


def _plain_options(options: Mapping[str, object]) -> dict[str, object]:
    return each_made(_plain, options)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
