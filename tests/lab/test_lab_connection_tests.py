"""The exported connection tests, run against rules that are loaded: what is open connects, what is
not does not.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exporters.changes.export import export_since
from exporters.export import export
from tests.lab.netns import Lab, Space
from tests.lab.plans import catalog
from tests.lab.test_lab_nftables import network, script, settle
from wizard.deployment import Deployment, deploy
from wizard.plan.file import read_plan

CLIENT, SERVER, DEVICE, PROXY = "10.0.20.17", "10.0.10.5", "10.0.30.9", "10.0.40.80"
PLAN = """
format = 1
name = "Tried"
[products.papercut-mf.features]
mfp-hp = {}
mfp-toshiba = { sdk = ["sdk1"] }
cloud-ocr = { region = "eu", wildcards = false }
[zones.servers]
networks = ["10.0.10.0/24", "2001:db8:10::/64"]
[zones.clients]
networks = ["10.0.20.0/24", "2001:db8:20::/64"]
[zones.printers]
networks = ["10.0.30.0/24"]
[zones.dmz]
networks = ["10.0.40.0/24"]
[roles.print-server]
addresses = ["10.0.10.5", "2001:db8:10::5"]
[roles.user-computer]
zones = ["clients"]
[roles.admin-computer]
addresses = ["10.0.20.200"]
[roles.mfp]
zones = ["printers"]
[roles.web-proxy]
addresses = ["10.0.40.80"]
[roles.dns-server]
absent = true
[firewalls.server]
kind = "host"
role = "print-server"
egress = "filtered"
management = ["ssh"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients", "printers", "dmz", "internet"]
default = "deny"
[proxy]
mode = "explicit"
wildcards = false
"""
# Says which port it is on, and to CONNECT that it is done, or with the argument `deny` that it is
# not.
LISTEN = """
import selectors, socket, sys
answer = b"HTTP/1.1 " + (b"403 no" if sys.argv[1] == "deny" else b"200 done") + b"\\r\\n\\r\\n"
waiting = selectors.DefaultSelector()
for port in map(int, sys.argv[2:]):
    waiting.register(socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True), 1)
print("up", flush=True)
while True:
    for key, _ in waiting.select():
        conn, _ = key.fileobj.accept()
        if sys.argv[1] != "plain":
            conn.settimeout(2)
            heard = b""
            while not heard.endswith(b"\\r\\n\\r\\n") and (more := conn.recv(500)):
                heard += more
            conn.sendall(answer)
        conn.close()
