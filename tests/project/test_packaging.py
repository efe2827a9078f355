"""What is shipped: the wheel, the lock files, and that the files of the project fit each other."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
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


def test_the_metadata_names_files_that_are_there() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    shipped = [name.lstrip("/") for name in build["build"]["targets"]["sdist"]["include"]]
    for name in (PROJECT["readme"], *PROJECT["license-files"], *shipped):
        assert (ROOT / name).exists(), name
    assert {"license", "authors", "urls"} <= PROJECT.keys()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True)
    (path,) = out.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages_and_the_facts(wheel: Path) -> None:
    listing = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "wizard",
            "screens",
            "exporters",
            "data",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    expected = {
        re.sub(r"^data/", "wizard/data/", name) for name in listing if (ROOT / name).is_file()
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected
    assert any(name.startswith("wizard/data/") for name in held)


@pytest.mark.slow
def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Only the unpacked wheel is on the path: the facts must be found inside it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import sys; sys.path = [p for p in sys.path if p != sys.argv[1]];sys.path.insert(0,"
        " sys.argv[2]); import wizard; assert wizard.__file__.startswith(sys.argv[2]);from"
        " wizard.cli.main import main; sys.argv = ['portwright', 'catalog', '--json']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path / "site")],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"papercut-ports"' in done.stdout
