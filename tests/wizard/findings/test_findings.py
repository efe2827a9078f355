"""Every finding of the contract: a plan that raises it, and a near one that does not."""

from __future__ import annotations

import pytest

from tests.tools.paths import ROOT
from tests.tools.worlds import OFFICE, codes, world
from wizard.findings import FINDINGS, Finding, worst
from wizard.findings.facts import FACTS_CHANGED

# The contract's table, word for word.
SEVERITIES = {
    "port-conflict": "error",
    "forward-conflict": "error",
    "cleartext-over-untrusted": "error",
    "overlapping-zones": "error",
    "address-outside-zone": "error",
    "no-path": "error",
    "rule-limit": "error",
    "unplaced-role": "warning",
    "unknown-host": "warning",
    "ambiguous-path": "warning",
    "nat-without-address": "warning",
    "hairpin": "warning",
    "internet-exposure": "warning",
    "unencrypted": "warning",
    "dynamic-range": "warning",
    "deprecated-port": "warning",
    "mdns-across-zones": "warning",
    "mdns-reflected": "info",
    "broadcast-across-zones": "warning",
    "tls-inspection": "warning",
    "proxy-login": "warning",
    "wildcard-unsupported": "warning",
    "smtp-blocked-by-cloud": "warning",
    "dns-missing": "warning",
    "no-print-path": "warning",
    "feature-missing": "warning",
    "no-management": "warning",
    "host-only-allowlist": "info",
    "source-contradicts": "info",
    "facts-incomplete": "info",
    "feature-advised": "info",
}

NAT = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
GROUP = "[firewalls.group]\nkind = 'cloud'\nrole = 'print-server'\nprovider = 'aws'\n"
REMOTE = "[products.cirrusprint.features]\nremote-clients = {}\n"
DNS = "[roles.dns-server]\naddresses = ['10.0.10.53']\n"
REFLECTOR = (
    "[firewalls.again]\nkind = 'router'\nzones = ['servers', 'clients', 'printers']\n"
    "mdns_reflector = true\naddresses = ['10.0.10.1', '10.0.20.1']\n"
)
MF = "[products.papercut-mf.features]\n"
AD = f"{MF}directory = {{ source = ['active-directory'] }}\n"
CIRRUS = "[products.cirrusprint.features]\n"
PREVIEW = "[products.printeron.features]\nprint-preview = {}\n"
PRINTIX = "[products.printix.features]\n"
# Networks that no two of which can be written as one
MANY = [f"'10.0.{third}.{fourth}'" for third in (20, 21, 22) for fourth in range(0, 256, 2)]

REDIRECTOR = "[products.printix]\nfeatures.redirector = {}\nroles.user-computer.addresses ="


def _list(networks: list[str]) -> str:
    return f"[{', '.join(networks)}]"


Text = str | tuple[str, ...]

