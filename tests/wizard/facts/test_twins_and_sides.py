"""What facts say beside ports (`clear_twin_of`, `served`, `exposure`) is said wherever its kind is."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.tools.worlds import CATALOG
from wizard.facts.model import FlowFact

# In the clear, beside something encrypted between the same parties, and no twin of it: why not.
NO_TWIN = {
    "*raw*": "raw data is another protocol than IPPS, and a queue set up otherwise",
    "*jetdirect*": "raw data, as above",
    "*appsocket*": "raw data, as above",
    "*9100*": "raw data, as above",
    "hp-wja/firmware-*": "raw data, as above",
    "*lp[rd]*": "LPR is another protocol than IPPS",
    "*ftp*": "files, not pages",
    "lexmark-mve/to-20-21-*": "FTP",
    "*mail*": "mail, not pages",
    "*mdns*": "it finds devices, and nothing encrypted does",
    "printers/ssdp-*": "it finds devices, and nothing encrypted does",
    "printers/wsd-probe-*": "it finds devices, and nothing encrypted does",
    "printix/client-discovery": "it finds other clients",
    "docuflair/xerox-release": "release, where the encrypted one is signing in",
    "papercut-mf/brother-http": "Brother's devices have HTTP alone",
    "papercut-mf/toshiba-scan": "scans, where the encrypted one is the device's service",
    "papercut-??/ad-ldap-*": "Active Directory, which signs and seals LDAP itself",
    "windows-print/domain-ldap-*": "Active Directory, as above",
    "printeron/pds-ipp": "print data of the server's own service, beside its web pages",
    "printeron/hosted-631": "print data to the hosted service, beside its web pages",
}
CLEAR_PORTS = {80, 143, 389, 631}
USERS = {"user-computer", "session-host", "mobile-device"}
DEVICES = {"printer", "mfp", "card-reader", "payment-terminal"}
SERVERS = {"print-server", "secondary-server", "mobility-server"}


def flows() -> Iterator[FlowFact]:
    """Every flow that crosses a network."""
    for product in CATALOG.products.values():
        for fact in product.flows:
            if fact.scope in ("network", "link-local"):
                yield fact


def test_what_is_there_encrypted_too_has_its_twin_or_a_reason() -> None:
    encrypted = {(fact.product, fact.from_, fact.to) for fact in flows() if fact.encrypted}
    reasons_used, without = set(), []
    for fact in flows():
        if fact.clear_twin_of or (fact.product, fact.from_, fact.to) not in encrypted:
            continue
        is_clear_port = any(first in CLEAR_PORTS for first, _ in fact.ports)
        if fact.encrypted or (fact.encrypted is None and not is_clear_port):
            continue
        reasons = [pattern for pattern in NO_TWIN if fnmatchcase(fact.id, pattern)]
        reasons_used.update(reasons)
        if not reasons:
            without.append(fact.id)
    assert without == []
    assert set(NO_TWIN) == reasons_used


def test_users_and_devices_are_served_by_who_is_near_them() -> None:
    unsaid = []
    for fact in flows():
        served = "from" if fact.to in SERVERS and fact.from_ in USERS | DEVICES else ""
        served = "to" if fact.from_ in SERVERS and fact.to in USERS | DEVICES else served
        served = "to" if fact.from_ in USERS and fact.to in DEVICES else served
        if served and fact.served != served:
            unsaid.append(fact.id)
    assert unsaid == []


def test_clear_print_data_never_is_the_internets() -> None:
    for fact in flows():
        if "print data" in fact.service.lower() and not fact.encrypted:
            assert fact.exposure == "never", fact.id
        if fact.exposure == "public":
            assert fact.encrypted is not False, fact.id


def test_ipp_in_the_clear_is_a_twin_wherever_a_product_sends_print_data() -> None:
    for product in CATALOG.products.values():
        facts = {fact.entry: fact for fact in product.flows}
        for entry, fact in facts.items():
            if entry.startswith("print-data-ipp-"):
                assert fact.clear_twin_of == entry.replace("-ipp-", "-ipps-")
                assert facts[fact.clear_twin_of].encrypted
