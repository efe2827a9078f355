"""Deployment → `tests/from-<role>.sh` and `.ps1`: scripts that try every connection which a role
opens.

For people without Portwright. Texts in them are plain ASCII that no shell reads as anything but
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, filterfalse, groupby
from operator import attrgetter
from typing import Literal

from exporters.handover.checks import Check, checks_of
from exporters.safe import plain
from exporters.script import template
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.views.words import role_name

_ROLE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MOST = 6  # addresses that a script's head names


def files(deployment: Deployment) -> dict[str, str]:
    """Two scripts for each role that opens a connection which can be tried."""
    return scripts(deployment, checks_of(deployment), "tests", "connects")


_IS_TRIED = attrgetter("is_tried")


def scripts(
    deployment: Deployment,
    checks: Iterable[Check],
    folder: str,
    expected: Literal["connects", "blocked"],
) -> dict[str, str]:
    """Two scripts in `folder` for each role, for these checks (sorted by role)."""
    texts: dict[str, str] = {}
    for role, group in groupby(checks, key=attrgetter("from_")):
        checks_of_role = list(group)
        if _ROLE.fullmatch(role) and any(map(_IS_TRIED, checks_of_role)):
            for kind in ("sh", "ps1"):
                name = f"from-{role}.{kind}"
                text = _script(deployment, role, checks_of_role, name, kind, expected)
                texts[f"{folder}/{name}"] = text
    return texts


def _script(
    deployment: Deployment, role: str, checks: list[Check], name: str, kind: str, expected: str
) -> str:
    sources = list(dict.fromkeys(chain.from_iterable(map(attrgetter("sources"), checks))))
    where = ", ".join(map(bare, sources[:_MOST])) + (" and others" if len(sources) > _MOST else "")
    plan, who = (
        plain(deployment.plan.name or "Portwright", 100),
        plain(role_name(deployment.catalog, role), 100),
    )
    title = [
        f"# {plan}: tries what {who} connects to.",
        (
            f"# Run it there: {plain(where, 400)}. Expected is that "
            f"{'all connect' if expected == 'connects' else 'none connects'}."
        ),
    ]
    parts = {
        "title": "\n".join(title),
        "file": name,
        "expected": expected,
        "list": "\n".join(_lines(deployment, checks)),
        "aside": "\n".join(_aside(deployment, check) for check in filterfalse(_IS_TRIED, checks)),
    }
    text = re.sub(
        r"#@(title|file|expected|list|aside)",
        lambda mark: parts[mark[1]],
        template(f"handover-test.{kind}"),
    )
    return text if kind == "sh" else text.replace("\n", "\r\n")


def _lines(deployment: Deployment, checks: Iterable[Check]) -> Iterator[str]:
    """A line for each check that is tried. A role in several zones is named zone by zone."""
    tried = list(filter(_IS_TRIED, checks))
    zones_by_role: dict[str, set[str]] = {}
    for check in tried:
        if not check.host:
            zones_by_role.setdefault(check.to, set()).add(check.zone)
    for check in tried:
        is_one = len(zones_by_role.get(check.to, ())) < 2
        yield _line(deployment, check, check.to if is_one else f"{check.to}.{check.zone}")


def _line(deployment: Deployment, check: Check, name: str) -> str:
    """how|host or name|port|proxy or networks to name one of|proxy's port|to|what|site."""
    purpose = (role_name(deployment.catalog, check.to), check.service, check.site)
    if not check.host:
        networks = " ".join(map(bare, check.networks[:_MOST]))
        return _joined("named", name, check.port, networks, "-", *purpose)
    via = check.via or ("-", "-")
    return _joined(check.how, check.host, check.port, via[0], str(via[1]), *purpose)


def _aside(deployment: Deployment, check: Check) -> str:
    port = f"{check.port}/{check.transport}"
    return _joined(role_name(deployment.catalog, check.to), port, check.service, check.why_not)


def _joined(*cells: str) -> str:
    """Cells with `|` between them; none is empty, none holds one or a quote, which CSV knows."""
    return "|".join(plain(cell, 200) or "-" for cell in cells)
