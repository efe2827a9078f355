"""What a plan says of machines, and cannot be so: what they run."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.facts.model import Platform, Remark
from wizard.findings.model import SERVER_TEAM, Remarks, Survey, warning
from wizard.network.party import Party
from wizard.rules.remarks import remarks_of

_PLATFORMS: dict[Platform, str] = {"linux": "Linux", "windows": "Windows"}
_WHERE: dict[Platform, str] = {"linux": "no Windows machine", "windows": "Windows only"}


@warning(
    "other-platform",
    SERVER_TEAM,
    "Choose the platform that the machine runs, or switch off the feature that it cannot have.",
)
def other_platform(r: Survey) -> Remarks:
    """A host's rules are for Linux, and what runs there is on Windows only; or the other way round."""
    texts_by_place: dict[tuple[str, str, Platform], dict[tuple[str, str], None]] = {}
    for counting in remarks_of(r.catalog, r.plan):
        said = counting.installation, counting.remark.text
        for role, platform in counting.remark.runs_on.items():
            for name in _unlike(r, counting.installation, counting.remark, role):
                texts_by_place.setdefault((name, role, platform), {})[said] = None
    for (name, role, platform), texts in texts_by_place.items():
        why = " ".join(f"{r.product_name(i)}: {text}" for i, text in texts)
        yield (
            f"{name} gets rules for {_PLATFORMS[r.plan.firewalls[name].platform]}, and what this"
            f" plan has at {r.role_name(role)} runs on {_WHERE[platform]}. {why} Set"
            f' platform = "{platform}" under [firewalls.{name}]; where it stands before machines of'
            " both kinds, give each a firewall of its own.",
            (name, role, *dict.fromkeys(installation for installation, _ in texts)),
        )


def _unlike(r: Survey, installation: str, remark: Remark, role: str) -> Iterator[str]:
    """The hosts' firewalls at a role that are for another platform than a remark gives it."""
    if not _is_used(r, installation, role):
        return
    for party in _parties(r, installation, remark, role):
        for name in r.network.guards_near(party):
            firewall = r.plan.firewalls[name]
            unlike = firewall.kind == "host" and firewall.platform != remark.runs_on[role]
            if unlike and r.network.held(name, party):
                yield name


def _is_used(r: Survey, installation: str, role: str) -> bool:
    """True where a connection of the installation is from or to the role."""
    for flow in r.flows:
        if flow.fact.installation == installation and role in (flow.fact.from_, flow.fact.to):
            return True
    endpoints = (endpoint.fact for endpoint in r.endpoints)
    return any(fact.installation == installation and fact.from_ == role for fact in endpoints)


def _parties(r: Survey, installation: str, remark: Remark, role: str) -> Iterator[Party]:
    """Where the role is for what the remark is about."""
    if not remark.feature:
        yield from r.network.parties_of(installation, role)
        return
    party = r.network.party(installation, role, ((remark.feature,),))
    if party is not None:
        yield party
