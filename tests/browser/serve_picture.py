"""`python -m tests.browser.serve_picture` takes docs/pictures/serve.png anew: the wizard in a real
Chromium.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.browser.conftest import launched
from tests.browser.tab import NOWHERE, Tab
from tests.tools.paths import ROOT
from tests.tools.serving import Serving

PICTURE = ROOT / "docs/pictures/serve.png"
SIZE = (1160, 660)


def take(tab: Tab) -> None:
    """To a step in which there is something to see."""
    tab.wait_for(r"> \[ \] CirrusPrint")
    tab.press("/", *"papercut mf", "ArrowDown", "Space", "Escape")
    tab.wait_for(r"\[x\] PaperCut MF")
    tab.press("Alt+3")
    tab.wait_for("Step 3/7")
    tab.write("Head office printing")
    tab.wait_for("Portwright · Head office printing")
    tab.press("ArrowDown", "Enter")
    tab.wait_for(r"10\.20\.10\.0/24")
    tab.press("Alt+2")
    tab.wait_for("Step 2/7")
    tab.down_to("[ ] Toshiba devices")
    tab.press("Space")
    tab.wait_for(r"\[x\] Toshiba devices")
    tab.press("ArrowDown", "Space")
    tab.wait_for(r"\[x\] SDK1")
    tab.settle()


def main() -> None:
    """Take it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "HOME": home,
            "XDG_STATE_HOME": home,
            "XDG_CONFIG_HOME": home,
            "XDG_CACHE_HOME": home,
        }
        with Serving(Path(home)) as serving, launched(NOWHERE) as browser:
            width, height = SIZE
            tab = Tab(browser.new_context(viewport={"width": width, "height": height}), serving.url)
            take(tab)
            tab.page.screenshot(path=PICTURE)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
