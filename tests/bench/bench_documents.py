"""All that an export of 200 sites writes: processor time, memory, and how long its documents are.

python -m tests.bench.bench_documents"""

from __future__ import annotations

import io
import resource
import tempfile
import time
from pathlib import Path

from pypdf import PdfReader

from exporters.export import export
from exporters.table import FORMATS
from tests.bench.sites import plan_of_sites
from wizard.deployment import deploy
from wizard.facts.load import load_catalog

SITES = 200


def memory() -> int:
    """The most that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def pages(content: bytes) -> tuple[int, int]:
    """Of the document, and up to where the request ends."""
    document = PdfReader(io.BytesIO(content))
    numbers: dict[str, int] = {}
    for entry in document.outline:
        if not isinstance(entry, list):
            number = document.get_destination_page_number(entry)
            numbers[str(entry["/Title"])] = 0 if number is None else number
    return len(document.pages), numbers["Who does what"] + 1


def main() -> None:
    catalog = load_catalog()
    deployment = deploy(catalog, plan_of_sites(catalog, SITES))
    print(f"{SITES} sites, {len(deployment.rules)} rules; so far {time.process_time():.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "out"
        start = time.process_time()
        report = export(deployment, to)
        print(
            f"all {len(report.written)} files: {time.process_time() - start:.1f} s, {memory()} MiB"
        )
        lines = len((to / "README.md").read_text("utf-8").splitlines())
        print(f"README.md: {lines} lines")
    for entry in FORMATS:
        if entry.name == "pdf" or entry.offered(deployment):
            start = time.process_time()
            files = entry.files(deployment)
            print(f"    {entry.name}: {time.process_time() - start:.2f} s, {memory()} MiB")
            if entry.name == "pdf":
                whole, request = pages(bytes(files["handover.pdf"]))  # type: ignore[arg-type]
                print(f"    handover.pdf: {whole} pages, the request on {request}")


if __name__ == "__main__":
    main()
