"""docs/reference.md: the plan file, the CSV files and the JSON, from the declarations of all three."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from exporters.changes.csv import HEADER
from exporters.data.csv import CSV_FILES
from tests.golden.meanings import meaning
from tests.tools.paths import ROOT
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment
from wizard.facts.model import Option, Product
from wizard.plan.field import Field
from wizard.plan.fields import fields_of
from wizard.plan.file.schema import plan_schema
from wizard.plan.file.shapes import Schema
from wizard.plan.keys import ANY, Key, ManagementPortKey, NeverEndKey
from wizard.plan.stamp import Stamp
from wizard.rules.records import RuleRecord

REFERENCE = ROOT / "docs" / "reference.md"
JSON_LISTS = (
    "flows", "rules", "forwards", "allowlist", "tls_bypass", "mail_senders", "findings", "denials", "fronts",
)  # fmt: skip
_TYPES = {
    "flag": "`true` or `false`",
    "text": "text",
    "number": "whole number",
    "port": "port, 1 to 65535",
    "ranges": "list of ports and ranges `a-b`",
    "networks": "list of networks in CIDR form",
    "addresses": "list of addresses, networks and ranges `a-b`",
    "devices": "list of names of network devices",
    "zones": "list of zones",
    "date": "date",
    "host": "host name",
    "address": "IPv4 address",
}
_NAMES = {"products": "products", "roles": "role", "listeners": "listeners", "fronts": "front"}
# What stands in braces in a question's words, where its own name would not read well.
_BRACES = {"newest": "the newest version", "inside": "the port", "role_small": "role"}
_OPEN = "open until answered"
_PLAN_HEAD = """\
## The plan file

