"""What a plan does not have, its documents do not speak of."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from exporters.export import preview
from exporters.handover.html import files as page_of
from exporters.handover.markdown import files as text_of
from tests.tools.paths import PLANS, ROOT, TESTS
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.plan.file import read_plan

CATALOG = load_catalog()
EXAMPLES = sorted(
    (*PLANS, *(ROOT / "examples").glob("*.toml"), *(TESTS / "cases/plans").glob("*.toml"))
)
# What may be missing → whether a plan has it, and the words for it.
THINGS: dict[str, tuple[Callable[[Deployment], object], str]] = {
    "forwards": (lambda d: d.forwards, r"port forward|forwards\.csv"),
    "senders": (lambda d: d.mail_senders, r"mail gateway|mail-senders\.csv"),
    "bypass": (lambda d: d.tls_bypass, r"TLS bypass|bypass list|tls-bypass\.csv"),
    "never": (lambda d: d.denials, r"denials\.csv"),
    "lists": (lambda d: d.allowlist, r"allowlist\.csv|[Aa]llowlist, by|the allowlist"),
}


@cache
def deployed(name: str) -> Deployment:
    path = next(path for path in EXAMPLES if path.stem == name)
    return deploy(CATALOG, read_plan(path.read_text("utf-8"), CATALOG))


@pytest.mark.slow
@pytest.mark.parametrize("thing", THINGS)
def test_what_is_not_there_is_not_spoken_of(thing: str) -> None:
    has, words = THINGS[thing]
    without = [path.stem for path in EXAMPLES if not has(deployed(path.stem))]
    assert without
    # No stored plan has mail senders: E-mail from PaperCut (`email-delivery`) is what brings them.
    assert len(without) < len(EXAMPLES) or thing == "senders"
    for name in without:
        value = deployed(name)
        document = text_of(value)["handover.md"].partition("\n## The files")[0]
        readme = str(preview(value, ["csv", "markdown", "html"])["README.md"])
        for text in (document, readme):
            spoken = [line[:200] for line in text.split("\n") if re.search(words, line)]
            assert not spoken, (name, spoken)
        page = page_of(value)["handover.html"].partition('id="files"')[0]
        shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert not re.search(words, shown), name


@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_the_document_names_the_csv_files_that_are_written(name: str) -> None:
    value = deployed(name)
    written = {path for path in preview(value, ["csv"]) if path.endswith(".csv")}
    part = text_of(value)["handover.md"].partition("\n### csv: ")[2].partition("\n\n")[2]
    assert set(re.findall(r"`([a-z-]+\.csv)`", part.partition(" For ")[0])) == written
