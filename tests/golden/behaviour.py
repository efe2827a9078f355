"""What the commands print and write for the example plans, byte for byte, so that a change of the
code shows in it.

`python -m tests.golden.behaviour` writes `behaviour.sha256` anew; with a folder, the outputs
themselves, to compare with those of another checkout by `diff -r`."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from wizard.cli.main import main

HERE = Path(__file__).parent
PLANS = sorted((HERE.parent / "plans").glob("*.toml"))
MANIFEST = HERE / "behaviour.sha256"
EXPLAINED_RULES = 12


def parts() -> tuple[str, ...]:
    """What can be looked at on its own: the facts, each plan, and each plan's differences from the
    others.
    """
    return ("facts", "since", *(f"{kind}{plan.stem}" for plan in PLANS for kind in ("", "diff/")))


def outputs(part: str) -> Iterator[tuple[str, bytes]]:
    """Name of an output → its bytes; what a command prints ends with its exit code."""
    plans = {plan.stem: plan for plan in PLANS}
    if part == "facts":
        yield "facts/schema", run("schema")
        yield "facts/formats", run("formats") + run("formats", "--json")
        yield "facts/catalog", run("catalog") + run("catalog", "--json")
    elif part == "since":
        yield from _changed(plans["papercut-ng"], plans["papercut-mf"])
    elif part in plans:
        yield from _plan(part, plans[part])
    else:
        old = plans.pop(part.removeprefix("diff/"))
        for name, new in plans.items():
            yield f"{part}/{name}.txt", run("diff", str(old), str(new))
            yield f"{part}/{name}.json", run("diff", str(old), str(new), "--json")


def _plan(name: str, plan: Path) -> Iterator[tuple[str, bytes]]:
    for command in ("show", "check"):
        yield f"{name}/{command}.txt", run(command, str(plan))
        yield f"{name}/{command}.json", run(command, str(plan), "--json")
    yield f"{name}/explain.txt", b"".join(_explained(plan))
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder, "out")
        printed = run("export", str(plan), "--to", str(to))
        yield f"{name}/export.txt", printed.replace(folder.encode(), b"FOLDER")
        yield from _files(f"{name}/export", to)


def run(*arguments: str) -> bytes:
    """What one command prints on both outputs, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as end:
            code = end.code
    return f"{out.getvalue()}{err.getvalue()}[{code or 0}]\n".encode()


def _explained(plan: Path) -> Iterator[bytes]:
    """Connections that rules let through, and the same towards a port and a party that none does."""
    shown = json.loads(run("show", str(plan), "--json").decode().rpartition("[")[0])
    for rule in shown["rules"][:: max(len(shown["rules"]) // EXPLAINED_RULES, 1)]:
        source, destination = rule["from"][0], rule["to"][0]
        port = f"{rule['ports'][0][0]}/{rule['transport']}"
        back = (destination, source, port)
        for asked in ((source, destination, port), back, (source, destination, "1/tcp")):
            yield " ".join(asked).encode() + b"\n"
            yield run("explain", str(plan), *asked)
            yield run("explain", str(plan), *asked, "--json")


def _changed(old: Path, new: Path) -> Iterator[tuple[str, bytes]]:
    """The change request between two plans that share products."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder, "out")
        run("export", str(new), "--since", str(old), "--to", str(to))
        yield from _files("since", to)


def _files(prefix: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{prefix}/{path.relative_to(folder)}", path.read_bytes()


def digests(part: str) -> dict[str, str]:
    """Name of an output → its SHA-256."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in outputs(part)}


def kept(part: str) -> dict[str, str]:
    """The same, as `behaviour.sha256` has it."""
    pairs = (line.split(maxsplit=1) for line in MANIFEST.read_text("utf-8").splitlines())
    return {name: digest for digest, name in pairs if name.startswith(f"{part}/")}


if __name__ == "__main__":
    os.chdir(tempfile.gettempdir())
    if sys.argv[1:]:
        for part in parts():
            for name, content in outputs(part):
                path = Path(sys.argv[1], name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    else:
        every = sorted(pair for part in parts() for pair in digests(part).items())
        MANIFEST.write_text(
            "".join(f"{digest}  {name}\n" for name, digest in every), encoding="utf-8"
        )
