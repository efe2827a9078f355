"""An sshd of our own on loopback, with keys that live as long as the tests."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal
from tests.tools.programs import missing


class Server:
    """Where it listens, and how to get in."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def ssh(
        self,
        command: str,
        log: Path,
        columns: int,
        lines: int,
        *,
        term: str = "xterm-256color",
        far: Path | None = None,
    ) -> Terminal:
        """A command on a terminal at the other end; `log` gets what the client says, byte counts
        among it. `far`: where the command leaves its process id.
        """
        argv = [
            *("ssh", "-tt", "-v", "-E", str(log), "-F", "none", "-i", str(self.folder / "key")),
            *(
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "IdentityAgent=none",
            ),
            *("-p", str(self.port), f"{getpass.getuser()}@127.0.0.1", command),
        ]
        return Terminal(argv, columns=columns, lines=lines, term=term, far=far)


def received(log: Path) -> int:
    """Bytes that came over the line, ciphers and handshake included."""
    said = log.read_text()
    found = re.search(r"Transferred: sent \d+, received (\d+) bytes", said)
    assert found, said[-2000:]
    return int(found[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if sshd is None or shutil.which("ssh") is None:
        missing("needs sshd and ssh")
    folder = tmp_path_factory.mktemp("sshd")
    folder.chmod(0o700)
    for name in ("host", "key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
            check=True,
            timeout=300,
        )
    shutil.copy(folder / "key.pub", folder / "authorized")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile"
        f" {folder}/authorized\nPidFile {folder}/pid\nStrictModes no\nUsePAM"
        " no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin"
        " yes\nPrintMotd no\nPrintLastLog no\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    # sshd starts itself anew for each connection: both paths have to be absolute.
    process = subprocess.Popen(
        [sshd, "-D", "-f", str(folder / "config"), "-E", str(folder / "log")]
    )
    try:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            pytest.fail((folder / "log").read_text())
        yield Server(folder, port)
    finally:
        process.terminate()
        process.wait()
