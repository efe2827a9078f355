"""This machine, as other computers reach it: for the scp and ssh lines that people copy."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Mapping


def this_host(environ: Mapping[str, str]) -> str:
    """`user@address` of this machine, as the SSH client of this session reached it; else by its
    name.
    """
    user = environ.get("USER") or environ.get("LOGNAME") or ""
    parts = environ.get("SSH_CONNECTION", "").split()
    address = parts[2] if len(parts) == 4 else socket.gethostname()
    address = f"[{address}]" if ":" in address else address
    return f"{user}@{address}" if user else address


def tunnel_line(port: int, environ: Mapping[str, str]) -> str:
    """The command for the user's own computer that brings this machine's loopback port there."""
    parts = environ.get("SSH_CONNECTION", "").split()
    own_port = ["-p", parts[3]] if len(parts) == 4 and parts[3] != "22" else []
    # scp wants brackets around an IPv6 address, ssh wants none.
    host = this_host(environ).replace("[", "").replace("]", "")
    return shlex.join(["ssh", *own_port, "-L", f"{port}:127.0.0.1:{port}", host])
