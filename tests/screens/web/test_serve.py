"""`portwright serve` before it serves: what is started for a tab, what is printed, what is said
where it can't.
"""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

import pytest

from screens.web.host import tunnel_line
from screens.web.serve import how_to_open, install_line, wizard_command
from tests.tools.paths import ROOT
from tests.wizard.cli.test_commands import run

KEY = "the-key"


@pytest.mark.parametrize(
    ("orig_argv", "argv", "starts"),
    [
        (["python", "-m", "wizard", "serve", "x.toml"], ["/r/wizard/__main__.py", "serve", "x.toml"],
         ["/v/python", "-m", "wizard"]),
        (["/v/python", "/v/bin/portwright", "serve"], ["/v/bin/portwright", "serve"],
         ["/v/python", "/v/bin/portwright"]),
        (["python3", "-I", "-X", "utf8", "pw.pyz", "serve", "--port", "0"], ["pw.pyz", "serve", "--port", "0"],
         ["/v/python", "-I", "-X", "utf8", "pw.pyz"]),
    ],
    ids=["a checkout", "an installed command", "a zipped application"],
)  # fmt: skip
def test_a_tab_is_started_as_the_server_was(
    orig_argv: list[str],
    argv: list[str],
    starts: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert wizard_command(orig_argv, argv, "/v/python", None) == [*starts, "wizard", "--in-browser"]
    hostile = "-a b'$(touch x);\"\n&.toml"
    named = wizard_command(orig_argv, argv, "/v/python", Path(hostile))
    assert named == [*starts, "wizard", "--in-browser", "--", str(tmp_path / hostile)]


# --- what is printed -----------------------------------------------------------------------------

OVER_SSH = {"USER": "kim", "SSH_CONNECTION": "192.0.2.9 50000 192.0.2.5 22"}


def test_the_tunnel_leads_to_this_machine_as_the_session_reached_it() -> None:
    assert tunnel_line(8000, OVER_SSH) == "ssh -L 8000:127.0.0.1:8000 kim@192.0.2.5"
    six = {"USER": "kim", "SSH_CONNECTION": "fe80::1 5 2001:db8::5 2222"}
    assert tunnel_line(1, six) == "ssh -p 2222 -L 1:127.0.0.1:1 kim@2001:db8::5"
    hostile = tunnel_line(1, {**OVER_SSH, "USER": "$(reboot) -oProxyCommand=x"})
    assert shlex.split(hostile)[-1] == "$(reboot) -oProxyCommand=x@192.0.2.5"


def test_over_ssh_the_tunnel_comes_first() -> None:
    told = how_to_open(8000, KEY, OVER_SSH)
    assert told.index("ssh -L 8000:") < told.index(f"    http://127.0.0.1:8000/{KEY}/\n")
    told = how_to_open(8000, KEY, {"USER": "kim"})
    assert told.index("ssh -L 8000:") > told.index(f"    http://127.0.0.1:8000/{KEY}/\n")


# --- where it can't serve ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--port", "70000"), "70000"),
        (("--port", "http"), "http"),
        (("--host", "0.0.0.0"), "No such option"),
        (("missing.toml",), "missing.toml can't be read: No such file"),
        (("wrong.toml",), "nane"),
    ],
)
def test_bad_input(
    words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.toml").write_text("format = 1\nnane = 'x'\n", "utf-8")
    result = run("serve", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_that_installs_names_what_the_project_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (wanted,) = project["optional-dependencies"]["web"]
    # As an installed distribution tells it; the one that runs these tests may be older than the
    # file.
    told = ["click>=8.1", "typst>=0.15; extra == 'pdf'", f'{wanted}; extra == "web"']
    monkeypatch.setattr("importlib.metadata.requires", lambda name: told)
    assert shlex.split(install_line("/a b/python")) == [
        "/a b/python",
        "-m",
        "pip",
        "install",
        wanted,
    ]
    monkeypatch.undo()
    assert "textual-serve" in install_line("python")
