"""Keeps the facts as they are in `data/history/`, so that later versions can say what has changed.

    python scripts/freeze_catalog.py [--release 0.2.0]

Run it before the first change of facts after a release, or as part of the release. Facts of an
older release: `portwright catalog --json` of that release on standard input, with --version and
--date where its catalog did not have them yet.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from wizard.facts.history import (  # noqa: E402
    PastCatalog,
    PastDocument,
    PastEndpoint,
    PastFlow,
    PastProduct,
    present,
)
from wizard.facts.load import load_catalog  # noqa: E402


def main() -> None:
    """Write the file, or say why not."""
    options = argparse.ArgumentParser(description="Keep the facts in data/history/.")
    options.add_argument("--release", default="", help="the release that comes with them")
    options.add_argument("--json", action="store_true", help="read catalog --json from stdin")
    options.add_argument("--version", help="with --json: the version of those facts")
    options.add_argument("--date", help="with --json: their day")
    words = options.parse_args()
    if words.json:
        printed = json.load(sys.stdin)
        edition = printed.get("catalog") or {"version": words.version, "date": words.date}
        past = msgspec.convert({**edition, "release": words.release, **parts(printed)}, PastCatalog)
    else:
        past = msgspec.structs.replace(present(load_catalog()), release=words.release)
    path = ROOT / "data" / "history" / f"{past.version}.json"
    path.write_text("\n".join(lines(msgspec.to_builtins(past))) + "\n", "utf-8")
    print(f"written: {path.relative_to(ROOT)}")


def parts(printed: dict[str, Any]) -> dict[str, Any]:
    """Products and documents out of `catalog --json`, less what is not kept."""
    products = {}
    for key, product in printed["products"].items():
        names = {name: feature["name"] for name, feature in product["features"].items()}
        products[key] = {
            "name": product["name"],
            "features": names,
            "flows": facts_of(key, printed["flows"], PastFlow),
            "endpoints": facts_of(key, printed["endpoints"], PastEndpoint),
        }
    documents = {key: kept(each, PastDocument) for key, each in printed["documents"].items()}
    return {"products": products, "documents": documents}


def facts_of(
    product: str, facts: list[dict[str, Any]], kind: type[PastFlow] | type[PastEndpoint]
) -> dict[str, dict[str, Any]]:
    """Entry → fact of one product."""
    by_entry = {}
    for fact in facts:
        if fact["product"] == product:
            if fact.get("never_public"):
                fact.setdefault("exposure", "never")
            by_entry[fact["id"].partition("/")[2]] = kept(fact, kind)
    return by_entry


def kept(entry: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The keys of an entry that the history knows."""
    return {key: entry[key] for key in kind.__struct_encode_fields__ if key in entry}


def lines(catalog: dict[str, Any]) -> Iterator[str]:
    """JSON with a line a fact, so that a difference can be read."""
    yield "{"
    for key in ("version", "date", "release"):
        if key in catalog:
            yield f" {dumped(key)}: {dumped(catalog[key])},"
    yield ' "products": {'
    products = catalog["products"]
    for number, (key, product) in enumerate(products.items(), 1):
        yield f"  {dumped(key)}: {{"
        yield f'   "name": {dumped(product["name"])}' + ("," if len(product) > 1 else "")
        sections = [name for name in PastProduct.__struct_fields__[1:] if name in product]
        for section in sections:
            yield f'   "{section}": {{'
            yield from entries(product[section], "    ")
            yield "   }" + ("," if section != sections[-1] else "")
        yield "  }" + ("," if number < len(products) else "")
    yield " },"
    yield ' "documents": {'
    yield from entries(catalog["documents"], "  ")
    yield " }"
    yield "}"


def entries(table: dict[str, Any], indent: str) -> Iterator[str]:
    """A line each."""
    for number, (key, entry) in enumerate(table.items(), 1):
        comma = "," if number < len(table) else ""
        yield f"{indent}{dumped(key)}: {dumped(entry)}{comma}"


def dumped(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
