"""What is shipped: the wheel, the lock files, and that the files of the project fit each other."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.project.test_packaging import PROJECT
from tests.tools.paths import ROOT


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
