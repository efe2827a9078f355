"""JSON Schema (2020-12) of the plan file, for editors, from the catalog and the questions' words.

It says what a plan may hold, not everything that `parse_plan` finds: host bits, zones that nothing
declares and ranges that run backwards are beyond a schema.
"""

from __future__ import annotations

from functools import partial

from wizard.facts.exposure import own_listeners
from wizard.facts.model import EDITION_VERSION, Catalog, Feature, Option, Product, Role
from wizard.plan.catalog import RESERVED
from wizard.plan.field import Field
from wizard.plan.fields import field_of, fields_of
from wizard.plan.fields_firewalls import REFLECTOR_ADDRESSES
from wizard.plan.file import NAME
from wizard.plan.file.options import host_keys
from wizard.plan.file.places import FIREWALL_KINDS
from wizard.plan.file.shapes import (
    DATE,
    FLAG,
    INSTALLED,
    LISTENER,
    PORT,
    PORTED,
    RANGES,
    TEXT,
    TEXTS,
    Schema,
    closed_table,
    one_of,
)
from wizard.plan.keys import (
    ANY,
    AcrossSitesKey,
    EncryptedOnlyKey,
    FirewallKey,
    FrontKey,
    HidesKey,
    HostKey,
    Key,
    NameKey,
    NeedKey,
    NeverEndKey,
    NeverKey,
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
from wizard.plan.model import FORMAT, INTERNET, Plan
from wizard.questions.asking import question_at
from wizard.questions.features import questions_of
from wizard.tables import each_made


def plan_schema(catalog: Catalog) -> Schema:
    """The schema, as JSON values."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Portwright plan",
        "description": "All the answers of one deployment of print-management systems.",
        "type": "object",
        "required": ["format"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT, "description": "The format of this file."},
            "name": _described(NameKey(), TEXT),
            "request": closed_table(_fields(catalog, RequestKey)),
            "needs": {
                "type": "object",
                "additionalProperties": closed_table(_fields(catalog, NeedKey)),
            },
            "products": _products(catalog),
            "zones": _named(closed_table(_fields(catalog, ZoneKey), ["networks"]), INTERNET),
            "sites": _named(_site(catalog)),
            "roles": _roles(catalog),
            "firewalls": _named({"oneOf": list(map(partial(_firewall, catalog), FIREWALL_KINDS))}),
            "fronts": _named(_front(catalog)),
            "proxy": closed_table(_fields(catalog, ProxyKey)),
            "own": _own(catalog),
            "never": _never(catalog),
            "preset": closed_table(
                {
                    "name": {
                        "type": "string",
                        "description": "What the plan began with: addresses as it has them are examples.",
                    },
                    "own": {
                        "type": "array",
                        "items": TEXT,
                        "description": "Answers that are yours, though the preset has the same.",
                    },
                }
            ),
            "catalog": closed_table(
                {
                    "version": {
                        "type": "string",
                        "pattern": f"^{EDITION_VERSION.pattern}$",
                        "description": "The version of the facts that the plan was saved with.",
                    },
                    "own": {
                        "type": "object",
                        "additionalProperties": TEXT,
                        "description": "Product files of your own, each with its digest.",
                    },
                }
            ),
        },
        "$defs": {
            "placement": closed_table(_fields(catalog, RoleKey)),
            "places": _roles(catalog),
            "products": each_made(partial(_product, catalog), catalog.products),
        },
        # Without roles of the plan's own, all others are known.
        "if": {
            "not": {
                "anyOf": [
                    {"required": ["own"], "properties": {"own": {"required": ["roles"]}}},
                    {"required": ["fronts"]},
                ]
            }
        },
        "then": _roles_known(catalog),
    }


def _site(catalog: Catalog) -> Schema:
    proxy = closed_table(_fields(catalog, SiteProxyKey), ["mode"])
    return closed_table({**_fields(catalog, SiteKey), "proxy": proxy}, ["zones"])


def _roles_known(catalog: Catalog) -> Schema:
    """The plan's tables once more, with the catalog's roles alone."""
    places: Schema = {"propertyNames": one_of(catalog.roles)}
    guard: Schema = {"properties": {"role": one_of(catalog.roles)}}
    product: Schema = {"properties": {"roles": places}}
    return {
        "properties": {
            "roles": places,
            "products": {"additionalProperties": product},
            "firewalls": {"additionalProperties": guard},
        }
    }


def _named(below: Schema, *reserved: str) -> Schema:
    """A table whose keys are names that the person gives."""
    names: Schema = {"pattern": f"^(?:{NAME.pattern})$"}
    if reserved:
        names["not"] = {"enum": list(reserved)}
    return {"type": "object", "propertyNames": names, "additionalProperties": below}


def _described(key: Key, schema: Schema) -> Schema:
    """The schema with the help, and the default, of the question that sets it."""
    field = _field(key)
    # The long form may speak of one role or product; the short one never does.
    text = field.help if "{" in field.more else field.more or field.help
    described = {**schema, "description": text}
    if field.default is not None and field.default != field.unset:
        described["default"] = field.default
    return described


def _field(key: Key) -> Field:
    field = field_of(key)
    assert field is not None, f"nothing is declared of {key}"
    return field


def _of_kind(catalog: Catalog, field: Field) -> Schema:
    """What a field takes."""
    match field.kind:
        case "flag":
            return FLAG
        case "port":
            return PORT
        case "date":
            return DATE
        case "address":
            return {"type": "string", "format": "ipv4"}
        case "choice":
            if field.names == "fronts":
                return {"type": "string", "pattern": f"^(?:{NAME.pattern})$"}
            return _role_name(catalog) if field.names == "roles" else one_of(field.values())
        case "choices" if field.names == "listeners":
            return {"type": "array", "items": {"type": "string", "pattern": LISTENER}}
        case "choices" if field.names == "methods":
            ported = {
                "type": "string",
                "pattern": PORTED.format("|".join(map(str, field.values()))),
            }
            return {"type": "array", "items": {"anyOf": [one_of(field.values()), ported]}}
        case "ranges":
            return RANGES
        case "choices":
            return {"type": "array", "items": one_of(field.values())}
        case "zones" | "networks" | "addresses" | "devices":
            return TEXTS
        case _:
            return TEXT


def _fields(catalog: Catalog, kind: type[Key], part_of: str = "") -> dict[str, Schema]:
    """The fields of a table by their names, each with its words."""
    return {
        field.part: _described(field.key, _of_kind(catalog, field))
        for field in fields_of(kind, part_of)
    }


def _roles(catalog: Catalog) -> Schema:
    def place(role: Role) -> Schema:
        return {"$ref": "#/$defs/placement", "title": role.name, "description": role.about}

    # Those that the plan adds stand below `own`, where a schema cannot look.
    return {
        **_named({"$ref": "#/$defs/placement"}),
        "properties": each_made(place, catalog.roles),
    }


def _role_name(catalog: Catalog) -> Schema:
    """A role of the catalog, which editors offer, or one that the plan adds."""
    return {
        "anyOf": [one_of(catalog.roles), {"type": "string", "pattern": f"^(?:{NAME.pattern})$"}]
    }


def _own(catalog: Catalog) -> Schema:
    """What a plan adds to the facts."""

    def entries(kind: type[Key]) -> Schema:
        required = [field.part for field in fields_of(kind) if field.required]
        return _named(closed_table(_fields(catalog, kind), required))

    return closed_table(
        {
            "roles": {**entries(OwnRoleKey), "description": "Parties that no document knows."},
            "connections": {
                **entries(OwnConnectionKey),
                "description": "Connections that no document asks for, between any two parties.",
            },
            "endpoints": {
                **entries(OwnEndpointKey),
                "description": "Hosts on the internet that no document names.",
            },
        }
    )


def _front(catalog: Catalog) -> Schema:
    """A load balancer or reverse proxy, and the port on it of each listener that it serves."""
    serves = {
        "type": "object",
        "propertyNames": {"pattern": LISTENER},
        "additionalProperties": _described(ServeKey(ANY, ANY), PORT),
    }
    return closed_table({**_fields(catalog, FrontKey), "serves": serves}, ["serves"])


def _never(catalog: Catalog) -> Schema:
    """What must never be; each end by zones, by a role or by addresses."""

    def named(end: Schema) -> Schema:
        return {**end, "minItems": 1} if "items" in end else end

    ends = each_made(named, _fields(catalog, NeverEndKey))
    end = {**closed_table(ends), "minProperties": 1, "maxProperties": 1}
    parts = {"from": end, "to": end, **_fields(catalog, NeverKey)}
    return {
        **_named(closed_table(parts, ["from", "to"])),
        "description": "What must never be let through, whatever the products ask for.",
    }


def _firewall(catalog: Catalog, kind: str) -> Schema:
    properties = _fields(catalog, FirewallKey, kind)
    del properties["kind"]
    if kind in ("boundary", "router"):
        properties["addresses"]["description"] = REFLECTOR_ADDRESSES[1]
    properties["kind"] = _described(FirewallKey(ANY, "kind"), {"const": kind})
    if kind == "boundary":
        entry = closed_table(_fields(catalog, PublishKey))
        properties["publish"] = {
            "type": "object",
            "propertyNames": {"pattern": LISTENER},
            "additionalProperties": entry,
            "description": "Port forwards that stand on another public address or port, by listener.",
        }
        properties["hides"] = {
            **_named(closed_table(_fields(catalog, HidesKey), ["behind"]), INTERNET),
            "description": "Zones whose addresses leave this boundary as another one (source NAT).",
        }
    table = closed_table(properties, ["kind", "zones"] if "zones" in properties else ["kind"])
    if "role" in properties:
        table["anyOf"] = [{"required": ["role"]}, {"required": ["addresses"]}]
    return table


def _products(catalog: Catalog) -> Schema:
    """Installations: those called as their product, and those that say which they are of."""
    of_each: list[Schema] = []
    for product_id in catalog.products:
        here = {"properties": {"product": {"const": product_id}}}
        of_each.append({"if": here, "then": {"$ref": f"#/$defs/products/{product_id}"}})
    product = {**one_of(catalog.products), "description": INSTALLED}
    other = {"type": "object", "required": ["product"], "properties": {"product": product}}
    names = {"pattern": f"^(?:{NAME.pattern})$", "not": {"enum": list(RESERVED)}}
    return {
        "type": "object",
        "description": _field(ProductsKey()).help,
        "propertyNames": names,
        "properties": {key: {"$ref": f"#/$defs/products/{key}"} for key in catalog.products},
        "additionalProperties": {**other, "allOf": of_each},
    }


def _product(catalog: Catalog, product: Product) -> Schema:
    nothing = Plan()

    def words(key: Key) -> str:
        question = question_at(catalog, nothing, key)
        return question.more or question.help

    features = {name: _feature(product, name) for name in questions_of(product).features}
    parts: Schema = {
        "product": {"const": product.id, "description": INSTALLED},
        "version": {
            "type": "string",
            "pattern": r"^[0-9]+(\.[0-9]+)*$",
            "description": words(VersionKey(product.id)),
        },
        "features": closed_table(features),
        "ports": closed_table(
            {
                name: {
                    **PORT,
                    "title": listener.name,
                    "description": words(PortKey(product.id, name)),
                }
                for name, listener in product.listeners.items()
            }
        ),
        "hosts": closed_table(
            {
                key: {**TEXT, "description": words(HostKey(product.id, key))}
                for key in host_keys(product)
            }
        ),
        "roles": _roles(catalog),
        "public": _described(
            PublicKey(ANY),
            {"type": "array", "uniqueItems": True, "items": one_of(list(own_listeners(product)))},
        ),
        "encrypted_only": _described(EncryptedOnlyKey(ANY), FLAG),
        "runs_in": _described(RunsInKey(ANY), one_of(_field(RunsInKey(ANY)).values())),
        "across_sites": _described(AcrossSitesKey(ANY), FLAG),
    }
    return {**closed_table(parts), "title": product.name, "description": product.about}


def _feature(product: Product, name: str) -> Schema:
    feature: Feature = product.features[name]
    required = [key for key, option in feature.options.items() if option.required]
    options = each_made(_option, feature.options)
    table = closed_table({**options, "roles": {"$ref": "#/$defs/places"}}, required)
    return {**table, "title": feature.name, "description": feature.help or feature.about}


def _option(option: Option) -> Schema:
    values = option.values
    kinds: dict[str, Schema] = {
        "flag": FLAG,
        "choice": one_of(values),
        "choices": {"type": "array", "minItems": 1, "items": one_of(values)},
        "ranges": RANGES,
    }
    schema = {**kinds[option.kind], "title": option.label, "description": option.help}
    if option.default is not None:
        schema["default"] = (
            list(option.default) if isinstance(option.default, tuple) else option.default
        )
    return schema
