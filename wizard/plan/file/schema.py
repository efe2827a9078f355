"""JSON Schema (2020-12) of the plan file, for editors: made from the catalog and the questions' own
words.

It says what a plan may hold, not everything that `parse_plan` finds: host bits, zones that nothing
declares and ranges that run backwards are beyond a schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.facts.model import Catalog, Feature, Option, Product
from wizard.plan.file import FIREWALL_CHOICES, FIREWALL_KEYS, NAME
from wizard.plan.model import FORMAT, INTERNET, Plan
from wizard.questions.asking import question_at
from wizard.questions.declared import DECLARED
from wizard.questions.features import asked

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_RANGE = r"^\s*[0-9]{1,5}\s*(-\s*[0-9]{1,5}\s*)?$"
# TOML's own dates; editors hand them to a schema as text.
_DATE: Schema = {"type": "string", "format": "date"}


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
            "name": _described("name", _TEXT),
            "request": _request(),
            "products": {
                **_table(
                    {key: _product(catalog, product) for key, product in catalog.products.items()}
                ),
                "description": DECLARED["products"].help,
            },
            "zones": _named(
                _table({"networks": _described("zones.*.networks", _TEXTS)}, ["networks"]), INTERNET
            ),
            "roles": _roles(catalog),
            "firewalls": _named({"oneOf": [_firewall(catalog, kind) for kind in FIREWALL_KEYS]}),
            "proxy": _proxy(),
        },
        "$defs": {"placement": _placement()},
    }


def _table(properties: Schema, required: Iterable[str] = ()) -> Schema:
    table: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    if needed := list(required):
        table["required"] = needed
    return table


def _named(below: Schema, *taken: str) -> Schema:
    """A table whose keys are names that the person gives."""
    names: Schema = {"pattern": f"^(?:{NAME.pattern})$"}
    if taken:
        names["not"] = {"enum": list(taken)}
    return {"type": "object", "propertyNames": names, "additionalProperties": below}


def _described(pattern: str, schema: Schema) -> Schema:
    """The schema with the help, and the default, of the question that sets it."""
    words = DECLARED[pattern]
    # The long form may speak of one role or product; the short one never does.
    text = words.help if "{" in words.more else words.more or words.help
    described = {**schema, "description": text}
    if words.default is not None and words.default != "other":
        described["default"] = words.default
    return described


def _chosen(values: Iterable[object]) -> Schema:
    return {"enum": list(values)}


def _request() -> Schema:
    kinds = {"text": _TEXT, "date": _DATE}
    keys = [pattern.partition(".")[2] for pattern in DECLARED if pattern.startswith("request.")]
    return _table(
        {key: _described(f"request.{key}", kinds[DECLARED[f"request.{key}"].kind]) for key in keys}
    )


def _proxy() -> Schema:
    modes = [choice.value for choice in DECLARED["proxy.mode"].choices]
    return _table(
        {
            "mode": _described("proxy.mode", _chosen(modes)),
            "port": _described("proxy.port", _PORT),
            "wildcards": _described("proxy.wildcards", _FLAG),
            "tls_inspection": _described("proxy.tls_inspection", _FLAG),
        }
    )


def _roles(catalog: Catalog) -> Schema:
    return _table(
        {
            role: {
                "$ref": "#/$defs/placement",
                "title": declared.name,
                "description": declared.about,
            }
            for role, declared in catalog.roles.items()
        }
    )


def _placement() -> Schema:
    schemas: dict[str, Schema] = {"zones": _TEXTS, "addresses": _TEXTS, "absent": _FLAG}
    return _table({part: _described(f"roles.*.{part}", schema) for part, schema in schemas.items()})


def _firewall(catalog: Catalog, kind: str) -> Schema:
    kinds: dict[str, Schema] = {
        "role": _chosen(catalog.roles),
        "addresses": _TEXTS,
        "zones": _TEXTS,
        "management": {
            "type": "array",
            "items": _chosen(choice.value for choice in DECLARED["firewalls.*.management"].choices),
        },
        "nat": _FLAG,
        "public_address": {"type": "string", "format": "ipv4"},
        **{key: _chosen(values) for key, values in FIREWALL_CHOICES.items()},
    }
    properties: Schema = {
        key: _described(f"firewalls.*.{key}", kinds[key])
        for key in FIREWALL_KEYS[kind]
        if key != "kind"
    }
    properties["kind"] = _described("firewalls.*.kind", {"const": kind})
    table = _table(properties, ["kind", "zones"] if "zones" in properties else ["kind"])
    if "role" in properties:
        table["anyOf"] = [{"required": ["role"]}, {"required": ["addresses"]}]
    return table


def _product(catalog: Catalog, product: Product) -> Schema:
    prefix = f"products.{product.id}"
    hosts = sorted({fact.host_key for fact in product.endpoints if fact.host_key})
    nothing = Plan()

    def words(key: str) -> str:
        question = question_at(catalog, nothing, key)
        return question.more or question.help

    features = {name: _feature(product, name) for name in asked(product).features}
    parts: Schema = {
        "version": {
            "type": "string",
            "pattern": r"^[0-9]+(\.[0-9]+)*$",
            "default": product.newest,
            "description": words(f"{prefix}.version"),
        },
        "features": _table(features),
        "ports": _table(
            {
                name: {
                    **_PORT,
                    "title": listener.name,
                    "description": words(f"{prefix}.ports.{name}"),
                }
                for name, listener in product.listeners.items()
            }
        ),
        "hosts": _table(
            {key: {**_TEXT, "description": words(f"{prefix}.hosts.{key}")} for key in hosts}
        ),
        "roles": _roles(catalog),
    }
    return {**_table(parts), "title": product.name, "description": product.about}


def _feature(product: Product, name: str) -> Schema:
    feature: Feature = product.features[name]
    required = [key for key, option in feature.options.items() if option.required]
    table = _table({key: _option(option) for key, option in feature.options.items()}, required)
    return {**table, "title": feature.name, "description": feature.help or feature.about}


def _option(option: Option) -> Schema:
    values = [choice.value for choice in option.choices]
    kinds: dict[str, Schema] = {
        "flag": _FLAG,
        "choice": _chosen(values),
        "choices": {"type": "array", "minItems": 1, "items": _chosen(values)},
        "ranges": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [_PORT, {"type": "string", "pattern": _RANGE}]},
        },
    }
    schema = {**kinds[option.kind], "title": option.label, "description": option.help}
    if option.default is not None:
        schema["default"] = (
            list(option.default) if isinstance(option.default, tuple) else option.default
        )
    return schema
