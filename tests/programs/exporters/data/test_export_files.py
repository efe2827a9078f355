"""CSV, TOML, JSON and README: what stands in them, and that nothing in a plan can do harm from
there.
"""

from __future__ import annotations
import csv
import io
import json
import re
import subprocess
import sys
from importlib import resources
import msgspec
import pytest
import tomli
from exporters import uses
from exporters.export import preview
from exporters.format import Format
from exporters.table import FORMATS
from tests.lab.plans import catalog, compiled
from tests.tools.builders import EDGE, HOST, deployment, forward, rule
from tests.tools.hostile import HOSTILE
from wizard.deployment import Deployment, deploy, to_json
from wizard.findings import Finding
from wizard.plan.model import Plan, Request
from wizard.plan.file import read_plan
from wizard.rules.model import AllowlistEntry


def test_the_table_loads_no_format() -> None:
    code = (
        "import sys, exporters.table, exporters.export; print([m for m in sys.modules if"
        " m.split('.')[0] in ('jinja2', 'openpyxl', 'tomli_w', 'csv', 'textual') or m in"
        " ('exporters.firewalls.nftables', 'exporters.data.csv')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
