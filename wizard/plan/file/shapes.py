"""The pieces that the plan's JSON Schema is built of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.plan.file import NAME

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
TEXTS: Schema = {"type": "array", "items": TEXT}
RANGE = r"^\s*[0-9]{1,5}\s*(-\s*[0-9]{1,5}\s*)?$"
PORTED = "^({}):[1-9][0-9]{{0,4}}$"
LISTENER = f"^(?:{NAME.pattern})/(?:{NAME.pattern})$"
INSTALLED = "The product that this is an installation of; left out where the table is called as it."

RANGES: Schema = {
    "type": "array",
    "minItems": 1,
    "items": {"anyOf": [PORT, {"type": "string", "pattern": RANGE}]},
}
# TOML's own dates; editors hand them to a schema as text.
DATE: Schema = {"type": "string", "format": "date"}


def closed_table(properties: Schema, required: Iterable[str] = ()) -> Schema:
    """A table that holds these keys, and no other ones."""
    table: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    if needed := list(required):
        table["required"] = needed
    return table


def one_of(values: Iterable[object]) -> Schema:
    """One of these values."""
    return {"enum": list(values)}
