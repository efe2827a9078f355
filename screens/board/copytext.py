"""Rows and tables as text for a ticket or a spreadsheet: in words, with reason and document. Pure.

One row is one line (`Firewall: edge; direction: through; …`); a table is lines of cells parted by
tabs, as spreadsheets take them when they are pasted. No cell holds a tab, a line end, a control
character, or a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporters.safe import csv_cell
from screens.board.tables import Record
from screens.widgets.lines import ported
from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact, FlowFact, Source
from wizard.findings import Finding
from wizard.questions import Question
from wizard.rules.model import AllowlistEntry, Bypass, Forward, MailSender, Rule
from wizard.rules.select import Flow
from wizard.text import one_line
from wizard.views.words import WAYS

Cells = tuple[tuple[str, str], ...]

_LIMIT = 30_000


def row_text(deployment: Deployment, record: Record) -> str:
    """The record on one line, without line end; empty cells are left out."""
    said = [(head, one_line(text, _LIMIT)) for head, text in _cells(deployment, record)]
    line = "; ".join(
        f"{head if at == 0 else head.lower()}: {text}"
        for at, (head, text) in enumerate(said)
        if text
    )
    return line


def table_text(deployment: Deployment, records: Sequence[Record]) -> str:
    """A line of headings, and a line for each record; records are all of one kind."""
    rows = [_cells(deployment, record) for record in records]
    if not rows:
        return ""
    lines = ["\t".join(head for head, _ in rows[0])]
    lines += ["\t".join(csv_cell(text) for _, text in row) for row in rows]
    return "\n".join(lines) + "\n"


def _cells(deployment: Deployment, record: Record) -> Cells:
    """(heading, text) of each column."""
    known = _Known(deployment)
    if isinstance(record, Rule):
        return (
            ("Firewall", record.firewall),
            ("Direction", WAYS[record.direction].column),
            ("Source", known.side(record.from_, record.sources, record.except_sources)),
            ("Destination", known.side(record.to, record.destinations, record.except_destinations)),
            ("Port", f"{record.transport} {ported(record.ports)}"),
            ("Service", _listed(record.services)),
            ("Reason", known.reason(record.flows)),
            ("Document", known.documents(record.flows)),
            ("Waits for", known.waits(record.unresolved)),
        )
    if isinstance(record, Flow):
        return (
            ("Source", known.side(record.from_, record.sources)),
            ("Destination", known.side(record.to, record.destinations)),
            ("Port", f"{record.transport} {ported(record.ports)}"),
            ("Service", record.service),
            ("Scope", record.scope),
            ("Reason", known.reason((record.id,))),
            ("Document", known.documents((record.id,))),
        )
    if isinstance(record, Forward):
        return (
            ("Firewall", record.firewall),
            ("Public address", record.public_address or ""),
            ("Public port", f"{record.transport} {ported([record.public_ports])}"),
            ("Destination", record.address or ""),
            ("Port", f"{record.transport} {ported([record.ports])}"),
            ("Source", _listed(record.sources)),
            ("Reason", known.reason(record.flows)),
            ("Document", known.documents(record.flows)),
            ("Waits for", known.waits(record.unresolved)),
        )
    if isinstance(record, AllowlistEntry):
        return (
            ("Host", record.host),
            ("Port", f"{record.scheme} {record.port}"),
            ("Paths", " ".join(record.paths)),
            ("Source", _listed(known.role(name) for name in record.from_)),
            ("Purpose", _listed(record.purposes)),
            ("Status", record.status),
            ("Reason", known.reason(record.endpoints)),
            ("Document", known.documents(record.endpoints)),
        )
    if isinstance(record, Bypass):
        return (
            ("Host", record.host),
            ("Task", "leave it out of TLS inspection"),
            ("Reason", known.products(record.products)),
            ("Document", known.document(record.source)),
        )
    if isinstance(record, MailSender):
        return (
            ("Mail from", record.address),
            ("Domain", record.domain),
            ("Reason", known.products(record.products)),
            ("Document", known.document(record.source)),
        )
    if isinstance(record, Finding):
        about = dict.fromkeys(known.subject(name) for name in record.subjects)
        return (
            ("Severity", record.severity),
            ("Finding", record.code),
            ("Message", record.message),
            ("About", _listed(about)),
        )
    if isinstance(record, Question):
        return (("Open", record.label), ("Help", record.help), ("Key", record.key))
    return (("Text", str(record)),)


class _Known:
    """Names for what records name by their keys."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._catalog = deployment.catalog

    def role(self, name: str) -> str:
        role = self._catalog.roles.get(name)
        return role.name if role else name.replace("_", " ")

    def side(self, name: str, addresses: tuple[str, ...], excepted: tuple[str, ...] = ()) -> str:
        """`Print server (10.0.0.5/32)`."""
        text = _listed(addresses) or "no address yet"
        text += f", except {_listed(excepted)}" if excepted else ""
        return f"{self.role(name)} ({text})"

    def reason(self, ids: Iterable[str]) -> str:
        """Product and feature of each fact, and what breaks without it."""
        said: dict[str, None] = {}
        for key in ids:
            fact = self._deployment.facts.get(key)
            if fact is not None:
                without = f" (without it: {fact.without})" if fact.without else ""
                said[self._feature(fact) + without] = None
            elif key.startswith("management/"):
                said["Administration of the machine"] = None
        return _listed(said)

    def _feature(self, fact: FlowFact | EndpointFact) -> str:
        product = self._catalog.products.get(fact.product)
        feature = product.features.get(fact.feature) if product else None
        return (
            f"{product.name if product else fact.product}:"
            f" {feature.name if feature else fact.feature}"
        )

    def documents(self, ids: Iterable[str]) -> str:
        facts = (self._deployment.facts[key] for key in ids if key in self._deployment.facts)
        return _listed(dict.fromkeys(self.document(fact.source) for fact in facts))

    def document(self, source: Source) -> str:
        known = self._catalog.documents.get(source.document)
        title = f"{known.publisher}: {known.title}" if known else source.document
        return f"{title}, {source.locator}" if source.locator else title

    def products(self, names: Iterable[str]) -> str:
        products = self._catalog.products
        return _listed(products[name].name if name in products else name for name in names)

    def waits(self, names: Iterable[str]) -> str:
        return _listed(self.role(name) for name in names)

    def subject(self, name: str) -> str:
        """What a finding is about: a fact in words, else its own name."""
        fact = self._deployment.facts.get(name)
        if fact is not None:
            return self._feature(fact)
        return self.role(name) if name in self._catalog.roles else name


def _listed(texts: Iterable[str]) -> str:
    """Parted by semicolons in a row's line would read like its columns: by commas."""
    return ", ".join(texts)
