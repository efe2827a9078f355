"""Two deployments → what the proxy's lists gain and lose as plain text, and scripts that try what
changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product

import msgspec

from exporters.handover import connection_tests
from exporters.handover.checks import Check, checks_of
from exporters.proxy import hosts
from exporters.proxy.names import is_address
from wizard.changes import ChangeEntry, Changes
from wizard.deployment import Deployment
from wizard.explain import QuestionError, allowed
from wizard.network.addresses import ANYWHERE, bare
from wizard.plan.model import INTERNET
from wizard.rules.model import AllowlistEntry

_FOLDERS = {"+": "proxy/add", "-": "proxy/remove"}


def host_files(old: Deployment, new: Deployment, changes: Changes) -> dict[str, str]:
    """`proxy/add/` and `proxy/remove/`, each with the lists of which something comes or goes."""
    files: dict[str, str] = {}
    for sign, side in (("+", new), ("-", old)):
        part = msgspec.structs.replace(
            side,
            # One that only changes is to be put in anew; nothing of it is to be taken out.
            allowlist=tuple(e.record for e in changes.allowlist if _stands_on(e, sign)),
            tls_bypass=tuple(e.record for e in changes.tls_bypass if e.sign == sign),
        )
        of_part = hosts.files(part)
        for path, listed in (
            ("proxy/hosts.txt", part.allowlist),
            ("proxy/tls-bypass.txt", part.tls_bypass),
        ):
            if listed:
                files[path.replace("proxy", _FOLDERS[sign], 1)] = of_part[path]
    return files


def _stands_on(entry: ChangeEntry[AllowlistEntry], sign: str) -> bool:
    return entry.sign == sign or (sign == "+" and entry.sign == "~")


def try_files(old: Deployment, new: Deployment) -> dict[str, str]:
    """`tests/must-connect/` for what the change opens, `tests/must-fail/` for what it closes."""
    before, after = checks_of(old), checks_of(new)
    opened = connection_tests.scripts(new, _only(after, before), "tests/must-connect", "connects")
    gone = filter(None, map(partial(_closed, new), _only(before, after)))
    return opened | connection_tests.scripts(old, gone, "tests/must-fail", "blocked")


def _closed(new: Deployment, check: Check) -> Check | None:
    """What of the check no longer works: from where, and to which networks. None where all of it
    still does, by another rule or because no firewall is on its way.
    """
    if check.how == "proxy":
        return check  # its list is by name
    targets = check.networks or (check.host if is_address(check.host) else INTERNET,)
    pairs = [pair for pair in product(check.sources, targets) if _meet(*pair)]
    still_from: set[str] = set()
    still_to: set[str] = set()
    for source, target in pairs:
        if not _stops(new, source, target, check):
            still_from.add(source)
            still_to.add(target)
    sources = tuple(dict.fromkeys(source for source, _ in pairs if source not in still_from))
    if sources:
        return msgspec.structs.replace(check, sources=sources)
    # From nowhere are all of them closed: those that are from everywhere, so that no expectation is
    # wrong.
    networks = tuple(dict.fromkeys(target for _, target in pairs if target not in still_to))
    return (
        msgspec.structs.replace(check, networks=networks) if networks and check.networks else None
    )


def _meet(source: str, target: str) -> bool:
    """True where the two are of one address family."""
    return target == INTERNET or (":" in source) == (":" in target)


def _stops(new: Deployment, source: str, target: str, check: Check) -> bool:
    """True where none of the ports is let through."""
    first, last = check.ports
    try:
        return not any(
            allowed(new, _word(source), _word(target), f"{port}/{check.transport}")
            for port in range(first, last + 1)
        )
    except QuestionError:
        return True  # the new plan does not know it any more


def _word(cidr: str) -> str:
    return INTERNET if cidr in ANYWHERE.values() else bare(cidr)


def _only(some: Iterable[Check], others: Iterable[Check]) -> Iterator[Check]:
    """The checks of the first that the others have not, or have not from there."""
    known: dict[Check, set[str]] = {}
    for check in others:
        known.setdefault(_key(check), set()).update(check.sources)
    for check in some:
        if check.how == "none":
            continue
        sources = tuple(
            source for source in check.sources if source not in known.get(_key(check), ())
        )
        if sources:
            yield msgspec.structs.replace(check, sources=sources)


def _key(check: Check) -> Check:
    # A plan that got sites tries the same from the same addresses.
    return msgspec.structs.replace(check, service="", sources=(), why_not="", site="")
