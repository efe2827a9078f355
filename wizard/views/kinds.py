"""The view of each kind of record. Loads the findings and the questions, so it is imported late."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.questions import Question
from wizard.rules.denials import Denial
from wizard.rules.model import AllowlistEntry, Bypass, Flow, Forward, MailSender, Rule
from wizard.views.connections import DenialView, FlowView, ForwardView, RuleView
from wizard.views.lists import (
    AllowlistView,
    BypassView,
    FindingView,
    MailSenderView,
    QuestionView,
    TextView,
)
from wizard.views.record import Record, RecordView, TableId

VIEWS: dict[type, type[RecordView[Any]]] = {
    Rule: RuleView,
    Flow: FlowView,
    Forward: ForwardView,
    AllowlistEntry: AllowlistView,
    Bypass: BypassView,
    MailSender: MailSenderView,
    Denial: DenialView,
    Finding: FindingView,
    Question: QuestionView,
    str: TextView,
}

# Those of which the deployment itself holds the records, and one answer is told from the next by
# their keys alone.
OF_A_DEPLOYMENT: tuple[type[RecordView[Any]], ...] = (
    RuleView,
    FlowView,
    ForwardView,
    AllowlistView,
    BypassView,
    MailSenderView,
)


def view_of(deployment: Deployment, record: Record) -> RecordView[Any]:
    """How this record is shown."""
    return VIEWS[type(record)](deployment)


def view_of_table(deployment: Deployment, table: TableId) -> RecordView[Any]:
    """How the records of this table are shown."""
    more: tuple[type[RecordView[Any]], ...] = (DenialView, FindingView, QuestionView)
    listed = (*OF_A_DEPLOYMENT, *more)
    return next(view_class for view_class in listed if view_class.table == table)(deployment)


def searched(record: object) -> Iterable[str]:
    """What a filter looks at beside a record's columns."""
    view = VIEWS.get(type(record))
    return view.searched(record) if view else ()


def order(record: object, sort: int) -> tuple[object, ...] | None:
    """A record's place in one of SORTS; None where its columns say it."""
    view = VIEWS.get(type(record))
    return view.order(record, sort) if view else None
