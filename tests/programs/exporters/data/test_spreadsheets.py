"""Each CSV file of an export, tickets' too, opened by LibreOffice with formulas on: no cell of a hostile
plan is one.
"""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook

from exporters.table import FORMATS
from tests.exporters.test_every_format import rendered, texts, world
from tests.tools.hostile import hostile_to
from tests.tools.programs import tool
from wizard.deployment import Deployment
from wizard.findings import Finding

pytestmark = pytest.mark.slow
# Separated by commas, UTF-8; the last answer evaluates what looks like a formula.
_READ = "CSV:44,34,UTF8,1,,1033,false,true,false,false,false,-1,true"
_WITH_CSV = [entry.name for entry in FORMATS if ".csv" in " ".join(entry.paths)]


def formulas(sources: list[Path], folder: Path) -> dict[str, list[str]]:
    """By file: the cells that LibreOffice takes for formulas."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [tool("soffice"), "--headless", profile, f"--infilter={_READ}"]
    form = "xlsx:Calc MS Excel 2007 XML"
    out = folder / "out"
    subprocess.run(
        [*command, "--convert-to", form, "--outdir", out, *sources], check=True, capture_output=True
    )
    return {path.name: list(_formulas(out / f"{path.stem}.xlsx")) for path in sources}


def _formulas(path: Path) -> Iterator[str]:
    for row in load_workbook(path).worksheets[0].iter_rows():
        yield from (f"{cell.value}" for cell in row if cell.data_type == "f")


def hostile() -> Deployment:
    """Each text in rules, remarks and the proxy's list; the plan's own texts are formulas."""
    base = world("=1+1")
    edge = [one for one in base.rules if one.firewall == "edge"]
    listed = [text for text in hostile_to("csv") if "\ud83d" not in text]
    return msgspec.structs.replace(
        base,
        rules=tuple(
            msgspec.structs.replace(edge[0], id=f"edge-r{number}", services=(text, text), from_=text)
            for number, text in enumerate(listed)
        ),
        findings=tuple(Finding("port-conflict", "error", text, (text,)) for text in listed),
        allowlist=tuple(
            msgspec.structs.replace(base.allowlist[0], host=text, paths=(text,), purposes=(text,))
            for text in listed
        ),
    )


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    control = tmp_path / "control.csv"
    control.write_text('"head"\n"=1+1"\n"@SUM(A1)"\n')
    sources, cells, value = [control], 0, hostile()
    for entry in FORMATS:
        if entry.name not in _WITH_CSV:
            continue
        for path, content in texts(rendered(entry, value)).items():
            if path.endswith(".csv"):
                source = tmp_path / path.replace("/", "-")
                source.write_bytes(content.encode())
                sources.append(source)
                cells += sum(map(len, csv.reader(io.StringIO(content, newline=""))))
    found = formulas(sources, tmp_path)
    # Else nothing would be proved: it does obey them.
    assert found.pop("control.csv")
    assert {name: obeyed for name, obeyed in found.items() if obeyed} == {}
    assert len(found) > 10
    assert cells > 1000
