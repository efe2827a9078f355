"""Thousands of damaged and hostile plan files through the reader and the compile: never an exception,
never a hang, never much memory.

2,000 in `make test`; `PORTWRIGHT_FUZZ=200000` is the long run.
"""

from __future__ import annotations

import os
import resource
import signal
from collections import Counter
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
# Of processor time, so that a busy machine changes nothing: a hang, and the largest process.
MOST_SECONDS, MOST_BYTES = 5, 400 * 2**20


class Hang(BaseException):
    """An input that takes too long."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Hang


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


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_file_is_too_odd(part: int) -> None:
    results: Counter[str] = Counter()
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
    print(dict(results))
    assert results["refused"] > COUNT // PARTS // 10
    assert results["worked out"] > COUNT // PARTS // 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MOST_BYTES
