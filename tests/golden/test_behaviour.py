"""What the commands print and write for the example plans stays the same to the byte, unless it is
meant to change.
"""

from __future__ import annotations

import pytest

from tests.golden.behaviour import digests, kept, parts

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("part", parts())
def test_outputs_are_as_they_were(part: str) -> None:
    """`python -m tests.golden.behaviour` takes them anew; say in the commit why they changed."""
    assert digests(part) == kept(part)
