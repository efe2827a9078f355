"""The wizard in a browser: a server on this machine's loopback address alone, and words how to
reach it.
"""

from __future__ import annotations

import asyncio
import errno
import importlib.metadata
import os
import re
import secrets
import shlex
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from screens.web.host import tunnel_line

HOST = "127.0.0.1"


class CannotServe(Exception):
    """Why there is no server; the message is for the person."""


def serve(plan: Path | None, port: int) -> None:
    """Serve the wizard, on a plan file where one is given, until Ctrl+C. Port 0: any free one.

    Raises:
        CannotServe: where the extra `web`, the port or the plan is not to be had.
    """
    try:
        from screens.web.server import WizardServer
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("screens", "wizard"):
            raise
        raise CannotServe(
            "the wizard in a browser needs the extra 'web'; to install it:"
            f" {install_line(sys.executable)}"
        ) from error
    if plan is not None:
        _look_at(plan)
    listening = _listen(port)
    # 192 bits: whoever else is on this machine reaches the port, and can't guess it.
    key = secrets.token_urlsafe(24)
    server = WizardServer(
        wizard_command(sys.orig_argv, sys.argv, sys.executable, plan),
        os.environ,
        key,
        f"Portwright on {socket.gethostname()}",
    )
    instructions = how_to_open(listening.getsockname()[1], key, os.environ)
    asyncio.run(server.serve_on(listening, lambda: print(instructions, flush=True)))
    print("\nThe server has ended. Drafts are kept.")


def how_to_open(port: int, key: str, environ: Mapping[str, str]) -> str:
    """What is printed: the address with its key, and the tunnel from another computer."""
    address = f"http://{HOST}:{port}/{key}/"
    tunnel = tunnel_line(port, environ)
    if environ.get("SSH_CONNECTION"):
        steps = (
            f"On your own computer, in another terminal:\n\n    {tunnel}\n\n"
            f"and, while that runs, in your browser there:\n\n    {address}"
        )
    else:
        steps = (
            f"In your browser:\n\n    {address}\n\nFrom another computer, first there:\n\n   "
            f" {tunnel}"
        )
    return (
        f"The wizard is served on this machine's loopback address alone.\n\n{steps}\n\n"
        "The address holds a key: who has it has your wizard. The next start makes another.\n"
        "Each tab is a window of its own; closing one keeps its draft. Ctrl+C ends the server."
    )


def wizard_command(
    orig_argv: Sequence[str], argv: Sequence[str], executable: str, plan: Path | None
) -> list[str]:
    """The command that opens the wizard for a tab, from how this process was started itself.

    `orig_argv` is the interpreter's whole command line, `argv` the program's: what comes before the
    latter's words (the interpreter's options, a script, `-m wizard`, a zipped application) starts
    the same program.
    """
    words = len(argv) - 1
    before = list(orig_argv[: len(orig_argv) - words])
    plan_words = [] if plan is None else ["--", str(plan.resolve())]
    return [executable or before[0], *before[1:], "wizard", "--in-browser", *plan_words]


def install_line(executable: str) -> str:
    """The command that installs what the extra `web` holds, into the environment that runs this."""
    try:
        requirements = importlib.metadata.requires("portwright") or []
    except importlib.metadata.PackageNotFoundError:
        requirements = []
    # By its own name, never as portwright[web]: this Portwright need not be the one that an index
    # has.
    pinned = [
        line.partition(";")[0].strip()
        for line in requirements
        if re.search(r"extra\s*==\s*.web\b", line)
    ]
    return shlex.join([executable, "-m", "pip", "install", *(pinned or ["textual-serve"])])


def _look_at(plan: Path) -> None:
    """Each tab reads the plan itself; what is wrong with it is said before."""
    from screens.start import trouble_of

    trouble = trouble_of(plan)
    if trouble:
        raise CannotServe(trouble)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = f"port {port} is taken by another program on this machine"
        elif error.errno == errno.EACCES:
            why = f"port {port} is not for everybody: ports up to 1023 are root's"
        else:
            raise CannotServe(f"port {port} on {HOST}: {error.strerror or error}") from error
        raise CannotServe(
            f"{why}; try another (--port 8010), or any free one (--port 0)"
        ) from error
