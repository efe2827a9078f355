"""The seven steps, one file each, loaded when a step is first looked at."""

from __future__ import annotations

from screens.steps.base import FormStep
from wizard.questions import StepId


class StepForms(dict[StepId, FormStep]):
    """The forms of the steps, each made when it is first asked for; `get` makes none."""

    def __missing__(self, step: StepId) -> FormStep:
        form = self[step] = _form_of(step)
        return form


def _form_of(step: StepId) -> FormStep:
    match step:
        case "products":
            from screens.steps.products import Products

            return Products()
        case "features":
            from screens.steps.features import Features

            return Features()
        case "network":
            from screens.steps.network import NetworkStep

            return NetworkStep()
        case "firewalls":
            from screens.steps.firewalls import Firewalls

            return Firewalls()
        case "request":
            from screens.steps.request import RequestStep

            return RequestStep()
        case "review":
            from screens.steps.review import Review

            return Review()
        case "export":
            from screens.steps.export import Export

            return Export()
