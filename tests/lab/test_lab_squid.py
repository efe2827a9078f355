"""A real Squid with the exported fragment: listed hosts get through from where they are needed, no
other does.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporters.proxy import squid
from tests.exporters.proxy.test_proxies_of_sites import PLAN
from tests.lab.netns import Lab, Space
from tests.tools.programs import missing
from tests.tools.proxies import HOSTILE_HOSTS, Listed, matches, proxied
from tests.tools.worlds import world

SERVER, USER, STRANGER, INTERNET = "10.0.10.6", "10.0.20.9", "10.0.30.9", "203.0.113.80"
CLIENTS = {"print-server": SERVER, "user-computer": USER, "nobody": STRANGER}
LISTED: list[Listed] = [
    ("https", 443, "*.papercut.com", "print-server"),
    ("https", 443, "www.papercut.com", "print-server"),
    ("wss", 443, "push.printix.net", "user-computer"),
    ("https", 443, "printix.net", "print-server"),
    ("https", 443, "*.printix.net", "print-server"),
    ("http", 80, "plain.example.com", "user-computer"),
    ("https", 8443, "port.example.com", "user-computer"),
]
NAMES = (
    *(
        "www.papercut.com",
        "a.b.papercut.com",
        "WWW.PaperCut.com",
        "www.papercut.com.",
        *HOSTILE_HOSTS,
    ),
    *("push.printix.net", "printix.net", "a.printix.net", "xprintix.net", "plain.example.com"),
    *("a.plain.example.com", "example.com", "port.example.com"),
)
PORTS = (443, 80, 8443)
# What the clients of every site need, and machines at two sites and in none.
CLOUD = "api.printix.net"
AT_SITES = {"proxy/squid.conf": "10.1.7.5", "proxy/north/squid.conf": "10.2.7.5", "": "10.3.7.5"}

# Speaks to the proxy: [source, request] → the status that it answered with.
ASK = """
import json, socket, sys
answers = []
for source, request in json.load(sys.stdin):
    with socket.create_connection(("10.0.10.8", 3128), timeout=300, source_address=(source, 0)) as sock:
        sock.sendall(request.encode())
        answers.append(int(sock.makefile("rb").readline().split()[1]))
print(json.dumps(answers))
"""

# The internet: says yes to any request on any of the ports.
ANSWER = """
import http.server, sys, threading
class Yes(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()
    def log_message(self, *words):
        pass
for port in map(int, sys.argv[2:]):
    server = http.server.ThreadingHTTPServer((sys.argv[1], port), Yes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def program(lab_works: None) -> str:
    found = shutil.which("squid", path=os.environ["PATH"] + ":/usr/sbin")
    if found is None:
        missing("squid is missing")
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that Squid may write to as its own user, which pytest's are not."""
    path = Path(tempfile.mkdtemp(prefix="portwright-squid-"))
    try:
        user = pwd.getpwnam("proxy")
        os.chown(path, user.pw_uid, user.pw_gid)
        yield path
    finally:
        shutil.rmtree(path)


@pytest.fixture
def space(lab: Lab) -> Space:
    machine = lab.space("proxy")
    for address in (SERVER, USER, STRANGER, INTERNET, "10.0.10.8"):
        machine.add_address("lo", f"{address}/32")
    return machine


def config(folder: Path, fragment: str) -> Path:
    found = (*NAMES, CLOUD)
    names = {name.lower().removesuffix(".") for name in found if not name[0].isdigit()}
    (folder / "hosts").write_text("".join(f"{INTERNET} {name}\n" for name in sorted(names)))
    (folder / "portwright.conf").write_text(fragment)
    path = folder / "squid.conf"
    path.write_text(f"""
http_port 10.0.10.8:3128
visible_hostname proxy.example
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
dns_timeout 1 second
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
access_log none
cache deny all
shutdown_lifetime 0 seconds
include {folder}/portwright.conf
http_access deny all
""")
    return path


@contextmanager
def running_squid(program: str, folder: Path, space: Space, fragment: str) -> Iterator[None]:
    """Squid with a fragment, and the internet."""
    proxy = space.popen(program, "-N", "-f", str(config(folder, fragment)))
    internet = space.popen(sys.executable, "-I", "-c", ANSWER, INTERNET, *map(str, PORTS))
    try:
        assert internet.stdout
        assert internet.stdout.readline() == "ready\n"
        _wait(space, proxy, folder)
        yield
    finally:
        for process in (proxy, internet):
            process.kill()
            process.communicate()


@pytest.fixture
def run_squid(program: str, folder: Path, space: Space) -> Iterator[None]:
    fragment = squid.files(proxied(*LISTED))["proxy/squid.conf"]
    with running_squid(program, folder, space, fragment):
        yield


def _wait(space: Space, proxy: subprocess.Popen[str], folder: Path) -> None:
    for _ in range(3000):
        if "10.0.10.8:3128" in space.run("ss", "-Hltn").stdout:
            return
        if proxy.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError((folder / "cache.log").read_text())


def test_listed_hosts_get_through_and_no_other(
    run_squid: None, space: Space, count_probes: dict[str, int]
) -> None:
    asked = []
    for role, source in CLIENTS.items():
        for name in (*NAMES, INTERNET):
            for port in PORTS:
                connect = f"CONNECT {name}:{port} HTTP/1.1\r\nHost: {name}\r\n\r\n"
                get = (
                    f"GET http://{name}:{port}/ HTTP/1.1\r\nHost: {name}\r\nConnection:"
                    " close\r\n\r\n"
                )
                asked.append((_wanted(role, ("https", "wss"), port, name), 200, source, connect))
                asked.append((_wanted(role, ("http",), port, name), 204, source, get))
    done = space.run(sys.executable, "-I", "-c", ASK, input=json.dumps([one[2:] for one in asked]))
    wrong = [
        (one, status)
        for one, status in zip(asked, json.loads(done.stdout), strict=True)
        if status != (one[1] if one[0] else 403)
    ]
    assert wrong == []
    through = sum(one[0] for one in asked)
    assert through == 10
    count_probes["let through"] = through
    count_probes["blocked"] = len(asked) - through


def _wanted(role: str, schemes: tuple[str, ...], port: int, name: str) -> bool:
    return any(
        one[0] in schemes and one[1] == port and one[3] == role and matches(one[2], name)
        for one in LISTED
    )


@pytest.mark.parametrize("path", list(filter(None, AT_SITES)))
def test_the_proxy_of_a_site_lets_in_its_own_clients_alone(
    path: str, program: str, folder: Path, space: Space
) -> None:
    for source in AT_SITES.values():
        space.add_address("lo", f"{source}/32")
    connect = f"CONNECT {CLOUD}:443 HTTP/1.1\r\nHost: {CLOUD}\r\n\r\n"
    asked = [(source, connect) for source in AT_SITES.values()]
    with running_squid(program, folder, space, squid.files(world(PLAN))[path]):
        done = space.run(sys.executable, "-I", "-c", ASK, input=json.dumps(asked))
    answers = dict(zip(AT_SITES, json.loads(done.stdout), strict=True))
    assert answers == {place: 200 if place == path else 403 for place in AT_SITES}
