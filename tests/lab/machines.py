"""Machines of the lab with files of their own where a firewall tool keeps its own: iptables, ufw,
firewalld.

A machine is a `Space` whose commands see other folders in place of the real ones, by mounts that
end with the command. Nothing of the machine that runs the tests is read but what its packages ship,
and nothing is written."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.lab.netns import Space
from tests.tools.programs import tool

_BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""

# What firewalld's commands say and do where only files matter: it runs, and a reload takes the files. The
# real one takes twenty seconds for an apply, and a series with a fault at each step takes hundreds.
_FIREWALL_CMD = """\
#!/bin/sh
cd "$LOADED" || exit 1
case $1 in
    --reload) rm -rf policies && cp -R /etc/firewalld/policies . 2>/dev/null || mkdir -p policies ;;
    --list-all-policies)
        for file in policies/*.xml; do
            [ -f "$file" ] || continue
            basename "$file" .xml
            sed 's/^/  /' "$file"
        done
        ;;
    --get-default-zone) echo public ;;
    *) ;;
esac
"""
_FIREWALL_OFFLINE_CMD = """\
#!/bin/sh
case $* in
    *--list-all-policies*)
        for file in "${1#--system-config=}"/policies/*.xml; do
            basename "$file" .xml
            grep -o '<rule' "$file" | tr '<' '\\t'
        done
        ;;
    *) ;;
esac
"""


class Machine(Space):
    """A machine where `folders` (real path: folder) take the place of the real ones."""

    def __init__(
        self,
        space: Space,
        folders: Mapping[str, Path],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(space.name)
        self.folders = dict(folders)
        mounts = "".join(f"mount --bind '{own}' '{real}' && " for real, own in folders.items())
        settings = [f"{key}={value}" for key, value in (environment or {}).items()]
        self.before = ("unshare", "-m", "sh", "-c", f'{mounts}exec "$@"', "sh", "env", *settings)

    def run(
        self, *command: str, check: bool = True, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        return super().run(*self.before, *command, check=check, **more)

    def popen(self, *command: str, **more: Any) -> subprocess.Popen[str]:
        return super().popen(*self.before, *command, **more)

    def files(self) -> dict[str, tuple[int, str]]:
        """Every file in those folders: its mode and what it holds."""
        return {
            str(path): (path.stat().st_mode, path.read_text("utf-8", "replace"))
            for own in self.folders.values()
            for path in sorted(own.rglob("*"))
            if path.is_file()
        }

    def everything(self) -> dict[str, Any]:
        """All that a script could change: the kernel's rules, ufw's or firewalld's files, network
        settings.
        """
        # `sysctl -a` takes three times as long: it reads what is not the network's, too.
        settings = self.run("sh", "-c", "cd /proc/sys && grep -rs . net || true").stdout
        keep = [
            line
            for line in sorted(settings.splitlines())
            if not re.search("count|secret|stable|inode", line)
        ]
        rules = re.sub(r" counter packets \d+ bytes \d+", " counter", self.ruleset())
        return {"rules": rules, "files": self.files(), "settings": keep}


@contextlib.contextmanager
def furnished(kind: str, space: Space, folder: Path) -> Iterator[Machine]:
    """A machine with the tool of that format, and the back end of iptables behind a dash."""
    folder.mkdir()
    if kind == "firewalld":
        with firewalld_machine(space, folder) as machine:
            yield machine
    elif kind == "firewalld-stand-in":
        yield firewalld_stand_in(space, folder)
    elif kind == "ufw":
        yield ufw_machine(space, folder)
    elif kind == "nftables":
        yield Machine(space, {})
    else:
        yield iptables_machine(space, folder, kind.removeprefix("iptables-"))


def iptables_machine(space: Space, folder: Path, back_end: str) -> Machine:
    """A machine whose iptables is the one with that back end, `nft` or `legacy`."""
    programs = folder / "bin"
    programs.mkdir()
    multi = tool(f"xtables-{back_end}-multi")
    for family in ("", "6"):
        for what in ("", "-save", "-restore"):
            (programs / f"ip{family}tables{what}").symlink_to(multi)
    path = f"{programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return Machine(space, {}, {"PATH": path})


def ufw_machine(space: Space, folder: Path) -> Machine:
    """A machine with ufw as it is after its installation: inactive."""
    tool("ufw")
    own, defaults = folder / "ufw", folder / "default"
    shutil.copytree("/etc/ufw", own)
    for name in Path("/usr/share/ufw/iptables").glob("*.rules"):
        shutil.copy(name, own)
    shutil.copy("/usr/share/ufw/ufw.conf", own)
    for profile in (own / "applications.d").glob("portwright*"):
        profile.unlink()
    defaults.mkdir()
    kept = Path("/etc/default/ufw").read_text()
    for key, value in {
        "IPV6": "yes",
        "DEFAULT_INPUT_POLICY": '"DROP"',
        "DEFAULT_OUTPUT_POLICY": '"ACCEPT"',
    }.items():
        kept = re.sub(f"^{key}=.*", f"{key}={value}", kept, flags=re.MULTILINE)
    (defaults / "ufw").write_text(kept)
    return Machine(space, {"/etc/ufw": own, "/etc/default": defaults})


@contextlib.contextmanager
def firewalld_machine(space: Space, folder: Path) -> Iterator[Machine]:
    """A machine on which firewalld runs, with a system bus of its own."""
    daemon = tool("firewalld")
    own, bus = folder / "firewalld", folder / "bus"
    own.mkdir()
    for kind in ("helpers", "icmptypes", "ipsets", "policies", "services", "zones"):
        (own / kind).mkdir()
    for name in ("firewalld.conf", "lockdown-whitelist.xml"):
        shutil.copy(f"/etc/firewalld/{name}", own)
    (folder / "bus.conf").write_text(_BUS.format(path=bus))
    machine = Machine(
        space, {"/etc/firewalld": own}, {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
    )
    log = folder / "firewalld.log"
    with _beside(
        machine, "dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile"
    ):
        _until(bus.exists)
        arguments = ("--nofork", "--nopid", "--log-target=file", f"--log-file={log}")
        with _beside(machine, daemon, *arguments):
            _until(lambda: machine.run("firewall-cmd", "--state", check=False).returncode == 0, log)
            yield machine


def firewalld_stand_in(space: Space, folder: Path) -> Machine:
    """A machine with firewalld's folder, and commands in place of its own that answer at once."""
    own, loaded, programs = (folder / name for name in ("firewalld", "loaded", "bin"))
    for made in (own, loaded, programs):
        made.mkdir()
    for name, text in {
        "firewall-cmd": _FIREWALL_CMD,
        "firewall-offline-cmd": _FIREWALL_OFFLINE_CMD,
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    path = f"{programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    # The second holds what the firewall would have in the kernel.
    folders = {"/etc/firewalld": own, str(loaded): loaded}
    return Machine(space, folders, {"PATH": path, "LOADED": str(loaded)})


@contextlib.contextmanager
def _beside(machine: Machine, *command: str) -> Iterator[None]:
    """A process that runs on the machine meanwhile."""
    process = machine.popen(*command)
    try:
        yield
    finally:
        # Its namespace goes next: there is nothing to tidy up, and firewalld takes ten seconds for
        # it.
        process.kill()
        process.communicate()


def _until(what: Callable[[], bool], log: Path | None = None, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        said = log.read_text() if log is not None and log.exists() else ""
        assert time.monotonic() < end, f"it did not start: {said}"
        time.sleep(0.1)