Names in angle brackets are those of what is meant, most of them yours to give. Where a role is can also be said for one
product and for one feature: `products.<product>.roles.<role>` and `products.<product>.features.<feature>.roles.<role>`
take the keys of [roles](#roles).
"""
_CSV_HEAD = """
## CSV files

UTF-8, RFC 4180, a header row, every cell in quotes; several values of a cell stand on a line each.
"""
_HEAD = """\
# Reference

Made by program from the declarations (`make docs`): what a plan file holds, the columns of the CSV files, the keys of
`portwright show --json`. `portwright schema` prints the plan file as a JSON Schema, for editors; `portwright catalog`
with a product's name says what each feature opens.

"""


# What nobody is asked for.
_WRITTEN = (("preset", "name"), ("preset", "own"), ("catalog", "version"), ("catalog", "own"))


def reference() -> str:
    """The whole page."""
    parts = [_HEAD, *_plan_part(), *_product_part(), *_csv_part(), *_json_part()]
    return "".join(parts).rstrip("\n") + "\n"


def _plan_part() -> Iterator[str]:
    schema = plan_schema(CATALOG)
    yield _PLAN_HEAD
    rows: dict[str, list[Sequence[str]]] = {table: [] for table in schema["properties"]}
    rows["format"].append(("`format`", "`1`", "The format of this file.", "needed"))
    rows["products"].append(
        ("`products.<product>.product`", "product", _installed(schema), "as the table is called")
    )
    for table, name in _WRITTEN:
        described = schema["properties"][table]["properties"][name]["description"]
        rows[table].append((f"`{table}.{name}`", "written by Portwright", described, "–"))
    for field in _declared():
        for key in _named(field.key):
            row = (f"`{'.'.join(key.path)}`", _type_of(field), _words(field), _default(field))
            rows[key.path[0]].append(row)
    rows["products"] = [row for row in rows["products"] if row[0] != "`products`"]
    for table, listed in rows.items():
        yield f"\n### {table}\n\n"
        yield from _table(("key", "takes", "meaning", "default"), listed)


def _installed(schema: Schema) -> str:
    product: Schema = next(iter(schema["$defs"]["products"].values()))
    return str(product["properties"]["product"]["description"])


def _declared() -> Iterator[Field]:
    for kind in Key.__subclasses__():
        if kind is ManagementPortKey:
            continue  # it has no place of its own in the file
        yield from fields_of(kind)


def _named(key: Key) -> Iterator[Key]:
    """The key with `<zone>` where any name can stand; both ends of what must never be."""
    names: dict[str, str] = {}
    for name in key.__struct_fields__:
        if getattr(key, name) == ANY:
            names[name] = f"<{name}>"
    named = msgspec.structs.replace(key, **names)
    if isinstance(named, NeverEndKey):
        yield msgspec.structs.replace(named, end="from")
        yield msgspec.structs.replace(named, end="to")
    else:
        yield named


def _type_of(field: Field) -> str:
    if field.kind not in ("choice", "choices"):
        return _TYPES[field.kind]
    if field.names == "methods":
        return f'list of {_either(field.values())}, each also with a port: `"ssh:2222"`'
    names = _NAMES[field.names] if field.names else _either(field.values())
    return f"list of {names}" if field.kind == "choices" else names


def _either(values: Iterable[object]) -> str:
    return ", ".join(f"`{_toml(value)}`" for value in values)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _words(field: Field) -> str:
    def word(match: re.Match[str]) -> str:
        return _BRACES.get(match[1], match[1].replace("_", " "))

    kinds = f" ({', '.join(field.on)})" if field.on else ""
    return re.sub(r"\{(\w+)\}", word, f"{field.label}{kinds}. {field.help}")


def _default(field: Field) -> str:
    if field.default is not None and field.default != field.unset:
        return f"`{_toml(field.default)}`"
    if field.required and field.instead:
        return f"{_OPEN}, or `{field.instead}`"
    return _OPEN if field.required else "–"


def _product_part() -> Iterator[str]:
    yield "\n## Features of products\n\n"
    yield "Each is a table under `products.<product>.features`; `core` ones are always there and need no key.\n"
    for product in CATALOG.products.values():
        yield f"\n### {product.id}\n\n{product.name}. {product.about}.\n\n"
        yield from _table(("feature", "is", "options"), _features(product))
        listeners = [f"`{name}`" for name in product.listeners]
        if listeners:
            yield f"\nListeners, for `ports` and `public`: {', '.join(listeners)}.\n"


def _features(product: Product) -> Iterator[Sequence[str]]:
    for name, feature in product.features.items():
        options = [_option(key, option) for key, option in feature.options.items()]
        core = " (core)" if feature.core else ""
        yield f"`{name}`{core}", feature.name, "; ".join(options)


def _option(name: str, option: Option) -> str:
    values = tuple(choice.value for choice in option.choices)
    takes = {
        "flag": _TYPES["flag"],
        "ranges": _TYPES["ranges"],
        "choice": f"one of {_either(values)}",
        "choices": f"any of {_either(values)}",
    }[option.kind]
    default = "needed" if option.default is None else f"default `{_toml(option.default)}`"
    return f"`{name}`: {takes}; {default}"


def _csv_part() -> Iterator[str]:
    yield _CSV_HEAD
    stamp = tuple(Stamp.__struct_fields__)
    changes = {"changes.csv (of `portwright export --since`)": ("change", HEADER)}
    for file, (of_list, columns) in {**CSV_FILES, **changes}.items():
        yield f"\n### {file}\n\n"
        rows = [(f"`{column}`", meaning(of_list, column)) for column in (*columns, *stamp)]
        yield from _table(("column", "holds"), rows)


def _json_part() -> Iterator[str]:
    yield "\n## JSON of `portwright show --json`\n\n"
    yield "`format` (1), `name` (of the plan), the lists below, and `stamp`. Ranges of ports are `[first, last]`.\n"
    hints = get_type_hints(Deployment)
    for name in JSON_LISTS:
        yield from _json_table(name, get_args(hints[name])[0])
    yield from _json_table("records", RuleRecord)
    yield from _json_table("stamp", Stamp)


def _json_table(name: str, struct: type[msgspec.Struct]) -> Iterator[str]:
    yield f"\n### {name}\n\n"
    hints = get_type_hints(struct)
    rows: list[Sequence[str]] = []
    for field in msgspec.structs.fields(struct):
        holds = meaning(name, field.encode_name)
        rows.append((f"`{field.encode_name}`", _json_type(hints[field.name]), holds))
    yield from _table(("key", "is", "holds"), rows)


def _json_type(hint: object) -> str:
    """A type as people say it: text, number, list of texts."""
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return ", or ".join(map(_json_type, arguments))
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return f"list of {_json_type(arguments[0])}".replace("of text", "of texts")
        return "`[first, last]`"
    simple: Mapping[object, str] = {int: "number", bool: "true or false", type(None): "null"}
    if origin is dict or (isinstance(hint, type) and issubclass(hint, msgspec.Struct)):
        return "object"
    return "text" if origin is Literal else simple.get(hint, "text")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
    for row in rows:
        cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in row]
        yield f"| {' | '.join(cells)} |\n"
