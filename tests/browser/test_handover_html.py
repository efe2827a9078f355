"""handover.html in a real Chromium: phone, laptop, print; light and dark; accessibility; nothing
fetched.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from exporters.handover import html
from exporters.handover.columns import TABLES
from exporters.picture import picture
from exporters.picture import svg as picture_svg
from exporters.picture.model import stream_text
from tests.exporters.picture.test_picture import branches
from tests.golden.make import PLANS, golden_deployment

SIZES = {"phone": (390, 844), "laptop": (1366, 768), "wide": (1920, 1080)}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


class Opened:
    """A page, and everything that it asked the network or the console for."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(path.as_uri())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("handover")
    for plan in PLANS:
        text = html.files(golden_deployment(plan))["handover.html"]
        (folder / f"{plan}.html").write_text(text, "utf-8")
    return {plan: folder / f"{plan}.html" for plan in PLANS}


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Any:
    return request.param


def opened(chromium: Browser, path: Path, size: str, **more: Any) -> Iterator[Opened]:
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, **more)
    yield Opened(context.new_page(), path)
    context.close()


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("size", SIZES)
def test_fits_the_screen_and_fetches_nothing(
    plan: str, size: str, chromium: Browser, files: dict[str, Path]
) -> None:
    for seen in opened(chromium, files[plan], size, java_script_enabled=True):
        assert seen.requests == [files[plan].as_uri()]
        assert seen.said == []
        width = seen.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size][0], "the page scrolls sideways"
        # No text is cut: nothing sticks out of its cell.
        out = seen.page.evaluate(
            "[...document.querySelectorAll('td,th,dd,li,h1,h2,h3,p')].filter(e => e.scrollWidth >"
            " e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !="
            " 'inline').map(e => e.textContent.slice(0, 60))"
        )
        assert out == []


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_accessibility(
    plan: str, size: str, scheme: Any, chromium: Browser, files: dict[str, Path]
) -> None:
    for seen in opened(chromium, files[plan], size, color_scheme=scheme, bypass_csp=True):
        results = Axe().run(
            seen.page, options={"runOnly": {"type": "tag", "values": RULES["runOnly"]}}
        )
        assert results.violations_count == 0, results.generate_report()
        assert len(results.response["passes"]) > 15


@pytest.mark.parametrize("plan", PLANS)
def test_links_and_headings(plan: str, chromium: Browser, files: dict[str, Path]) -> None:
    for seen in opened(chromium, files[plan], "laptop"):
        dead = seen.page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById("
            "decodeURIComponent(a.hash.slice(1)))).map(a => a.hash)"
        )
        assert dead == []
        ragged = seen.page.evaluate(
            "[...document.querySelectorAll('table')].filter("
            "t => new Set([...t.rows].map(r => r.cells.length)).size != 1).length"
        )
        assert ragged == 0
        levels = seen.page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_works_without_script(chromium: Browser, files: dict[str, Path]) -> None:
    for seen in opened(chromium, files["clinic"], "laptop", java_script_enabled=False):
        assert "To be supplied by" in (seen.page.text_content("main") or "")
        seen.page.click("nav a[href='#findings']")
        assert seen.page.url.endswith("#findings")


def test_a_card_on_the_phone_says_what_each_value_is(
    chromium: Browser, files: dict[str, Path]
) -> None:
    for seen in opened(chromium, files["clinic"], "phone"):
        labels = seen.page.evaluate(
            "[...document.querySelectorAll('table.t-rules tbody"
            " tr:first-child')][0].querySelectorAll('td').length &&"
            " [...document.querySelector('table.t-rules tbody tr').cells].map(c =>"
            " getComputedStyle(c, '::before').content.replaceAll('\"', ''))"
        )
        assert tuple(labels) == TABLES["rules"]


@pytest.mark.parametrize("plan", PLANS)
def test_no_label_of_a_card_reaches_into_the_next_value(
    plan: str, chromium: Browser, files: dict[str, Path]
) -> None:
    for seen in opened(chromium, files[plan], "phone"):
        heights: list[list[float]] = seen.page.evaluate(
            "[...document.querySelectorAll('table.cards td')].filter(td => td.clientHeight).map("
            "td => [parseFloat(getComputedStyle(td, '::before').height), td.clientHeight])"
        )
        assert len(heights) > 100
        assert [pair for pair in heights if not 0 < pair[0] <= pair[1]] == []
        # Two lines of a label are no rarity.
        assert max(label for label, _ in heights) > 1.5 * min(label for label, _ in heights)


