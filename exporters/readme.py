"""README.md of an export: what is here, for whom, in what order, what was refused and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from exporters.format import WEB_PROXY, Format, Refused
from exporters.lines import coded, in_runs, prefixed
from exporters.safe import markdown
from exporters.stamp import WHICH_PLAN, stamp_text
from exporters.tickets.table import TICKET_FORMATS
from wizard.deployment import Deployment
from wizard.plan.stamp import Stamp
from wizard.rules.remarks import remarks_of
from wizard.tables import indexed
from wizard.views.cautions import services_by_caution
from wizard.views.words import (
    CONCERNED,
    GUARDS,
    count,
    facts_words,
    few,
    incomplete,
    listed,
    product_name,
    upper_first,
)

MOST_WARNINGS = 10
OF_LINUX = ("nftables", "iptables", "ufw", "firewalld")
# Scripts for the same firewall; two of them on one machine would not know of each other.
ONE_OF = tuple(f"{name}.sh" for name in OF_LINUX)
MOST_FOLDERS = 8  # of firewalls that are alike; more share a line

_ORDER = (
    (
        "the documents",
        "Let every team that is asked for something agree first.",
        (
            *("markdown", "html", "pdf", "xlsx", "csv", "csv-single"),
            *map(attrgetter("name"), TICKET_FORMATS),
        ),
    ),
    (
        "firewalls between zones",
        "They let the traffic through before anything sends it.",
        ("boundary",),
    ),
    ("cloud security groups", "", ("cloud",)),
    ("the web proxy", "", ("proxy",)),
    (
        "the hosts' own firewalls",
        "They deny what no rule allows, so they come after the others.",
        ("host",),
    ),
    (
        "run the connection tests",
        (
            "On a machine of each role, when all of the above is in: every connection must be found"
            " as expected."
        ),
        ("connection-tests",),
    ),
)


def readme(
    deployment: Deployment,
    entries: Sequence[Format],
    owner: Mapping[str, str],
    refused: Sequence[Refused],
) -> str:
    """The Markdown text. `owner` maps each file to the name of its format."""
    parts = [
        _head(deployment),
        _refused(refused),
        _contents(deployment, entries, owner),
        _order(deployment, entries, owner),
        _findings(deployment, owner),
        _to_do(deployment),
        _watch(deployment),
        _use(entries, owner),
        _whole(deployment.stamp),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _head(deployment: Deployment) -> str:
    plan = deployment.plan
    names = [markdown(product_name(deployment.catalog, key), 200) for key in plan.products]
    lines = [f"# {markdown(plan.name, 200) or 'Portwright export'}", ""]
    lines.append(
        "Firewall rules and lists for"
        f" {listed(names) or 'no product'}:"
        f" {', '.join(_counts(deployment))}. Written by"
        f" Portwright from `plan.toml` and {facts_words(deployment.catalog)}; nothing of it"
        " has been applied to any system."
    )
    lines += _incomplete(deployment)
    request = plan.request
    for label, value in (
        ("Reference", request.reference),
        ("Requested by", request.requester),
        ("Wanted by", request.wanted),
        ("Review on", request.review),
    ):
        if value:
            lines += ["", f"{label}: {markdown(str(value), 500)}"]
    return "\n".join(lines)


def _counts(deployment: Deployment) -> Iterator[str]:
    """How much there is; of what there is none, nothing is said."""
    yield count(len(deployment.rules), "rule")
    if deployment.forwards:
        yield count(len(deployment.forwards), "port forward")
    if deployment.allowlist:
        yield count(len(deployment.allowlist), "allowlist entry", "allowlist entries")


def _incomplete(deployment: Deployment) -> Iterator[str]:
    """The products of whose makers' lists not all was read, each with what is not known."""
    for name in deployment.plan.products:
        product = deployment.catalog.products.get(name)
        if product is not None and product.basis != "whole":
            yield ""
            yield f"{markdown(product.name, 200)}: {markdown(incomplete(product), 800)}"


