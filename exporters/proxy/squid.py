"""Web proxy → `proxy/squid.conf`: a fragment that lets the plan's clients reach the listed hosts,
and no other.

It only allows and never denies, so it can stand in a larger configuration. `.example.com` of Squid
holds `example.com` too; where only `*.example.com` is listed the bare domain is taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporters.lines import commented, ended, prefixed
from exporters.proxy.at_proxy import Access, Unlisted, all_proxies, folder_of
from exporters.proxy.names import host_name, names
from exporters.safe import plain
from wizard.deployment import Deployment
from wizard.plan.model import Proxy
from wizard.plan.proxies import UsedProxy

_METHODS = """\
acl portwright_connect method CONNECT
acl portwright_http proto HTTP
"""
_INSPECTED = "acl portwright_https proto HTTPS\n"


def files(deployment: Deployment) -> dict[str, str]:
    """The fragment, one for each proxy."""
    fragments: dict[str, str] = {}
    for at in all_proxies(deployment):
        if at.used.answers.mode != "none":
            path = f"{folder_of(at.used)}/squid.conf"
            fragments[path] = _fragment(deployment, at.used, *at.through())
    return fragments


def _fragment(
    deployment: Deployment,
    used: UsedProxy,
    access: Sequence[Access],
    unlisted: Sequence[Unlisted],
) -> str:
    inspects = used.answers.tls_inspection
    parts = [_head(deployment, used.site), _METHODS + (_INSPECTED if inspects else "")]
    parts += [_group(number, entry, inspects) for number, entry in enumerate(access, 1)]
    parts += [_left(unlisted)] if unlisted else []
    parts += [_hints(deployment, used.answers, access)]
    return "\n".join(parts)


def _head(deployment: Deployment, site: str) -> str:
    where = f" at the site {site}" if site else ""
    return _comment(
        [
            (
                f"Squid: what the plan '{plain(deployment.plan.name, 200)}' needs{where}. Written by"
                " Portwright."
            ),
            "",
            (
                "Stands before your line 'http_access deny all', by an include or in conf.d. It"
                " only allows: whatever"
            ),
            (
                "your own lines allow beside it stays allowed, and what they deny before it stays"
                " denied."
            ),
            (
                "Check: squid -k parse. Load: squid -k reconfigure. Undo: take it out, and"
                " reconfigure."
            ),
        ]
    )


def _group(number: int, access: Access, inspects: bool) -> str:
    """The ACLs and the rule of one port and its clients."""
    listed = names(access.hosts)
    bare = [domain for domain in listed.below if domain not in listed.hosts]
    hosts = sorted({*prefixed(".", listed.below), *listed.hosts} - set(listed.below))
    clients, port = f"portwright_clients_{number}", f"portwright_port_{number}"
    allowed, kept_out = f"portwright_hosts_{number}", f"portwright_bare_{number}"
    lines = [f"# {', '.join(map(plain, access.roles))} to port {access.port}"]
    lines += prefixed(f"acl {clients} src ", access.sources)
    lines += [f"acl {port} port {access.port}"]
    # -n: never ask a name server. Whoever writes the reverse zone of an address could call it as he
    # likes.
    lines += prefixed(f"acl {allowed} dstdomain -n ", hosts)
    lines += prefixed(f"acl {kept_out} dstdomain -n ", bare)
    rule = f"{clients} {port} {allowed}" + (f" !{kept_out}" if bare else "")
    ways = ["portwright_connect"] if access.tls else ["portwright_http !portwright_connect"]
    ways += ["portwright_https !portwright_connect"] if access.tls and inspects else []
    lines += [f"http_access allow {way} {rule}" for way in ways]
    return "\n".join(lines) + "\n"


def _left(unlisted: Iterable[Unlisted]) -> str:
    lines = [f"  {plain(host.host, 253)}: {plain(host.why, 200)}" for host in unlisted]
    return _comment(["Not in here:", *lines])


def _hints(deployment: Deployment, proxy: Proxy, access: Sequence[Access]) -> str:
    """What belongs to other parts of squid.conf, to be taken over by hand."""
    lines = ["Hints; nothing below is active.", ""]
    if proxy.mode == "explicit":
        lines += [
            "The plan's clients expect the proxy at this port:",
            f"  http_port {proxy.port}",
            "",
        ]
    lines += [
        "Through a parent proxy (put its name in):",
        "  cache_peer PARENT parent 3128 0 no-query default",
        *(f"  never_direct allow portwright_hosts_{number}" for number, _ in enumerate(access, 1)),
    ]
    tls = [(number, entry) for number, entry in enumerate(access, 1) if entry.tls]
    if tls and (proxy.tls_inspection or proxy.mode == "transparent"):
        lines += ["", *_tls(deployment, proxy, tls)]
    return _comment(lines)


def _tls(
    deployment: Deployment, proxy: Proxy, access: Sequence[tuple[int, Access]]
) -> Iterator[str]:
    """How Squid looks into TLS, or at the name in it, and leaves the bypass list alone. Never a way
    around the allowlist: what is spliced is listed, and from its own clients.
    """
    bypass = [*filter(None, (host_name(entry.host) for entry in deployment.tls_bypass))]
    yield "TLS (needs a Squid with OpenSSL; put your certificate in):"
    if proxy.mode == "transparent":
        yield "  https_port 3129 intercept ssl-bump name=portwright tls-cert=CERTIFICATE"
        yield "  acl portwright_intercepted myportname portwright"
        yield "  acl portwright_numeric dstdom_regex -n ^[0-9.]+$ ^\\[?[0-9a-fA-F:]+\\]?$"
        for number, _ in access:
            yield (
                "  http_access allow portwright_connect portwright_intercepted portwright_numeric "
                f"portwright_clients_{number} portwright_port_{number}"
            )
    else:
        yield f"  http_port {proxy.port} ssl-bump tls-cert=CERTIFICATE"
    yield "  acl portwright_step1 at_step SslBump1"
    if bypass and proxy.tls_inspection:
        yield _server_names("portwright_untouched", bypass)
    yield "  ssl_bump peek portwright_step1"
    for number, entry in access:
        untouched = " portwright_untouched" if proxy.tls_inspection else ""
        if bypass or not proxy.tls_inspection:
            yield _server_names(f"portwright_tls_{number}", entry.hosts)
            yield (
                f"  ssl_bump splice portwright_clients_{number} portwright_tls_{number}{untouched}"
            )
    yield "  ssl_bump bump all" if proxy.tls_inspection else "  ssl_bump terminate all"


def _server_names(acl: str, hosts: Iterable[str]) -> str:
    listed = names(hosts)
    patterns = [f"\\.{_escaped(domain)}$" for domain in listed.below]
    patterns += [f"^{_escaped(host)}$" for host in listed.hosts]
    return f"  acl {acl} ssl::server_name_regex -i {' '.join(patterns)}"


def _escaped(domain: str) -> str:
    return domain.replace(".", "\\.")


def _comment(lines: Iterable[str]) -> str:
    return ended(commented(lines))
