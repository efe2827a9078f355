"""Rendering of 1,000 and 5,000 rules to every format, beside aerleon and ferm; and what loading
them takes.

Run with `make bench`. All in one process and one run: compare the ratios. ferm, nft and
iptables-restore are left out where they are missing; the two last run in a network namespace of
their own and load nothing. Asserts nothing."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from exporters.format import Format
from exporters.table import FORMATS
from tests.tools.builders import CATALOG, deployment, rule
from tests.tools.proxies import proxied
from wizard.deployment import Deployment
from wizard.network.addresses import ANYWHERE, not_internet
from wizard.plan.model import Firewall, Plan, Zone
from wizard.rules.model import Rule

SIZES = (1000, 5000)
ROUNDS = 3
HOST = Firewall(kind="host", role="print-server", management=("ssh",))
FIREWALLS = {
    "windows": Firewall(kind="host", role="print-server", platform="windows"),
    "aws": Firewall(kind="cloud", role="print-server", provider="aws"),
    "vendors": Firewall(kind="boundary", zones=("servers", "clients")),
}
# As in firewall-practice.md: what rule i opens.
_PORTS: tuple[tuple[str, tuple[int, ...]], ...] = (
    *(("tcp", (port,)) for port in (9100, 515, 631, 9191, 9192, 9193)),
    ("tcp", (443, 9192)),
    ("tcp", (139, 445)),
    ("udp", (161,)),
    ("tcp", (8610, 8612)),
    ("tcp", (50001, 50002, 50003)),
    ("udp", (3702,)),
)


class Line:
    """One hand-made rule as plain values, for us and for the others."""

    def __init__(self, number: int) -> None:
        values = [(6 * number + 2 * step) % 65536 for step in range(3)]
        self.key = f"t-{number:05d}"
        self.sources = tuple(f"10.{value >> 8}.{value & 255}.0/24" for value in values)
        self.destination = f"172.16.{number >> 8}.{number & 255}/32"
        self.transport, self.ports = _PORTS[number % len(_PORTS)]
        self.words = f"PRINT-{number:05d} clients to print server, feature {number % 37}"

    def rule(self, forward: bool) -> Rule:
        return rule(
            self.key,
            firewall="bench",
            direction="forward" if forward else "in",
            transport="udp" if self.transport == "udp" else "tcp",
            ports=self.ports,
            sources=self.sources,
            destinations=(self.destination,),
            services=(self.words,),
        )


def ours(entry: Format, lines: list[Line]) -> Deployment:
    """These rules on a firewall that the format fits; for formats of the proxy as many entries of
    an allowlist.
    """
    if "proxy" in entry.kinds:
        hosts = [
            ("https", 443, f"host{number}.example.com", "print-server")
            for number in range(len(lines))
        ]
        return proxied(*hosts, bypass=tuple(host for _, _, host, _ in hosts[::10]))
    firewall = FIREWALLS.get(entry.name, HOST)
    plan = Plan(
        name="Benchmark",
        zones={"servers": Zone(("172.16.0.0/16",)), "clients": Zone(("10.0.0.0/8",))},
        firewalls={"bench": firewall},
    )
    rules = [line.rule(forward=firewall.kind == "boundary") for line in lines]
    covered = tuple(line.destination for line in lines)
    return deployment(*rules, plan=plan, catalog=CATALOG, coverage={"bench": covered})


def aerleon(lines: list[Line]) -> Callable[[], str]:
    """aerleon's `nftables: inet input` from dictionaries that are ready."""
    from aerleon import api
    from aerleon.lib import naming

    services = {
        f"S{number}": [{"protocol": transport, "port": str(port)} for port in ports]
        for number, (transport, ports) in enumerate(_PORTS)
    }
    networks: dict[str, Any] = {}
    terms = []
    for number, line in enumerate(lines):
        networks[f"SRC_{number}"] = {"values": [{"address": source} for source in line.sources]}
        networks[f"DST_{number}"] = {"values": [{"address": line.destination}]}
        terms.append(
            {
                "name": line.key,
                "comment": line.words,
                "source-address": f"SRC_{number}",
                "destination-address": f"DST_{number}",
                "protocol": line.transport,
                "destination-port": f"S{number % len(_PORTS)}",
                "action": "accept",
            }
        )
    header = {"targets": {"nftables": "inet input"}, "comment": "bench"}
    policy: Any = {"filename": "bench", "filters": [{"header": header, "terms": terms}]}

    def generate() -> str:
        definitions = naming.Naming()
        definitions.ParseDefinitionsObject({"networks": networks, "services": services}, "")
        return "".join((api.Generate([policy], definitions) or {}).values())

    return generate


def ferm_text(lines: list[Line]) -> str:
    """The same rules for ferm."""
    body = "".join(
        f"saddr ({' '.join(line.sources)}) daddr {line.destination} proto {line.transport} "
        f'dport ({" ".join(map(str, line.ports))}) mod comment comment "{line.words}" ACCEPT;\n'
        for line in lines
    )
    return f"domain ip table filter chain INPUT {{\npolicy DROP;\n{body}}}\n"


