"""What every kind of record has for people: a table, a name, cells, a reason. One class a kind.

A record is what a deployment holds many of: rules, flows, forwards, list entries, findings, open
questions. Texts are as they stand in the plan and the facts; who shows them makes them harmless.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from wizard.facts.model import EndpointFact, FlowFact, Remark, Source
from wizard.rules.management import is_management
from wizard.tables import indexed
from wizard.views.words import (
    ADMINISTRATION,
    CONCERNED,
    NO_ADDRESS,
    document_name,
    product_name,
    reason,
    role_name,
)

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.findings import Finding
    from wizard.plan.field import ChoiceKey
    from wizard.plan.keys import Key
    from wizard.questions import Question
    from wizard.rules.denials import Denial
    from wizard.rules.model import AllowlistEntry, Bypass, Flow, Forward, MailSender, Rule

Record: TypeAlias = "Rule | Flow | Forward | AllowlistEntry | Bypass | MailSender | Denial | Finding | Question | str"
TableId = Literal[
    "rules",
    "flows",
    "forwards",
    "allowlist",
    "findings",
    "open",
    "bypass",
    "mail",
    "never",
    "answers",
    "picture",
]
# How who talks to whom is said in a table: by name, by address, or both, in a column each.
PartyShape = Literal["names", "addresses", "both"]
RecordCells = tuple[tuple[str, str], ...]
R = TypeVar("R")

_EVIDENCE = {
    "stated": "stated there",
    "inferred": "inferred: the document leaves it unsaid",
    "other": "from another source than the product's own page",
    "own": "this plan asks for it",
}


class Detail(NamedTuple):
    """A line of an explanation. Without a label its text takes the whole width; empty: a blank."""

    label: str
    text: str
    style: str = ""


class RecordView(ABC, Generic[R]):
    """The records of one kind in one deployment.

    `content` is by what a record differs from what it was under the same `key`; `groups` come
    first among the headings of the table, in this order.
    """

    table: TableId
    name: str
    empty: str
    grouped: bool = True
    # What the groups are, where a row can say its own in a column.
    group_head: str = ""
    key: Callable[[R], str] = attrgetter("id")
    content: Callable[[R], object]
    group: Callable[[R], str] = attrgetter("firewall")

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.catalog = deployment.catalog

    # In the preview

    def records(self) -> Sequence[R]:
        """Those of the deployment, one a key; none of a kind that is made elsewhere."""
        return ()

    @property
    def groups(self) -> Sequence[str]:
        """The headings that come first."""
        return ()

    def heading(self, group: str) -> str:
        """A heading's words."""
        return group

    def group_details(self, group: str) -> Iterator[Detail]:
        """What a heading stands for, line by line, beside its words and how many rows it has."""
        yield from ()

    def alike_groups(self) -> Mapping[str, Hashable] | None:
        """Headings of which those with an equal value may be shown once, where all rows below look
        the same; None where nothing is shown once.
        """
        return None

    @staticmethod
    def look(record: R) -> Hashable:
        """What rows under one heading are alike by, where something is shown once."""
        return None

    def columns(self, record: R, shape: PartyShape = "names") -> tuple[str, ...]:
        """Way, transport, port, who, what for; empty where the kind has none."""
        return ()

    @staticmethod
    def heads(shape: PartyShape) -> tuple[str, ...]:
        """A head for each of them; none where they speak for themselves."""
        return ()

    def level(self, record: R) -> str:
        """`warn` or `bad` where somebody has to look."""
        return ""

    @staticmethod
    def searched(record: R) -> Iterable[str]:
        """What a filter looks at beside the columns."""
        return ()

    @staticmethod
    def order(record: R, sort: int) -> tuple[object, ...] | None:
        """Its place in one of SORTS; None where the column 'who' says it."""
        return None

    # On its own

    @abstractmethod
    def title(self, record: R) -> str:
        """What an explanation is headed with."""

    @abstractmethod
    def cells(self, record: R) -> RecordCells:
        """(heading, text) of each column, for a ticket or a spreadsheet."""

    @abstractmethod
    def details(self, record: R) -> Iterator[Detail]:
        """Why it is there, line by line."""

    def answer(self, record: R) -> Key | ChoiceKey | None:
        """The answer that caused it; None where it is not a single one. FirewallKey(name, ANY) is
        the firewall itself.
        """
        return None

    # What several kinds say

    def side(self, role: str, cidrs: Sequence[str], excepted: Sequence[str] = ()) -> str:
        """`Print server (10.0.0.5/32)`."""
        text = ", ".join(cidrs) or NO_ADDRESS
        text += f", except {', '.join(excepted)}" if excepted else ""
        return f"{role_name(self.catalog, role)} ({text})"

    def party(self, role: str, cidrs: Sequence[str]) -> str:
        """`Print server (print-server): 10.0.0.5/32`: the second is what the plan calls it."""
        return f"{role_name(self.catalog, role)} ({role}): {', '.join(cidrs) or NO_ADDRESS}"

    def role_names(self, roles: Iterable[str]) -> str:
        """The roles in words."""
        return ", ".join(map(partial(role_name, self.catalog), roles))

    def product_names(self, products: Iterable[str]) -> str:
        """The products, or installations of them, in words."""
        return ", ".join(map(partial(product_name, self.catalog), products))

    def reasons(self, ids: Iterable[str]) -> str:
        """Product and feature of each fact, and what breaks without it."""
        texts: dict[str, None] = {}
        for fact_id in ids:
            fact = self.deployment.facts.get(fact_id)
            if fact is not None:
                without = f" (without it: {fact.without})" if fact.without else ""
                texts[reason(self.catalog, fact) + without] = None
            elif is_management(fact_id):
                texts[ADMINISTRATION] = None
        return ", ".join(texts)

    def document(self, source: Source) -> str:
        """A document and the place in it."""
        title = document_name(self.catalog, source)
        return f"{title}, {source.locator}" if source.locator else title

    def documents(self, ids: Iterable[str]) -> str:
        """Where the facts stand."""
        facts = self.deployment.facts_of(ids)
        return ", ".join(dict.fromkeys(self.document(fact.source) for fact in facts))

    # Details that several kinds have

    def waits(self, unresolved: Sequence[str]) -> Iterator[Detail]:
        """What it waits for."""
        if unresolved:
            text = f"Waits for: {self.role_names(unresolved)}. Nobody has said yet where that is."
            yield Detail("", text, "warn")

    def place(
        self, source: Source, evidence: str = "", label: str = "document"
    ) -> Iterator[Detail]:
        """A document, the place in it, and what it rests on."""
        yield Detail(label, document_name(self.catalog, source))
        yield Detail("place", source.locator)
        yield Detail("evidence", evidence)

    def fact_details(self, ids: Iterable[str]) -> Iterator[Detail]:
        """The facts with these ids, each with its document."""
        for fact_id in ids:
            fact = self.deployment.facts.get(fact_id)
            yield Detail("", "")
            if fact is not None:
                yield from self._fact(fact)
                continue
            yield Detail("", fact_id, "heading")
            if is_management(fact_id):
                yield Detail(
                    "", "Asked for with the firewall, so that administrators are not locked out."
                )

    def remarks(self, ids: Iterable[str]) -> Iterator[Detail]:
        """What the documents say beside ports of the features and products that these facts are of."""
        # Only windows that say why need it.
        from wizard.rules.remarks import remarks_of

        places: set[tuple[str, str]] = set()
        for fact in self.deployment.facts_of(ids):
            places |= {(fact.installation, fact.feature), (fact.installation, "")}
        counting = remarks_of(self.catalog, self.deployment.plan)
        remarks: dict[str, Remark] = {}
        for each in counting:
            if (each.installation, each.remark.feature) in places:
                remarks[each.remark.text] = each.remark
        if remarks:
            yield Detail("", "")
            yield Detail("", "The documents also say", "heading")
        for remark in remarks.values():
            yield Detail("for", CONCERNED[remark.team])
            yield Detail("remark", remark.text)
            yield from self.place(remark.source, _EVIDENCE[remark.evidence])

    def _fact(self, fact: FlowFact | EndpointFact) -> Iterator[Detail]:
        purpose = fact.service if isinstance(fact, FlowFact) else fact.purpose
        yield Detail("", purpose, "heading")
        yield Detail("because of", reason(self.catalog, fact))
        yield from self.place(fact.source, _EVIDENCE[fact.evidence])
        for source in fact.also:
            yield from self.place(source, label="see also")
        yield Detail("without it", fact.without)
        for caution in fact.cautions:
            yield Detail("caution", caution, "warn")
        yield Detail("but", fact.contradiction or "", "warn")
        yield Detail("fact", fact.id, "dim")


def listed_tables(deployment: Deployment, *, everything: bool = False) -> list[TableId]:
    """The tables in their order; with `everything` also those that one seldom looks at."""
    tables: list[TableId] = ["rules", "flows", "forwards", "allowlist", "findings"]
    if not deployment.plan.firewalls and not deployment.rules:
        tables[:2] = ["flows", "rules"]
    return [*tables, "bypass", "mail", "open"] if everything else tables


def row_text(cells: Iterable[str], group: str, key: str, *more: str) -> str:
    """What the words of a filter are looked for in, of a row."""
    return " ".join((*cells, group, key, *more)).casefold()


def row_words(cells: Sequence[str]) -> str:
    """A row, said in a line: `in tcp 9191, user-computer to print-server, Web interface`."""
    return ", ".join(filter(None, (" ".join(filter(None, cells[:3])), *cells[3:])))


def last_of_each(records: Iterable[R], key: Callable[[R], str]) -> Sequence[R]:
    """One record a key: the last."""
    return list(indexed(key, records).values())
