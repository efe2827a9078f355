"""Who may come in: only who has the key, by a loopback name, and from this server's own page."""

from __future__ import annotations

import hmac
import re

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

# The port is not compared: a tunnel may begin at another one on the user's computer.
_LOOPBACK = re.compile(
    r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE
)


def refused(
    path: str, host: str | None, origin: str | None, key: str, *, needs_origin: bool
) -> str | None:
    """Why a request is refused, in words for whoever opened the page; None where it may come in.

    `path` begins with the key. `host` and `origin` are the request's headers. A foreign page in the
    user's browser reaches loopback ports too: by a name of its own that it lets point here (then
    Host gives it away), or straight from its script (then Origin does). Other people on this
    machine have no key.
    """
    if host is None or not _LOOPBACK.fullmatch(host):
        return "Portwright answers by the names 127.0.0.1 and localhost only."
    if origin is None:
        if needs_origin:
            return "Portwright's page alone may open a wizard."
    elif origin.lower() != f"http://{host.lower()}":
        return "Portwright takes nothing from other pages."
    key_in_path = path.split("/", 2)[1] if path.startswith("/") else ""
    if not hmac.compare_digest(key_in_path.encode("utf-8", "replace"), key.encode()):
        return (
            "This address lacks the right key. Open the whole address that portwright serve has"
            " printed last."
        )
    return None


def guard(key: str) -> Middleware:
    """The middleware that stands before every answer, 'not found' included."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        why = refused(
            # As it was sent: an address with a host of its own (`GET http://…`) has no key in place.
            request.raw_path,
            _only(request, "Host"),
            _only(request, "Origin"),
            key,
            needs_origin="Upgrade" in request.headers,
        )
        if why is not None:
            raise web.HTTPForbidden(text=why + "\n")
        return await handler(request)

    return check


def _only(request: web.Request, name: str) -> str | None:
    """A header; one that comes twice can't be right, and matches nothing."""
    values = request.headers.getall(name, [])
    return " ".join(values) if values else None


async def protect(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser to hold the page to this server: nothing is fetched, framed or sent
    elsewhere.
    """
    headers = response.headers
    host = _only(request, "Host") or ""
    own_sockets = f"ws://{host}" if _LOOPBACK.fullmatch(host) else ""
    headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
        # The terminal in the page sets styles of its own.
        f"style-src 'self' 'unsafe-inline'; connect-src 'self' {own_sockets}; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    )
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # The key stands in the address: it goes to no other site, and no page with it into a cache.
    headers["Referrer-Policy"] = "no-referrer"
    # Terminal and font are the bulk: over a slow tunnel they come once, and are asked after then.
    headers["Cache-Control"] = (
        "private, no-cache" if isinstance(response, web.FileResponse) else "no-store"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["X-Robots-Tag"] = "noindex"
