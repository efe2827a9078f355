"""What must never be: `[never.NAME]`, each end by zones, by a role or by addresses."""

from __future__ import annotations

from wizard.lines import Path
from wizard.plan.fields import parts_of
from wizard.plan.file.fronts import FrontTables
from wizard.plan.keys import NeverEndKey, NeverKey
from wizard.plan.model import Never, NeverEnd
from wizard.tables import without_names

_ENDS = ("from", "to")
_SUCH_AS = {"from": 'from = { zones = ["guests"] }', "to": 'to = { zones = ["servers"] }'}
_WAYS = "zones, role, addresses"


class NeverTables(FrontTables):
    """Reads `[never]`; zones and roles of the plan are read by then."""

    def nevers(self, value: object) -> dict[str, Never]:
        """`[never]`."""
        nevers: dict[str, Never] = {}
        for name, table in self.table(("never",), value).items():
            path: Path = ("never", name)
            if self.name_ok(path, name, "rule of what must never be"):
                nevers[name] = self._never(path, table)
        return nevers

    def _never(self, path: Path, value: object) -> Never:
        parts = [*_ENDS, *parts_of(NeverKey)]
        table = self.table(path, value, parts)
        ends: dict[str, NeverEnd] = {}
        for end in _ENDS:
            if end in table:
                ends[end] = self._end((*path, end), table[end])
            elif isinstance(value, dict):
                self.wrong(path, f"needs its {end}, such as {_SUCH_AS[end]}", unanswered=True)
        rest = without_names(table, _ENDS)
        answers = self.answers(path, rest, NeverKey)
        return Never(from_=ends.get("from", NeverEnd()), to=ends.get("to", NeverEnd()), **answers)

    def _end(self, path: Path, value: object) -> NeverEnd:
        end = NeverEnd(**self.answers(path, value, NeverEndKey))
        if not isinstance(value, dict):
            return end
        if len(value) > 1:
            named = " and ".join(value)
            self.wrong(path, f"has {named}; one of {_WAYS} says who is meant")
        elif not value or next(iter(value.values())) in ([], ""):
            self.wrong(path, f"names nobody; such as {_SUCH_AS[path[-1]]}", unanswered=True)
        return end
