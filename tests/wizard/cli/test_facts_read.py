"""How many files of facts a command reads in full: those of its plan's products, however many
products there are.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.tools.paths import PLANS
from wizard.cli.main import main
from wizard.facts import load
from wizard.facts.load import data_files
from wizard.facts.parsed import parsed

ALWAYS = {"catalog.toml", "documents.toml", "print-data.toml", "roles.toml"}
PAPERCUT_NG = next(str(path) for path in PLANS if path.stem == "papercut-ng")
PRINTIX = next(str(path) for path in PLANS if path.stem == "printix")
# It takes over what PaperCut MF has.
NG_FILES = ALWAYS | {"papercut-mf.toml", "papercut-ng.toml"}


def read_in_full(monkeypatch: pytest.MonkeyPatch, *words: str) -> set[str]:
    """The files of `data/` whose whole text a command reads."""
    read: set[str] = set()

    def spy(name: str, text: str) -> dict[str, object]:
        read.add(name)
        return parsed(name, text)

    monkeypatch.setattr(load, "parsed", spy)
    result = CliRunner().invoke(main, list(words), prog_name="portwright")
    assert result.exit_code in (0, 1), result.output
    return read


@pytest.mark.parametrize("command", ["show", "check"])
def test_a_command_about_a_plan_reads_its_products_alone(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    assert read_in_full(monkeypatch, command, PAPERCUT_NG) == NG_FILES


def test_so_does_an_export(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = ("export", PRINTIX, "--to", str(tmp_path / "out"))
    assert read_in_full(monkeypatch, *words) == ALWAYS | {"printix.toml"}


def test_a_difference_reads_the_products_of_both_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    files = read_in_full(monkeypatch, "diff", PAPERCUT_NG, PRINTIX)
    assert files == NG_FILES | {"printix.toml"}


@pytest.mark.parametrize(
    "words",
    [("catalog",), ("schema",), ("explain", PRINTIX, "10.4.0.5", "10.4.9.5", "9191/tcp")],
    ids=lambda words: words[0],
)
def test_what_speaks_of_every_product_reads_all(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Also `explain`: what would open a way may lie in a product that the plan has not."""
    assert read_in_full(monkeypatch, *words) == data_files().keys()
