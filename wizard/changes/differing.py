"""Two plans as trees → where they differ, and the plans between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import msgspec

from wizard.plan.field import attribute_of
from wizard.plan.keys import AnswerPath
from wizard.plan.model import Firewall, Plan, ProductPlan, changed

_OF_FEATURES = "feature_roles"
_PLACE_DEPTH = 5
# The things that differ → the groups of answers that they stand in.
GroupOf = Mapping[AnswerPath, str]


class Difference(msgspec.Struct, frozen=True):
    """An answer, or a thing that comes or goes (`was` and `becomes`: whether it is there)."""

    path: AnswerPath
    was: object
    becomes: object


def differing(old: Plan, new: Plan) -> Iterator[Difference]:
    """Every answer that differs. A thing that comes or goes brings those of its answers that are no
    defaults.
    """
    yield from _differing((), old, new)


def value_at(plan: Plan, path: AnswerPath) -> object:
    """What a plan has there; None for nothing."""
    value: object = plan
    for name in _in_tree(path):
        if isinstance(value, dict):
            value = value.get(name)
        else:
            value = getattr(value, attribute_of(name), None)
    return value


def mixed(old: Plan, new: Plan, group_of: GroupOf, answered: Collection[str]) -> Plan:
    """The old plan with the answers of some groups as they are in the new one. Name, request and
    what is on record about needs are the new one's.
    """
    plan = _Mixed(group_of, answered).of((), old, new)
    assert isinstance(plan, Plan)
    return changed(plan, name=new.name, request=new.request, needs=new.needs)


class _Mixed:
    """Takes each thing from one of two trees."""

    def __init__(self, group_of: GroupOf, answered: Collection[str]) -> None:
        self._group_of, self._answered = group_of, answered

    def of(self, path: AnswerPath, was: object, becomes: object) -> object:
        """What stands at the path; None for nothing."""
        if was == becomes:
            return becomes
        path_in_file = _in_file(path)
        picked = becomes if self._group_of.get(path_in_file) in self._answered else was
        if isinstance(was, ProductPlan | None) and isinstance(becomes, ProductPlan | None):
            # Where one of the two has none, its coming or going is an answer of its own.
            if (was is None or becomes is None) and picked is None:
                return None
            return self._struct(path, was or ProductPlan(), becomes or ProductPlan())
        if path[2:3] == (_OF_FEATURES,) and len(path) < _PLACE_DEPTH:
            table = self._table(path, _entries(was), _entries(becomes))
            # A feature whose last place goes has none: no empty table is left behind.
            return table or (None if len(path) == _PLACE_DEPTH - 1 else {})
        if isinstance(was, Firewall) and isinstance(becomes, Firewall):
            return self._firewall(path, was, becomes, picked)
        if path_in_file not in self._group_of:
            if isinstance(was, msgspec.Struct) and isinstance(becomes, msgspec.Struct):
                return self._struct(path, was, becomes)
            if isinstance(was, dict) and isinstance(becomes, dict):
                return self._table(path, was, becomes)
        return picked

    def _firewall(
        self, path: AnswerPath, was: Firewall, becomes: Firewall, picked: object
    ) -> object:
        """A firewall's own answers as they were picked; what it hides and publishes are others."""
        assert isinstance(picked, Firewall)
        tables = self._parts(path, was, becomes, ("hides", "publish"))
        return msgspec.structs.replace(picked, **tables)

    def _struct(self, path: AnswerPath, was: msgspec.Struct, becomes: msgspec.Struct) -> object:
        return type(was)(**self._parts(path, was, becomes, was.__struct_fields__))

    def _parts(
        self,
        path: AnswerPath,
        was: msgspec.Struct,
        becomes: msgspec.Struct,
        names: tuple[str, ...],
    ) -> dict[str, object]:
        return {
            name: self.of((*path, name), getattr(was, name), getattr(becomes, name))
            for name in names
        }

    def _table(
        self, path: AnswerPath, was: dict[str, object], becomes: dict[str, object]
    ) -> dict[str, object]:
        table: dict[str, object] = {}
        # In the order of the old one: where nothing is answered, nothing is moved.
        for name in dict.fromkeys((*was, *becomes)):
            entry = self.of((*path, name), was.get(name), becomes.get(name))
            if entry is not None:
                table[name] = entry
        return table


def _differing(path: AnswerPath, old: object, new: object) -> Iterator[Difference]:
    if old == new:
        return
    side = new if old is None else old
    came = old is None or new is None
    if isinstance(side, msgspec.Struct):
        if came and (isinstance(side, ProductPlan) or _holds_defaults(side)):
            yield Difference(_in_file(path), old is not None, new is not None)
        for field in msgspec.structs.fields(side):
            empty = None if field.required else _default(field)
            was = empty if old is None else getattr(old, field.name)
            becomes = empty if new is None else getattr(new, field.name)
            yield from _differing((*path, field.encode_name), was, becomes)
    elif isinstance(side, dict):
        # A feature that is switched on is an answer, and its options are others.
        if came and path[2:3] != (_OF_FEATURES,):
            yield Difference(path, old is not None, new is not None)
        before = old if isinstance(old, dict) else {}
        after = new if isinstance(new, dict) else {}
        for name in sorted(before.keys() | after.keys()):
            yield from _differing((*path, name), before.get(name), after.get(name))
    else:
        yield Difference(_in_file(path), old, new)


def _in_file(path: AnswerPath) -> AnswerPath:
    """Places of features stand beside the features in a plan, and below them in its file."""
    if path[2:3] != (_OF_FEATURES,) or len(path) < _PLACE_DEPTH - 1:
        return path
    return (*path[:2], "features", path[3], "roles", *path[4:])


def _in_tree(path: AnswerPath) -> AnswerPath:
    """The other way round."""
    if path[2:3] != ("features",) or path[4:5] != ("roles",):
        return path
    return (*path[:2], _OF_FEATURES, path[3], *path[5:])


def _entries(table: object) -> dict[str, object]:
    return table if isinstance(table, dict) else {}


def _holds_defaults(value: msgspec.Struct) -> bool:
    fields = msgspec.structs.fields(value)
    return all(getattr(value, field.name) == _default(field) for field in fields)


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is msgspec.NODEFAULT:
        return field.default
    return field.default_factory()
