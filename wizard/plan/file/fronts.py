"""Load balancers and reverse proxies: `[fronts.NAME]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.lines import Path
from wizard.plan.field import Field
from wizard.plan.fields import parts_of
from wizard.plan.file.own import OwnTables
from wizard.plan.fronts import row
from wizard.plan.keys import FrontKey
from wizard.plan.model import Front, Placement
from wizard.tables import without_name, without_names
from wizard.text import near

# What says where a front is.
_PLACES = ("addresses", "zones", "role")


class FrontTables(OwnTables):
    """Reads `[fronts]`. A front is a role by its name, unless it stands for another one, so that names
    are told before all else.
    """

    def name_fronts(self, value: object) -> None:
        """Take down what fronts there are; call it before all that names roles."""
        taken = dict(self.roles_by_id)
        names: list[str] = []
        for name, table in self.table(("fronts",), value).items():
            path: Path = ("fronts", name)
            if not self.name_ok(path, name, "front"):
                continue
            if name in taken:
                self.wrong(
                    path,
                    f"{name!r} is a role; take another name for the front. Where it stands for that"
                    f' role, write role = "{name}" in it',
                )
            else:
                names.append(name)
                if not (isinstance(table, dict) and "role" in table):
                    self.roles_by_id[name] = None
        self.front_names = frozenset(names)

    def fronts(self, value: object) -> dict[str, Front]:
        """`[fronts]`; products, zones and connections are read by then."""
        fronts: dict[str, Front] = {}
        if isinstance(value, dict):
            for name, table in value.items():
                if name in self.front_names:
                    fronts[name] = self._front(("fronts", name), table)
        for name in _in_circles(fronts):
            self.wrong(("fronts", name, "behind"), "leads back to itself; one of the row is first")
        return fronts

    def roles(self, path: Path, value: object) -> dict[str, Placement]:
        """`[roles]`; where fronts are stands with them."""
        table = self.table(path, value)
        for name in self.front_names & table.keys():
            self.wrong((*path, name), f"is a front; where it is stands in fronts.{name}")
        others = without_names(table, self.front_names)
        return super().roles(path, others)

    def _front(self, path: Path, value: object) -> Front:
        parts = [*parts_of(FrontKey), "serves"]
        table = self.table(path, value, parts)
        serves = self._serves((*path, "serves"), table.get("serves", {}))
        answers = self.answers(path, without_name(table, "serves"), FrontKey)
        front = Front(**answers, serves=serves)
        if isinstance(value, dict):
            self._check(path, front, table)
        return front

    def _serves(self, path: Path, value: object) -> dict[str, int]:
        serves: dict[str, int] = {}
        for listener, port in self.table(path, value).items():
            if listener not in self.publishable_names:
                self.wrong(
                    (*path, listener),
                    f"there is no such listener{near(listener, self.publishable_names)}; write its"
                    ' installation and its name, such as "papercut-mf/https"',
                )
                continue
            if listener in self.of_several_ports:
                self.wrong(
                    (*path, listener),
                    "has several ports, and a front takes what has one; give it a connection of its"
                    " own for the port that is served",
                )
                continue
            number = self.port((*path, listener), port)
            if number is not None:
                serves[listener] = number
        return serves

    def _check(self, path: Path, front: Front, table: Mapping[str, object]) -> None:
        # A place that is wrong has been said; an empty one is none, and would not be written again.
        if not front.is_placed and not any(map(table.get, _PLACES)):
            self.wrong(path, 'needs its place, such as addresses = ["10.0.10.20"]', unanswered=True)
        if front.role and (front.addresses or front.zones):
            self.wrong((*path, "role"), "places it, and so do its addresses or zones; keep one")
        if "serves" not in table:
            example = 'serves = { "papercut-mf/https" = 443 }'
            self.wrong(path, f"needs what it serves, such as {example}", unanswered=True)
        for listener in front.encrypts:
            if listener not in front.serves:
                self.wrong((*path, "encrypts"), f"it does not serve {listener!r}")
        if front.role in self.front_names:
            self.wrong((*path, "role"), f"{front.role!r} is a front itself; see behind")

    def answer(self, path: Path, field: Field, value: object) -> object:
        """As for every answer; fronts name listeners and other fronts."""
        if isinstance(field.key, FrontKey) and field.names == "listeners":
            return self.texts(path, value, str)
        if field.names == "fronts":
            return self.read_as(path, value, self._front_name)
        return super().answer(path, field, value)

    def role_name(self, role: str) -> str:
        """As for every role; who means a front that stands for a role names that one."""
        if role in self.front_names and role not in self.roles_by_id:
            raise ValueError(f"{role!r} is a front that stands for a role; name that role instead")
        return super().role_name(role)

    def _front_name(self, name: str) -> str:
        if name not in self.front_names:
            raise ValueError(f"there is no front {name!r}{near(name, self.front_names)}")
        return name


def _in_circles(fronts: Mapping[str, Front]) -> Iterator[str]:
    """The fronts that stand behind themselves."""
    for name in fronts:
        if name in row(fronts, name):
            yield name
