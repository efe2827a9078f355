"""Deployment → what the print team has to do and to know: names, moved ports, what installers open,
what to watch for, and what to look at in a year. No other team's part of the documents has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.handover.model import FindingRow, PrintRow
from exporters.handover.names import HandoverNames
from wizard.facts.model import FlowFact
from wizard.findings.model import PRINT_TEAM
from wizard.network.addresses import bare, is_single
from wizard.network.ports import ports_text
from wizard.rules.needs import Need, needs_of
from wizard.rules.records import record_of
from wizard.views.cautions import services_by_caution
from wizard.views.words import INSTALLER, NOBODY_SUPPLIED, count, few, state_of_facts

# Those who find a server by its name, and what nobody gives a name for others' sake.
_WHO_NAMES = ("user-computer", "mobile-device", "mfp", "card-reader", "secondary-server")
_UNNAMED = ("printer", "mfp", "user-computer", "mobile-device", "card-reader", "internet")
NAMES, MOVED, OPENED, WATCH, FINDINGS, YEARLY = (
    "Name to be made",
    "Moved port",
    "Opened by the installer",
    "Watch for",
    "Finding",
    "In a year",
)
PARTS = (NAMES, MOVED, OPENED, WATCH, FINDINGS, YEARLY)
TASK = "Make the names, set the moved ports, and read what to watch for."


def print_rows(names: HandoverNames, findings: tuple[FindingRow, ...]) -> Iterator[PrintRow]:
    """All of it, part by part."""
    yield from _names(names)
    yield from _moved(names)
    yield from _opened(names)
    for sentence, services in services_by_caution(names.deployment).items():
        if sentence != INSTALLER:
            yield PrintRow(WATCH, few(services, separator="; "), sentence)
    for finding in findings:
        if finding.who == PRINT_TEAM:
            yield PrintRow(FINDINGS, f"{finding.severity}: {finding.message}", finding.what_to_do)
    yield from _yearly(names)


def _names(names: HandoverNames) -> Iterator[PrintRow]:
    """What clients and devices should find by name, and where the names lead."""
    for front in names.deployment.fronts:
        where = ", ".join(map(bare, front.addresses)) or NOBODY_SUPPLIED
        what = f"What {names.role(front.role)} serves"
        yield PrintRow(
            NAMES, what, f"A name that leads to {where}; its certificate is for that name."
        )
    addresses: dict[str, dict[str, None]] = {}
    for flow in names.deployment.flows:
        if flow.from_ in _WHO_NAMES and flow.to not in _UNNAMED and not flow.fronts:
            singles = map(bare, filter(is_single, flow.destinations))
            addresses.setdefault(flow.to, {}).update(dict.fromkeys(singles))
    for role, hosts in addresses.items():
        if hosts:
            where = few(hosts, most=8)
            yield PrintRow(
                NAMES, names.role(role), f"A name that leads to {where}, for clients and devices."
            )
    yield from _public_names(names)


def _public_names(names: HandoverNames) -> Iterator[PrintRow]:
    """Names that are known on the internet; inside they lead elsewhere, or back."""
    shown: dict[tuple[str, str, str], bool] = {}
    for forward in names.deployment.forwards:
        public = forward.public_address or NOBODY_SUPPLIED
        key = forward.firewall, public, forward.address or NOBODY_SUPPLIED
        # Ports of one address can lead back or not: by the name inside all of them work.
        shown[key] = shown.get(key, True) and bool(forward.hairpin)
    left = {f.subjects[0] for f in names.deployment.findings if f.code == "hairpin"}
    for (firewall, public, inside), leads in shown.items():
        back = leads and firewall not in left
        within = f"inside to the same ({firewall} leads back)" if back else f"inside to {inside}"
        yield PrintRow(
            NAMES,
            f"What the internet reaches through {firewall}",
            f"A name that leads to {public} on the internet, and {within}.",
        )


def _moved(names: HandoverNames) -> Iterator[PrintRow]:
    for installation, answers in names.plan.products.items():
        product = names.catalog.products.get(installation)
        for key, port in answers.ports.items():
            listener = product.listeners.get(key) if product else None
            usual = listener.port if listener else None
            if listener is None or port == usual:
                continue
            before = f" instead of {usual}" if usual else ""
            yield PrintRow(
                MOVED,
                f"{names.product(installation)}: {listener.name}",
                f"Listens on {port}{before}: set it there, and in clients and devices that name a port.",
            )


def _opened(names: HandoverNames) -> Iterator[PrintRow]:
    """Ports that setting up the product opens on the host itself, whatever else is loaded there."""
    services: dict[tuple[str, str], dict[str, None]] = {}
    for flow in names.deployment.flows:
        fact = names.deployment.facts.get(flow.id)
        if isinstance(fact, FlowFact) and fact.automatic:
            port = f"{ports_text(flow.ports)}/{flow.transport} on {names.role(flow.to)}"
            what = f"{names.product(flow.installation)}: {flow.service}"
            services.setdefault((flow.installation, port), {})[what] = None
    for (_, port), named in services.items():
        text = f"{port}: see that it lets in no others than the rules do."
        yield PrintRow(OPENED, few(named, separator="; "), text)


def _names_of(needs: Iterable[Need], status: str) -> list[str]:
    return [need.name for need in needs if need.status == status]


def _yearly(names: HandoverNames) -> Iterator[PrintRow]:
    deployment, request = names.deployment, names.plan.request
    needs = needs_of(deployment.rules)
    date = str(request.review) if request.review else "Agree on a date"
    yield PrintRow(
        YEARLY,
        f"{date}: the review",
        f"Whoever owns a need says that it is still there ({count(len(needs), 'need')})."
        " portwright export plan.toml --since last-year.toml --to review writes the record.",
    )
    ends: dict[str, dict[str, None]] = {}
    for rule in deployment.rules:
        expires = record_of(rule, deployment.network).expires
        if expires is not None:
            ends.setdefault(expires.isoformat(), {})[rule.firewall] = None
    for day, firewalls in sorted(ends.items()):
        text = "No firewall takes them out by itself: have them taken out, or give them a new date."
        yield PrintRow(YEARLY, f"{day}: rules of {few(firewalls)} end", text)
    old = _names_of(needs, "deprecated")
    if old:
        yield PrintRow(YEARLY, "Deprecated ports", f"Can they be closed by now? {few(old, most=8)}")
    optional = _names_of(needs, "optional")
    if optional:
        yield PrintRow(YEARLY, "Optional needs", f"Are they used? {few(optional, most=8)}")
    for installation in names.plan.products:
        product = names.catalog.products.get(installation)
        if product is not None:
            yield PrintRow(
                YEARLY,
                f"{names.product(installation)}: {state_of_facts(product)}",
                "A newer release may need other ports: read its list, and run portwright check"
                " plan.toml with the newest Portwright.",
            )
