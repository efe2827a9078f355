"""`portwright catalog new`, `check`, and `--catalog`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wizard.cli.main import main


def run(*arguments: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return outcome.exit_code, outcome.output


def test_a_new_file_is_right_and_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTWRIGHT_CATALOG", "")
    path = tmp_path / "my-product.toml"
    assert run("catalog", "new", "my-product", "--to", path)[0] == 0
    assert run("catalog", "check", path) == (0, "nothing is wrong\n")
    code, text = run("--catalog", tmp_path, "catalog", "my-product")
    assert code == 0
    assert "my-product (own)" in text


def test_check_says_all_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "my-product.toml"
    path.write_text(run("catalog", "new", "my-product")[1].replace('"print-server"', '"server"', 1))
    code, text = run("catalog", "check", path)
    assert code == 1
    assert "flows.web-https: no role 'server'" in text


@pytest.mark.parametrize(
    "words",
    [
        ("new",), ("new", "cups"), ("new", "check"), ("new", "A"), ("check",), ("check", "none.toml"),
        ("cups", "printix"), ("cups", "--to", "x"), ("cup",),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_ends_with_2(words: tuple[str, ...]) -> None:
    assert run("catalog", *words)[0] == 2
