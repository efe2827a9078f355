"""Load balancers and reverse proxies once more, for the reference: what a connection through them
becomes, read from the tables of the plan file alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.tools.reference_plan import Wanted, outside

Table = Mapping[str, Any]


class FrontReading:
    """The fronts of a plan."""

    def __init__(self, tables: Table) -> None:
        self.tables: Table = tables.get("fronts", {})

    def role(self, name: str) -> str:
        """The role that stands for a front."""
        return str(self.tables[name].get("role") or name)

    def parts(self, want: Wanted) -> list[Wanted]:
        """The connections that one becomes; itself where no front serves it."""
        names = [name for name in self.tables if self._serves(name, want)]
        if not names:
            return [want]
        found: list[Wanted] = []
        for name in names:
            found += self._to_front(name, names, want)
        for name in names:
            if not any(self._before(other, names, want) == name for other in names):
                found += self._from_front(name, names, want, want.to, want.ports, want.encrypted)
        return found

    def _serves(self, name: str, want: Wanted) -> bool:
        table = self.tables[name]
        itself = want.from_ in (self.role(name), table.get("kind", "load-balancer"))
        return (
            want.published in table["serves"]
            and not itself
            and not want.link_local
            and not want.in_cluster
            and not want.elsewhere
        )

    def _before(self, name: str, names: list[str], want: Wanted) -> str:
        """The front from which connections come to this one; none of the first of a row."""
        behind = self.tables[name].get("behind")
        while behind and behind not in names:
            itself = want.from_ in (
                self.role(behind),
                self.tables[behind].get("kind", "load-balancer"),
            )
            behind = None if itself else self.tables[behind].get("behind")
        return behind or ""

    def _to_front(self, name: str, names: list[str], want: Wanted) -> list[Wanted]:
        table = self.tables[name]
        one = len(want.ports) == 1 and want.ports[0][0] == want.ports[0][1]
        port = table["serves"][want.published]
        ports = ((port, port),) if one else want.ports
        encrypted = want.published in table.get("encrypts", ()) or want.encrypted
        before = self._before(name, names, want)
        if before:
            return list(self._from_front(before, names, want, self.role(name), ports, encrypted))
        return [_hop(want, want.from_, self.role(name), ports, encrypted, "", name)]

    def _from_front(
        self,
        name: str,
        names: list[str],
        want: Wanted,
        to: str,
        ports: tuple[tuple[int, int], ...],
        encrypted: bool | None,
    ) -> Iterator[Wanted]:
        """Under the front's own address, for its probes or for all; else under those of others."""
        table, role = self.tables[name], self.role(name)
        target = to if to != want.to else "the servers"
        arriving = tuple(self._to_front(name, names, want))
        hop = replace(_hop(want, role, to, ports, encrypted, name, target), arriving=arriving)
        if table.get("hides_sources", True) or table.get("checks", True):
            yield hop
        if not table.get("hides_sources", True):
            yield replace(hop, passed=arriving)


def _hop(
    want: Wanted,
    from_: str,
    to: str,
    ports: tuple[tuple[int, int], ...],
    encrypted: bool | None,
    origin: str,
    target: str,
) -> Wanted:
    from_outside, to_outside = outside(want.exposure, to, encrypted)
    # Who is served chooses among all that offer it there: the fronts of a row's first place, or
    # those who are fed by the same ones.
    group = f"from {origin}" if want.served == "from" else f"to {target}"
    return replace(
        want,
        from_=from_,
        to=to,
        ports=ports,
        encrypted=encrypted,
        from_outside=from_outside,
        to_outside=to_outside,
        group=f"{want.id} {group}",
    )
