"""A product's facts as lines of text, so that a test reads like the table it was written from.

A table is a block of lines; spaces between the words don't count, `#` begins a comment, and
`{a,b}` stands for a line each. One line is one fact:

    <condition>  <from> > <to>  <ports>/<transport>  <clear|tls|unsaid>  <evidence>  <marks …>
    <condition>  <from>  <scheme>://<host>:<port><path>  <evidence>  <marks …>

The condition is `feature`, `feature:option=value`, `+` for and, `|` for or. Marks come in this
order where they differ from the rule: status, scope and cast, never-public, automatic,
moved by `=listener`, replaced by `~option`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from wizard.facts.load import data_files, load_catalog
from wizard.facts.model import PRINT_DATA, Catalog, EndpointFact, FlowFact, Product
from wizard.network.ports import PortRange

ENCRYPTION = {None: "unsaid", True: "tls", False: "clear"}


def catalog_of(product: str) -> Catalog:
    """The catalog with one product alone, so that nobody else's file matters."""
    names = {"roles.toml", "documents.toml", "print-data.toml", f"{product}.toml"}
    return load_catalog({name: text for name, text in data_files().items() if name in names})


def assert_flows(product: Product, table: str) -> None:
    """The flows of the product are those of the table, none missing, none too many."""
    _assert_same(Counter(map(flow_line, own_flows(product))), table)


def own_flows(product: Product) -> tuple[FlowFact, ...]:
    """The flows of its own file; print data that many have alike is in test_print_data.py."""
    return tuple(f for f in product.flows if not f.entry.startswith(f"{PRINT_DATA}-"))


def assert_hosts(product: Product, table: str) -> None:
    """The endpoints of the product are those of the table, none missing, none too many."""
    _assert_same(Counter(map(host_line, product.endpoints)), table)


def flow_line(flow: FlowFact) -> str:
    marks = [
        flow.status if flow.status != "required" else "",
        flow.scope if flow.scope != "network" else "",
        flow.cast if flow.cast != "unicast" else "",
        "never-public" if flow.never_public else "",
        "automatic" if flow.automatic else "",
        f"={flow.listener}" if flow.listener else "",
        f"~{flow.ports_option}" if flow.ports_option else "",
    ]
    return " ".join(
        [
            condition_text(flow),
            f"{flow.from_} > {flow.to}",
            f"{','.join(map(_port_text, flow.ports))}/{flow.transport}",
            ENCRYPTION[flow.encrypted],
            flow.evidence,
            *filter(None, marks),
        ]
    )


def host_line(endpoint: EndpointFact) -> str:
    host = f"<{endpoint.host_key}>" if endpoint.host_key else endpoint.host
    path = endpoint.path if endpoint.path != "/" else ""
    status = [endpoint.status] if endpoint.status != "current" else []
    address = f"{endpoint.scheme}://{host}:{endpoint.port}{path}"
    return " ".join([condition_text(endpoint), endpoint.from_, address, endpoint.evidence, *status])


def condition_text(fact: FlowFact | EndpointFact) -> str:
    """`a+b:x=y|c`: the alternatives of the condition, in the order of the TOML."""
    alternatives = []
    for all_of in fact.when:
        parts = []
        for condition in all_of:
            options = condition.options.items()
            answers = (f":{name}={','.join(map(str, values))}" for name, values in options)
            parts.append(condition.feature + "".join(answers))
        alternatives.append("+".join(parts))
    return "|".join(alternatives)


def assert_presentable(catalog: Catalog, product: Product) -> None:
    """Every fact has what the wizard and the documents show of it."""
    facts: tuple[FlowFact | EndpointFact, ...] = (*product.flows, *product.endpoints)
    for fact in facts:
        title = fact.service if isinstance(fact, FlowFact) else fact.purpose
        assert 0 < len(title) <= 48, fact.id
        assert title.isascii(), fact.id
        assert fact.without.endswith("."), fact.id
        assert fact.source.locator, fact.id
    for flow in product.flows:
        assert (flow.scope == "link-local") is (flow.cast != "unicast"), flow.id
    for name, feature in product.features.items():
        assert 0 < len(feature.about) < 76, name
        assert feature.help, name
        assert not (feature.core and feature.other), name
    assert product.features.keys() == set(_features_used(facts))
    for fact in facts:
        document = catalog.documents[fact.source.document]
        assert document.address or document.version or document.tier == "source", fact.id


def assert_clear_print_data_stays_inside(product: Product, *but: str) -> None:
    """What may travel in the clear is never public, except the facts named here."""
    clear = {flow.id.partition("/")[2] for flow in product.flows if flow.encrypted is False}
    public = {flow.id.partition("/")[2] for flow in product.flows if not flow.never_public}
    assert clear & public == set(but)


def _features_used(facts: Iterable[FlowFact | EndpointFact]) -> Iterator[str]:
    for fact in facts:
        for all_of in fact.when:
            for condition in all_of:
                yield condition.feature


def _port_text(ports: PortRange) -> str:
    low, high = ports
    return str(low) if low == high else f"{low}-{high}"


def _assert_same(facts: Counter[str], table: str) -> None:
    rows = Counter(_rows(table))
    assert not rows - facts, f"missing: {list(rows - facts)}"
    assert not facts - rows, f"not in the table: {list(facts - rows)}"


def _rows(table: str) -> Iterator[str]:
    for line in table.splitlines():
        row = " ".join(line.partition("#")[0].split())
        if row:
            yield from _expanded(row)


def _expanded(row: str) -> Iterator[str]:
    braces = re.search(r"\{([^}]*)\}", row)
    if braces is None:
        yield row
        return
    for word in braces[1].split(","):
        yield from _expanded(f"{row[: braces.start()]}{word.strip()}{row[braces.end() :]}")
