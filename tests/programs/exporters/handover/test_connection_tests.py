"""The scripts that try connections: every one is in them and nothing else, and no text in them
acts.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec
import pytest

from exporters.handover import connection_tests
from tests.exporters.handover.test_connection_tests import payload, plans
from tests.golden.make import golden_deployment
from tests.tools.hostile import HOSTILE
from tests.tools.programs import tool
from tests.tools.ps_reader import commands, parse
from wizard.deployment import Deployment


@pytest.mark.slow
def test_shell_scripts_are_clean(tmp_path: Path) -> None:
    files = {f"{n}-{Path(path).name}": text for n, value in enumerate(plans())
             for path, text in connection_tests.files(value).items() if path.endswith(".sh")}  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        subprocess.run([tool("dash"), "-n", tmp_path / name], check=True)
    # They are one template: a few stand for all.
    some = [tmp_path / name for name in sorted(files)[:3]]
    done = subprocess.run(
        [tool("shellcheck"), "--shell=sh", *some], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


NC = """#!/bin/sh
[ "$1" != -h ] || { echo "usage: nc [%s] host port" >&2; exit 1; }
printf x >>"$NOTES"
exec %s
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "does", "code", "said"),
    [
        ("-46vz", "true", 0, "connects  connects"),
        ("-46vz", "sleep 300", 1, "connects  no answer"),
        ("-iwlpe", "true", 2, "this nc has no option -z"),
        (None, "", 2, "Neither bash (with /dev/tcp) nor nc is here."),
    ],
    ids=["an nc that connects", "an nc that hangs and knows no time", "an nc without -z", "no nc"],
)
def test_whatever_nc_is_there_nothing_passes_that_was_not_tried(
    options: str | None, does: str, code: int, said: str, tmp_path: Path
) -> None:
    tools, notes = tmp_path / "bin", tmp_path / "notes"
    tools.mkdir()
    for name in ("sh", "cat", "mktemp", "rm", "sleep", "sed", "true"):
        (tools / name).symlink_to(tool(name))
    if options is not None:
        (tools / "nc").write_text(NC % (options, does))
        (tools / "nc").chmod(0o755)
    files = connection_tests.files(golden_deployment("five-products"))
    script = tmp_path / "from-mfp.sh"
    script.write_text(files["tests/from-mfp.sh"])
    done = subprocess.run(
        [tool("dash"), script, "--seconds", "1" if "sleep" in does else "300"],
        capture_output=True, text=True, check=False,
        env={"PATH": str(tools), "NOTES": str(notes), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), (
        done.stdout + done.stderr
    )
    tried = len(payload(files["tests/from-mfp.sh"], "list"))
    assert (notes.read_text() if notes.exists() else "") == ("x" * tried if code < 2 else "")


# It waits until as many connections have been begun as the script tries at once.
SLEEP = """#!/bin/sh
printf '%s\\n' "$1" >>"$NOTES.slept"
until [ "$(cat "$NOTES" | wc -c)" -ge 16 ]; do {sleep} 0.1; done
"""


@pytest.mark.slow
def test_silent_connections_are_waited_for_together(tmp_path: Path) -> None:
    """And each as long as was asked for: sixteen silent ones take no longer than one."""
    tools, notes = tmp_path / "bin", tmp_path / "notes"
    tools.mkdir()
    for name in ("sh", "cat", "mktemp", "rm", "sed", "wc"):
        (tools / name).symlink_to(tool(name))
    (tools / "nc").write_text(NC % ("-z", f"{tool('sleep')} 3600"))
    (tools / "sleep").write_text(SLEEP.format(sleep=tool("sleep")))
    for name in ("nc", "sleep"):
        (tools / name).chmod(0o755)
    files = connection_tests.files(golden_deployment("five-products"))
    path = max(
        (path for path in files if path.endswith(".sh")),
        key=lambda path: len(payload(files[path], "list")),
    )
    script = tmp_path / "script.sh"
    script.write_text(files[path])
    done = subprocess.run(
        [tool("dash"), script, "--seconds", "7"], capture_output=True, text=True, check=False,
        env={"PATH": str(tools), "NOTES": str(notes), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    # One that is ended as soon as it begins has not written its note yet.
    tried, slept = notes.read_text(), (tmp_path / "notes.slept").read_text().split()
    assert 16 <= len(tried) <= len(slept) <= len(payload(files[path], "list"))
    assert set(slept) == {"7"}


def hostile(text: str) -> Deployment:
    value = golden_deployment("clinic")
    flows = tuple(msgspec.structs.replace(flow, service=text) for flow in value.flows)
    hosts = tuple(
        msgspec.structs.replace(entry, host=text, purposes=(text,)) for entry in value.allowlist
    )
    plan = msgspec.structs.replace(value.plan, name=text)
    return msgspec.structs.replace(value, flows=flows, allowlist=hosts, plan=plan)


@pytest.mark.slow
@pytest.mark.parametrize("text", [*HOSTILE, "fe80::1%$(id)", "a|b|c", "'@ | Remove-Item C:\\ #"])
def test_hostile_text_is_inert(text: str, tmp_path: Path) -> None:
    files = connection_tests.files(hostile(text))
    plain = connection_tests.files(hostile("plain"))
    for path, content in files.items():
        assert content.isascii()
        assert not [c for c in content if ord(c) < 32 and c not in "\r\n"]
        if path.endswith(".ps1"):
            here = [c.name for c in commands(parse(content.replace("\r\n", "\n")))]
            assert here == [c.name for c in commands(parse(plain[path].replace("\r\n", "\n")))]
            assert content.count("'@") == 2
            continue
        assert {len(row) for row in payload(content, "list")} <= {8}
        assert content.splitlines().count("PORTWRIGHT_END") == 2
        # `--help` runs the whole head of the script and opens no connection.
        script = tmp_path / Path(path).name
        script.write_text(content)
        done = subprocess.run(
            [tool("dash"), script, "--help"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert {p.name for p in tmp_path.iterdir()} <= {Path(name).name for name in files}
