"""The seven steps, one file each."""

from __future__ import annotations

from screens.steps.base import FormStep
from screens.steps.export import Export
from screens.steps.features import Features
from screens.steps.firewalls import Firewalls
from screens.steps.network import NetworkStep
from screens.steps.products import Products
from screens.steps.request import RequestStep
from screens.steps.review import Review
from wizard.questions import StepId

STEP_FORMS: dict[StepId, type[FormStep]] = {
    "products": Products,
    "features": Features,
    "network": NetworkStep,
    "firewalls": Firewalls,
    "request": RequestStep,
    "review": Review,
    "export": Export,
}
