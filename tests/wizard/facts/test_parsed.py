"""What was parsed of the facts is kept by its digest, and read again only where it can be trusted."""

from __future__ import annotations

import itertools
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import tomli

from tests.tools.faults import ERRORS, failing
from wizard.facts import parsed as module
from wizard.facts.load import load_catalog
from wizard.facts.parsed import parsed

TEXT = 'name = "CUPS"\nports = [631]\nread = 2026-11-26\n'
TABLES = {"name": "CUPS", "ports": [631], "read": "2026-11-26"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where byte code goes, for this test."""
    cached = tmp_path / "__pycache__" / "parsed.pyc"
    monkeypatch.setattr(module, "__spec__", SimpleNamespace(cached=str(cached)))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return cached.parent


@pytest.fixture
def parsing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed."""
    texts: list[str] = []
    loads = tomli.loads

    def spy(text: str) -> dict[str, object]:
        texts.append(text)
        return loads(text)

    monkeypatch.setattr(tomli, "loads", spy)
    return texts


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_text_is_parsed_once(folder: Path, parsing: list[str]) -> None:
    parsed("cups.toml", TEXT)
    assert parsed("cups.toml", TEXT) == TABLES
    assert parsing == [TEXT]
    mode = stat.S_IMODE(only(folder).stat().st_mode)
    assert not mode & 0o022


def test_another_text_takes_the_place_of_the_first(folder: Path, parsing: list[str]) -> None:
    parsed("cups.toml", TEXT)
    other = TEXT.replace("631", "8631")
    assert parsed("cups.toml", other)["ports"] == [8631]
    assert len(list(folder.iterdir())) == 1
    assert parsed("cups.toml", TEXT) == tomli.loads(TEXT)
    assert len(parsing) == 4


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x90", b"\x81"])
def test_what_is_damaged_is_parsed_again(folder: Path, parsing: list[str], content: bytes) -> None:
    parsed("cups.toml", TEXT)
    only(folder).write_bytes(content)
    assert parsed("cups.toml", TEXT)["name"] == "CUPS"
    assert len(parsing) == 2
    assert parsed("cups.toml", TEXT) == TABLES


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_what_others_can_write_is_not_read(folder: Path, parsing: list[str], mode: int) -> None:
    parsed("cups.toml", TEXT)
    only(folder).chmod(mode)
    parsed("cups.toml", TEXT)
    assert len(parsing) == 2


def test_what_somebody_else_wrote_is_not_read(
    folder: Path, parsing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed("cups.toml", TEXT)
    monkeypatch.setattr(module, "_OWNERS", frozenset({os.geteuid() + 1}))
    parsed("cups.toml", TEXT)
    assert len(parsing) == 2


def test_nothing_is_kept_where_byte_code_is_unwanted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    parsed("cups.toml", TEXT)
    assert not folder.exists()


def test_where_nothing_can_be_written_it_is_parsed(folder: Path, parsing: list[str]) -> None:
    folder.parent.joinpath(folder.name).write_text("in the way")
    parsed("cups.toml", TEXT)
    assert parsed("cups.toml", TEXT)["name"] == "CUPS"
    assert len(parsing) == 2


def test_what_is_no_toml_is_said_each_time(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(tomli.TOMLDecodeError):
            parsed("cups.toml", "name = ")
    assert not folder.exists()


def test_the_facts_are_the_same_either_way(folder: Path, parsing: list[str]) -> None:
    first = load_catalog()
    assert parsing
    parsing.clear()
    assert load_catalog() == first
    assert parsing == []


@pytest.mark.parametrize("code", ERRORS)
def test_a_disk_that_fails_costs_nothing_but_time(code: int, folder: Path) -> None:
    for number in itertools.count(1):
        with failing(number, code, folder) as disk:
            tables = parsed("cups.toml", TEXT)
        # Nothing half written is ever read. What is kept has days as texts.
        for read in (tables, parsed("cups.toml", TEXT)):
            assert {**read, "read": str(read["read"])} == TABLES
        assert [path.suffix for path in folder.iterdir()] == [".msgpack"]
        if not disk.came:
            break
        only(folder).unlink()
    assert number > 3
