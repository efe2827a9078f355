"""Deployment → `deployment.json`, the same value as `portwright show --json`."""

from __future__ import annotations

import json

from wizard.deployment import Deployment, to_json


def files(deployment: Deployment) -> dict[str, str]:
    """The one file. Characters beyond ASCII are escaped, so nothing in it can steer a terminal."""
    return {"deployment.json": json.dumps(to_json(deployment), indent=2) + "\n"}
