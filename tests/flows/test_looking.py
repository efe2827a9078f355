"""Looking into files: whole lines however long, what opens in another program, a folder with a long
name.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.widgets.lines import width
from screens.windows.looking import file_lines
from screens.windows.modals import Reader
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.session.drafts import new_draft

LONG = "# " + " ".join(f"word{number}" for number in range(60))


def window(walk: Walk) -> list[str]:
    reader = walk.app.screen.query_one("#window-lines", Reader)
    return [reader.line_at(index).plain for index in range(reader.virtual_size.height)]


@pytest.mark.parametrize(
    "text",
    [LONG, "é" * 200, "漢字" * 100, "a\tb" * 90, "", "short\n\n" + LONG + "\nend", "a,b\r\n" * 3],
)
def test_a_line_longer_than_the_window_goes_on_below(text: str) -> None:
    made = [one.plain for one in file_lines(text)(40)]
    assert all(width(one) <= 40 for one in made)
    whole = "\n".join(made).replace("\n… ", "")
    assert whole == text.replace("\t", " ").replace("\r", "")


async def test_a_file_is_read_whole_at_80_columns() -> None:
    async with walking(draft=new_draft(papercut(), "export")) as walk:
        await walk.settle()
        files = walk.app.exporting.form.files or {}
        path = next(path for path in files if path.endswith(".nft"))
        long = max(files[path].split("\n"), key=len)
        assert len(long) > 70
        await walk.stand(f"file:{path}")
        await walk.press("enter")
        reader = walk.app.screen.query_one("#window-lines", Reader)
        assert all(width(one) <= reader.size.width for one in window(walk))
        assert long.replace("\t", " ") in "\n".join(window(walk)).replace("\n… ", "")


async def test_what_opens_in_another_program_says_so_and_has_no_lines() -> None:
    async with walking(draft=new_draft(papercut(), "export")) as walk:
        await walk.settle()
        row = walk.row("file:handover.xlsx")
        assert row is not None
        assert row.value == "opens in its own program"
        await walk.stand(str(row.key))
        assert "lines" not in next(
            text for text in walk.screen().splitlines() if "> handover.xlsx" in text
        )


async def test_the_folder_that_was_written_is_told_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("a folder with a long name " * 4).strip() / ("and another " * 5).strip()
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    async with walking(draft=new_draft(papercut(), "export")) as walk:
        await walk.stand("write")
        await walk.press("enter")
        rows = walk.app.main.form.rows
        told = "".join(row.label for row in rows if str(row.key).startswith("result:folder"))
        assert told == str(folder / "portwright-export")
        fetch = "".join(row.label for row in rows if str(row.key).startswith("result:scp"))
        assert fetch.endswith(f":'{told}' .")
        assert all(width(row.label) <= 75 for row in rows if str(row.key).startswith("result:"))
