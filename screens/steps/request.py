"""Step 5: who asks, and why. Everything is optional."""

from __future__ import annotations

from screens.steps.base import FormStep


class RequestStep(FormStep):
    """Fields for the papers; nothing here changes a rule."""

    id = "request"
    keys = "Everything here is optional. Enter: next field."
