"""What is wrong with a product's facts beyond their types: references that lead nowhere, values
that cannot be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter

from wizard.facts.model import (
    Absent,
    BypassFact,
    Condition,
    Document,
    Edition,
    EndpointFact,
    FlowFact,
    MailSenderFact,
    Option,
    Product,
    Remark,
    Role,
    Versions,
)
from wizard.network.ports import parse_ports
from wizard.tables import ids_of, indexed, those_not_in
from wizard.text import near


def check_roles(roles: Mapping[str, Role]) -> Iterator[str]:
    """Roles that stand where another stands: at one that is there, and stands by itself."""
    for key, role in roles.items():
        if role.at and role.at not in roles:
            yield f"data/roles.toml: {key}.at: no role {role.at!r}{near(role.at, roles)}"
        elif role.at and roles[role.at].at:
            yield f"data/roles.toml: {key}.at: {role.at} stands where another role is itself"


def check_documents(documents: Mapping[str, Document], edition: Edition | None) -> Iterator[str]:
    """Documents that do not say when they were last read, or which release they speak of."""
    for key, document in documents.items():
        entry = f"data/documents.toml: {key}"
        if document.read is None:
            yield f"{entry}.read: say on which day it was last read, such as 2026-11-26"
        elif edition is not None and document.read > edition.date:
            yield f"{entry}.read: {document.read} is after the catalog's own date, {edition.date}"
        if not document.version.strip():
            yield f"{entry}.version: say which release it speaks of, or 'undated, names no release'"


def check_absent(absent: Mapping[str, Absent], products: Mapping[str, Product]) -> Iterator[str]:
    """Products that are said to be missing and are there."""
    for key in absent.keys() & products.keys():
        yield f"data/absent.toml: {key}: is a product now; take it out here"


def check_product(
    name: str, product: Product, roles: Mapping[str, Role], documents: Mapping[str, Document]
) -> Iterator[str]:
    """What the types cannot say: references that lead nowhere and values that cannot be."""
    if product.document not in documents:
        yield (
            f"data/{name}: product.document: no document"
            f" {product.document!r}{near(product.document, documents)}"
        )
    for problem in _word_problems(product.words):
        yield f"data/{name}: product.words: {problem}"
    for key, feature in product.features.items():
        for problem in _word_problems(feature.words):
            yield f"data/{name}: features.{key}.words: {problem}"
        for condition in feature.advised.when if feature.advised else ():
            for problem in _condition_problems(condition, product):
                yield f"data/{name}: features.{key}.advised.when: {problem}"
        if feature.advised and feature.core:
            yield f"data/{name}: features.{key}.advised: a core feature is always on"
        if "roles" in feature.options:
            yield f"data/{name}: features.{key}.options.roles: places of roles are called so"
        for option_name, option in feature.options.items():
            for problem in _option_problems(option):
                yield f"data/{name}: features.{key}.options.{option_name}: {problem}"
    for twice in sorted(_twice([*product.flows]) | _twice([*product.endpoints])):
        yield f"data/{name}: {twice}: there are two facts of that id; one comes from the base"
    for section, facts in (("flows", product.flows), ("endpoints", product.endpoints)):
        for fact in facts:
            entry = f"data/{name}: {section}.{fact.entry}"
            for problem in _fact_problems(fact, product, roles, documents):
                yield f"{entry}: {problem}"
    for lacking in product.gaps_in:
        if lacking not in product.features:
            yield f"data/{name}: gaps_in: no feature {lacking!r}{near(lacking, product.features)}"
    flows = indexed(attrgetter("entry"), product.flows)
    for flow in product.flows:
        for problem in _flow_problems(flow, product, flows):
            yield f"data/{name}: flows.{flow.entry}: {problem}"
    for endpoint in product.endpoints:
        if endpoint.host is None and endpoint.host_key is None:
            entry = f"data/{name}: endpoints.{endpoint.entry}"
            yield f"{entry}: give host, or host_key for the customer's own"
    for key, remark in product.remarks.items():
        for problem in _remark_problems(remark, product, roles, documents):
            yield f"data/{name}: remarks.{key}: {problem}"
    listings: tuple[BypassFact | MailSenderFact, ...] = (*product.tls_bypass, *product.mail_senders)
    for listed in listings:
        if listed.feature not in product.features:
            yield (
                f"data/{name}: no feature"
                f" {listed.feature!r}{near(listed.feature, product.features)}"
            )
        if listed.source.document not in documents:
            yield (
                f"data/{name}: no document"
                f" {listed.source.document!r}{near(listed.source.document, documents)}"
            )


def _remark_problems(
    remark: Remark, product: Product, roles: Mapping[str, Role], documents: Mapping[str, Document]
) -> Iterator[str]:
    if remark.text != " ".join(remark.text.split()) or not remark.text.endswith("."):
        yield f"text: write whole sentences on one line, not {remark.text!r}"
    if remark.feature:
        yield from _condition_problems(Condition(remark.feature, remark.options), product)
    elif remark.options:
        yield "options: name the feature that they are of"
    for role in remark.runs_on:
        if role not in roles:
            yield f"runs_on: no role {role!r}{near(role, roles)}"
    for source in (remark.source, *remark.also):
        if source.document not in documents:
            yield f"no document {source.document!r}{near(source.document, documents)}"


def _word_problems(words: tuple[str, ...]) -> Iterator[str]:
    """Each word is there, and there once, as whoever looks for it writes it."""
    seen: set[str] = set()
    for word in words:
        if not word or word != " ".join(word.split()):
            yield f"{word!r} is empty, or has spaces too many"
        elif word.casefold() in seen:
            yield f"{word!r} stands there twice"
        seen.add(word.casefold())


def _twice(facts: Iterable[FlowFact | EndpointFact]) -> set[str]:
    counts = Counter(ids_of(facts))
    return {fact_id for fact_id, count in counts.items() if count > 1}


def _option_problems(option: Option) -> Iterator[str]:
    values = option.values
    if option.kind in ("choice", "choices") and not option.choices:
        yield f"a {option.kind} option needs choices"
    if option.kind == "choice" and option.default is not None and option.default not in values:
        yield f"default {option.default!r} is none of its choices"
    if option.kind == "flag" and not isinstance(option.default, bool):
        yield "a flag needs the default true or false"
    if option.kind == "ranges":
        try:
            parse_ports(option.default if isinstance(option.default, tuple) else ())
        except ValueError as error:
            yield f"default: {error}"


def _fact_problems(
    fact: FlowFact | EndpointFact,
    product: Product,
    roles: Mapping[str, Role],
    documents: Mapping[str, Document],
) -> Iterator[str]:
    for role in (fact.from_, *([fact.to] if isinstance(fact, FlowFact) else [])):
        if role not in roles:
            yield f"no role {role!r}{near(role, roles)}"
    if fact.versions != Versions() and not product.newest:
        yield "versions: say in [product] by newest up to which version the facts go"
    for source in (fact.source, *fact.also):
        if source.document not in documents:
            yield f"no document {source.document!r}{near(source.document, documents)}"
    conditions = tuple(chain.from_iterable(fact.when))
    if fact.feature not in map(attrgetter("feature"), conditions):
        yield f"feature {fact.feature!r} does not stand in its own `when`"
    for condition in conditions:
        yield from _condition_problems(condition, product)


def _condition_problems(condition: Condition, product: Product) -> Iterator[str]:
    feature = product.features.get(condition.feature)
    if feature is None:
        yield f"no feature {condition.feature!r}{near(condition.feature, product.features)}"
        return
    for option_name, values in condition.options.items():
        option = feature.options.get(option_name)
        if option is None:
            yield (
                f"{condition.feature} has no option"
                f" {option_name!r}{near(option_name, feature.options)}"
            )
            continue
        unknown = list(those_not_in(values, option.values)) if option.choices else []
        if unknown:
            yield f"{condition.feature}.{option_name} has no value {unknown[0]!r}"


def _flow_problems(
    flow: FlowFact, product: Product, flows: Mapping[str, FlowFact]
) -> Iterator[str]:
    if not flow.ports:
        yield 'ports: give ports from 1 to 65535, or ranges such as "9200-9999"'
    if flow.listener is not None and flow.listener not in product.listeners:
        yield f"no listener {flow.listener!r}{near(flow.listener, product.listeners)}"
    feature = product.features.get(flow.feature)
    if (
        feature is not None
        and flow.ports_option is not None
        and flow.ports_option not in feature.options
    ):
        yield f"ports_option: {flow.feature} has no option {flow.ports_option!r}"
    if flow.cast != "unicast" and flow.scope != "link-local":
        yield f"cast {flow.cast!r} needs scope 'link-local'"
    if flow.answers and flow.cast == "unicast":
        yield f"answers {flow.answers!r} needs cast 'multicast' or 'broadcast'"
    if flow.clear_twin_of is not None:
        yield from _twin_problems(flow, flows)
    if flow.if_placed and flow.if_placed not in (flow.from_, flow.to):
        yield f"if_placed: {flow.if_placed!r} is no party of it; write {flow.from_!r} or {flow.to!r}"
    if flow.served and flow.scope not in ("network", "link-local"):
        yield f"served {flow.served!r} needs scope 'network' or 'link-local'"
    if feature is not None and feature.core and flow.status == "deprecated":
        yield "a deprecated port opens only by a feature that names it, never by a core one"


def _twin_problems(flow: FlowFact, twins: Mapping[str, FlowFact]) -> Iterator[str]:
    """A twin in the clear has the parties of the encrypted one, and is not encrypted itself."""
    twin = twins.get(flow.clear_twin_of or "")
    if twin is None:
        yield f"clear_twin_of: no flow {flow.clear_twin_of!r}{near(flow.clear_twin_of or '', twins)}"
    elif flow.encrypted or not twin.encrypted:
        yield f"clear_twin_of: {twin.entry} must be encrypted, and this one not"
    elif (flow.from_, flow.to) != (twin.from_, twin.to):
        yield f"clear_twin_of: {twin.entry} runs between other roles"
