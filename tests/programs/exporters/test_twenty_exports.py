"""Twenty exports to one folder at once: it holds one of them whole, and the others say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from exporters.export import ExportError
from tests.exporters.test_export_folder import tree, write
from tests.tools.builders import deployment, rule
from tests.tools.together import together
from wizard.deployment import Deployment

COUNT = 20


def numbered(number: int) -> Deployment:
    return deployment(rule(ports=(1000 + number, 1000 + number)))


def wholes(folder: Path) -> list[dict[str, bytes]]:
    """What the folder holds after each of them, had it been alone."""
    trees = []
    for number in range(COUNT):
        write(numbered(number), folder / str(number))
        trees.append(tree(folder / str(number)))
    return trees


@pytest.mark.slow
def test_a_new_folder_is_one_export_and_nineteen_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "target/out"

    def work(number: int, all_have_come: Callable[[], object]) -> str:
        try:
            write(numbered(number), out)
        except ExportError as error:
            return str(error)
        return "written"

    texts = together(COUNT, work)
    assert texts.count("written") == 1
    assert tree(out) == wholes(tmp_path / "alone")[texts.index("written")]
    for text in texts:
        assert text == "written" or "is not empty" in text or "at the same moment" in text
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.slow
@pytest.mark.parametrize("others", [False, True], ids=["in one step", "file by file"])
def test_by_force_one_after_the_other(others: bool, tmp_path: Path) -> None:
    out = tmp_path / "target/out"
    write(numbered(0), out)
    if others:
        (out / "notes.txt").write_text("mine")

    def work(number: int, all_have_come: Callable[[], object]) -> str:
        write(numbered(number), out, force=True)
        return "written"

    assert set(together(COUNT, work)) == {"written"}
    left = tree(out)
    assert left.pop("notes.txt", b"mine") == b"mine"
    assert left in wholes(tmp_path / "alone")
    assert list(out.parent.iterdir()) == [out]
