"""A real systemd or OpenRC that starts, loses its power and starts again, with nothing of the machine that
runs the tests but its programs.

Its root is a copy-on-write layer over `/` on a tmpfs; `/tmp`, `/run`, `/dev`, `/proc`, network and
cgroup are its own, `/proc/sys` can be written below `net` only, and of its units none is wanted but
those of the test. The real root is unmounted before it begins: what it does to files stays in
the layer. (Without a root of its own its tmpfiles would empty the real `/tmp`.)
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tools.programs import missing

SYSTEMD = Path("/usr/lib/systemd/systemd")
# Debian's own, beside a systemd that is there and does not run.
OPENRC = Path("/sbin/openrc-init")
_TARGET = """
[Unit]
Requires=sysinit.target
After=sysinit.target
Wants=multi-user.target lab-network.service lab-job.service
"""
# What stands for the network: it keeps what the kernel filters before the first packet.
_NETWORK = """
[Unit]
DefaultDependencies=no
Wants=network-pre.target
After=network-pre.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'nft list ruleset >/lab/at-network'
"""
_JOB = """
[Unit]
DefaultDependencies=no
After=sysinit.target multi-user.target lab-network.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sh -e /lab/job >/lab/out 2>&1 && echo good >>/lab/out; : >/lab/done'
"""
# What each init is started as, and how its root has the units of the test alone.
_COMMAND = {
    SYSTEMD: f"{SYSTEMD} --unit=lab.target --log-target=null",
    OPENRC: str(OPENRC),
}
_FURNISHED = {
    SYSTEMD: """
for units in /etc/systemd/system /usr/lib/systemd/system; do
    find "$root$units" -mindepth 2 '(' -path '*.wants/*' -o -path '*.requires/*' ')' -delete
