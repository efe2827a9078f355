"""What holds for every format in the table: text from a plan is inert, bytes repeat, each rule can
be found again.

The tests of each format ask more, and ask the real tools.
"""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
import yaml
from pypdf import PdfReader

from exporters.format import Content, Format
from exporters.table import FORMATS, format_named
from tests.lab.plans import catalog
from tests.tools.builders import EDGE, HOST, forward, rule
from tests.tools.hostile import AGAINST, HOSTILE
from tests.tools.programs import missing
from tests.tools.proxies import proxied
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.network.party import Party, Piece
from wizard.network.sites import Pair
from wizard.network.topology import Network
from wizard.plan.model import Firewall, Request
from wizard.rules.model import MailSender
from wizard.rules.wants import Want

LONGEST = "a" + "-9" * 31
FIREWALLS = {
    "server": HOST,
    "edge": EDGE,
    "win": Firewall(kind="host", role="print-server", platform="windows", management=("rdp",)),
    "group": Firewall(kind="cloud", role="print-server", provider="aws"),
    "vnet": Firewall(kind="cloud", role="print-server", provider="azure"),
    LONGEST: Firewall(kind="boundary", zones=("servers", "clients"), default="deny"),
}
# Formats that list no rules: connections between roles, single connections to try, hosts by name.
WITHOUT_RULES = {
    "picture", "connection-tests", "squid", "pac", "hosts", "print-team", "servicenow", "jira", "gitlab",
}  # fmt: skip
# Nobody's terminal, browser or editor may be told anything by a file.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
formats = pytest.mark.parametrize("entry", FORMATS, ids=[entry.name for entry in FORMATS])
# A workbook and a PDF take as long to write and read as ten of the others: not dozens of them in the
# quick tests.
SLOW = {"xlsx", "pdf"}
formats_of_many = pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, id=entry.name, marks=[pytest.mark.slow] if entry.name in SLOW else [])
        for entry in FORMATS
    ],
)


def world(text: str = "Plan") -> Deployment:
    """A plan with firewalls of every kind, a proxy and all lists; `text` in every field that is
    free.
    """
    listed = (text if text.strip() else "x", "papercut.com", "*.printix.net")
    base = proxied(
        *(("https", 443, host, "print-server") for host in listed),
        bypass=listed,
        tls_inspection=True,
    )
    rules = [
        rule(
            f"{name}-{number}",
            firewall=name,
            direction="in" if firewall.guards_hosts else "forward",
            ports=ports,
            services=(text, "Web"),
            sources=sources,
            destinations=destinations,
            flows=("management/ssh" if number == 2 else "papercut-mf/web-http",),
        )
        for name, firewall in FIREWALLS.items()
        for number, (ports, sources, destinations) in enumerate(
            (
                ((9191, (9200, 9999)), ("10.0.20.0/22",), ("10.0.10.5/32",)),
                ((631,), ("2001:db8:20::/64",), ("2001:db8:10::5/128",)),
                ((22,), ("10.0.9.0/24",), ("10.0.10.5/32",)),
            )
        )
    ]
    plan = msgspec.structs.replace(
        base.plan,
        name=text,
        request=Request(requester=text, reference=text, justification=text),
        firewalls=FIREWALLS,
    )
    coverage = {
        name: (
            ()
            if firewall.joins_zones
            else (f"10.0.10.{number}/32", "10.0.10.5/32", "2001:db8:10::5/128")
        )
        for number, (name, firewall) in enumerate(FIREWALLS.items(), 20)
    }
    return msgspec.structs.replace(
        base,
        catalog=catalog(),
        plan=plan,
        network=Network(plan),
        rules=tuple(rules),
        wants=(web_want(text),),
        forwards=(forward(),),
        coverage=coverage,
        mail_senders=(
            MailSender(
                "192.0.2.1", text, ("papercut-mf",), ("papercut-mf",), base.tls_bypass[0].source
            ),
        ),
        findings=(Finding("port-conflict", "error", text, (text,)),),
    )


def web_want(service: str) -> Want:
    """User computers open the print server's web pages: what the connection tests try."""
    clients = Party("user-computer", (Piece("clients", ("10.0.20.0/22",), whole=True),))
    server = Party("print-server", (Piece("servers", ("10.0.10.5/32", "2001:db8:10::5/128")),))
    fact = next(flow for flow in catalog().flows() if flow.id == "papercut-mf/web-http")
    return Want(
        fact=msgspec.structs.replace(fact, service=service),
        ports=((9191, 9191),),
        sources=clients,
        destinations=server,
        because=(),
        pairs=(Pair(clients, server),),
    )