# Code, a number for those with several cases: the plan that raises it, and the one that does not.
CASES: list[tuple[str, Text, Text]] = [
    # Two products with one port on one host; moved away, or on a host of its own
    ("port-conflict", (OFFICE, "[products.cups.features]\nipp-sharing = {}\n[products.printeron]"), (
        OFFICE,
        "[products.cups]\nfeatures.ipp-sharing = {}\nports.ipp = 8631\n[products.printeron]",
    )),
    ("port-conflict", (OFFICE, "[products.papercut-mf]\n[products.papercut-ng]"), (
        OFFICE,
        "[products.papercut-mf]\n[products.papercut-ng.roles.print-server]\naddresses = ['10.0.10.6']",
    )),
    # Ranges that meet; the same port over another transport
    (
        "port-conflict",
        (OFFICE, f"{CIRRUS}web = {{ ports = 'alternate' }}\nprint-ports = {{}}\n", PREVIEW),
        (OFFICE, f"{CIRRUS}web = {{ ports = 'alternate' }}\nprint-ports = {{ range = ['9200-9443'] }}\n", PREVIEW),
    ),
    # One product whose ports meet because one was moved
    (
        "port-conflict",
        (OFFICE, "[products.papercut-mf.ports]\nhttp = 9192"),
        (OFFICE, "[products.papercut-mf.ports]\nhttp = 9190"),
    ),
    # The web server's loopback ports are taken as well
    (
        "port-conflict",
        (OFFICE, f"{CIRRUS}web = {{ ports = 'behind-web-server' }}\n[products.papercut-ng.ports]\nhttp = 8482"),
        (OFFICE, f"{CIRRUS}web = {{ ports = 'standard' }}\n[products.papercut-ng.ports]\nhttp = 8482"),
    ),
    # Two hosts want 443 from the internet
    (
        "forward-conflict",
        (
            NAT,
            REMOTE,
            "[products.papercut-ng]\npublic = ['https']\nports.https = 443\n[products.papercut-ng.roles]",
            "print-server = { addresses = ['10.0.10.6'] }\nuser-computer = { zones = ['internet'] }",
        ),
        (
            NAT,
            REMOTE,
            "[products.papercut-ng]\npublic = ['https']\nports.https = 8443\n[products.papercut-ng.roles]",
            "print-server = { addresses = ['10.0.10.6'] }\nuser-computer = { zones = ['internet'] }",
        ),
    ),
    (
        "cleartext-over-untrusted",
        (OFFICE, f"{CIRRUS}print-ports = {{}}\n[roles.print-source]\nzones = ['clients', 'internet']"),
        (OFFICE, f"{CIRRUS}print-ports = {{}}\n[roles.print-source]\nzones = ['clients']"),
    ),
    (
        "cleartext-over-untrusted",
        (OFFICE, f"{PRINTIX}raw-print = {{}}\n[products.printix.roles.printer]\naddresses = ['203.0.113.5']"),
        (OFFICE, f"{PRINTIX}raw-print = {{}}"),
    ),
    (
        "overlapping-zones",
        (OFFICE, "[zones.other]\nnetworks = ['10.0.23.128/25']"),
        (OFFICE, "[zones.other]\nnetworks = ['10.0.24.0/25']"),
    ),
    (
        "address-outside-zone",
        (OFFICE, "[roles.card-reader]\nzones = ['clients']\naddresses = ['10.0.10.7']"),
        (OFFICE, "[roles.card-reader]\nzones = ['clients']\naddresses = ['10.0.20.7']"),
    ),
    (
        "address-outside-zone",
        (OFFICE, "[roles.card-reader]\naddresses = ['10.0.9.255-10.0.10.1']"),
        (OFFICE, "[roles.card-reader]\naddresses = ['10.0.10.0-10.0.10.1']"),
    ),
    # An island; without it
    (
        "no-path",
        (OFFICE, "[zones.far]\nnetworks = ['10.9.0.0/24']\n[products.cups.features]\nipp-sharing = {}\n", DNS,
         "[products.cups.roles.user-computer]\nzones = ['far']"),
        (OFFICE, "[zones.far]\nnetworks = ['10.9.0.0/24']\n[products.cups.features]\nipp-sharing = {}\n", DNS,
         "[products.cups.roles.user-computer]\nzones = ['far']",
         "[firewalls.wan]\nkind = 'router'\nzones = ['far', 'servers']"),
    ),
    # Parties of different families
    (
        "no-path",
        (OFFICE.replace("10.0.20.0/22", "2001:db8:20::/64"), "[products.papercut-mf]\n[products.papercut-mf.roles]",
         "admin-computer = { absent = true }"),
        (OFFICE, "[products.papercut-mf]"),
    ),
    # Nothing leads to the internet
    (
        "no-path",
        (OFFICE.replace('"servers", "internet"', '"servers"'), f"{MF}entitlements = {{}}"),
        (OFFICE, f"{MF}entitlements = {{}}"),
    ),
    (
        "unplaced-role",
        (OFFICE, f"{MF}card-readers = {{ model = ['elatec-twn3'] }}"),
        (OFFICE, f"{MF}card-readers = {{ model = ['elatec-twn3'] }}\n[roles.card-reader]\nabsent = true"),
    ),
    (
        "unplaced-role",
        (OFFICE, "[products.papercut-mf.roles.user-computer]"),
        (OFFICE, "[products.papercut-mf.roles.user-computer]\nzones = ['clients']"),
    ),
    (
        "unknown-host",
        (OFFICE, f"{MF}directory = {{ source = ['azure-secure-ldap'] }}"),
        (OFFICE, f"{MF}directory = {{ source = ['azure-secure-ldap'] }}",
         "[products.papercut-mf.hosts]\nazure-ldap = 'ldaps.example.com'"),
    ),
    (
        "ambiguous-path",
        (OFFICE, "[products.papercut-mf]\n[firewalls.second]\nkind = 'boundary'\nzones = ['clients', 'servers']"),
        (OFFICE, "[products.papercut-mf]\n[firewalls.second]\nkind = 'boundary'\nzones = ['clients', 'internet']"),
    ),
    ("nat-without-address", (OFFICE, "nat = true", REMOTE), (NAT, REMOTE)),
    ("nat-without-address", (OFFICE, "nat = true", REMOTE), (OFFICE, "nat = true\n[products.cirrusprint]")),
    # Clients inside use what is forwarded; where all of them are outside, none do
    ("hairpin", (NAT, REMOTE), (NAT, REMOTE, "[products.cirrusprint.roles.user-computer]\nzones = ['internet']")),
    ("hairpin", (NAT, REMOTE), (OFFICE, REMOTE)),
    ("internet-exposure", (OFFICE, REMOTE), (OFFICE, "[products.cirrusprint]")),
    (
        "internet-exposure",
        (OFFICE, f"{CIRRUS}internal-smtp = {{}}"),
        (OFFICE, f"{CIRRUS}internal-smtp = {{}}\n[roles.mail-server]\naddresses = ['198.51.100.25']"),
    ),
    ("unencrypted", (OFFICE, "[products.papercut-mf]"), (OFFICE, "[products.printeron]")),
    (
        "dynamic-range",
        (OFFICE, f"{CIRRUS}print-ports = {{ range = ['9200-9300'] }}\n[roles.print-source]\nzones = ['clients']"),
        (OFFICE, f"{CIRRUS}print-ports = {{ range = ['9200-9299'] }}\n[roles.print-source]\nzones = ['clients']"),
    ),
    (
        "deprecated-port",
        (OFFICE, "[products.printeron]\nversion = '3.0'\nfeatures.deprecated-ports = {}"),
        (OFFICE, "[products.printeron.features]\nhttp = {}"),
    ),
    (
        "mdns-across-zones",
        (OFFICE, "[products.cups.features]\nipp-sharing = {}", DNS),
        (OFFICE, "[products.cups.features]\nipp-sharing = {}", DNS,
         "[products.cups.roles.user-computer]\nzones = ['servers']"),
    ),
    (
        "mdns-reflected",
        (OFFICE, "[products.cups.features]\nipp-sharing = {}", DNS, REFLECTOR),
        (OFFICE, "[products.cups.features]\nipp-sharing = {}", DNS,
         REFLECTOR.replace("10.0.20.1", "10.0.30.1")),
    ),
    (
        "broadcast-across-zones",
        (OFFICE, "[products.cups.features]\nsnmp-browsing = {}"),
        (OFFICE, "[products.cups.features]\nsnmp-browsing = {}\n[products.cups.roles.printer]\nzones = ['servers']"),
    ),
    (
        "tls-inspection",
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'transparent'\ntls_inspection = true"),
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'transparent'\ntls_inspection = false"),
    ),
    (
        "tls-inspection",
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'explicit'\ntls_inspection = true"),
        (OFFICE, "[products.papercut-mf]\n[proxy]\nmode = 'explicit'\ntls_inspection = true"),
    ),
    (
        "proxy-login",
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'explicit'\nlogin = 'basic'"),
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'explicit'\nlogin = 'none'"),
    ),
    (
        "proxy-login",
        (OFFICE, "[products.universal-print.features]\nconnector = {}\n[proxy]\nmode = 'explicit'\nlogin = 'windows'"),
        (OFFICE, "[products.universal-print.features]\n[proxy]\nmode = 'explicit'\nlogin = 'windows'"),
    ),
    (
        # Nobody knows of a transparent proxy: it can't ask.
        "proxy-login",
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'explicit'\nlogin = 'windows'"),
        (OFFICE, "[products.printix]\n[proxy]\nmode = 'transparent'\nlogin = 'windows'"),
    ),
    (
        "wildcard-unsupported",
        (OFFICE, f"{PRINTIX}own-blob-storage = {{}}\n[proxy]\nmode = 'explicit'\nwildcards = false"),
        (OFFICE, f"{PRINTIX}own-blob-storage = {{}}\n[products.printix.hosts]\nblob-storage = 'a.example.com'",
         "[proxy]\nmode = 'explicit'\nwildcards = false"),
    ),
    (
        "wildcard-unsupported",
        (OFFICE, f"{PRINTIX}own-blob-storage = {{}}\n[proxy]\nmode = 'explicit'\nwildcards = false"),
        (OFFICE, f"{MF}cloud-ocr = {{}}\n[proxy]\nmode = 'explicit'\nwildcards = false"),
    ),
    (
        "smtp-blocked-by-cloud",
        (OFFICE, GROUP, f"{MF}smtp = {{ port = 25 }}\n[roles.mail-relay]\nzones = ['clients']"),
        (OFFICE, GROUP, f"{MF}smtp = {{ port = 587 }}\n[roles.mail-relay]\nzones = ['clients']"),
    ),
    (
        "smtp-blocked-by-cloud",
        (OFFICE, GROUP, f"{MF}smtp = {{ port = 25 }}\n[roles.mail-relay]\nzones = ['clients']"),
        (OFFICE, f"{MF}smtp = {{ port = 25 }}\n[roles.mail-relay]\nzones = ['clients']"),
    ),
    ("no-print-path", (OFFICE, "[products.papercut-ng]"), (
        OFFICE,
        "[products.papercut-ng]\nfeatures.print-data = {}",
    )),
    ("dns-missing", (OFFICE, f"{MF}grows = {{}}"), (OFFICE, f"{MF}grows = {{}}\nname-lookup = {{}}", DNS)),
    # Nothing stands between the server and the internet but a router; then its egress is filtered
    (
        "dns-missing",
        (OFFICE.replace('kind = "boundary"', 'kind = "router"'), f"{MF}grows = {{}}", GROUP, "egress = 'filtered'"),
        (OFFICE.replace('kind = "boundary"', 'kind = "router"'), f"{MF}grows = {{}}", GROUP),
    ),
    # Native Active Directory without 389 over TCP, which the page leaves out
    ("feature-missing", (OFFICE, AD), (OFFICE, AD, "directory-ldap-tcp = {}")),
    ("feature-missing", (OFFICE, AD), (OFFICE, AD.replace("active-directory", "ldap"))),
    # The Global Entitlements Service is called required from 24.0 on
    (
        "feature-advised",
        (OFFICE, "[products.papercut-mf]\nversion = '24.0'"),
        (OFFICE, "[products.papercut-mf]\nversion = '23.9'"),
    ),
    ("feature-advised", (OFFICE, "[products.papercut-mf]"), (OFFICE, f"{MF}entitlements = {{}}")),
    ("no-management", (OFFICE.replace('["ssh"]', "[]"),), OFFICE),
    ("no-management", (OFFICE.replace('addresses = ["10.0.20.100"]', "absent = true"),), OFFICE),
    # A host whose address is nowhere in the plan gets no rule, not even for its administrators
    (
        "no-management",
        (OFFICE, "[firewalls.other]\nkind = 'host'\naddresses = ['10.99.0.1']\nmanagement = ['ssh']"),
        (OFFICE, "[firewalls.other]\nkind = 'host'\naddresses = ['10.0.10.99']\nmanagement = ['ssh']"),
    ),
    # A cloud group is no host's own firewall
    ("no-management", (OFFICE.replace('["ssh"]', "[]"),), (OFFICE, GROUP)),
    # Five groups of 60 entries: 300 networks of clients on one port, and the administrator's rule
    (
        "rule-limit",
        (OFFICE, GROUP, REDIRECTOR + _list(MANY[:300])),
        (OFFICE, GROUP, REDIRECTOR + _list(MANY[:299])),
    ),
    (
        "host-only-allowlist",
        (OFFICE, f"{MF}job-ticketing = {{}}\n[proxy]\nmode = 'transparent'"),
        (OFFICE, f"{MF}job-ticketing = {{}}\n[proxy]\nmode = 'transparent'\ntls_inspection = true"),
    ),
    ("host-only-allowlist", (OFFICE, f"{MF}job-ticketing = {{}}"), (OFFICE, f"{MF}grows = {{}}")),
    (
        "source-contradicts",
        (OFFICE, f"{MF}directory = {{ source = ['active-directory'] }}"),
        (OFFICE, f"{MF}directory = {{ source = ['ldap'] }}"),
    ),
    ("facts-incomplete", (OFFICE, "[products.myq]"), (OFFICE, "[products.cups]")),
    ("facts-incomplete", (OFFICE, f"{MF}mobility-print = {{}}"), (OFFICE, "[products.papercut-mf]")),
]  # fmt: skip


