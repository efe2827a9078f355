"""The loader of the facts refuses what is wrong with them, and says where: file, entry, what to do."""

from __future__ import annotations

import pytest

from wizard.facts.load import CatalogError, data_files, load_catalog

SHARED = {
    "roles.toml": (
        """
[print-server]
name = "Print server"
about = "Runs the product"

[user-computer]
name = "User computer"
about = "Prints"
"""
    ),
    "documents.toml": (
        """
[page]
title = "Ports"
publisher = "Acme"
read = 2026-11-20
version = "1.0"
"""
    ),
}

PRODUCT = """
[product]
name = "Acme Print"
about = "Prints"
document = "page"
newest = "1.0"

[listeners.http]
name = "HTTP"
port = 8000

[features.web]
core = true
group = "core"
name = "Web"
about = "Web access"

[features.jobs]
group = "printing"
name = "Jobs"
about = "Jobs over the network"

[features.jobs.options.ports]
kind = "ranges"
label = "Ports"
help = "Which ports"
default = ["9200-9210"]

[features.jobs.options.mode]
kind = "choice"
label = "Mode"
help = "Which mode"
default = "raw"
choices = [{ value = "raw", label = "Raw" }, { value = "lpr", label = "LPR" }]

[flows.web]
feature = "web"
from = "user-computer"
to = "print-server"
transport = "tcp"
ports = [8000]
listener = "http"
service = "Web access"
at = "Table, row 8000"

[flows.jobs]
feature = "jobs"
options = { mode = ["raw"] }
from = "user-computer"
to = "print-server"
transport = "tcp"
ports = ["9200-9210"]
ports_option = "ports"
service = "Jobs"
at = "Table, row 9200"

[endpoints.cloud]
feature = "web"
from = "print-server"
scheme = "https"
host = "cloud.example.com"
port = 443
purpose = "Cloud"
at = "List of hosts"

[tls_bypass.cloud]
host = "cloud.example.com"
feature = "web"
at = "List of hosts"
"""


def problems(text: str, **others: str) -> tuple[str, ...]:
    """What the loader says of this product file; () where it takes it."""
    files = {**SHARED, "acme.toml": text, **{f"{name}.toml": more for name, more in others.items()}}
    try:
        load_catalog(files)
    except CatalogError as error:
        return error.problems
    return ()


def altered(old: str, new: str) -> str:
    assert PRODUCT.count(old) >= 1, f"the product above has no {old!r}"
    return PRODUCT.replace(old, new, 1)


def altered_head(*lines: str) -> str:
    """The head of a second product, with these lines more."""
    return "\n".join(
        ['[product]\nname = "B"\nabout = "B"\ndocument = "page"\nnewest = "1.0"', *lines]
    )


def only(text: str, **others: str) -> str:
    found = problems(text, **others)
    assert len(found) == 1, found
    return found[0]


def test_a_sound_file_loads() -> None:
    assert problems(PRODUCT) == ()
    product = load_catalog({**SHARED, "acme.toml": PRODUCT}).products["acme"]
    web, jobs = product.flows
    assert (web.id, web.product, web.source.document) == ("acme/web", "acme", "page")
    assert web.encrypted is None
    assert web.when[0][0].feature == "web"
    assert jobs.ports == ((9200, 9210),)
    assert jobs.when[0][0].options == {"mode": ("raw",)}


def test_the_shipped_facts_load() -> None:
    assert load_catalog(data_files()).products


