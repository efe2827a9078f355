"""Two deployments → `changes.html`: the change request as one page that fetches nothing and needs
no script.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, Template
from markupsafe import Markup

from exporters.changes.csv import documents, place
from exporters.changes.doing import doing_parts
from exporters.changes.model import (
    CLOSING,
    SYSTEMS,
    TASKS,
    ChangeRequest,
    change_request,
    forward_sides,
    found_words,
    rule_sides,
)
from exporters.changes.systems import system_documents, system_sides
from exporters.handover.html import css_text, harmless, styles, template_text
from exporters.lines import code_spans, running_head
from wizard.changes import ChangeEntry, Changes
from wizard.changes.denials import denied_where
from wizard.changes.fields import notes
from wizard.deployment import Deployment
from wizard.rules.model import Bypass, MailSender
from wizard.text import one_line
from wizard.views.denials import denial_text
from wizard.views.words import WAYS, encryption_text

HEADINGS: dict[str, tuple[str, ...]] = {
    "summary": ("Who", "Adds", "Removes", "Changes"),
    "answers": ("Number", "About", "What", "Was", "Is"),
    "changed": (
        "Action", "Source", "Destination", "Port", "Service", "Way", "Encrypted", "Because of", "Rule", "Document",
    ),
    "moved": ("Action", "Firewall", "Public", "Leads to", "Because of", "Document"),
    "listed": ("Action", "Host", "Port", "Path", "From", "Purpose", "Because of", "Document"),
    "untouched": ("Action", "Host", "Because of", "Document"),
    "systems": ("Action", "From", "To", "Port", "Service", "Way", "Document"),
    "sending": ("Action", "Address", "Domain", "Because of", "Document"),
    "found": ("Now", "Severity", "What was found", "What to do", "Because of"),
    "signed": ("Who", "Approves", "Name", "Date", "Signature"),
}  # fmt: skip
_OWN = (
    "ins,del{text-decoration:none}ins b,.s-add{color:var(--info)}del b,.s-remove{color:var(--bad)}"
    ".s-change{color:var(--warn)}"
    ".t-changed td,.t-listed td,.t-moved td,.t-systems td{overflow-wrap:break-word}"
    ".t-changed td:last-child{font-size:.9em}@media screen and (min-width:761px){"
    ".t-changed td:last-child{width:16%}.t-changed td:nth-child(2),.t-changed td:nth-child(3),"
    ".t-systems td:nth-child(2),.t-systems td:nth-child(3){min-width:8.5em}}\n"
)


def text(old: Deployment, new: Deployment, changes: Changes) -> str:
    """The one file."""
    request = change_request(old, new, changes)
    return _template().render(
        d=request,
        doing=[
            (title, list(map(code_spans, lines))) for title, lines in doing_parts(request.doing)
        ],
        headings=HEADINGS,
        css=Markup(styles(HEADINGS) + _OWN + _running_head(request)),
        ways=WAYS,
        tasks=TASKS,
        systems=SYSTEMS,
        closing=CLOSING,
    )


def _running_head(request: ChangeRequest) -> str:
    reference = dict(request.given).get("Reference", "")
    title = running_head(f"Change request: {request.title}", reference)
    return f"@page{{@top-left{{content:{css_text(title)}}}}}\n"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=harmless
    )
    environment.filters |= {
        "denial": denial_text,
        "denied_where": denied_where,
        "documents": _documents,
        "encrypted": encryption_text,
        "forward_sides": forward_sides,
        "found_words": found_words,
        "line": one_line,
        "notes": notes,
        "place": _place,
        "roles": lambda request, roles: list(map(request.role, roles)),
        "rule_sides": rule_sides,
        "system_documents": system_documents,
        "system_sides": system_sides,
    }
    return environment.from_string(template_text("changes.html"))


def _documents(request: ChangeRequest, sign: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    return documents(request.side(sign), ids)


def _place(request: ChangeRequest, change: ChangeEntry[Bypass] | ChangeEntry[MailSender]) -> str:
    return place(request.side(change.sign), change.record.source)