def found(text: Text, code: str) -> list[Finding]:
    deployment = world(*((text,) if isinstance(text, str) else text))
    return [finding for finding in deployment.findings if finding.code == code]


@pytest.mark.parametrize(
    ("code", "raises", "near"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_finding_comes_and_stays_away(code: str, raises: Text, near: Text) -> None:
    raised = found(raises, code)
    assert raised
    for finding in raised:
        assert finding.severity == SEVERITIES[code]
        assert finding.subjects
        assert finding.message.endswith(".")
    assert not found(near, code)


def test_every_code_of_the_contract_has_a_case() -> None:
    assert {case[0] for case in CASES} == SEVERITIES.keys()
    assert len(SEVERITIES) == 31
    assert {
        code: kind.severity for code, kind in FINDINGS.items() if code in SEVERITIES
    } == SEVERITIES


def test_every_code_is_looked_at_by_a_test() -> None:
    """Here, or in a file of its own: a finding that nobody raised may never come."""
    texts = [path.read_text("utf-8") for path in (ROOT / "tests/wizard").rglob("test_*.py")]
    without = {code for code in FINDINGS if not any(f'"{code}"' in text for text in texts)}
    # Its tests name it by its constant.
    assert without <= {FACTS_CHANGED}


def test_errors_come_first() -> None:
    d = world(
        OFFICE,
        "[products.cups.features]\nipp-sharing = {}\n[products.printeron]\n[products.papercut-mf]",
        DNS,
    )
    order = [finding.severity for finding in d.findings]
    assert order == sorted(order, key=["error", "warning", "info"].index)
    assert worst(d.findings) == "error"
    assert worst([]) is None


def test_subjects_name_what_a_finding_is_about() -> None:
    (conflict,) = found((OFFICE, "[products.papercut-mf.ports]\nhttp = 9192"), "port-conflict")
    assert conflict.subjects == ("papercut-mf/web-http", "papercut-mf/web-https")
    assert "9192/tcp at 10.0.10.5" in conflict.message
    (exposed,) = found((OFFICE, "[roles.mail-server]\nabsent = true", REMOTE), "internet-exposure")
    assert "on 443/tcp" in exposed.message
    assert exposed.subjects == ("cirrusprint/remote-standard-https",)


def test_administrators_on_the_internet_are_an_exposure() -> None:
    (finding,) = found(
        (OFFICE.replace('["10.0.20.100"]', '[]\n    zones = ["internet"]'),), "internet-exposure"
    )
    assert "on 22/tcp" in finding.message
    assert finding.subjects == ("management/ssh",)


def test_two_roles_in_one_network_need_not_be_one_machine() -> None:
    """Computers somewhere in the LAN listen on 445, and so does a server of another product in the
    same LAN.
    """
    text = (
        OFFICE,
        DNS,
        "[products.cups]\nfeatures.smb-sharing = {}\nroles.user-computer.zones = ['servers']",
        (
            "roles.print-server.addresses ="
            " ['10.0.10.8']\n[products.papercut-mf.features]\nwindows-spooler = {}"
        ),
    )
    assert not found(text, "port-conflict")


def test_a_quiet_plan() -> None:
    d = world(
        OFFICE,
        "[products.printeron.features]\nprint-preview ="
        " {}\nprint-data = { protocols = ['ipps'] }\n[products.printix.roles.user-computer]\nabsent = true",
    )
    assert codes(d) == {"source-contradicts", "facts-incomplete"}


def test_what_is_not_known_of_a_product_is_said_once() -> None:
    plan = "[products.myq]\n[products.second]\nproduct = 'myq'\n[products.printix]"
    findings = found((OFFICE, plan), "facts-incomplete")
    assert [finding.installations for finding in findings] == [("myq", "second"), ("printix",)]
    assert findings[1].message.startswith(
        "What is known of Printix is incomplete. Not known: Printix' own chapter on ports"
    )


def test_who_gives_no_login_is_said_as_surely_as_it_is_known() -> None:
    proxy = "[proxy]\nmode = 'explicit'\nlogin = 'windows'"
    inferred = "[products.printix]\n"
    told = "[products.universal-print.features]\nconnector = {}\n"
    for product, words in ((inferred, "probably gives none"), (told, "is known not to give one")):
        findings = world(OFFICE, f"{product}{proxy}").findings
        (message,) = (each.message for each in findings if each.code == "proxy-login")
        assert words in message


def test_who_is_kept_off_the_internet_is_not_said_not_to_be_there() -> None:
    """An error says that what is published is in the clear, and that no forward is made for it."""
    web = (
        NAT,
        '[firewalls.edge.publish."myq/http"]\nport = 8080\n[products.myq.features]\nhttp = {}',
    )
    outside = "[products.myq.roles.user-computer]\nzones = ['clients', 'internet']"
    kept_off = world(*web, outside)
    assert "cleartext-over-untrusted" in codes(kept_off)
    assert "nat-without-use" not in codes(kept_off)
    assert "nat-without-use" in codes(world(*web))