def texts(files: dict[str, Content]) -> dict[str, str]:
    """Every file as text; of a workbook each of its parts, of a PDF what stands on its pages."""
    found: dict[str, str] = {}
    for path, content in files.items():
        if path.endswith(".xlsx"):
            assert isinstance(content, bytes)
            with zipfile.ZipFile(BytesIO(content)) as book:
                found |= {f"{path}/{name}": book.read(name).decode() for name in book.namelist()}
        elif path.endswith(".pdf"):
            assert isinstance(content, bytes)
            pages = PdfReader(BytesIO(content)).pages
            found[path] = "\n".join(page.extract_text() for page in pages)
        else:
            found[path] = content if isinstance(content, str) else content.decode()
    return {
        path: re.sub(r"\bcomment=([0-9a-f]+)", _ufw_comment, text) for path, text in found.items()
    }


def _ufw_comment(match: re.Match[str]) -> str:
    """ufw keeps its comments in hexadecimal."""
    return f'comment "{bytes.fromhex(match[1]).decode()}"'


def rendered(entry: Format, value: Deployment) -> dict[str, Content]:
    if not entry.installed:
        missing(f"{entry.package} is missing")
    assert entry.fits(value)
    return entry.files(value)


@cache
def ordinary_texts(name: str) -> dict[str, str]:
    """What a format makes of an ordinary plan."""
    entry = format_named(name)
    assert entry
    return texts(rendered(entry, world()))


@pytest.fixture(scope="module")
def ordinary() -> Deployment:
    return world()


@formats
def test_the_same_plan_gives_the_same_bytes(entry: Format, ordinary: Deployment) -> None:
    one, two = rendered(entry, ordinary), rendered(entry, world())
    assert list(one) == list(two)
    assert one == two


@pytest.mark.slow
@formats
def test_every_rule_can_be_found_again(entry: Format, ordinary: Deployment) -> None:
    """By its id, in the files of the firewall that it is for."""
    files = texts(rendered(entry, ordinary))
    if entry.name in WITHOUT_RULES:
        assert not any(one.id in text for one in ordinary.rules for text in files.values())
        return
    refused = {one.firewall for one in entry.render(ordinary).refused}
    for one in ordinary.rules:
        if entry.for_firewalls and one.firewall not in set(entry.firewalls(ordinary)) - refused:
            continue
        mine = [
            text
            for path, text in files.items()
            if not entry.for_firewalls or f"/{one.firewall}/" in path or f"/{one.firewall}." in path
        ]
        assert any(re.search(rf"(?<![\w-]){re.escape(one.id)}(?![\w-])", text) for text in mine), (
            one.id
        )


@formats
def test_its_files_are_where_the_table_says(entry: Format, ordinary: Deployment) -> None:
    names = {
        re.escape(path).replace("<name>", "[a-z0-9-]+").replace("<role>", "[a-z-]+")
        for path in entry.paths
    }
    written = set(rendered(entry, ordinary))
    assert [path for path in written if not any(re.fullmatch(name, path) for name in names)] == []
    if entry.name != "csv":  # it has a file for each list that is not empty
        assert [
            name for name in names if not any(re.fullmatch(name, path) for path in written)
        ] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [text for text in HOSTILE if "\ud83d" not in text and "\x00" not in text]
)
@formats_of_many
def test_hostile_text_is_inert(entry: Format, text: str) -> None:
    is_inert(entry, world(text))


@pytest.mark.slow
@pytest.mark.parametrize("reader", AGAINST)
def test_what_each_reader_would_obey_is_inert_in_every_format(reader: str) -> None:
    for text in AGAINST[reader]:
        value = world(text)
        for entry in FORMATS:
            if entry.name not in SLOW:
                is_inert(entry, value)


def is_inert(entry: Format, value: Deployment) -> None:
    """Same files; nothing unseen; each reads as its own language, with as many entries as an
    ordinary plan's.
    """
    files = texts(rendered(entry, value))
    plain = ordinary_texts(entry.name)
    assert files.keys() == plain.keys()
    for path, shown in files.items():
        assert not UNSEEN.search(shown), path
        reads(path, shown)
        if entry.for_firewalls and path.endswith((".nft", ".sh")):
            assert code(shown) == code(plain[path]), path


def code(text: str) -> list[str]:
    """A script or rule set without comments and quoted text: what a tool obeys."""
    quoted = r'comment "[^"]*"|<description>[^<]*</description>|\|group-\d [^|\n]*'
    words = re.sub(rf"{quoted}|\.name='[^']*'|^plan='[^']*'$", "", text, flags=re.MULTILINE)
    bare = re.sub(r"^\s*#( .*)?$", "", words, flags=re.MULTILINE)
    return [line for line in bare.split("\n") if line.strip()]


def reads(path: str, shown: str) -> Any:
    """The parsed file, where there is a parser at hand."""
    end = path.rpartition(".")[2]
    if end == "json":
        return json.loads(shown)
    if end == "toml":
        return tomllib.loads(shown)
    if end == "yml":
        return yaml.safe_load(shown)
    if end in ("svg", "xml", "rels"):
        return ElementTree.fromstring(shown)
    if end == "html":
        assert shown.count("<script") == 0
    return None


def test_hand_made_worlds_are_for_every_format(ordinary: Deployment) -> None:
    assert [entry.name for entry in FORMATS if not entry.fits(ordinary)] == []
