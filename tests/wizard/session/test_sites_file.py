"""Sites from a CSV file, as its name is typed in the wizard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.worlds import world
from wizard.plan.field import AnswerError
from wizard.plan.model import Plan, Site, Zone
from wizard.session.sites_file import plan_with_sites_of_file


@pytest.fixture
def plan() -> Plan:
    return world(
        """
        format = 1
        [zones.north-clients]
        networks = ["10.1.20.0/24"]
        [sites.north]
        zones = ["north-clients"]
        """
    ).plan


def test_each_row_is_a_site(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("name,clients\nsouth,10.7.20.0/24\nwest,\n", "utf-8")
    more = plan_with_sites_of_file(f" {file} ", plan, "north")
    assert more.sites["south"] == Site(("south-clients",))
    assert more.zones["south-clients"] == Zone(("10.7.20.0/24",))
    assert list(more.sites) == ["north", "south", "west"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,clients\nsouth,10.7.20.5/24\n", "sites.csv: line 2: clients: "),
        (b"nam,clint\n", "sites.csv: line 1: needs a column 'name'"),
        (b"name,clients\n", "sites.csv: no site stands in it"),
        (b"name\xff\n", "sites.csv: not UTF-8 text (byte 4)"),
        (b"name\nnorth\n", "There is a site 'north' already"),
    ],
)
def test_what_is_wrong_is_one_line(plan: Plan, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "sites.csv"
    file.write_bytes(content)
    with pytest.raises(AnswerError) as caught:
        plan_with_sites_of_file(str(file), plan, "north")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "words"), [("", "Write the name"), ("none.csv", "none.csv: "), (".", ".: ")]
)
def test_a_file_that_is_none(plan: Plan, path: str, words: str) -> None:
    with pytest.raises(AnswerError, match=f"^{words}"):
        plan_with_sites_of_file(path, plan, "north")
