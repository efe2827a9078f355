"""The Pilot of the flows waits for the wizard itself, not for the clock."""

import pytest

from tests.flows.idle import until_idle


@pytest.fixture(autouse=True)
def no_sleeping(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{place}.wait_for_idle", until_idle)
