"""What a plan adds to the facts, in line mode: connections and endpoints, and who takes part."""

from __future__ import annotations

from screens.line.item import Item, ItemContext, ItemWords, LineOutcome, Single, Took
from screens.widgets.rows import Spot
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.plan.own_edits import (
    OWN_NOUNS,
    OwnTable,
    add_connection,
    add_endpoint,
    add_party,
    first_key,
    remove_own,
    rename_own,
    table_of,
)
from wizard.questions import AnswerError

_GROUP = "Your own connections"


class NewOwn(Item):
    """One more connection or endpoint, by what it is."""

    takes_text = True

    def __init__(self, table: OwnTable) -> None:
        super().__init__(Spot("own+", table), _GROUP)
        self.table = table

    def words(self, context: ItemContext) -> ItemWords:
        connection = self.table == "connections"
        if connection:
            title = "A connection of your own? What it is"
            line = "One that no product's document asks for, such as Scan to folder."
        else:
            title = "A host on the internet of your own? What it is for"
            line = "One that no product's document names, such as Billing export."
        more = "'rename OLD NEW' and 'remove NAME' change what you added."
        return ItemWords(title, (f"{line} Enter alone: no more.",), more=(more,))

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        add = add_connection if self.table == "connections" else add_endpoint
        plan, name = add(context.plan, text)
        return Took(plan, f"{OWN_NOUNS[self.table]} {name} added", first_key(self.table, name))


class Side(Single):
    """Who opens or listens; `+ WORDS` is somebody whom nobody knows yet."""

    def words(self, context: ItemContext) -> ItemWords:
        words = super().words(context)
        new = "'+ File server for scans' adds a party that no product's document knows."
        return ItemWords(words.title, (*words.lines, new), words.now, words.more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        if not text.startswith("+"):
            return super().answer(context, text)
        plan, name = add_party(context.catalog, context.plan, text[1:], self.question.key)
        return Took(plan, f"party {name} added", note=f"Added: {name}")


def added_own(table: OwnTable, plan: Plan, name: str, rest: str) -> Plan:
    """`add connection Scan to folder`: the plan with it.

    Raises:
        AnswerError: where the words give no name, or it is taken; for a party, which takes a side.
    """
    words = f"{name} {rest}"
    if table == "connections":
        return add_connection(plan, words)[0]
    if table == "endpoints":
        return add_endpoint(plan, words)[0]
    raise AnswerError(
        "A party is added where it takes part, such as "
        f"'set own.connections.scan.from + {words.strip()}'."
    )


def renamed_own(catalog: Catalog, table: OwnTable, plan: Plan, old: str, new: str) -> Plan:
    """`rename connection OLD NEW`.

    Raises:
        AnswerError: where there is no such thing, or the new name cannot be.
    """
    return rename_own(catalog, plan, table, old, new)[0]


def removed_own(table: OwnTable, plan: Plan, name: str) -> Plan:
    """`remove connection NAME`.

    Raises:
        AnswerError: where there is no such thing.
    """
    return remove_own(plan, table, name)


def own_structure(context: ItemContext, name: str, rest: list[str]) -> Took:
    """`rename OLD NEW` and `remove NAME` of what the plan adds.

    Raises:
        AnswerError: where it cannot be, or there is no such thing.
    """
    if name == "remove" and len(rest) == 1:
        table = table_of(context.plan, rest[0])
        plan = remove_own(context.plan, table, rest[0])
        noun = OWN_NOUNS[table]
        note = f"The {noun} {rest[0]} is removed; u brings it back."
        return Took(plan, f"{noun} {rest[0]} removed", Spot("own+", "connections"), note)
    if name == "rename" and len(rest) == 2:
        table = table_of(context.plan, rest[0])
        plan, new = rename_own(context.catalog, context.plan, table, *rest)
        noun = OWN_NOUNS[table]
        note = f"The {noun} {rest[0]} is now {new}, everywhere."
        return Took(plan, f"{noun} {rest[0]} renamed", Spot("own+", "connections"), note)
    raise AnswerError("Write 'rename OLD NEW' or 'remove NAME' with the name of what you added.")