@pytest.mark.parametrize(
    ("old", "new", "entry", "words"),
    [
        ('service = "Web access"', 'servise = "Web access"', "flows.web", ("servise",)),
        ('at = "Table, row 8000"', "", "flows.web", ("at",)),
        ('transport = "tcp"', 'transport = "tcp/udp"', "flows.web", ("tcp/udp",)),
        ('transport = "tcp"', 'transport = "tcp"\nstatus = "needed"', "flows.web", ("needed",)),
        ('transport = "tcp"', 'transport = "tcp"\nscope = "lan"', "flows.web", ("lan",)),
        ('transport = "tcp"', 'transport = "tcp"\nencrypted = "mixed"', "flows.web", ("mixed",)),
        (
            'transport = "tcp"',
            'transport = "tcp"\ngroup = { id = "a", kind = "all_of" }',
            "flows.web",
            ("all_of",),
        ),
        (
            'transport = "tcp"',
            'transport = "tcp"\ncast = "multicast"',
            "flows.web",
            ("multicast", "link-local"),
        ),
        (
            'transport = "tcp"',
            'transport = "tcp"\nscope = "link-local"\nanswers = "unicast"',
            "flows.web",
            ("answers", "multicast", "broadcast"),
        ),
        (
            'transport = "tcp"',
            'transport = "tcp"\nstatus = "deprecated"',
            "flows.web",
            ("deprecated", "core"),
        ),
        (
            'transport = "tcp"',
            'transport = "tcp"\ndocument = "pages"',
            "flows.web",
            ("'pages'", "'page'"),
        ),
        (
            'transport = "tcp"',
            'transport = "tcp"\nalso = [{ document = "pager", locator = "x" }]',
            "flows.web",
            ("'pager'", "'page'"),
        ),
        (
            'from = "user-computer"',
            'from = "user-computers"',
            "flows.web",
            ("'user-computers'", "'user-computer'"),
        ),
        (
            'to = "print-server"',
            'to = "printserver"',
            "flows.web",
            ("'printserver'", "'print-server'"),
        ),
        ('listener = "http"', 'listener = "htpp"', "flows.web", ("'htpp'", "'http'")),
        ("ports = [8000]", "ports = []", "flows.web", ("1 to 65535",)),
        ("ports = [8000]", "ports = [0]", "flows.web", ("ports", "1-65535")),
        ("ports = [8000]", "ports = [65536]", "flows.web", ("ports", "1-65535")),
        ("ports = [8000]", 'ports = ["http"]', "flows.web", ("ports", "'http'")),
        ('ports = ["9200-9210"]', 'ports = ["9210-9200"]', "flows.jobs", ("ports", "backwards")),
        ('ports_option = "ports"', 'ports_option = "range"', "flows.jobs", ("'range'",)),
        (
            'options = { mode = ["raw"] }',
            'options = { mode = ["ipp"] }',
            "flows.jobs",
            ("jobs.mode", "'ipp'"),
        ),
        (
            'options = { mode = ["raw"] }',
            'options = { mod = ["raw"] }',
            "flows.jobs",
            ("'mod'", "'mode'"),
        ),
        (
            'options = { mode = ["raw"] }',
            'when = [[{ feature = "web" }]]',
            "flows.jobs",
            ("'jobs'", "`when`"),
        ),
        ('host = "cloud.example.com"', "", "endpoints.cloud", ("host_key",)),
        ('scheme = "https"', 'scheme = "ftp"', "endpoints.cloud", ("ftp",)),
        ('purpose = "Cloud"', 'service = "Cloud"', "endpoints.cloud", ("service",)),
        ('from = "print-server"', 'from = "server"', "endpoints.cloud", ("'server'",)),
        ('kind = "ranges"', 'kind = "range"', "features.jobs", ("range",)),
        (
            'default = ["9200-9210"]',
            'default = ["9210-9200"]',
            "features.jobs.options.ports",
            ("backwards",),
        ),
        ('default = "raw"', 'default = "ipp"', "features.jobs.options.mode", ("'ipp'",)),
        ("core = true", "core = true\nstandard = true", "features.web", ("standard",)),
        ("port = 8000", "ports = 8000", "listeners.http", ("ports",)),
        ('newest = "1.0"', 'newest = "1.0"\nvendor = "Acme"', "product", ("vendor",)),
        (
            "[tls_bypass.cloud]",
            '[remarks.udp]\nteam = "firewalls"\ntext = "No UDP."\nat = "Top"\n\n[tls_bypass.cloud]',
            "remarks.udp",
            ("'firewalls'",),
        ),
        (
            "[tls_bypass.cloud]",
            '[remarks.udp]\nteam = "firewall"\ntext = "No UDP"\nat = "Top"\n\n[tls_bypass.cloud]',
            "remarks.udp",
            ("whole sentences",),
        ),
        (
            "[tls_bypass.cloud]",
            '[remarks.udp]\nteam = "firewall"\ntext = "No UDP."\nfeature = "wep"\nat = "Top"\n\n[tls_bypass.cloud]',
            "remarks.udp",
            ("'wep'", "'web'"),
        ),
        (
            "[tls_bypass.cloud]",
            '[remarks.udp]\nteam = "firewall"\ntext = "No UDP."\n\n[tls_bypass.cloud]',
            "remarks.udp",
            ("at",),
        ),
        (
            "core = true",
            'core = true\nadvised = { why = "It is." }',
            "features.web.advised",
            ("core",),
        ),
        (
            "[features.jobs]",
            '[features.jobs]\nadvised = { why = "It is.", when = [{ feature = "wep" }] }',
            "features.jobs.advised.when",
            ("'wep'", "'web'"),
        ),
        ("[features.jobs]", "[features.jobs]\nadvised = {}", "features.jobs", ("why",)),
        (
            'service = "Web access"',
            'service = "Web access"\nif_placed = "printer"',
            "flows.web",
            ("if_placed", "'printer'", "'user-computer'"),
        ),
        ('newest = "1.0"', 'newest = "1.0"\nwords = ["A", "a"]', "product.words", ("'a'", "twice")),
        ("core = true", 'core = true\nwords = [" "]', "features.web.words", ("' '", "empty")),
        ("core = true", 'core = true\nwords = "raw"', "features.web", ("array", "words")),
        ('document = "page"', 'document = "paeg"', "product.document", ("'paeg'", "'page'")),
    ],
)
def test_what_is_wrong_is_named_with_file_and_entry(
    old: str, new: str, entry: str, words: tuple[str, ...]
) -> None:
    found = problems(altered(old, new))
    said = [problem for problem in found if problem.startswith(f"data/acme.toml: {entry}: ")]
    assert said, found
    for word in words:
        assert word in said[0]


