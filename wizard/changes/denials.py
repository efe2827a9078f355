"""What must never be in two deployments: what comes, what goes, and what is denied otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from operator import attrgetter

from wizard.changes.values import Cause, ChangeEntry, firewalls_denying, group_name
from wizard.deployment import Deployment
from wizard.rules.denials import Denial
from wizard.tables import indexed


def denial_entries(
    old: Deployment, new: Deployment, acting: Collection[str]
) -> Iterator[ChangeEntry[Denial]]:
    """An entry for each that differs; `acting` are the groups of answers that can have caused one.

    What a zone or a role makes of it has the cause of none: the answers about it are listed.
    """
    was = indexed(attrgetter("name"), old.denials)
    becomes = indexed(attrgetter("name"), new.denials)
    for name in dict.fromkeys((*was, *becomes)):
        before, after = was.get(name), becomes.get(name)
        if before != after:
            group = group_name(("never", name))
            cause = Cause((group,), "needed") if group in acting else Cause()
            yield ChangeEntry(
                before,
                after,
                gone=Cause() if before is None else cause,
                come=Cause() if after is None else cause,
            )


def denied_where(entry: ChangeEntry[Denial]) -> str:
    """`lines at core, edge`; that no firewall changes by it."""
    names = firewalls_denying(entry)
    return f"lines at {', '.join(names)}" if names else "no firewall changes"