def _refused(refused: Sequence[Refused]) -> str:
    if not refused:
        return ""
    lines = ["## Left out", ""]
    names_by_cause: dict[str, list[str]] = {}
    for entry in refused:
        if entry.firewall == WEB_PROXY:
            lines.append(f"- {entry.what} {_cause(entry)}")
        else:
            names_by_cause.setdefault(_cause(entry), []).append(f"`{entry.firewall}`")
    for cause, names in names_by_cause.items():
        if len(names) > MOST_FOLDERS:
            lines.append(f"- {len(names)} firewalls, {few(names)} {cause}")
        else:
            lines += [f"- Firewall {name} {cause}" for name in names]
    lines += [
        "",
        (
            "No script is written while addresses are missing. Give the plan what is missing and"
            " export again. The handover documents"
            " say, under 'Open questions', who can supply it."
        ),
    ]
    return "\n".join(lines)


def _cause(entry: Refused) -> str:
    return f"({', '.join(entry.formats)}): {markdown(entry.why)}."


def _contents(deployment: Deployment, entries: Sequence[Format], owner: Mapping[str, str]) -> str:
    lines = ["## What is here", "", "| file | what it is | for whom |", "|---|---|---|"]
    for entry in entries:
        files_by_folder: dict[str, list[str]] = {}
        for path in owner:
            if owner[path] == entry.name:
                folder, _, file = path.rpartition("/")
                if entry.folder:
                    folder, file = entry.folder, path.removeprefix(f"{entry.folder}/")
                files_by_folder.setdefault(folder, []).append(file)
        for folders, files in _alike(deployment, files_by_folder):
            if len(folders) > MOST_FOLDERS:
                paths = prefixed("firewalls/<name>/", files)
                what = _of_many(deployment, folders)
            else:
                paths = prefixed(f"{folders[0]}/".lstrip("/"), files)
                what = _whose(deployment, folders[0]) or entry.for_what
            scripts = [name for name in ONE_OF if f"{folders[0]}/{name}" in owner]
            if len(scripts) > 1 and entry.name in OF_LINUX:
                what += f": ONE of {listed(scripts)}, the one that runs on that machine"
            lines.append(f"| {', '.join(coded(paths))} | {what} | {entry.reader} |")
    return "\n".join(lines)


