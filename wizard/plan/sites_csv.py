"""A CSV of sites: a name in each row, and in columns named after zones the networks of each."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

from wizard.network import addresses
from wizard.network.addresses import Cidrs
from wizard.plan.field import AnswerError
from wizard.plan.model import Plan
from wizard.text import near

_MOST_PROBLEMS = 20


def sites_of_csv(text: str, plan: Plan, like: str) -> dict[str, dict[str, Cidrs]]:
    """CSV → site → networks by the zones of the site `like`, as `sites_like` takes them.

    The first row names the columns: `name`, and zones with or without the site's prefix. Columns
    are parted by commas or semicolons, several networks in a cell by spaces. An empty cell is for
    the next free networks.

    Raises:
        AnswerError: with every problem, a line each that begins with the line of the file.
    """
    return _SitesReader(plan, like).read(text)


class _SitesReader:
    def __init__(self, plan: Plan, like: str) -> None:
        if like not in plan.sites:
            raise AnswerError(f"There is no site {like!r}{near(like, plan.sites)}.")
        self._columns: dict[str, str] = {}
        for zone in plan.sites[like].zones:
            self._columns[zone.removeprefix(f"{like}-")] = self._columns[zone] = zone
        self._problems: list[str] = []

    def read(self, text: str) -> dict[str, dict[str, Cidrs]]:
        head = text.lstrip("\ufeff").partition("\n")[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        rows = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=delimiter, strict=True)
        sites: dict[str, dict[str, Cidrs]] = {}
        try:
            header = list(map(str.strip, next(rows, [])))
            self._check_header(header)
            for row in rows:
                cells = list(map(str.strip, row))
                if any(cells):
                    self._add(sites, rows.line_num, header, cells)
        except csv.Error as error:
            self._problem(rows.line_num, f"no CSV: {error}")
        if self._problems:
            shown = self._problems[:_MOST_PROBLEMS]
            if more := len(self._problems) - len(shown):
                shown.append(f"and {more} more")
            raise AnswerError("\n".join(shown))
        return sites

    def _check_header(self, header: list[str]) -> None:
        columns = ("name", *self._columns)
        if "name" not in header:
            self._problem(1, f"needs a column 'name'; columns: {', '.join(dict.fromkeys(columns))}")
        for column in header:
            if column and column not in columns:
                self._problem(1, f"no column {column!r}{near(column, columns)}")
        counts = Counter(map(self._columns.get, header))
        for zone in sorted(filter(None, counts)):
            if counts[zone] > 1:
                self._problem(1, f"two columns for {zone}")

    def _add(
        self, sites: dict[str, dict[str, Cidrs]], line: int, header: list[str], cells: list[str]
    ) -> None:
        if len(cells) > len(header):
            self._problem(line, f"has {len(cells)} cells under {len(header)} columns")
            return
        by_column = dict(zip(header, cells, strict=False))
        name = by_column.get("name", "")
        if not name:
            self._problem(line, "needs a name")
        elif name in sites:
            self._problem(line, f"{name} stands in an earlier line")
        networks: dict[str, Cidrs] = {}
        for column, cell in by_column.items():
            if cell and column in self._columns:
                networks[self._columns[column]] = tuple(self._networks(line, column, cell))
        sites[name] = networks

    def _networks(self, line: int, column: str, cell: str) -> Iterator[str]:
        for word in cell.replace(",", " ").replace(";", " ").split():
            try:
                yield addresses.parse_network(word)
            except ValueError as error:
                self._problem(line, f"{column}: {error}")

    def _problem(self, line: int, text: str) -> None:
        self._problems.append(f"line {line}: {text}")
