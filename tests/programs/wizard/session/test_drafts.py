"""Drafts: nothing is lost by a cut line, a kill, a full disk, a second window or a broken file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.tools.paths import ROOT
from wizard.plan.model import changed
from wizard.session.drafts import DraftInUse
from wizard.session.shelf import list_drafts, resume


@pytest.mark.slow
def test_a_killed_window_holds_nothing() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert child.stdout is not None
    draft_id = child.stdout.readline().strip()
    with pytest.raises(DraftInUse):
        resume(draft_id)
    # Somewhere between two of its writes, or in one.
    for _ in range(200):
        last = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    told = int(rest[-1]) if rest else last
    again = resume(draft_id)
    assert int(again.plan.name) in (told, told + 1)
    again.save(changed(again.plan, name="on"), "network")
    assert list_drafts().problems == ()


_CHILD = """
from wizard.session import drafts
from wizard.plan.model import Plan, ProductPlan, Zone, changed
draft = drafts.new_draft()
draft.save(changed(Plan(), name="0"), "network")
print(draft.id, flush=True)
for number in range(1, 1_000_000):
    draft.save(changed(draft.plan, name=str(number)), "network")
    print(number, flush=True)
"""