def _alike(
    deployment: Deployment, files_by_folder: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Folders with the same files, for firewalls of the same kind, together where there are many."""
    alike: dict[tuple[str | None, ...], list[str]] = {}
    for folder, files in files_by_folder.items():
        firewall = deployment.plan.firewalls.get(folder.removeprefix("firewalls/"))
        kind = (folder,) if firewall is None else (firewall.kind, firewall.role)
        alike.setdefault((*kind, *files), []).append(folder)
    for folders in alike.values():
        together = len(folders) if len(folders) > MOST_FOLDERS else 1
        for part in in_runs(folders, together):
            yield part, files_by_folder[part[0]]


def _of_many(deployment: Deployment, folders: Sequence[str]) -> str:
    """What the files of many firewalls' folders are for, as one line."""
    names = [folder.removeprefix("firewalls/") for folder in folders]
    firewall = deployment.plan.firewalls[names[0]]
    role = deployment.catalog.roles.get(firewall.role or "")
    whose = f" of {role.name}" if role else "" if firewall.guards_hosts else " between zones"
    kind = GUARDS[firewall.kind] if firewall.kind == "cloud" else "firewall"
    return f"the {len(names)} {kind}s{whose}: {few(coded(names))}"


def _whose(deployment: Deployment, folder: str) -> str:
    """What the files in a firewall's folder are for; nothing for another folder."""
    above, *below = folder.split("/")
    if above != "firewalls":
        return ""
    name = below[0]
    firewall = deployment.plan.firewalls[name]
    if firewall.guards_hosts:
        role = deployment.catalog.roles.get(firewall.role or "")
        covered = ", ".join(deployment.covered(name)[:4])
        kind = "firewall" if firewall.kind == "host" else GUARDS[firewall.kind]
        return f"the {kind} of {role.name if role else name}" + (f" ({covered})" if covered else "")
    return "the firewall between " + listed(firewall.zones)


def _order(deployment: Deployment, entries: Sequence[Format], owner: Mapping[str, str]) -> str:
    """The steps that this export has files for, numbered."""
    by_name = indexed(attrgetter("name"), entries)
    kinds: dict[str, list[str]] = {}
    for path, name in owner.items():
        if path.startswith("firewalls/"):
            firewall = path.split("/")[1]
            step: str = deployment.plan.firewalls[firewall].kind
            place = f"`firewalls/{firewall}/`"
        elif "proxy" in by_name[name].kinds:
            step, place = "proxy", "`proxy/`"
        elif by_name[name].folder:
            step, place = by_name[name].kinds[0], f"`{by_name[name].folder}/`"
        else:
            step, place = name, f"`{path.partition('/')[0]}/`" if "/" in path else f"`{path}`"
        if place not in kinds.setdefault(step, []):
            kinds[step].append(place)
    lines: list[str] = []
    for title, why, steps in _ORDER:
        places: list[str] = []
        for step in steps:
            places += kinds.get(step, ())
        if places:
            lines.append(
                f"{len(lines) + 1}. {upper_first(title)}: {_places(places)}. {why}".rstrip()
            )
    return "\n".join(["## In what order", "", *lines]) if lines else ""


def _places(places: Sequence[str]) -> str:
    """All of them; of many the first."""
    return few(places, len(places) if len(places) <= MOST_FOLDERS else 4)


# Files of an export that hold all findings, and what a reader does with them.
_FINDINGS_IN = {
    "plan.toml": "`portwright check plan.toml`",
    "findings.csv": "`findings.csv`",
    "handover.md": "`handover.md`",
    "handover.html": "`handover.html`",
    "handover.pdf": "`handover.pdf`",
    "handover.xlsx": "`handover.xlsx`",
}


def _findings(deployment: Deployment, owner: Mapping[str, str]) -> str:
    errors = [finding for finding in deployment.findings if finding.severity == "error"]
    warnings = sum(finding.severity == "warning" for finding in deployment.findings)
    if not errors and not warnings:
        return ""
    lines = ["## Read before use", ""]
    found = f"{count(len(errors), 'error')} and {count(warnings, 'warning')} were found in the plan"
    where = [text for path, text in _FINDINGS_IN.items() if path in owner]
    lines.append(f"{found}; all of them: {listed(where)}." if where else f"{found}.")
    if errors:
        lines.append("")
    for finding in errors[:20]:
        lines.append(f"- {finding.code}: {markdown(finding.message)}")
    return "\n".join(lines)


def _to_do(deployment: Deployment) -> str:
    """What the documents have somebody do beside loading rules, and whom."""
    lines: dict[str, None] = {}
    for counting in remarks_of(deployment.catalog, deployment.plan):
        if counting.remark.to_do:
            whom = upper_first(CONCERNED[counting.remark.team])
            name = product_name(deployment.catalog, counting.installation)
            text = markdown(counting.remark.text, 500)
            lines[f"- {whom}: {text} ({markdown(name, 200)})"] = None
    return "\n".join(["## To do beside the rules", "", *lines]) if lines else ""


def _watch(deployment: Deployment) -> str:
    """What the documents warn of, and of which services; of a long list the first."""
    services_by_sentence = services_by_caution(deployment)
    if not services_by_sentence:
        return ""
    lines = ["## Watch for", ""]
    for sentence, services in [*services_by_sentence.items()][:MOST_WARNINGS]:
        lines.append(f"- {markdown(few(services, separator='; '), 200)}: {markdown(sentence, 500)}")
    if len(services_by_sentence) > MOST_WARNINGS:
        more = count(len(services_by_sentence) - MOST_WARNINGS, "more", "more")
        lines.append(f"- and {more}, each beside its rule in the handover documents.")
    return "\n".join(lines)


def _use(entries: Sequence[Format], owner: Mapping[str, str]) -> str:
    with_files = set(owner.values())
    parts = [
        f"### {entry.name}\n\n{entry.use}"
        for entry in entries
        if entry.name in with_files and entry.use
    ]
    return "\n\n".join(["## How to use, check and undo", *parts]) if parts else ""


def _whole(stamp: Stamp) -> str:
    return (
        "## Is it whole\n\n`sha256sum -c .portwright-export` in this folder says whether each file"
        " is as it was written. The same plan always gives the same bytes. Exporting here again"
        " needs `--force`; it replaces what an export wrote, keeps a file that you edited as"
        " `.bak`, and touches no other file."
        f"\n\n{WHICH_PLAN}\n\n{stamp_text(stamp)}"
    )
