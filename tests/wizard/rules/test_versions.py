"""Versions are compared as numbers, whatever a catalog of one's own writes."""

from __future__ import annotations

import pytest

from wizard.facts.model import Versions
from wizard.rules.select import fits_version


@pytest.mark.parametrize("since", ["2²", "2.²", "24.x"])
def test_what_is_no_number_is_passed_over(since: str) -> None:
    assert fits_version(Versions(since=since), "24.0")
