"""`python -m tests.browser.handover_picture` takes docs/pictures/handover-request.png anew: the first page of
the example's handover.html in a real Chromium.
"""

from __future__ import annotations

from tests.browser.conftest import launched
from tests.browser.tab import NOWHERE
from tests.golden.examples import STORED
from tests.tools.paths import ROOT

PICTURE = ROOT / "docs/pictures/handover-request.png"
SIZE = (1000, 900)


def main() -> None:
    """Take it."""
    width, height = SIZE
    with launched(NOWHERE) as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto((STORED / "handover.html").as_uri())
        page.screenshot(path=PICTURE)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
