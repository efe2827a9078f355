"""What the list of steps says of each: the export is done when files were written, not when it was
looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.session.drafts import new_draft


def state(walk: Walk, step: str) -> tuple[str, str]:
    return next((stage.state, stage.note) for stage in walk.app.stages() if stage.id == step)


async def test_the_export_is_done_when_the_files_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with walking((140, 45), draft=new_draft(papercut(), "export")) as walk:
        await walk.to("review")
        assert state(walk, "export") == ("later", "not written")
        assert "not written" in walk.screen()
        await walk.to("export")
        await walk.stand("write")
        await walk.press("enter")
        await walk.to("review")
        assert state(walk, "export") == ("done", "done")
        # Another answer: what was written is not this plan any more.
        await walk.to("request")
        await walk.write("INC1")
        await walk.press("enter")
        assert state(walk, "export") == ("later", "not written")
        assert state(walk, "review")[0] == "done"