def best(what: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of the quickest of some rounds."""
    found = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        what()
        found.append(time.perf_counter() - start)
    return min(found)


def command(*words: str) -> Callable[[], object]:
    """A command in a network namespace of its own; its failure is an error."""
    alone = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")

    def call() -> object:
        done = subprocess.run([*alone, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr[:500]}")
        return done

    return call


def program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def render(size: int) -> None:
    """Times of all formats for so many rules."""
    lines = [Line(number) for number in range(size)]
    theirs = best(aerleon(lines))
    print(f"rendering of {size:,} rules; aerleon renders nftables alone in {theirs:.3f} s")
    print(f"  {'':>18} {'ms':>8} {'of aerleon':>11}")
    total = 0.0
    for entry in FORMATS:
        if entry.extra:
            continue
        import_module(entry.module)
        value = ours(entry, lines)
        entry.render(value)
        rendered = entry.render(value)
        seconds = best(lambda entry=entry, value=value: entry.render(value))  # type: ignore[misc]
        note = (
            ""
            if rendered.files
            else "  wrote nothing: " + " ".join(one.why for one in rendered.refused)[:80]
        )
        total += seconds
        print(f"  {entry.name:>18} {seconds * 1000:>8.1f} {seconds / theirs:>11.3f}{note}")
    print(f"  {'all of them':>18} {total * 1000:>8.1f} {total / theirs:>11.3f}")
    ferm = os.environ.get("FERM") or program("ferm")
    if ferm:
        with tempfile.NamedTemporaryFile("w", suffix=".ferm") as file:
            file.write(ferm_text(lines))
            file.flush()
            seconds = best(command("perl", ferm, "--noexec", "--lines", file.name))
        print(f"  {'ferm (process)':>18} {seconds * 1000:>8.1f} {seconds / theirs:>11.3f}")


def internet(size: int) -> None:
    """Times of the makes' files for rules half from and half to the internet: lists without groups
    deny what is not the internet, and have to find out where that cuts others.
    """
    inside = not_internet((), 4)
    into: dict[str, Any] = {"sources": (ANYWHERE[4],), "except_sources": inside}
    out: dict[str, Any] = {"destinations": (ANYWHERE[4],), "except_destinations": inside}
    rules = []
    for number in range(size // 2):
        own = (f"172.16.{number >> 8}.{number & 255}/32",)
        more: dict[str, Any] = {"firewall": "bench", "direction": "forward"}
        more["ports"] = (1000 + number,)
        rules.append(rule(f"in-{number}", destinations=own, **into, **more))
        rules.append(rule(f"out-{number}", sources=own, **out, **more))
    value = deployment(*rules, firewalls={"bench": FIREWALLS["vendors"]}, catalog=CATALOG)
    entry = next(entry for entry in FORMATS if entry.name == "vendors")
    entry.render(value)
    seconds = best(lambda: entry.render(value))
    print(f"vendors, {size:,} rules from and to the internet: {seconds * 1000:.0f} ms")


def load(size: int) -> None:
    """Times of the real tools for what was rendered."""
    lines = [Line(number) for number in range(size)]
    by_name = {entry.name: entry for entry in FORMATS}
    rows: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nft, restore = program("nft"), program("iptables-restore")
        if nft:
            value = ours(by_name["nftables"], lines)
            texts = {
                "nft, ours": _text(by_name["nftables"], value, "nftables.nft"),
                "nft, aerleon's": aerleon(lines)(),
            }
            for who, text in texts.items():
                path = folder / "rules.nft"
                path.write_text(text)
                rows.append((who, best(command(nft, "-c", "-f", str(path)))))
        if restore:
            script = _text(by_name["iptables"], ours(by_name["iptables"], lines), "iptables.sh")
            path = folder / "rules.v4"
            path.write_text(_restore_input(script))
            rows.append(("iptables-restore, ours", best(command(restore, "--test", str(path)))))
            ferm = os.environ.get("FERM") or program("ferm")
            if ferm:
                (folder / "rules.ferm").write_text(ferm_text(lines))
                said: Any = command(
                    "perl", ferm, "--noexec", "--lines", str(folder / "rules.ferm")
                )()
                path.write_text("".join(f"{line}\n" for line in said.stdout.splitlines()))
                rows.append(
                    ("iptables-restore, ferm's", best(command(restore, "--test", str(path))))
                )
    print(f"loading of {size:,} rules, checked and not kept")
    print(f"  {'':>26} {'ms':>8} {'of aerleon':>11}")
    theirs = dict(rows).get("nft, aerleon's", 0)
    for who, seconds in rows:
        print(f"  {who:>26} {seconds * 1000:>8.1f} {seconds / theirs if theirs else 0:>11.3f}")


def _text(entry: Format, value: Deployment, end: str) -> str:
    return next(str(text) for path, text in entry.files(value).items() if path.endswith(end))


def _restore_input(script: str) -> str:
    """What the script gives to iptables-restore for IPv4: the texts of its payload with a table in
    them.
    """
    found: list[str] = []
    for part in script.split("<<'PORTWRIGHT_END'\n")[1:]:
        body = part.partition("\nPORTWRIGHT_END\n")[0]
        if body.lstrip("# \n").startswith("*") or "\n*" in f"\n{body}":
            found.append(body + "\n")
    return found[0]


def main(sizes: Iterable[int] = SIZES) -> None:
    """Both tables for each size."""
    for size in sizes:
        render(size)
        internet(size)
        load(size)
        print()


if __name__ == "__main__":
    main()
