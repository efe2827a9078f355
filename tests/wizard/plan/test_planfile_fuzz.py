"""Thousands of damaged and hostile plan files through the reader and the compile: never an exception,
never a hang, never much memory.

2,000 in `make test`; `PORTWRIGHT_FUZZ=200000` is the long run.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest

from tests.tools.worlds import CATALOG
from tests.wizard.plan.fuzzing import inputs
from wizard.deployment import deploy, to_json
from wizard.findings import worst
from wizard.plan.file import parse_plan, products_named, write_plan
from wizard.text import in_short

COUNT = int(os.environ.get("PORTWRIGHT_FUZZ", "2000"))
PARTS = 4
# Seconds are of processor time, so that a busy machine changes nothing. KiB are what the inputs add to
# the process: it may have run thousands of other tests before.
MOST_SECONDS, MOST_KIB = 5, 200 * 2**10
SELF = Path("/proc/self")


class Hang(BaseException):
    """An input that takes too long."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Hang


def memory(of: str) -> int:
    """KiB that this process holds (`VmRSS`) or held at most since the last `forget_peak` (`VmHWM`)."""
    for line in (SELF / "status").read_text("ascii").splitlines():
        key, _, amount = line.partition(":")
        if key == of:
            return int(amount.split()[0])
    raise AssertionError(f"no {of} in /proc/self/status")


def forget_peak() -> None:
    """`proc(5)`: 5 in clear_refs sets VmHWM back to VmRSS."""
    (SELF / "clear_refs").write_text("5", "ascii")


def read(data: bytes) -> str:
    """What comes of a file: no text, what is wrong with it, or how many rules."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "no text"
    products_named(text)
    plan, errors = parse_plan(text, CATALOG)
    for error in errors:
        assert len(in_short(str(error))) < 2000
        assert in_short(str(error)).isprintable()
    if errors:
        return "refused"
    deployment = deploy(CATALOG, plan)
    to_json(deployment)
    assert worst(deployment.findings) in (None, "info", "warning", "error")
    again, errors = parse_plan(write_plan(plan, CATALOG), CATALOG)
    assert not errors
    assert again == plan
    return "worked out"


def test_a_name_of_spaces_is_none() -> None:
    """Written again it was empty, and the reader refused what the writer wrote."""
    data = b'format = 1\n[own.roles.file-server]\nname = "%s"\n'
    assert read(data % b"Scans") == "worked out"
    assert read(data % b" ") == read(data % b"") == "refused"


def test_a_front_with_empty_places_is_nowhere() -> None:
    """As for names: written again its places were left out, and the reader refused that."""
    data = (
        b"format = 1\n[products.papercut-mf]\n[fronts.balancer]\n%s\n"
        b'serves = { "papercut-mf/https" = 443 }\n'
    )
    assert read(data % b"addresses = ['10.0.10.9']") == "worked out"
    assert read(data % b"addresses = []") == read(data % b"zones = []") == "refused"


def test_the_peak_is_that_of_the_inputs() -> None:
    """The measure itself: it sees what is held for a moment, and forgets what was held before."""
    block = bytearray(b"x") * (64 * 2**20)
    del block
    forget_peak()
    held = memory("VmRSS")
    assert memory("VmHWM") - held < 8 * 2**10
    block = bytearray(b"x") * (64 * 2**20)
    del block
    assert memory("VmHWM") - held > 48 * 2**10


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_file_is_too_odd(part: int) -> None:
    results: Counter[str] = Counter()
    forget_peak()
    held = memory("VmRSS")
    before = signal.signal(signal.SIGPROF, _stop)
    try:
        for data in inputs(COUNT // PARTS, f"{COUNT} {part}"):
            signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
            try:
                results[read(data)] += 1
            except (Exception, Hang) as error:
                error.add_note(f"with the file {data!r}")
                raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    print(dict(results), memory("VmHWM") - held, "KiB more")
    assert results["refused"] > COUNT // PARTS // 10
    assert results["worked out"] > COUNT // PARTS // 20
    assert memory("VmHWM") - held < MOST_KIB