done
rm -rf "$root/usr/lib/systemd/system-generators"
cp "$1"/units/* "$root/etc/systemd/system/"
""",
    OPENRC: """
find "$root/etc/runlevels" "$root/etc/init.d" -mindepth 1 ! -type d ! -name ufw -delete
rm -f "$root"/etc/runlevels/*/ufw
cp "$1"/units/* "$root/etc/init.d/"
chmod 755 "$root"/etc/init.d/*
ln -s /etc/init.d/localmount /etc/init.d/networking "$root/etc/runlevels/boot/"
ln -s /etc/init.d/lab-job "$root/etc/runlevels/default/"
""",
}
_UNITS = {
    SYSTEMD: {"lab.target": _TARGET, "lab-network.service": _NETWORK, "lab-job.service": _JOB},
    OPENRC: {
        # Alpine's and Gentoo's have these names.
        "localmount": "#!/sbin/openrc-run\nstart() {\n    :\n}\n",
        "networking": """#!/sbin/openrc-run
depend() {
    need localmount
    provide net
}
start() {
    nft list ruleset >/lab/at-network
}
""",
        "lab-job": """#!/sbin/openrc-run
depend() {
    need net
}
start() {
    sh -e /lab/job >/lab/out 2>&1 && echo good >>/lab/out
    : >/lab/done
}
""",
    },
}
# $1: the folder with boot, jobs and what they say.
_WORLD = """
set -e
mount --make-rprivate /
top=$1/top
mount -t tmpfs none "$top"
mkdir "$top/up" "$top/work" "$top/root"
root=$top/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/up,workdir=$top/work" "$root"
rm -rf "$root/etc/fstab" "$root/var/lib/portwright"
. "$1/furnish"
mkdir "$root/lab"
mount --bind "$1/lab" "$root/lab"
for number in $(seq "$2"); do
    rm -f "$root/lab/done" "$root/lab/at-network"
    cp "$1/jobs/$number" "$root/lab/job"
    printf '%08d-0000-4000-8000-000000000000\\n' "$number" >"$root/lab/boot_id"
    unshare --pid --fork --kill-child --mount --net --uts --ipc --cgroup sh "$1/boot" "$root" "$3" &
    boot=$!
    while kill -0 "$boot" 2>/dev/null && [ ! -e "$root/lab/done" ]; do sleep 0.2; done
    # The power goes.
    kill -s KILL "$boot"
    wait "$boot" || true
    for what in out at-network; do
        cp "$root/lab/$what" "$1/said/$what-$number" 2>/dev/null || true
    done
done
"""
_BOOT = """
set -e
mount --make-rprivate /
root=$1
mount --rbind "$root" "$root"
for own in tmp run var/tmp; do mount -t tmpfs none "$root/$own"; done
mount -t proc none "$root/proc"
mkdir "$root/tmp/proc"
mount -t proc none "$root/tmp/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,ro,bind "$root/proc/sys"
mount --bind "$root/tmp/proc/sys/net" "$root/proc/sys/net"
mount --bind "$root/lab/boot_id" "$root/proc/sys/kernel/random/boot_id"
umount "$root/tmp/proc"
mount -t tmpfs -o mode=755 none "$root/dev"
while read -r name major minor; do
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<'END'
null 1 3
zero 1 5
random 1 8
urandom 1 9
tty 5 0
END
mount -t tmpfs none "$root/sys"
mkdir -p "$root/sys/fs/cgroup" "$root/run/old"
mount -t cgroup2 none "$root/sys/fs/cgroup"
cd "$root"
pivot_root . run/old
umount -l /run/old
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin $2 </dev/null >/dev/null 2>&1
"""


def starts(
    folder: Path, scripts: dict[str, str], jobs: Sequence[str], init: Path = SYSTEMD
) -> list[tuple[str, str]]:
    """Starts one machine as often as there are jobs, and cuts its power after each: what the job
    said, with 'good' at the end where it went well, and the rules that were loaded when the network
    came. `scripts` lie in /lab.
    """
    group = _cgroup(folder, init)
    for name in ("top", "units", "lab", "jobs", "said"):
        (folder / name).mkdir(parents=True)
    (folder / "boot").write_text(_BOOT)
    (folder / "furnish").write_text(_FURNISHED[init])
    for name, text in _UNITS[init].items():
        (folder / "units" / name).write_text(text)
    for name, text in scripts.items():
        (folder / "lab" / name).write_text(text)
    for number, job in enumerate(jobs, 1):
        (folder / "jobs" / str(number)).write_text(job)
    enter = 'echo $$ >"$0/cgroup.procs" && exec unshare --mount sh -c "$1" sh "$2" "$3" "$4"'
    try:
        subprocess.run(
            ["sh", "-c", enter, group, _WORLD, folder, str(len(jobs)), _COMMAND[init]],
            check=True,
            timeout=900,
        )
    finally:
        _remove(group)
    said = folder / "said"
    return [
        ((said / f"out-{number}").read_text(), (said / f"at-network-{number}").read_text())
        for number in range(1, len(jobs) + 1)
    ]


def _layers() -> bool:
    """Can a copy-on-write layer lie over the root?"""
    mounts = """
        set -e
        mount --make-rprivate /
        mount -t tmpfs none /mnt
        mkdir /mnt/up /mnt/work /mnt/root
        mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work /mnt/root
        test -x /mnt/root/usr/bin/env
    """
    command = ["unshare", "--mount", "sh", "-c", mounts]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _remove(group: Path) -> None:
    """Takes the cgroup away, once the last that was killed in it is gone."""
    kill = group / "cgroup.kill"
    if kill.exists():
        kill.write_text("1")
    while "populated 1" in (group / "cgroup.events").read_text():
        time.sleep(0.05)
    for made, _, _ in os.walk(group, topdown=False):
        Path(made).rmdir()


def _cgroup(folder: Path, init: Path) -> Path:
    """A cgroup of its own: systemd takes the one that it is started in for the root."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    places = [Path(fields[1]) for fields in mounts if fields[2] == "cgroup2"]
    if not init.exists():
        missing(f"{init} is missing")
    # What a kernel or a container does not give is no missing tool.
    if not places:
        pytest.skip("no cgroup2 here")
    if not _layers():
        pytest.skip("no overlay over the root here")
    made = places[0] / f"portwright-lab-{os.getpid()}-{folder.name}"
    made.mkdir()
    return made