def test_facts_of_some_versions_only_need_the_newest_that_is_known() -> None:
    without = altered('newest = "1.0"\n', "")
    assert problems(without) == ()
    dated = without.replace(
        'service = "Web access"', 'service = "Web access"\nversions = { since = "2.0" }'
    )
    assert only(dated).startswith("data/acme.toml: flows.web: versions: say in [product] by newest")


def test_a_feature_that_is_not_there_is_named_with_the_nearest() -> None:
    text = PRODUCT.replace('feature = "jobs"', 'feature = "job"')
    assert any("flows.jobs" in p and "'job'" in p and "'jobs'" in p for p in problems(text))
    text = PRODUCT.replace(
        '[tls_bypass.cloud]\nhost = "cloud.example.com"\nfeature = "web"',
        '[tls_bypass.cloud]\nhost = "cloud.example.com"\nfeature = "wep"',
    )
    assert "'wep'" in only(text)
    assert "'web'" in only(text)


def test_an_unknown_section_is_named_with_the_nearest() -> None:
    said = only(PRODUCT + '\n[endpoint.more]\nhost = "x"\n')
    assert said.startswith("data/acme.toml: endpoint: ")
    assert "'endpoints'" in said


def test_broken_toml_is_named_with_its_file() -> None:
    assert problems("[product\n")[0].startswith("data/acme.toml: not valid TOML")


def test_a_missing_base_is_named_with_the_nearest() -> None:
    other = altered_head('base = "acmee"')
    said = only(PRODUCT, other=other)
    assert said.startswith("data/other.toml: product.base: ")
    assert "'acme'" in said


def test_a_product_takes_over_its_base_less_what_it_lacks() -> None:
    other = altered_head('base = "acme"', 'without = ["jo*"]')
    product = load_catalog({**SHARED, "acme.toml": PRODUCT, "other.toml": other}).products["other"]
    assert [f.id for f in product.flows] == ["other/web"]
    assert list(product.features) == ["web"]


def test_roles_and_documents_are_held_to_their_keys_too() -> None:
    files = {**SHARED, "acme.toml": PRODUCT}
    files["roles.toml"] += '\n[printer]\nname = "Printer"\nabuot = "Prints"\n'
    files["documents.toml"] += '\n[blog]\ntitle = "Blog"\npublisher = "Me"\ntier = "third"\n'
    with pytest.raises(CatalogError) as raised:
        load_catalog(files)
    assert [p.split(": ")[:2] for p in raised.value.problems] == [
        ["data/roles.toml", "printer"],
        ["data/documents.toml", "blog"],
    ]


def test_all_problems_come_at_once() -> None:
    text = PRODUCT
    for old, new in (
        ('service = "Jobs"', 'servise = "Jobs"'),
        ("ports = [8000]", "ports = [70000]"),
        ('listener = "http"', 'listener = "htpp"'),
        ('from = "print-server"', 'from = "prnt-server"'),
        ('default = "raw"', 'default = "ipp"'),
    ):
        text = text.replace(old, new, 1)
    found = problems(text, second="[product")
    entries = (
        "flows.jobs",
        "flows.web: ports",
        "flows.web: no listener",
        "endpoints.cloud",
        "features.jobs.options.mode",
    )
    for entry in entries:
        assert any(p.startswith(f"data/acme.toml: {entry}") for p in found), (entry, found)
    assert any(p.startswith("data/second.toml: ") for p in found)


def test_gaps_are_of_features_that_are_there() -> None:
    head = 'document = "page"'
    assert problems(altered(head, head + '\ngaps = "Relay."\ngaps_in = ["jobs"]')) == ()
    problem = only(altered(head, head + '\ngaps = "Relay."\ngaps_in = ["job"]'))
    assert problem.startswith("data/acme.toml: gaps_in: no feature 'job'")
    assert "'jobs'" in problem
