"""`changes.html` in Chromium: it fits a phone and a laptop, fetches nothing, prints, and axe finds
nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from exporters.changes import html as changes_html
from tests.browser.test_handover_html import RULES, SIZES, opened
from tests.exporters.changes.test_handover_changes import NEW, OLD
from wizard.changes import compare


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "changes.html"
    path.write_text(changes_html.text(OLD, NEW, compare(OLD, NEW)), "utf-8")
    return path


@pytest.mark.parametrize("size", SIZES)
def test_fits_the_screen_and_fetches_nothing(size: str, chromium: Browser, page: Path) -> None:
    for seen in opened(chromium, page, size, java_script_enabled=True):
        assert seen.requests == [page.as_uri()]
        assert seen.said == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        out = seen.page.evaluate(
            "[...document.querySelectorAll('td,th,dd,li,h1,h2,p')].filter(e => e.scrollWidth >"
            " e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !="
            " 'inline').map(e => e.textContent.slice(0, 60))"
        )
        assert out == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_accessibility(size: str, scheme: Any, chromium: Browser, page: Path) -> None:
    for seen in opened(chromium, page, size, color_scheme=scheme, bypass_csp=True):
        results = Axe().run(
            seen.page, options={"runOnly": {"type": "tag", "values": RULES["runOnly"]}}
        )
        assert results.violations_count == 0, results.generate_report()
        assert len(results.response["passes"]) > 10
