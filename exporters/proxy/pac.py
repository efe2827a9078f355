"""Explicit web proxy → `proxy/proxy.pac`: listed hosts go to the proxy, all others go out directly.

The plan says nothing about hosts that are not listed, and most of what a client opens is inside
anyway; DIRECT leaves them to what the firewalls let through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from exporters.format import CannotSay
from exporters.proxy.names import Access, names, proxies, through_proxy
from exporters.safe import plain
from exporters.script import template
from wizard.deployment import Deployment
from wizard.views.words import NOBODY


def files(deployment: Deployment) -> dict[str, str]:
    """The PAC file.

    Raises:
        CannotSay: where the proxy has no address that clients could be sent to.
    """
    proxy_addresses = proxies(deployment)
    if not proxy_addresses:
        raise CannotSay(
            "a PAC file names the proxy: give the role web-proxy one or more single addresses in"
            " the plan"
        )
    port = deployment.plan.proxy.port
    ways = "; ".join(
        f"PROXY [{address}]:{port}" if ":" in address else f"PROXY {address}:{port}"
        for address in proxy_addresses
    )
    access, unlisted = through_proxy(deployment)
    roles = sorted({role for entry in access for role in entry.roles})
    notes = [f"for {', '.join(map(plain, roles)) or NOBODY}"]
    notes += [f"not in here: {plain(host.host, 253)}: {plain(host.why, 200)}" for host in unlisted]
    head = [f"The plan '{plain(deployment.plan.name, 200)}': {notes[0]}.", *notes[1:]]
    parts = {
        "HEAD": "\n".join(f"// {line}" for line in head),
        "WAYS": json.dumps(ways),
        "HOSTS": _table(_keys(access, wild=False)),
        "BELOW": _table(_keys(access, wild=True)),
    }
    return {
        "proxy/proxy.pac": re.sub(
            r"@([A-Z]+)\b", lambda mark: parts[mark[1]], template("proxy.pac")
        )
    }


def _keys(access: Iterable[Access], wild: bool) -> list[str]:
    """`tls:443:host` for each host, or for each domain whose hosts below it are listed."""
    by_way: dict[tuple[bool, int], set[str]] = {}
    for entry in access:
        by_way.setdefault((entry.tls, entry.port), set()).update(entry.hosts)
    keys = []
    for (tls, port), hosts in by_way.items():
        listed = names(hosts)
        keys += [
            f"{'tls' if tls else 'plain'}:{port}:{host}"
            for host in (listed.below if wild else listed.hosts)
        ]
    return sorted(keys)


def _table(keys: list[str]) -> str:
    return "{" + ",".join(f"\n  {json.dumps(key)}: 1" for key in keys) + "\n}" if keys else "{}"
