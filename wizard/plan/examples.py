"""Addresses in a plan that are nobody's: those that presets start with, and those that documents
write examples with.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from wizard.network.addresses import Cidrs, cidrs_of, covers
from wizard.plan.field import Kind, Value
from wizard.plan.fields import field_of
from wizard.plan.keys import Key
from wizard.plan.model import Plan, changed
from wizard.plan.presets import preset_with
from wizard.plan.stored import answers_of, stored

# RFC 5737, RFC 3849 and RFC 9637.
DOCUMENTATION: Cidrs = (
    "192.0.2.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "2001:db8::/32",
    "3fff::/20",
)
_OF_ADDRESSES: frozenset[Kind] = frozenset({"networks", "addresses", "address"})


def is_example(plan: Plan, key: Key) -> bool:
    """Whether the answer is one that nobody has made their own yet."""
    return bool(documentation_in(plan, key)) or preset_behind(plan, key) is not None


def preset_behind(plan: Plan, key: Key) -> str | None:
    """The preset that the plan began with and this answer still is of, by its name; None for what
    somebody has given, though it is the same.
    """
    if not plan.preset.name or str(key) in plan.preset.own:
        return None
    texts = addresses_at(plan, key)
    return preset_with(plan.preset.name, key.path, texts) if texts else None


def made_own(plan: Plan, key: Key) -> Plan:
    """The plan once somebody has given this answer: it is no example of the preset any more."""
    if preset_behind(plan, key) is None:
        return plan
    own = (*plan.preset.own, str(key))
    return changed(plan, preset=msgspec.structs.replace(plan.preset, own=own))


def documentation_in(plan: Plan, key: Key) -> tuple[str, ...]:
    """What of the answer lies in address space that is set aside for documents."""
    return tuple(text for text in addresses_at(plan, key) if covers(DOCUMENTATION, cidrs_of(text)))


def examples_of(plan: Plan) -> Iterator[Key]:
    """The answers of addresses that nobody has made their own yet."""
    for key in answers_of(plan):
        if is_example(plan, key):
            yield key


def addresses_at(plan: Plan, key: Key) -> tuple[str, ...]:
    """The addresses, networks and ranges that an answer holds; none of answers of another kind."""
    field = field_of(key)
    if field is None or field.kind not in _OF_ADDRESSES:
        return ()
    return _texts(stored(plan, key))


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return (value,) if isinstance(value, str) else ()
