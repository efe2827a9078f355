"""What a change request says where little or nothing was answered differently: only what is true."""

from __future__ import annotations

import datetime
import io

import msgspec
import pytest
from openpyxl import load_workbook

from exporters.changes import html, markdown, xlsx
from tests.tools.handover_reader import Page, render
from tests.tools.worlds import OFFICE, world
from wizard.changes import compare
from wizard.deployment import Deployment
from wizard.plan.model import Request

PRINTING = "[products.cups.features]\nipp-sharing = {}"


def dated(year: int, *features: str) -> Deployment:
    """The same plan, to be looked at again in that year."""
    value = world(OFFICE, PRINTING, *features)
    request = Request(review=datetime.date(year, 1, 15))
    return msgspec.structs.replace(value, plan=msgspec.structs.replace(value.plan, request=request))


def pages(old: Deployment, new: Deployment) -> list[Page]:
    """The change request in Markdown and in HTML."""
    changes = compare(old, new)
    return [Page(render(markdown.text(old, new, changes))), Page(html.text(old, new, changes))]


def answers(page: Page) -> list[list[str]]:
    """The rows of the table of answers."""
    return [row for _, rows in page.tables if "Was" in rows[0] for row in rows[1:]]


@pytest.mark.parametrize("page", pages(dated(2028), dated(2029)))
def test_a_review_without_changes_is_said_to_be_one(page: Page) -> None:
    assert answers(page) == [["", "Request", "Review on", "2028-01-15", "2029-01-15"]]
    assert "Reviewed: no firewall and no list changes." in page.text
    assert "the facts behind the plan changed" not in page.text


@pytest.mark.parametrize("page", pages(dated(2028), dated(2028)))
def test_a_plan_against_itself_has_nothing_to_say(page: Page) -> None:
    assert answers(page) == []
    assert "No firewall and no list changes." in page.text
    assert "What was answered differently\nNothing." in page.text.replace("\n\n", "\n")
    assert "the facts behind" not in page.text


def test_the_workbook_says_it_too() -> None:
    old, new = dated(2028), dated(2029)
    book = load_workbook(io.BytesIO(xlsx.content(old, new, compare(old, new))))
    assert [cell.value for cell in book["Answers"][2]][1:] == [
        "Request", "Review on", "2028-01-15", "2029-01-15"]  # fmt: skip
    assert ("Changes", "Reviewed: no firewall and no list changes.") in list(
        book["Request"].iter_rows(values_only=True)
    )


@pytest.mark.parametrize(
    "page", pages(dated(2028), dated(2029, "smb-sharing = {}\nprinters-ipps = {}"))
)
def test_numbers_of_answers_are_explained_where_they_are_used(page: Page) -> None:
    assert [row[0] for row in answers(page)] == ["", "A1", "A2"]
    assert "'A1 or A2': each alone is enough" in page.text
