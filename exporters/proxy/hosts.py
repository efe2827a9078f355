"""Allowlist and TLS bypass list → `proxy/hosts.txt` and `proxy/tls-bypass.txt`, plain text for any
product.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporters.lines import prefixed
from exporters.proxy.at_proxy import all_proxies, folder_of
from exporters.proxy.names import host_name, is_address
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.facts.model import Source
from wizard.rules.model import AllowlistEntry


def files(deployment: Deployment) -> dict[str, str]:
    """The two lists; one that is empty says so. What only a site's proxy is told stands in a list
    of its own.
    """
    made = {
        "proxy/hosts.txt": _hosts(deployment, deployment.allowlist),
        "proxy/tls-bypass.txt": _bypass(deployment),
    }
    for at in all_proxies(deployment):
        if at.used.site and at.used.answers.mode != "none":
            made[f"{folder_of(at.used)}/hosts.txt"] = _hosts(deployment, tuple(at.entries()))
    return made


def _hosts(deployment: Deployment, allowlist: Sequence[AllowlistEntry]) -> str:
    lines = [
        "# What must be let through by name: host, port and transport, scheme, path.",
        (
            "# '*.' stands for any depth below a domain and not for the domain itself. A proxy that"
            " does not inspect"
        ),
        "# TLS, and a firewall, see the host only and not the path.",
        "# A path stands for itself and all below it: '/' is the whole host.",
    ]
    groups: dict[tuple[str, ...], list[AllowlistEntry]] = {}
    for entry in allowlist:
        groups.setdefault(entry.purposes, []).append(entry)
    for purposes, entries in sorted(groups.items()):
        lines += ["", f"# {plain('; '.join(purposes), 500)}"]
        for entry in entries:
            lines += prefixed("#   ", _about(deployment, entry))
            lines.append(_line(entry))
    if not allowlist:
        lines += ["", "# Nothing."]
    return "\n".join(lines) + "\n"


def _about(deployment: Deployment, entry: AllowlistEntry) -> Iterable[str]:
    status = "" if entry.status == "current" else f", {entry.status}"
    yield plain(f"{', '.join(entry.installations)}, from {', '.join(entry.from_)}{status}", 500)
    facts = deployment.facts_of(entry.endpoints)
    for source in dict.fromkeys(fact.source for fact in facts):
        yield _source(deployment, source)


def _line(entry: AllowlistEntry) -> str:
    """One line; what is no host name stays a comment, so that no program takes it for one."""
    host = host_name(entry.host) or (entry.host if is_address(entry.host) else None)
    if host is None:
        return f"# NOT A HOST NAME: {plain(entry.host, 253)}"
    paths = " ".join(map(_path, entry.paths))
    return f"{host}\t{entry.port}/tcp\t{entry.scheme}\t{paths}"


def _path(path: str) -> str:
    return path if path.isascii() and path.isprintable() else plain(path)


def _bypass(deployment: Deployment) -> str:
    lines = [
        (
            "# What TLS inspection must leave alone: these connections break under it. Another list"
            " than hosts.txt:"
        ),
        "# what stands here is not let through by that.",
    ]
    for entry in deployment.tls_bypass:
        host = host_name(entry.host)
        lines += [
            "",
            f"# {plain(', '.join(entry.installations), 200)}: {_source(deployment, entry.source)}",
        ]
        lines.append(host or f"# NOT A HOST NAME: {plain(entry.host, 253)}")
    if not deployment.tls_bypass:
        lines += ["", "# Nothing."]
    return "\n".join(lines) + "\n"


def _source(deployment: Deployment, source: Source) -> str:
    document = deployment.catalog.documents.get(source.document)
    title = f"{document.publisher}: {document.title}" if document else source.document
    return plain(f"{title}, {source.locator}", 500)