"""


def deployment(text: str = PLAN) -> Deployment:
    return deploy(catalog(), read_plan(text, catalog()))


def listen(space: Space, how: str, *ports: int) -> subprocess.Popen[str]:
    process = space.popen(sys.executable, "-I", "-c", LISTEN, how, *map(str, sorted(ports)))
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    return process


def scripts_of(value: Deployment, folder: Path) -> Path:
    export(value, folder, ["connection-tests"])
    return folder / "tests"


class Result:
    """What a script printed: (port, what was found) of each row.

    Where all is open it costs nothing to have patience with a busy machine."""

    def __init__(
        self, space: Space, path: Path, *arguments: str, seconds: int = 5, **more: object
    ) -> None:
        patience = ("--seconds", str(seconds))
        done = space.run("sh", str(path), *patience, *arguments, check=False, **more)
        self.code, self.text = done.returncode, done.stdout + done.stderr
        rows = [line for line in done.stdout.splitlines() if line.startswith("connects ")]
        self.found = {
            (line[25:69].split()[-1], int(line[70:76])): line[10:24].strip() for line in rows
        }


@pytest.fixture
def world(lab: Lab, state: Path) -> tuple[Space, dict[str, Space]]:
    addresses = (CLIENT, "2001:db8:20::17", SERVER, "2001:db8:10::5", DEVICE, PROXY)
    return network(lab, deployment(), addresses)


def ports_of(value: Deployment, role: str) -> set[int]:
    return {
        port
        for flow in value.flows
        if flow.to == role
        for pair in flow.ports
        for port in pair
        if port > 1
    }


def test_what_is_open_connects_and_what_is_not_does_not(
    world: tuple[Space, dict[str, Space]], tmp_path: Path
) -> None:
    router, machines = world
    value = deployment()
    scripts = scripts_of(value, tmp_path / "tests-of-it")
    moved = deployment(
        PLAN.replace(
            "[zones.servers]", "[products.papercut-mf.ports]\nhttps = 8443\n[zones.servers]"
        )
    )
    ports = ports_of(value, "print-server") | ports_of(moved, "print-server")
    running = [
        listen(machines["servers"], "plain", *ports),
        listen(machines["printers"], "plain", *ports_of(value, "mfp")),
        listen(machines["dmz"], "allow", 3128),
    ]
    trials = {
        "clients": ("from-user-computer.sh", ()),
        "printers": ("from-mfp.sh", ()),
        "servers": ("from-print-server.sh", (f"mfp={DEVICE}",)),
    }
    try:
        for machine, (name, arguments) in trials.items():
            free = Result(machines[machine], scripts / name, *arguments, seconds=200)
            assert free.code == 0, free.text
            assert len(free.found) > 1
            assert set(free.found.values()) == {"connects"}

        settle(router, script(value, "core", tmp_path / "core"))
        settle(machines["servers"], script(value, "server", tmp_path / "server"))
        for machine, (name, arguments) in trials.items():
            loaded = Result(machines[machine], scripts / name, *arguments, seconds=200)
            assert loaded.code == 0, loaded.text

        # The rules of another plan, in which HTTPS is on another port: exactly that is missing.
        settle_again(router, script(moved, "core", tmp_path / "moved-core"))
        settle_again(machines["servers"], script(moved, "server", tmp_path / "moved-server"))
        for machine in ("clients", "printers"):
            name, arguments = trials[machine]
            other = Result(machines[machine], scripts / name, *arguments)
            assert other.code == 1, other.text
            wrong = {port for (_, port), found in other.found.items() if found != "connects"}
            assert wrong == {9192}, other.text
            assert other.found[SERVER, 9192] == "no answer"

        # And from where the plan lets nobody in, nothing connects.
        stranger = Result(machines["dmz"], scripts / "from-user-computer.sh")
        assert stranger.code == 1
        assert "connects" not in {f for (host, _), f in stranger.found.items() if host == SERVER}
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_what_a_change_closes_is_tried_too(
    world: tuple[Space, dict[str, Space]], tmp_path: Path
) -> None:
    """`export --since`: what is opened must connect, what is closed must not, once the new rules
    are loaded.
    """
    router, machines = world
    old = deployment()
    new = deployment(
        PLAN.replace(
            "[zones.servers]", "[products.papercut-mf.ports]\nhttps = 8443\n[zones.servers]"
        )
    )
    export_since(old, new, tmp_path / "change", ["connection-tests"])
    must_connect, must_fail = (
        tmp_path / f"change/tests/{name}/from-user-computer.sh"
        for name in ("must-connect", "must-fail")
    )
    clients = machines["clients"]

    # Nothing listens and no firewall is there: a refusal tells nothing, unless it is said to be a
    # connection.
    refused = Result(clients, must_fail)
    assert refused.code == 3, refused.text
    assert "unclear" in refused.text
    assert Result(clients, must_fail, "--refused-ok").code == 1

    running = listen(machines["servers"], "plain", 8443, 9191, 9192)
    try:
        settle(router, script(old, "core", tmp_path / "old-core"))
        settle(machines["servers"], script(old, "server", tmp_path / "old-server"))
        assert Result(clients, must_connect).code == 1
        before = Result(clients, must_fail)
        assert before.code == 1, before.text
        assert "by an old rule" in before.text

        settle_again(router, script(new, "core", tmp_path / "new-core"))
        settle_again(machines["servers"], script(new, "server", tmp_path / "new-server"))
        for path in (must_connect, must_fail):
            after = Result(clients, path)
            assert after.code == 0, after.text
    finally:
        running.kill()
        running.communicate()


def settle_again(space: Space, path: str) -> None:
    space.run("sh", path, "apply")


def test_what_stands_behind_each_word(
    world: tuple[Space, dict[str, Space]], tmp_path: Path
) -> None:
    _, machines = world
    scripts = scripts_of(deployment(), tmp_path / "out")
    refused = Result(machines["clients"], scripts / "from-user-computer.sh")
    assert refused.code == 1
    assert set(refused.found.values()) == {"refused"}
    assert Result(machines["clients"], scripts / "from-user-computer.sh", "--refused-ok").code == 0

    denying = listen(machines["dmz"], "deny", 3128)
    try:
        denied = Result(machines["servers"], scripts / "from-print-server.sh", "--refused-ok")
        assert denied.code == 1
        assert {f for (host, _), f in denied.found.items() if host.endswith(".com")} == {
            "proxy says 403"
        }
        assert "name one: mfp=ADDRESS" in denied.text
    finally:
        denying.kill()
        denying.communicate()

    allowing = listen(machines["dmz"], "allow", 3128)
    try:
        unnamed = Result(machines["servers"], scripts / "from-print-server.sh", "--refused-ok")
        assert unnamed.code == 3, unnamed.text
    finally:
        allowing.kill()
        allowing.communicate()


def test_without_bash_nc_does_it(world: tuple[Space, dict[str, Space]], tmp_path: Path) -> None:
    router, machines = world
    scripts = scripts_of(deployment(), tmp_path / "out")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "nc", "cat", "mktemp", "rm", "sleep", "sed"):
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    environment = {"PATH": str(tools)}
    command = machines["clients"].run("sh", "-c", f"PATH={tools}; command -v bash; :").stdout
    assert command == ""

    def tried(machine: str, name: str) -> Result:
        path = tmp_path / f"run-{name}"
        path.write_text(
            f"PATH={environment['PATH']}; export PATH; set -- --seconds 5 mfp={DEVICE}; ."
            f" {scripts / name}\n"
        )
        return Result(machines[machine], path)

    running = [
        listen(machines["servers"], "plain", *(ports_of(deployment(), "print-server") - {9192})),
        listen(machines["printers"], "plain", *ports_of(deployment(), "mfp")),
        listen(machines["dmz"], "allow", 3128),
    ]
    try:
        one = tried("clients", "from-user-computer.sh")
        assert one.code == 1, one.text
        assert {p for (_, p), found in one.found.items() if found == "refused"} == {9192}
        assert {found for (_, p), found in one.found.items() if p != 9192} == {"connects"}
        assert tried("servers", "from-print-server.sh").code == 0
        router.nft(
            "table inet x { chain f { type filter hook forward priority 0; policy drop; }; }"
        )
        silent = tried("clients", "from-user-computer.sh")
        assert (silent.code, set(silent.found.values())) == (1, {"no answer"})
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_nothing_is_left_behind(lab: Lab, tmp_path: Path) -> None:
    space = lab.space("alone")
    scripts = scripts_of(deployment(), tmp_path / "out")
    notes = tmp_path / "notes"
    notes.mkdir()
    alone = Result(
        space,
        scripts / "from-user-computer.sh",
        env={"TMPDIR": str(notes), "PATH": "/usr/bin:/bin"},
    )
    assert alone.code == 1
    assert list(notes.iterdir()) == []
    for bad in (["--seconds"], ["--seconds", "x"], ["mfp=$(id)"], ["x"], ["--what"]):
        assert space.run("sh", str(scripts / "from-mfp.sh"), *bad, check=False).returncode == 2
