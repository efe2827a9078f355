"""What of a plan fits the words: questions, rows of the tables, files, products that are not chosen.
The palette, line mode's `f` and `show --search` say the same, each in its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from wizard.facts.model import Catalog
from wizard.facts.search import Hit, ports_beside
from wizard.facts.search import terms as texts_and_ports
from wizard.index.places import Asked, not_chosen, places
from wizard.index.records import record_fits
from wizard.index.terms import FilterTerm, terms
from wizard.plan.model import Plan
from wizard.views.record import RecordView, listed_tables, row_text

if TYPE_CHECKING:
    from wizard.deployment import Deployment


class Fitting(msgspec.Struct, frozen=True):
    """A question that fits, and why it does where its own words do not."""

    asked: Asked
    why: str


class Found(msgspec.Struct, frozen=True, dict=True):
    """What fits. `named` are the questions that are called so, `within` those that hold or open it,
    what is about a port before what also has it.
    """

    looked_for: tuple[FilterTerm, ...]
    named: tuple[Fitting, ...]
    within: tuple[Fitting, ...]
    catalog: Catalog
    plan: Plan
    words: str

    @property
    def questions(self) -> tuple[Fitting, ...]:
        """All that fit, the nearest first."""
        return (*self.named, *self.within)

    @cached_property
    def products(self) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
        """Features of products that are not chosen, and why the facts lack products of that name."""
        return not_chosen(self.catalog, self.plan, self.words)

    def is_file(self, path: str, said: str = "") -> bool:
        """Whether a file is called so; `said` is what stands before it where it is shown."""
        called = f"{said} file {path}".casefold()
        return all(term.stands_in(called) for term in self.looked_for)

    def rows(self, deployment: Deployment) -> Iterator[tuple[RecordView[Any], Any]]:
        """The records that follow from the plan, in the order of the tables and their groups, each
        with the view that shows it.
        """
        from wizard.views.kinds import view_of_table

        for table in listed_tables(deployment, everything=True):
            view = view_of_table(deployment, table)
            for record in _grouped(view):
                if record_fits(_text(view, record), record, self.looked_for):
                    yield view, record


def found_in(
    catalog: Catalog, plan: Plan, words: str, asked: Iterable[Asked] | None = None
) -> Found:
    """What fits all the words; `asked` are the questions of the plan, where they are known."""
    named: list[Fitting] = []
    within: list[Fitting] = []
    for place in places(catalog, plan) if asked is None else asked:
        reason = place.why(words)
        if reason is not None:
            (within if reason else named).append(Fitting(place, reason))
    ports = texts_and_ports(words)

    def beside(fitting: Fitting) -> int:
        question = fitting.asked.question
        return ports_beside(question.label, question.facts, ports)

    return Found(
        terms(words), tuple(named), tuple(sorted(within, key=beside)), catalog, plan, words
    )


def _text(view: RecordView[Any], record: object) -> str:
    key, group = view.key(record), view.group(record)
    return row_text(view.columns(record), group, key, *view.searched(record))


def _grouped(view: RecordView[Any]) -> Iterator[Any]:
    if not view.grouped:
        yield from view.records()
        return
    by_group: dict[str, list[Any]] = {group: [] for group in view.groups}
    for record in view.records():
        by_group.setdefault(view.group(record), []).append(record)
    for records in by_group.values():
        yield from records
