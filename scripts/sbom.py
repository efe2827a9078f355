"""What a release consists of, as CycloneDX 1.5: `sbom.py LOCK WHEEL > FILE`.

From the lock file alone: name, version and the digest of every file that may be installed. The same
lock and wheel give the same bytes.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

_PINNED = re.compile(r"([A-Za-z0-9._-]+)==(\S+)")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main(lock: str, wheel: str) -> None:
    """Print the list."""
    path = Path(wheel)
    name, version = path.name.split("-")[:2]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": moment.isoformat().replace("+00:00", "Z"),
            "component": {
                "type": "application",
                "bom-ref": name,
                "name": name,
                "version": version,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            },
        },
        "components": list(components(Path(lock).read_text(encoding="utf-8"))),
    }
    json.dump(content, sys.stdout, indent=2)
    print()


def components(lock: str) -> Iterator[dict[str, object]]:
    """A component for each pinned release; its files are told apart by their digests."""
    for entry in re.split(r"\n(?=\S)", lock):
        if pinned := _PINNED.match(entry):
            name, version = pinned.groups()
            purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
            files = []
            for digest in _DIGEST.findall(entry):
                files.append({"type": "distribution", "url": purl, "hashes": [_sha256(digest)]})
            yield {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                "externalReferences": files,
            }


def _sha256(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}


if __name__ == "__main__":
    main(*sys.argv[1:])
