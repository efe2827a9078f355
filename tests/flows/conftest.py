"""The Pilot of the flows waits for the wizard itself, not for the clock."""

import pytest

from tests.flows.idle import all_is_done, until_idle


@pytest.fixture(autouse=True)
def no_sleeping(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{place}.wait_for_idle", until_idle)
    monkeypatch.setattr("textual.pilot.Pilot._wait_for_screen", all_is_done)
