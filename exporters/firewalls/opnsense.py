"""Rules of a boundary for OPNsense 26.1 and newer → `opnsense-rules.csv` for the import of Firewall:
Rules [new], and `opnsense-rules.json`, the same rules as its API takes them one by one.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator

import msgspec

from exporters.firewalls.pf_lines import PfLine, pf_lines
from wizard.deployment import Deployment
from wizard.network.ports import range_texts
from wizard.tables import without_name

_FIRST = 1000  # sequence of the first rule
_COLUMNS = (
    *("@uuid", "enabled", "statetype", "sequence", "action", "quick", "interface", "direction"),
    *("ipprotocol", "protocol", "source_net", "source_not", "source_port", "destination_net"),
    *("destination_not", "destination_port", "log", "description"),
)


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The table, and the payloads for the API."""
    rows = list(_rows(deployment, firewall))
    table = io.StringIO()
    writer = csv.DictWriter(table, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # The API gives a rule an id of its own.
    payloads = [{"rule": without_name(row, "@uuid")} for row in rows]
    return {
        "opnsense-rules.csv": table.getvalue(),
        "opnsense-rules.json": msgspec.json.format(json.dumps(payloads), indent=2).strip() + "\n",
    }


def _rows(deployment: Deployment, firewall: str) -> Iterator[dict[str, str]]:
    """A row for each run of ports: OPNsense takes one of them in a rule."""
    number = _FIRST
    for line in pf_lines(deployment, firewall):
        for ports in range_texts(line.ports):
            yield _row(line, number, ports)
            number += 1


def _row(line: PfLine, number: int, ports: str) -> dict[str, str]:
    # The import merges by this id: the same rule again is that rule, and no second one.
    own = uuid.uuid5(uuid.UUID(bytes=line.key), ports)
    return {
        "@uuid": str(own),
        "enabled": "1",
        "statetype": "keep",
        "sequence": str(number),
        "action": line.action,
        "quick": "1",
        "interface": "",
        "direction": "in",
        "ipprotocol": line.family,
        "protocol": line.protocol.upper(),
        "source_net": ",".join(line.sources),
        "source_not": "0",
        "source_port": "",
        "destination_net": ",".join(line.destinations),
        "destination_not": "0",
        "destination_port": ports,
        "log": "1" if line.action == "block" else "0",
        "description": line.description,
    }
