"""Ansible reads inventory and plays of a plan with hostile texts, and evaluates none of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from exporters.export import export
from tests.tools.builders import HOST, deployment, rule
from tests.tools.hostile import AGAINST
from tests.tools.programs import missing
from wizard.deployment import Deployment
from wizard.plan.model import Plan, Request


def run(folder: Path, program: str, *arguments: str) -> str:
    """What an Ansible program prints, in the exported folder."""
    path = sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
    found = shutil.which(program, path=path)
    if found is None:
        missing(f"{program} is missing")
    done = subprocess.run(
        [found, "-i", "inventory.yml", *arguments],
        env={**os.environ, "ANSIBLE_HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"},
        cwd=folder / "export/ansible",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def hostile(canary: Path) -> Deployment:
    """A plan that is called by all that a template would run."""
    texts = tuple(text.replace("/tmp/pwned", str(canary)) for text in AGAINST["jinja"])
    name = " ".join(texts)
    return deployment(
        rule("r", services=texts),
        plan=Plan(name=name, request=Request(reference=name), firewalls={"server": HOST}),
        coverage={"server": ("10.0.10.5/32",)},
    )


@pytest.mark.slow
def test_no_text_of_a_plan_is_evaluated(tmp_path: Path) -> None:
    canary = tmp_path / "pwned"
    export(hostile(canary), tmp_path / "export", ["ansible"])
    found = json.loads(run(tmp_path, "ansible-inventory", "--list"))
    assert found["_meta"]["hostvars"]
    for book in ("site.yml", "remove.yml"):
        run(tmp_path, "ansible-playbook", "--syntax-check", book)
    # Every variable, evaluated on this machine in the place of each host.
    local = (
        "ansible_connection=local",
        f"ansible_python_interpreter={sys.executable}",
    )
    told = run(
        tmp_path, "ansible", "all", "-e", " ".join(local), "-m", "debug", "-a", "var=hostvars"
    )
    assert "portwright_firewall" in told
    assert not canary.exists()
