"""Terraform itself evaluates every text of a hostile plan's configuration to that very text, without a
network. Terraform is no package of Debian's: where it is not there, the test is left out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporters.firewalls import terraform
from tests.exporters.firewalls.test_aws import FILTERED as AWS
from tests.exporters.firewalls.test_azure import EXACT, cloud, strings
from tests.tools.builders import rule
from tests.tools.hostile import hostile_to
from tests.tools.programs import own_network
from wizard.plan.model import Plan

pytestmark = pytest.mark.slow
# What the configuration means to be evaluated.
_OURS = re.compile(r"\$\{(var|aws_\w+|azurerm_\w+)[.\w]+\}")


def written(text: str) -> Iterator[str]:
    """All texts in the resources of a plan with this one as name, id and reason."""
    one = rule(text or "r", services=(text, "${1 + 1} %{if true}x%{endif}"))
    for firewall in (EXACT, AWS):
        plan = Plan(name=text, firewalls={"server": firewall})
        files = terraform.files_of(cloud(one, firewall=firewall, plan=plan), "server")
        for string in strings(json.loads(files["main.tf.json"])["resource"]):
            if not _OURS.fullmatch(string):
                yield string


def test_terraform_obeys_none(tmp_path: Path) -> None:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is missing")
    texts = {"control": "${1 + 1}"}
    for number, text in enumerate(hostile_to("arm", "cloudformation", "shell")):
        texts |= {f"t{number}-{at}": string for at, string in enumerate(written(text))}
    whole = {"output": {"texts": {"value": texts}}}
    (tmp_path / "main.tf.json").write_text(json.dumps(whole))
    settings = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}

    def run(*words: str) -> str:
        command = [*own_network(), program, *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=True
        )
        return done.stdout

    run("init", "-backend=false", "-input=false")
    run("apply", "-auto-approve", "-input=false")
    read = json.loads(run("output", "-json", "texts"))
    # Else nothing would be proved: it does evaluate what is a template.
    assert read.pop("control") == 2
    assert {name: read[name] for name in read if read[name] != texts[name]} == {}
    assert len(read) > 1000
