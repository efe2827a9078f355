"""A field is declared once: reading and writing the plan file follow it, and half of one is refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import msgspec
import pytest

from wizard.facts.load import load_catalog
from wizard.facts.model import Choice
from wizard.plan import fields
from wizard.plan.field import Field, Value, refuse_half_declared
from wizard.plan.fields import field_of, fields_of
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.keys import (
    ANY,
    FirewallKey,
    Key,
    ProxyKey,
    RequestKey,
    RoleKey,
    ZoneKey,
)
from wizard.plan.model import Firewall, FirewallKind, Plan, ProductPlan, Zone, changed
from wizard.plan.stored import stored, with_stored
from wizard.questions import open_questions

CATALOG = load_catalog()
KINDS: tuple[FirewallKind, ...] = ("host", "boundary", "cloud", "router")
BASE = Plan(
    zones={"servers": Zone(("10.0.10.0/24",)), "clients": Zone(("10.0.20.0/24",))},
    firewalls={
        kind: Firewall(kind=kind, zones=("servers", "clients"))
        if kind in ("boundary", "router")
        else Firewall(kind=kind, role="print-server")
        for kind in KINDS
    },
)


def answers(field: Field) -> Iterator[tuple[Field, object]]:
    """Some answers that a field takes, all that are choices."""
    match field.kind:
        case "flag":
            yield field, not field.default
        case "choice" if field.names:
            yield field, "mfp"
        case "choice":
            yield from ((field, value) for value in field.values())
        case "choices":
            yield field, field.values()
        case "zones":
            yield field, ("clients", "servers")
        case "networks" if field.part == "seen_as":
            yield field, ("10.7.0.0/24",)
        case "networks" | "addresses":
            yield field, ("10.7.0.0/16",)
        case "devices":
            yield field, ("virbr0",)
        case _:
            values = {"text": "words", "port": 81, "address": "203.0.113.7"}
            yield field, values.get(field.kind, datetime.date(2027, 1, 15))


def keys() -> Iterator[tuple[Key, object]]:
    for kind in (RequestKey, ProxyKey):
        for declared in fields_of(kind):
            for field, value in answers(declared):
                yield field.key, value
    for declared in fields_of(ZoneKey):
        for field, value in answers(declared):
            yield ZoneKey("servers", field.part), value
    for declared in fields_of(RoleKey):
        for field, value in answers(declared):
            yield RoleKey("mfp", field.key.part, None), value  # type: ignore[attr-defined]
    for name in KINDS:
        for declared in fields_of(FirewallKey, name):
            for field, value in answers(declared):
                if field.part != "kind":
                    yield FirewallKey(name, field.part), value


@pytest.mark.parametrize(("key", "value"), list(keys()), ids=str)
def test_every_declared_answer_goes_through_the_plan_file(key: Key, value: object) -> None:
    plan = with_stored(BASE, key, value)  # type: ignore[arg-type]
    again = read_plan(write_plan(plan, CATALOG), CATALOG)
    assert stored(again, key) == value


def declare(monkeypatch: pytest.MonkeyPatch, field: Field) -> None:
    """The field in place of the one that is declared of the same answer."""
    others = [other for other in fields._DECLARED if other.key != field.key]
    monkeypatch.setattr(fields, "_DECLARED", (*others, field))
    fields.fields_of.cache_clear()


@pytest.fixture
def _declared_again() -> Iterator[None]:
    yield
    fields.fields_of.cache_clear()


@pytest.mark.usefixtures("_declared_again")
@pytest.mark.parametrize("key", [FirewallKey(ANY, "egress"), ProxyKey("mode")], ids=str)
def test_reading_and_writing_take_what_the_field_takes(
    monkeypatch: pytest.MonkeyPatch, key: Key
) -> None:
    field = field_of(key)
    assert field is not None
    choices = (*field.choices, Choice("sometimes", "Sometimes"))
    declare(monkeypatch, msgspec.structs.replace(field, choices=choices))
    at = key if isinstance(key, ProxyKey) else FirewallKey("host", "egress")
    text = write_plan(with_stored(BASE, at, "sometimes"), CATALOG)
    plan, errors = parse_plan(text, CATALOG)
    assert (stored(plan, at), errors) == ("sometimes", ())


@pytest.mark.usefixtures("_declared_again")
def test_where_a_field_is_decides_where_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    field = field_of(FirewallKey(ANY, "nat"))
    assert field is not None
    declare(monkeypatch, msgspec.structs.replace(field, on=("boundary", "router")))
    plan = with_stored(BASE, FirewallKey("router", "nat"), True)
    assert read_plan(write_plan(plan, CATALOG), CATALOG).firewalls["router"].nat


def altered(key: Key, **parts: object) -> tuple[Field, ...]:
    field = field_of(key)
    assert field is not None
    others = [other for other in fields._DECLARED if other.key != key]
    return (*others, msgspec.structs.replace(field, **parts))


HALF: dict[str, tuple[Field, ...]] = {
    "no attribute 'note'": (
        *fields._DECLARED,
        Field(FirewallKey(ANY, "note"), "text", "Note", "A note."),
    ),
    "no field 'nat'": tuple(f for f in fields._DECLARED if f.key != FirewallKey(ANY, "nat")),
    "no field 'review'": tuple(f for f in fields._DECLARED if f.key != RequestKey("review")),
    "firewalls.*.egress: no choices": altered(FirewallKey(ANY, "egress"), choices=()),
    "firewalls.*.management: no choices": altered(FirewallKey(ANY, "management"), choices=()),
    "firewalls.*.nat: no kind 'hub'": altered(FirewallKey(ANY, "nat"), on=("hub",)),
    "proxy.port: no 'mood'": altered(ProxyKey("port"), asked_when={"mood": ("explicit",)}),
    "firewalls.*.role: no 'guards'": altered(FirewallKey(ANY, "role"), instead="guards"),
    "proxy.port: its default is 3128": altered(ProxyKey("port"), default=8080),
    "proxy.mode: declared twice": (*fields._DECLARED, altered(ProxyKey("mode"))[-1]),
}


@pytest.mark.parametrize(("words", "declared"), list(HALF.items()), ids=list(HALF))
def test_what_is_half_declared_is_refused(words: str, declared: tuple[Field, ...]) -> None:
    with pytest.raises(TypeError) as refused:
        refuse_half_declared(declared)
    assert words in str(refused.value)


def test_a_kind_that_is_missing_is_named_in_the_order_of_the_contract() -> None:
    _, (error,) = parse_plan("format = 1\n[firewalls.edge]\nnat = true\n", CATALOG)
    assert error.message == "needs its kind: one of host, cloud, boundary, router"


def test_what_is_declared_is_whole() -> None:
    refuse_half_declared(fields._DECLARED)


@pytest.mark.parametrize("key", [ZoneKey(ANY, "networks"), RequestKey("reference")], ids=str)
@pytest.mark.usefixtures("_declared_again")
def test_what_a_field_requires_is_open_until_it_is_answered(
    monkeypatch: pytest.MonkeyPatch, key: Key
) -> None:
    field = field_of(key)
    assert field is not None
    declare(monkeypatch, msgspec.structs.replace(field, required=True))
    at = ZoneKey("servers") if isinstance(key, ZoneKey) else key
    plan = with_stored(changed(BASE, products={"cups": ProductPlan()}), at, None)
    assert at in [question.key for question in open_questions(CATALOG, plan)]
    answer: Value = ("10.0.10.0/24",) if isinstance(key, ZoneKey) else "CHG-1"
    plan = with_stored(plan, at, answer)
    assert at not in [question.key for question in open_questions(CATALOG, plan)]
