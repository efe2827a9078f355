"""The fragment for squid.conf lets the listed through for those who need them; Squid itself reads
it.

What a real Squid then lets through is in tests/lab.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from exporters.proxy import squid
from tests.exporters.proxy.test_squid import CONF, Acls
from tests.tools.hostile import hostile_to
from tests.tools.programs import missing
from tests.tools.proxies import Listed, proxied
from wizard.deployment import Deployment

PROGRAM = shutil.which("squid", path=os.environ["PATH"] + ":/usr/sbin")


@pytest.mark.parametrize("text", hostile_to("squid"))
def test_hostile_text_is_inert(text: str, tmp_path: Path) -> None:
    value = proxied(
        ("https", 443, text, "print-server"),
        ("https", 443, "a.example.com", "print-server"),
        bypass=(text,),
        name=text,
        tls_inspection=True,
    )
    made = squid.files(value)[CONF]
    assert made.isascii()
    acls = Acls(made)
    assert set(acls.acls["portwright_hosts_1"][1]) <= {"a.example.com", "a" * 63}
    parse(value, tmp_path)


def parse(value: Deployment, folder: Path) -> None:
    if PROGRAM is None:
        missing("squid is missing")
    path = folder / "squid.conf"
    path.write_text(squid.files(value)[CONF])
    done = subprocess.run(
        [PROGRAM, "-k", "parse", "-f", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert not any(word in said for word in ("WARNING", "ERROR", "FATAL", "Bungled")), said


@pytest.mark.parametrize(
    "listed",
    [
        (
            "www.papercut.com",
            "*.papercut.com",
            "papercut.com",
            "a.b.papercut.com",
            "*.b.papercut.com",
        ),
        ("*.papercut.com", "www.papercut.com"),
        ("z.example", "*.example", "a.z.example"),
        (),
    ],
)
@pytest.mark.parametrize("mode", ["explicit", "transparent"])
def test_squid_reads_it(listed: tuple[str, ...], mode: str, tmp_path: Path) -> None:
    found: list[Listed] = [("https", 443, host, "print-server") for host in listed]
    parse(proxied(*found, mode=mode, bypass=("*.printix.net", "printix.net")), tmp_path)
