"""The facts say which state they are in, and each document when it was read and what it speaks of."""

from __future__ import annotations

import datetime

import pytest

from wizard.facts.load import CatalogError, data_files, load_catalog

FILES = data_files()


def problems(**changed_files: str) -> tuple[str, ...]:
    """What the loader says of the facts with these files put in the place of theirs."""
    replaced = {f"{name}.toml": text for name, text in changed_files.items()}
    try:
        load_catalog({**FILES, **replaced})
    except CatalogError as error:
        return error.problems
    return ()


def one_more_document(*lines: str) -> str:
    head = '[blog]\ntitle = "Ports"\npublisher = "Somebody"\ntier = "other"'
    return "\n".join((FILES["documents.toml"], head, *lines))


def test_the_facts_have_a_version_and_a_date() -> None:
    edition = load_catalog().edition
    assert edition is not None
    year, number = edition.version.split(".")
    assert int(year) == edition.date.year
    assert int(number) >= 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("date = 2036-11-26", "missing required field `version`"),
        ('version = "2026.2"', "missing required field `date`"),
        ('version = "7"\ndate = 2036-11-26', "'7' is no year with a number, such as 2026.2"),
        ('version = "2026.2"\ndate = "soon"', "date"),
        ('version = "2026.2"\ndate = 2036-11-26\nby = "me"', "unknown field `by`"),
    ],
)
def test_a_version_that_cannot_be_one_is_refused(text: str, complaint: str) -> None:
    complaints = problems(catalog=text)
    assert len(complaints) == 1
    assert complaints[0].startswith("data/catalog.toml: ")
    assert complaint in complaints[0]


def test_every_document_was_read_on_a_day_and_speaks_of_a_release() -> None:
    catalog = load_catalog()
    assert catalog.edition is not None
    for document in catalog.documents.values():
        assert document.read is not None
        assert datetime.date(2026, 11, 20) <= document.read <= catalog.edition.date
        assert document.version


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (
            ('version = "1.0"',),
            "blog.read: say on which day it was last read, such as 2026-11-26",
        ),
        (
            ('version = "1.0"', "read = 2036-01-01"),
            "blog.read: 2036-01-01 is after the catalog's own date",
        ),
        (
            ("read = 2026-11-26",),
            "blog.version: say which release it speaks of, or 'undated, names no release'",
        ),
        (('version = "1.0"', 'read = "lately"'), "blog: "),
    ],
)
def test_a_document_without_them_is_refused(lines: tuple[str, ...], complaint: str) -> None:
    complaints = problems(documents=one_more_document(*lines))
    assert len(complaints) == 1
    assert complaints[0].startswith(f"data/documents.toml: {complaint}")
