"""The golden files of the handover documents: `python -m tests.golden.make` writes them anew. Look
at the difference.

What the table of formats says about each format is left out: it changes with every format, and not
by the plan."""

from __future__ import annotations

import io
import re
from pathlib import Path

from openpyxl import load_workbook

from exporters.handover import connection_tests, html, markdown, xlsx
from exporters.picture import svg as picture_svg
from tests.tools.worlds import CATALOG, world_of
from wizard.deployment import Deployment
from wizard.facts.model import Catalog

HERE = Path(__file__).parent
PLANS = {
    "clinic": HERE / "clinic.toml",
    "five-products": HERE.parent / "plans" / "five-products.toml",
}
_FILES = {
    "handover.md": (r"## The files.*?(?=## Approval)", ""),
    "handover.html": (r'<style>.*?</style>|<section aria-labelledby="files">.*?</section>', ""),
}


def catalog() -> Catalog:
    return CATALOG


def golden_deployment(name: str) -> Deployment:
    return world_of(PLANS[name])


def made(name: str) -> dict[str, str]:
    """File name → text, as it is kept."""
    deployment = golden_deployment(name)
    texts: dict[str, str] = {}
    for module in (markdown, html, picture_svg):
        for path, text in module.files(deployment).items():
            cut = _FILES.get(path)
            texts[path] = re.sub(*cut, text, flags=re.DOTALL) if cut else text
    # `Files for it` names the formats too.
    texts = {
        path: re.sub(r"Files for it: .*", "Files for it", text) for path, text in texts.items()
    }
    texts["handover.xlsx.txt"] = workbook_text(xlsx.files(deployment)["handover.xlsx"])
    texts["from-print-server.sh"] = connection_tests.files(deployment)["tests/from-print-server.sh"]
    return texts


def workbook_text(data: bytes) -> str:
    """Every cell of every sheet, a line each."""
    lines = []
    for sheet in load_workbook(io.BytesIO(data)):
        if sheet.title != "Files":
            lines.append(
                f"= {sheet.title} {sheet.auto_filter.ref or ''} {sheet.freeze_panes or ''}"
            )
            for row in sheet.iter_rows():
                lines += [
                    f"{cell.coordinate}\t{cell.value!r}" for cell in row if cell.value is not None
                ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for plan in PLANS:
        folder = HERE / plan
        folder.mkdir(exist_ok=True)
        for path, text in made(plan).items():
            (folder / path).write_text(text, encoding="utf-8")
            print(folder / path)
