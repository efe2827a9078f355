"""What loading the catalog costs grows with the facts, not faster."""

from __future__ import annotations

import pytest

from tests.tools.counting import calls_made
from wizard.facts.load import data_files, load_catalog

# What every catalog needs, without any product.
FILES = dict.fromkeys(("absent.toml", "presets.toml"), "")
FILES |= {name: data_files()[name] for name in ("catalog.toml", "documents.toml", "roles.toml")}

_FLOW = """
[flows.many-{number}]
feature = "core"
from = "user-computer"
to = "print-server"
transport = "tcp"
ports = [{port}]
service = "Port {port}"
cautions = ["Watch for {number}."]
at = "row {number}"
"""

_ENDPOINT = """
[endpoints.host-{number}]
feature = "core"
from = "print-server"
scheme = "https"
port = 443
purpose = "Host {number}"
host = "host-{number}.example.com"
at = "row {number}"
"""

_HEAD = """
[product]
name = "{name}"
about = "Made up"
group = "servers"
document = "cups-firewalls"

[features.core]
core = true
group = "core"
name = "Core"
about = "What is always there"
help = "Nothing to say."
"""


def _product(name: str, flows: int = 0, endpoints: int = 0) -> str:
    facts = [_FLOW.format(number=number, port=10000 + number) for number in range(flows)]
    facts += [_ENDPOINT.format(number=number) for number in range(endpoints)]
    return _HEAD.format(name=name) + "".join(facts)


def _calls(count: int, kind: str) -> int:
    match kind:
        case "flows":
            more = {"made-up.toml": _product("Made up", flows=count)}
        case "endpoints":
            more = {"made-up.toml": _product("Made up", endpoints=count)}
        case _:
            more = {
                f"made-up-{number}.toml": _product(f"Made up {number}", flows=1)
                for number in range(count)
            }
    catalog = load_catalog(FILES | more)
    assert len(list(catalog.flows())) >= (count if kind != "endpoints" else 0)
    return calls_made(lambda: load_catalog(FILES | more))


@pytest.mark.parametrize("kind", ["flows", "endpoints", "products"])
def test_twice_as_many_facts_cost_twice_as_much_to_load(kind: str) -> None:
    without, half, whole = (_calls(count, kind) for count in (1, 81, 161))
    assert half > without
    # Each fact after the first costs what one before it did.
    assert whole - without < 2.2 * (half - without)
