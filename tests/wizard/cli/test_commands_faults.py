"""The disk fails at any call of a command that writes: one sentence and the exit code 2, and what was
there before stays; the next try does it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.tools.faults import ERRORS, failing
from tests.wizard.cli.test_commands import CLOSING, run

SITE = """\
format = 1
[products.cups]
[zones.n]
networks = ["10.0.0.0/24"]
[roles.print-server]
addresses = ["10.0.0.5"]
[sites.north]
zones = ["n"]
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def adds_sites(folder: Path) -> Result:
    plan = str(folder / "plan.toml")
    return run("sites", "add", plan, "--like", "north", "--name", "south", "--to", plan)


def begins_a_product(folder: Path) -> Result:
    return run("catalog", "new", "my-product", "--to", str(folder / "my-product.toml"))


def exports(folder: Path) -> Result:
    return run("export", CLOSING, "--to", str(folder / "out"), "--format", "csv")


@pytest.mark.slow
@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("command", [adds_sites, begins_a_product, exports])
def test_every_call(command: Callable[[Path], Result], code: int, tmp_path: Path) -> None:
    # What is loaded once is not looked at here.
    whole = tmp_path / "whole"
    prepare(whole)
    assert command(whole).exit_code in (0, 1)
    failures = 0
    for number in itertools.count(1):
        folder = tmp_path / str(number)
        prepare(folder)
        before = content(folder)
        with failing(number, code, folder) as disk:
            result = command(folder)
        if not disk.came:
            break
        assert isinstance(result.exception, (SystemExit, type(None))), (number, result.exception)
        after = content(folder)
        if result.exit_code == 2:
            failures += 1
            assert len(result.stderr.strip().splitlines()) == 1, result.stderr
            # It may be there, though the folder could not be synced.
            assert after in (before, content(whole)), number
            if after == before:
                assert command(folder).exit_code in (0, 1)
        assert content(folder) == content(whole), number
    assert failures > 0
    assert number > 2


def prepare(folder: Path) -> None:
    folder.mkdir()
    (folder / "plan.toml").write_text(SITE)
