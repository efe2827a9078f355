"""Bad input on the command line: exit code 2, words on standard error, nothing on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wizard.cli.test_commands import CLOSING, run


def bad_files(folder: Path) -> dict[str, str]:
    """What somebody may name as a plan → what must be said of it."""
    (folder / "binary.toml").write_bytes(bytes(range(256)))
    (folder / "latin.toml").write_bytes("name = 'Büro'".encode("latin-1"))
    (folder / "wide.toml").write_bytes("format = 1".encode("utf-16"))
    (folder / "syntax.toml").write_text("format = 1\n[zones", "utf-8")
    (folder / "empty.toml").write_text("", "utf-8")
    (folder / "wrong.toml").write_text("format = 1\nnane = 'x'\n[proxy]\nport = 0", "utf-8")
    return {
        "missing.toml": "No such file",
        ".": "Is a directory",
        "binary.toml": "not UTF-8",
        "latin.toml": "not UTF-8",
        "wide.toml": "not UTF-8",
        "syntax.toml": "line 2: not valid TOML",
        "empty.toml": "format: is missing",
        "wrong.toml": "line 4: proxy.port: 0 is no port",
    }


COMMANDS = [
    ("show", "{}"),
    ("show", "{}", "--json"),
    ("check", "{}"),
    ("check", "{}", "--json"),
    ("explain", "{}", "mfp", "print-server", "9191/tcp"),
    ("diff", "{}", CLOSING),
    ("diff", CLOSING, "{}", "--json"),
    ("export", "{}", "--to", "out"),
]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:1]))
def test_bad_files(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, says in bad_files(tmp_path).items():
        result = run(*(name if word == "{}" else word for word in command))
        assert (result.exit_code, result.stdout) == (2, ""), (name, result.exception)
        assert says in result.stderr
        assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_all_errors_of_a_plan_at_once(tmp_path: Path) -> None:
    bad_files(tmp_path)
    result = run("show", str(tmp_path / "wrong.toml"))
    assert len(result.stderr.strip().splitlines()) == 2
    assert "did you mean 'name'" in result.stderr


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbfformat = 1\r\nname = 'x'\r\n")
    assert run("show", str(tmp_path / "bom.toml")).exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("shew", CLOSING), "No such command 'shew'"),
        (("sites", CLOSING), f"No such command '{CLOSING}'"),
        (("show",), "Missing argument"),
        (("show", CLOSING, "--jason"), "No such option"),
        (("catalog", "papercut"), "did you mean 'papercut-"),
        (("export", CLOSING), "Missing option"),
        (("export", CLOSING, "--to", "out", "--format", "nft"), "nft"),
        (("completion", "tcsh"), "tcsh"),
        (("explain", CLOSING, "mfp", "print-server"), "Missing argument"),
    ],
)
def test_wrong_usage(
    words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("x" * 9000,), "No such command"),
        (("check", f"--{'x' * 9000}"), "No such option"),
        ((f"--{'x' * 9000}",), "No such option"),
        (("catalog", "a b " * 2500), "printix"),
        (("export", CLOSING, "--to", "out", "--format", "x" * 9000), "portwright formats"),
    ],
)
def test_what_is_long_is_repeated_in_short(words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "characters]" in result.stderr
    assert len(result.stderr) < 1500


def test_a_plan_file_alone_is_for_the_wizard(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("format = 1\nnane = 'x'\n", "utf-8")
    alone = run(str(tmp_path / "plan.toml"))
    named = run("wizard", str(tmp_path / "plan.toml"))
    assert (alone.exit_code, alone.stdout, alone.stderr) == (2, "", named.stderr)
    assert "No such command 'plan'" in run("plan").stderr
