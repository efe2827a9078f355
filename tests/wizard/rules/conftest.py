"""How much was compared with the reference, at the end of the run; whoever ran the parts."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    total: dict[str, int] = {}
    for report in terminalreporter.getreports("passed"):
        for name, counts in report.user_properties:
            if name == "reference" and isinstance(counts, dict):
                for key, number in counts.items():
                    total[key] = total.get(key, 0) + number
    if total:
        words = ", ".join(f"{number:,} {key}" for key, number in total.items())
        terminalreporter.write_line(f"compile and reference agree: {words}")
