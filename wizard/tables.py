"""What is done to tables again and again, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

_Name = TypeVar("_Name")
_Value = TypeVar("_Value")
_Made = TypeVar("_Made")


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_Record = TypeVar("_Record", bound=_Identified)


def each_made(make: Callable[[_Value], _Made], table: Mapping[_Name, _Value]) -> dict[_Name, _Made]:
    """The table with each of its values as `make` makes it."""
    return {name: make(value) for name, value in table.items()}


def without_name(table: Mapping[_Name, _Value], name: _Name) -> dict[_Name, _Value]:
    """The table without the entry of this name, where it has one."""
    return without_names(table, (name,))


def without_names(table: Mapping[_Name, _Value], names: Container[_Name]) -> dict[_Name, _Value]:
    """The table without the entries of these names."""
    return {name: value for name, value in table.items() if name not in names}


def indexed(key: Callable[[_Value], _Name], values: Iterable[_Value]) -> dict[_Name, _Value]:
    """Each value under its key; of several with one key the last."""
    return {key(value): value for value in values}


def ids_of(values: Iterable[_Identified]) -> Iterator[str]:
    """The id of each value, in their order."""
    return (value.id for value in values)


def by_id(values: Iterable[_Record]) -> dict[str, _Record]:
    """Each value under its id."""
    return {value.id: value for value in values}


def with_names(table: Mapping[_Name, _Value], names: Container[object]) -> dict[_Name, _Value]:
    """The table with only the entries of these names, in the order of the table."""
    return {name: value for name, value in table.items() if name in names}


def picked(table: Mapping[_Name, _Value], names: Iterable[_Name]) -> dict[_Name, _Value]:
    """The entries of these names that the table has, in the order of the names."""
    return {name: table[name] for name in names if name in table}


def where(holds: Callable[[_Value], object], table: Mapping[_Name, _Value]) -> dict[_Name, _Value]:
    """The entries of which it holds."""
    return {name: value for name, value in table.items() if holds(value)}


def names_where(
    holds: Callable[[_Value], object], table: Mapping[_Name, _Value]
) -> Iterator[_Name]:
    """The names of the entries of which it holds."""
    return (name for name, value in table.items() if holds(value))


def those_in(values: Iterable[_Value], these: Container[object]) -> Iterator[_Value]:
    """The values that are among these, in their order."""
    return (value for value in values if value in these)


def those_not_in(values: Iterable[_Value], these: Container[object]) -> Iterator[_Value]:
    """The values that are not among these, in their order."""
    return (value for value in values if value not in these)
