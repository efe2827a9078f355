"""`portwright show PLAN --search WORDS`: what the wizard's filters, Ctrl+P and line mode's `f` find, for
a shell: questions and their answers, rows of the tables, files.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING, Any

import click
import msgspec

from wizard.cli.common import fail, print_json
from wizard.plan.model import FORMAT
from wizard.text import one_line

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.facts.model import Catalog
    from wizard.index.found import Fitting
    from wizard.views.record import RecordView


class FoundQuestion(msgspec.Struct, frozen=True):
    """A question that fits: its name in the plan file, what it is about, its answer, and why it fits
    where its own words do not.
    """

    key: str
    subject: str
    answer: str
    why: str = ""


class FoundRow(msgspec.Struct, frozen=True):
    """A row of a table that fits; `group` is its firewall, or what else it stands under."""

    table: str
    group: str
    row: str


class InPlan(msgspec.Struct, frozen=True):
    """What fits in a plan."""

    questions: tuple[FoundQuestion, ...]
    rows: tuple[FoundRow, ...]
    files: tuple[str, ...]


def in_plan(deployment: Deployment, words: str) -> InPlan:
    """What of a plan, what follows from it and the files it would give fits all the words."""
    from exporters.export import paths_fitting
    from wizard.index.found import found_in

    catalog = deployment.catalog
    found = found_in(catalog, deployment.plan, words)
    return InPlan(
        tuple(map(partial(_question, catalog), found.questions)),
        tuple(starmap(_row, found.rows(deployment))),
        tuple(paths_fitting(deployment, found.is_file)),
    )


def _question(catalog: Catalog, fitting: Fitting) -> FoundQuestion:
    from wizard.index.places import subject

    asked = fitting.asked
    about = subject(catalog, asked.question)
    return FoundQuestion(str(asked.question.key), about, asked.answer, fitting.why)


def _row(view: RecordView[Any], record: object) -> FoundRow:
    from wizard.views.record import row_words

    return FoundRow(view.name, view.group(record), row_words(view.columns(record)))


def search(deployment: Deployment, words: str, as_json: bool) -> None:
    """Print what fits; exit code 1 where nothing does."""
    if not words.strip():
        fail("--search needs words: a port, an address or a name")
    found = in_plan(deployment, words)
    if as_json:
        print_json(to_json(words, found))
    else:
        click.echo(text(words, found))
    if found == InPlan((), (), ()):
        sys.exit(1)


def text(words: str, found: InPlan) -> str:
    """For people: what follows from the plan, and what is asked, each below its heading."""
    parts: dict[str, list[str]] = {}
    for row in found.rows:
        said = ": ".join(filter(None, (row.group, row.row)))
        parts.setdefault(row.table, []).append(said)
    for question in found.questions:
        said = "; ".join(filter(None, (question.key, question.why)))
        parts.setdefault("Questions", []).append(f"{question.subject}: {question.answer}. {said}")
    if found.files:
        parts["Files"] = list(found.files)
    if not parts:
        return f"Nothing in the plan fits {one_line(words, 100)!r}."
    return "\n\n".join(starmap(_part, parts.items()))


def _part(heading: str, lines: Sequence[str]) -> str:
    return "\n".join((f"{heading}:", *(f"  {one_line(said)}" for said in lines)))


def to_json(words: str, found: InPlan) -> dict[str, object]:
    """What `show PLAN --search WORDS --json` prints."""
    return {"format": FORMAT, "search": words, **msgspec.to_builtins(found)}