def test_there_is_room_to_sign(chromium: Browser, files: dict[str, Path]) -> None:
    for seen in opened(chromium, files["clinic"], "laptop"):
        seen.page.set_viewport_size({"width": 695, "height": 1000})  # A4 upright, less its margins
        seen.page.emulate_media(media="print")
        widths: dict[str, float] = seen.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('.sign th')].map(th =>"
            " [th.textContent, th.clientWidth]))"
        )
        assert widths["Name"] >= 110
        assert widths["Date"] >= 60
        assert widths["Signature"] >= 130
        rows = seen.page.evaluate(
            "[...document.querySelectorAll('.sign tbody tr')].map(tr => tr.clientHeight)"
        )
        assert min(rows) >= 38


def test_what_the_picture_shows_stands_beside_it_as_text(
    chromium: Browser, files: dict[str, Path]
) -> None:
    shown = picture(golden_deployment("clinic"))
    for seen in opened(chromium, files["clinic"], "phone"):
        texts = seen.page.locator(".legend li span:last-child").all_inner_texts()
        assert texts == [
            *(f"{wall.name}: {wall.about}" for wall in shown.walls),
            *(f"{guard.name}: {guard.about}" for guard in shown.guards),
            *(stream_text(stream).partition(": ")[2] for stream in shown.streams),
        ]


@pytest.mark.parametrize("plan", PLANS)
def test_prints_on_a4(plan: str, chromium: Browser, files: dict[str, Path]) -> None:
    """Every page is A4, upright or across; the wide tables are across."""
    for seen in opened(chromium, files[plan], "laptop"):
        pdf = seen.page.pdf(prefer_css_page_size=True)
        boxes = {
            tuple(round(float(number)) for number in found)
            for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", inflated(pdf))
        }
        assert {(595, 842), (842, 595)} == boxes
        seen.page.emulate_media(media="print")
        assert (
            seen.page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
        )
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") in (
            "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)",
        )  # fmt: skip


@pytest.mark.parametrize("plan", PLANS)
def test_the_picture_and_the_zones_print_on_one_page(
    plan: str, chromium: Browser, files: dict[str, Path]
) -> None:
    """A4 across, less its margins, holds the whole section: no page has two rows of the zones
    alone.
    """
    for seen in opened(chromium, files[plan], "laptop"):
        seen.page.set_viewport_size({"width": round(275 * 96 / 25.4), "height": 900})
        seen.page.emulate_media(media="print")
        height = seen.page.evaluate(
            "document.querySelector('section[aria-labelledby=network]').offsetHeight"
        )
        assert height <= 182 * 96 / 25.4
        picture, legend = (
            seen.page.locator(part).bounding_box() for part in (".drawn svg", ".drawn .legend")
        )
        assert picture
        assert legend
        assert picture["width"] >= 450
        assert picture["x"] + picture["width"] <= legend["x"]


def test_dark_is_dark_and_prints_light(chromium: Browser, files: dict[str, Path]) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    for seen in opened(chromium, files["clinic"], "laptop", color_scheme="dark"):
        assert seen.page.evaluate(colour) == "rgb(18, 23, 30)"
        seen.page.emulate_media(media="print", color_scheme="dark")
        assert seen.page.evaluate(colour) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("count", [5, 50])
def test_picture_is_readable(count: int, chromium: Browser, tmp_path: Path) -> None:
    """As Chromium measures the texts: none leaves the picture, none lies on another."""
    path = tmp_path / "network.svg"
    path.write_text(picture_svg.files(branches(count))["network.svg"], "utf-8")
    for seen in opened(chromium, path, "laptop"):
        assert seen.requests == [path.as_uri()]
        boxes: list[list[float]] = seen.page.evaluate(
            "[...document.querySelectorAll('text')].map(t => { const b = t.getBBox(); "
            "return [b.x, b.y, b.x + b.width, b.y + b.height] })"
        )
        width, height = seen.page.evaluate(
            "[document.documentElement.viewBox.baseVal.width,"
            " document.documentElement.viewBox.baseVal.height]"
        )
        assert len(boxes) > 10
        for left, top, right, bottom in boxes:
            assert 0 <= left <= right <= width + 1
            assert 0 <= top <= bottom <= height + 1
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                over = (
                    min(one[2], other[2]) - max(one[0], other[0]),
                    min(one[3], other[3]) - max(one[1], other[1]),
                )
                assert over[0] < 2 or over[1] < 4, (one, other)


def inflated(pdf: bytes) -> bytes:
    """The PDF with its compressed object streams opened."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)
