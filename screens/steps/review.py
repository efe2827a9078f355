"""Step 6: everything that follows from the plan, on the board. The board does the work; here are
its words.
"""

from __future__ import annotations

from collections.abc import Iterator

from screens.board.derived import firewall_counts
from screens.steps.base import Context, FormStep
from screens.widgets.rows import Row
from wizard.views.words import plural


class Review(FormStep):
    """No form: the board takes its place. The rows stand above it."""

    id = "review"
    reads_derived = True
    keys = (
        "Enter: to the answer behind it. w: why. / filters, s sorts, g groups. v compares, e"
        " explains."
    )

    def body(self, context: Context) -> Iterator[Row]:
        if context.derived is None:
            return
        counts = firewall_counts(context.derived.deployment)
        text = ", ".join(f"{name} {plural(count, 'rule')}" for name, count in counts.items())
        yield Row("counts", "note", text or "No firewall yet.")
