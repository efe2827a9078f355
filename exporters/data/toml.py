"""Deployment → `plan.toml`, which loads to the same plan, and `rules.toml`, what follows."""

from __future__ import annotations

from typing import Any

import tomli_w

from exporters.safe import visible
from wizard.deployment import Deployment, to_json
from wizard.plan.catalog import made_with
from wizard.plan.file import write_plan

_HEADER = """\
# What follows from plan.toml: flows, rules, forwards, lists and findings, with the keys of
# `portwright show --json`. TOML has no null: a key that would be null there is left out here
# (`encrypted` where the document does not say, `public_address` where the plan gives none).
# Written by Portwright; change plan.toml and export again instead of editing it.

"""


def files(deployment: Deployment) -> dict[str, str]:
    """The plan with every default explicit, and the deployment."""
    plan = made_with(deployment.catalog, deployment.plan)
    return {
        "plan.toml": visible(write_plan(plan, deployment.catalog)),
        "rules.toml": _HEADER + visible(tomli_w.dumps(_without_null(to_json(deployment)))),
    }


def _without_null(value: Any) -> Any:
    """The same value without keys that hold None."""
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return list(map(_without_null, value))
    return value
