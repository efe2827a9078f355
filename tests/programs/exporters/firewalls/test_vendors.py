"""The files for other makes mean exactly the rules, as parsers of our own read them; they only ever
add.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.tools.paths import ROOT


def test_same_rules_same_bytes() -> None:
    code = (
        "from tests.exporters.firewalls.test_vendors import INTERNET\n"
        "from tests.tools.vendor_files import crossing, files\n"
        "made = [crossing(f'r-{n}', ports=(n"
        " + 1,), **INTERNET) for n in range(5)]\nprint(hash('a') != 0, files(*made, crossing('r-6',"
        " sources=('::/0',), destinations=('::1/128',))))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    text = outputs.pop()
    assert not re.search(r"\$(Id|Date|Revision)|20[2-9][0-9]-", text)
