"""What has changed in the facts since a plan was made, as far as the plan uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from wizard.facts.model import Product
from wizard.findings.model import PRINT_TEAM, Finding, Remarks, Survey, few, warning
from wizard.plan.model import Plan, ProductPlan
from wizard.rules.select import counts_in

if TYPE_CHECKING:
    from wizard.facts.differences import FactChange
    from wizard.facts.history import PastCatalog

FACTS_CHANGED = "facts-changed"
_LISTS = {"added": "now lists", "removed": "no longer lists"}
# So many changed facts of a feature are said in full.
_MOST = 3


@warning(
    FACTS_CHANGED,
    PRINT_TEAM,
    "Compare with what stands on the firewalls, hand on what changes, then save the plan: it then"
    " records the facts of today.",
)
def facts_changed(r: Survey) -> Remarks:
    """The facts are another version than the plan was made with, and what it uses has changed."""
    made_with, edition = r.plan.catalog.version, r.catalog.edition
    if not made_with or edition is None or made_with == edition.version:
        return
    # Most plans are of today.
    from wizard.facts.history import HistoryError, past_catalog

    try:
        past = past_catalog(made_with)
    except HistoryError as error:
        yield f"What has changed since the facts of {made_with} cannot be said: {error}.", ()
        return
    if past is None:
        yield (
            f"This plan was made with the facts of {made_with}; this program has those of"
            f" {edition.version} and does not know what differs. Use a Portwright that is as new.",
            (),
        )
        return
    for name, answers in r.plan.products.items():
        yield from _of_installation(r, past, r.catalog.products[name], answers)


def facts_news(findings: Iterable[Finding]) -> str:
    """What somebody who opens a plan hears first, where the facts have changed; else ''."""
    changed = sum(finding.code == FACTS_CHANGED for finding in findings)
    if not changed:
        return ""
    warnings = "1 warning" if changed == 1 else f"{changed} warnings"
    return f"The facts have changed since this plan was made: {warnings} in Review."


def _of_installation(
    r: Survey, past: PastCatalog, product: Product, answers: ProductPlan
) -> Remarks:
    changes_by_feature: dict[str, list[FactChange]] = {}
    for change in _changes(past, product):
        if _is_used(product, answers, r.plan, change):
            changes_by_feature.setdefault(change.features[0], []).append(change)
    for feature, changes in changes_by_feature.items():
        declared = product.features.get(feature)
        yield (
            f"{product.name}, {declared.name if declared else feature}: since the facts of"
            f" {past.version} ({past.date}), with which this plan was made,"
            f" {'; '.join(_said(changes))}.",
            tuple(change.id for change in changes if change.what != "removed"),
        )


def _changes(past: PastCatalog, product: Product) -> Sequence[FactChange]:
    """What differs in a product that was there already, and is not somebody's own."""
    from wizard.facts.differences import product_differences
    from wizard.facts.history import past_product

    known = past.products.get(product.product)
    if known is None or product.digest:
        return ()
    last = _LAST.get(product.id)
    # Every answer asks this of the same product.
    if last is None or last[0] is not product or last[1] is not past:
        changes = tuple(product_differences(product.id, known, past_product(product)))
        last = _LAST[product.id] = (product, past, changes)
    return last[2]


_LAST: dict[str, tuple[Product, PastCatalog, tuple[FactChange, ...]]] = {}


def _is_used(product: Product, answers: ProductPlan, plan: Plan, change: FactChange) -> bool:
    """True where the fact counts in this plan, as it was or as it is."""
    for fact in (change.before, change.after):
        if fact is not None and counts_in(product, answers, plan, fact.when, fact.versions):
            return True
    return False


def _said(changes: list[FactChange]) -> Iterator[str]:
    """`the page now lists tcp 443 from …; tcp 9191 from … is optional now, was required`."""
    for what, lists in _LISTS.items():
        names = [change.name for change in changes if change.what == what]
        if names:
            yield f"the page {lists} {few(names)}"
    yield from islice(_became(changes), _MOST)
    rest = sum(change.what == "changed" for change in changes) - _MOST
    if rest > 0:
        yield f"{rest} more changed"


def _became(changes: list[FactChange]) -> Iterator[str]:
    from wizard.facts.differences import NEW_CAUTION

    for change in changes:
        if change.what == "changed":
            words = (
                "has a new caution" if word.startswith(NEW_CAUTION) else word
                for word in change.words
            )
            yield f"{change.name}: {', '.join(dict.fromkeys(words))}"
