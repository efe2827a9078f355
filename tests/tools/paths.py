"""Where things are in the checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
# The example plans, and a larger one that only the golden documents are made of.
PLANS = sorted((TESTS / "plans").glob("*.toml"))
CLINIC = TESTS / "golden" / "clinic.toml"
DATA = TESTS / "data"
