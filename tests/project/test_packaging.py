"""What is shipped: the wheel, the lock files, and that the files of the project fit each other."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.tools.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def pins(lock: Path) -> dict[str, str]:
    """The releases that a lock file names: name → version."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_files_hold_releases_and_hashes_and_no_addresses(lock: Path) -> None:
    for line in lock.read_text(encoding="utf-8").splitlines():
        release = re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w.' =!<>()]+)? \\", line)
        digest = re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        assert release or digest, line


def test_the_lock_files_agree_with_the_project() -> None:
    runtime, dev = pins(ROOT / "requirements/runtime.txt"), pins(ROOT / "requirements/dev.txt")
    assert names(PROJECT["dependencies"]) <= runtime.keys()
    assert runtime.items() <= dev.items()
    for requirement in PROJECT["dependencies"]:
        name, exact, version = requirement.partition("==")
        if exact:
            assert runtime[name] == version
    for extra in PROJECT["optional-dependencies"].values():
        assert names(extra) <= dev.keys()
