"""What the papers must say, out of `show --json` and the catalog: rows of cells by their headings.

A cell is its lines, sorted. `ANY` stands for what neither of them has (tasks, advice, tests).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import msgspec

from wizard.deployment import Deployment, to_json
from wizard.network.ports import join_ports
from wizard.text import one_line

Cell = tuple[str, ...]
Row = Mapping[str, Cell | None]
ANY: Final = None
# Left empty, for somebody's pen.
TO_FILL_IN = frozenset({
    "Approved by", "Approved on", "Done by", "Done on", "Name on the device", "Found", "Date", "Name", "Signature",
    "Answer",
})  # fmt: skip
ON_RECORD = frozenset({"owner", "classification", "expires", "log", "risk"})
LEFT_EMPTY = frozenset({"approved_by", "approved_on", "done_by", "done_on", "name_on_the_device"})
_WHOLE = {"0.0.0.0/0": 4, "::/0": 6}
_ENCRYPTED = {True: "yes", False: "no", None: "not stated"}
_WAY = {"in": "in", "out": "out", "forward": "through"}
_NOTE = {"inferred": " (inferred)", "other": " (other source)", "stated": "", "own": ""}
_NOBODY = "address not known yet"
_MANAGED = "management/"


def lines(*texts: object) -> Cell:
    """Texts → a cell: its lines, blanks joined, sorted; none for what is empty."""
    split = chain.from_iterable(str(text).split("\n") for text in texts if text is not None)
    return tuple(sorted(filter(None, (" ".join(one_line(line, 40_000).split()) for line in split))))


def words(*texts: object) -> Cell:
    """As `lines`, each word for itself: ports stand with commas, slashes or on lines of their own."""
    return tuple(sorted(filter(None, re.split(r"[/,\s]+", "\n".join(map(str, texts))))))


def port_texts(ports: Iterable[Sequence[int]]) -> list[str]:
    """`[[80, 80], [9100, 9102]]` → `80`, `9100-9102`."""
    return [str(low) if low == high else f"{low}-{high}" for low, high in ports]


def whole(cidrs: Iterable[str]) -> bool:
    """True where a whole family is among them."""
    return not set(cidrs).isdisjoint(_WHOLE)


def side(cidrs: Sequence[str]) -> list[str]:
    """The addresses of one side, a text each."""
    if len(cidrs) == 1 and cidrs[0] in _WHOLE:
        return [
            f"Internet, IPv{_WHOLE[cidrs[0]]} (any public address outside this plan's networks)"
        ]
    return [re.sub(r"(?<=\.\d)/32$|/32$|/128$", "", cidr) for cidr in cidrs] or [_NOBODY]


def _risk(record: Mapping[str, Any]) -> str:
    """`medium: in the clear`."""
    risk = record["risk"]
    return ": ".join(filter(None, (risk["rating"], ", ".join(risk["reasons"]))))


def hairpin(forward: Mapping[str, Any]) -> list[str]:
    """Those inside whom a port forward leads there too, under a line that says so."""
    return ["From inside (hairpin NAT)", *side(forward["hairpin"])] if forward["hairpin"] else []


class Truth:
    """One plan's `show --json`, beside the facts that it names."""

    def __init__(self, value: Deployment) -> None:
        listed: Any = to_json(value)
        self.json: dict[str, list[dict[str, Any]]] = listed
        self.stamp: dict[str, str] = listed["stamp"]
        self.rules = self.json["rules"]
        self.records = {(each["firewall"], each["rule"]): each for each in self.json["records"]}
        self._facts: dict[str, Any] = msgspec.to_builtins(value.facts)
        self._catalog: Any = msgspec.to_builtins(value.catalog)

    # Words

    def role(self, role: str) -> str:
        """A role's name."""
        known = self._catalog["roles"].get(role)
        return str(known["name"]) if known else role.replace("_", " ")

    def product(self, key: str) -> str:
        """A product's name."""
        known = self._catalog["products"].get(key)
        return str(known["name"]) if known else key

    def facts(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """The facts among these ids."""
        return [self._facts[key] for key in ids if key in self._facts]

    def _feature(self, fact: dict[str, Any]) -> str:
        installation = fact["id"].partition("/")[0]
        known = self._catalog["products"].get(installation, {})
        feature = known.get("features", {}).get(fact["feature"], {"name": fact["feature"]})
        return f"{self.product(installation)}: {feature['name']}"

    def place(self, source: dict[str, Any]) -> str:
        """`Publisher, Title: place`."""
        document = self._catalog["documents"].get(source["document"])
        named = f"{document['publisher']}, {document['title']}" if document else source["document"]
        return f"{named}: {source['locator']}"

    def documents_of(self, ids: Sequence[str]) -> list[str]:
        """The places behind a row; one of them inferred is inferred."""
        notes: dict[str, str] = {}
        for fact in self.facts(ids):
            place = self.place(fact["source"])
            notes[place] = notes.get(place) or _NOTE[fact["evidence"]]
        managed = any(key.startswith(_MANAGED) for key in ids)
        if managed and not notes:
            return ["this plan: management of the firewall"]
        return [place + note for place, note in notes.items()]

    def waiting(self, name: str) -> str:
        """What is waited for."""
        if name == "public_address":
            return "public address"
        if name not in self._catalog["roles"]:
            return f"address of {name}"
        role = self.role(name)
        return f"address of the {role if role[:2].isupper() else role[:1].lower() + role[1:]}"

    # Rows

    def asked(self, ids: Sequence[str], services: Iterable[str], unresolved: Iterable[str]) -> Row:
        """What every row of a rule, a port forward or a host has, sheets and documents alike."""
        facts = self.facts(ids)
        features = [self._feature(fact) for fact in facts]
        without = [fact["without"] for fact in facts if fact.get("without")]
        if any(key.startswith(_MANAGED) for key in ids):
            features.append("Administration of the machine")
            without.append("Nobody can administer the machine over the network.")
        watch: dict[str, None] = {}
        for fact in facts:
            if fact.get("automatic"):
                watch["Opened by the installer on the host itself."] = None
            watch |= dict.fromkeys(fact.get("cautions", ()))
        reason = f"Without it: {' '.join(dict.fromkeys(without))}" if without else ""
        warned = f"Watch for: {' '.join(watch)}" if watch else ""
        waits = [self.waiting(name) for name in unresolved]
        return {
            "Service": lines(*dict.fromkeys(services)),
            "Feature": lines(*dict.fromkeys(features)),
            "Reason": lines(reason),
            "Watch for": lines(*watch),
            "Why": lines(*dict.fromkeys(features), reason, warned),
            "Waits for": lines(*waits),
            "Waiting": lines(f"waits for {', '.join(waits)}" if waits else ""),
            "Document": lines(*self.documents_of(ids)),
        }

    def rule_rows(self) -> list[Row]:
        """A row a rule."""
        return list(map(self.rule_row, self.rules))

    def rule_row(self, rule: dict[str, Any]) -> Row:
        """Cells of a rule, by the headings of the workbook."""
        return {
            **self.asked(rule["flows"], rule["services"], rule["unresolved"]),
            "Firewall": lines(rule["firewall"]),
            "Rule": lines(rule["id"]),
            "Way": lines(_WAY[rule["direction"]]),
            "From": lines(self.role(rule["from"])),
            "Source": lines(*side(rule["sources"])),
            "To": lines(self.role(rule["to"])),
            "Destination": lines(*side(rule["destinations"])),
            "Transport": lines(rule["transport"]),
            "Port": words(*port_texts(rule["ports"])),
            "Encrypted": lines(_ENCRYPTED[rule["encrypted"]]),
            "Status": lines(rule["status"]),
            "Installation": lines(*rule["installations"]),
            **self.on_record([self.records[rule["firewall"], rule["id"]]]),
        }

    def on_record(self, records: Sequence[dict[str, Any]]) -> Row:
        """What is on record about some rules, each answer once."""

        def each(part: str) -> list[str]:
            return list(dict.fromkeys(filter(None, (record[part] for record in records))))

        return {
            "Owner": lines(*each("owner")),
            "Classification": lines(*each("classification")),
            "Ends": lines(*dict.fromkeys(record["expires"] or "permanent" for record in records)),
            "Logged": lines(*each("log")),
            "Risk": lines(_risk(records[0])),
        }

    def record_rows(self) -> list[Row]:
        """A row a need, as pages have it."""
        rows: list[Row] = []
        for name, rules in self.needs().items():
            on_record = self.on_record(
                [self.records[rule["firewall"], rule["id"]] for rule in rules]
            )
            given = {
                heading: on_record[heading] or lines("not given")
                for heading in ("Owner", "Classification")
            }
            rows.append({**on_record, **given, "On record": lines(name), "Risk": ANY})
        return rows

    def forward_rows(self) -> list[Row]:
        """A row a port forward."""
        rows: list[Row] = []
        for forward in self.json["forwards"]:
            services = [f["service"] for f in self.facts(forward["flows"]) if "service" in f]
            rows.append({
                **self.asked(forward["flows"], services, forward["unresolved"]),
                "Firewall": lines(forward["firewall"]),
                "Forward": lines(forward["id"]),
                "Transport": lines(forward["transport"]),
                "Source": lines(*side(forward["sources"]), *hairpin(forward)),
                "Public address": lines(forward["public_address"]),
                "Public port": words(*port_texts([forward["public_ports"]])),
                "Leads to": lines(forward["address"]),
                "Port": words(*port_texts([forward["ports"]])),
                "Status": lines("required"),
                "Installation": lines(*forward["installations"]),
            })  # fmt: skip
        return rows

    def host_rows(self) -> list[Row]:
        """A row a host of the allowlist."""
        rows: list[Row] = []
        for entry in self.json["allowlist"]:
            asked = self.asked(entry["endpoints"], (), ())
            reasons = [line for line in asked["Why"] or () if not line.startswith("Without it: ")]
            rows.append({
                **asked,
                "Purpose": lines("; ".join(entry["purposes"])),
                "Scheme": lines(entry["scheme"]),
                "Host": lines(entry["host"]),
                "Port": words(entry["port"]),
                "Path": lines(*entry["paths"]),
                "From": lines(*map(self.role, entry["from"])),
                "Why": asked["Feature"],
                "Reasons": tuple(reasons),
                "Status": lines(entry["status"]),
                "Installation": lines(*entry["installations"]),
            })  # fmt: skip
        return rows

    def listed_rows(self, part: str) -> list[Row]:
        """Rows of the TLS bypass and of mail senders."""
        rows: list[Row] = []
        for entry in self.json[part]:
            rows.append({
                "Host": lines(entry.get("host")),
                "Purpose": ANY,
                "Address": lines(entry.get("address")),
                "Domain": lines(entry.get("domain")),
                "Product": lines(*map(self.product, entry["installations"])),
                "Document": lines(self.place(entry["source"])),
            })  # fmt: skip
        return rows

    def finding_rows(self) -> list[Row]:
        """A row a finding."""
        rows: list[Row] = []
        for each in self.json["findings"]:
            said = {"Severity": lines(each["severity"]), "Finding": lines(each["code"])}
            message = {"What was found": lines(each["message"]), "What to do": ANY, "Who": ANY}
            rows.append({**said, **message})
        return rows

    def needs(self) -> dict[str, list[dict[str, Any]]]:
        """Name of a need → its rules."""
        rules_by_name: dict[str, list[dict[str, Any]]] = {}
        for rule in self.rules:
            kind = {True: "", None: ".unstated", False: ".clear"}[rule["encrypted"]]
            status = "" if rule["status"] == "required" else f".{rule['status']}"
            name = f"{rule['from']}.{rule['to']}.{rule['transport']}{kind}{status}"
            rules_by_name.setdefault(name, []).append(rule)
        return rules_by_name

    def need_rows(self) -> list[Row]:
        """A row a need: who, to whom, on what."""
        return [self._need_row(name, rules) for name, rules in self.needs().items()]

    def _need_row(self, name: str, rules: list[dict[str, Any]]) -> Row:
        def every(part: str) -> list[Any]:
            return list(chain.from_iterable(rule[part] for rule in rules))

        first = rules[0]
        unresolved = list(dict.fromkeys(every("unresolved")))
        asked = self.asked(every("flows"), every("services"), unresolved)
        ports = port_texts(join_ports(tuple(map(tuple, every("ports")))))
        return {
            **asked,
            "Need": lines(name),
            "From": lines(self.role(first["from"])),
            "To": lines(self.role(first["to"])),
            "Port": words(*ports, first["transport"]),
            "Encrypted": lines(_ENCRYPTED[first["encrypted"]]),
            "Status": asked["Waiting"] or lines(first["status"]),
        }

    # The same as Markdown and HTML have it

    def page_rules(self) -> list[Row]:
        """Names stand above addresses, transports behind ports, what is waited for is the status."""
        rows: list[Row] = []
        for rule in self.rules:
            cells = self.rule_row(rule)
            rows.append({
                **cells,
                "Source": lines(self.role(rule["from"]), *side(rule["sources"])),
                "Destination": lines(self.role(rule["to"]), *side(rule["destinations"])),
                "Port": words(*port_texts(rule["ports"]), rule["transport"]),
                "Status": cells["Waiting"] or cells["Status"],
            })  # fmt: skip
        return rows

    def page_forwards(self) -> list[Row]:
        """Addresses stand before ports."""
        rows: list[Row] = []
        for forward, cells in zip(self.json["forwards"], self.forward_rows(), strict=True):
            public = port_texts([forward["public_ports"]]), forward["public_address"] or _NOBODY
            inside = port_texts([forward["ports"]]), forward["address"] or _NOBODY
            rows.append({
                **cells,
                "From": cells["Source"],
                "Public": words(*public[0], public[1], forward["transport"]),
                "Leads to": words(*inside[0], inside[1], forward["transport"]),
                "Status": cells["Waiting"] or cells["Status"],
            })  # fmt: skip
        return rows

    def page_hosts(self) -> list[Row]:
        """Schemes stand before hosts."""
        rows: list[Row] = []
        for entry, cells in zip(self.json["allowlist"], self.host_rows(), strict=True):
            host = lines(f"{entry['scheme']}://{entry['host']}")
            rows.append({**cells, "Host": host, "Why": cells["Reasons"], "From": ANY})
        return rows

    def document_rows(self) -> list[Row]:
        """A row for each document of the catalog; papers have those that they name."""
        tiers = {
            "source": "the vendor's port list",
            "other": "other source",
            "own": "your own catalog",
        }
        no_document = dict.fromkeys(("Publisher", "Version", "Read on", "Kind", "Address"), lines())
        rows: list[Row] = [{**no_document, "Number": ANY, "Document": lines("this plan")}]
        for document in self._catalog["documents"].values():
            rows.append({
                "Number": ANY,
                "Document": lines(document["title"]),
                "Publisher": lines(document["publisher"]),
                "Version": lines(document["version"]),
                "Read on": lines(document["read"]),
                "Kind": lines(tiers[document["tier"]]),
                "Address": lines(document["address"]),
            })  # fmt: skip
        return rows

    def audited(self) -> dict[str, list[str]]:
        """Question → ids of its rules, where JSON alone decides it."""

        def where(test: Any) -> list[str]:
            return [rule["id"] for rule in self.rules if test(rule)]

        def rests_on(evidence: str) -> list[str]:
            return where(lambda r: any(f["evidence"] == evidence for f in self.facts(r["flows"])))

        return {
            "Not encrypted": where(lambda r: r["encrypted"] is False),
            "Encryption not stated by the vendor": where(lambda r: r["encrypted"] is None),
            "Administration access": where(
                lambda r: any(flow.startswith(_MANAGED) for flow in r["flows"])
            ),
            "Deprecated ports": where(lambda r: r["status"] == "deprecated"),
            "Optional rules": where(lambda r: r["status"] == "optional"),
            "Inferred: the document does not state every detail": rests_on("inferred"),
            "From another source than the vendor's port list": rests_on("other"),
            "Address not known yet: lets nobody through": where(lambda r: r["unresolved"]),
        }

    @staticmethod
    def is_host(entry: dict[str, Any], host: str, port: str) -> bool:
        """True for the entry that a page's row is about."""
        return (f"{entry['scheme']}://{entry['host']}", str(entry["port"])) == (host, port)

    # Addresses and CSV

    def addresses_of(self, role: str) -> set[str]:
        """All that rules have of a role, without whole families."""
        found: set[str] = set()
        for rule in self.rules:
            for end, part in (("from", "sources"), ("to", "destinations")):
                if rule[end] == role:
                    found.update(rule[part])
        return {*side([*found - _WHOLE.keys(), ""])} - {""}

    def csv_texts(self, record: dict[str, Any], column: str) -> list[object]:
        """What a cell of a CSV file holds, a text for each line."""
        if column in self.stamp:
            return [" ".join(self.stamp[column].split())]
        behind = record.get("endpoints", record.get("flows", [record.get("id")]))
        facts = self.facts(behind)
        if column in ("from_name", "to_name"):
            return [self.role(record[column.removesuffix("_name")])]
        if column in ("document", "place"):
            return [record["source"]["document" if column == "document" else "locator"]]
        if column == "documents":
            places = (f"{f['source']['document']}: {f['source']['locator']}" for f in facts)
            return [*dict.fromkeys(places)]
        if column == "need":
            return [name for name, rules in self.needs().items() if record in rules]
        if column in LEFT_EMPTY:
            return []
        if column in ON_RECORD:
            known = self.records[record["firewall"], record["id"]]
            return list(filter(None, [known[column]])) if column != "risk" else [_risk(known)]
        if column == "evidence" and column not in record:
            own = ["own"] if any(key.startswith(_MANAGED) for key in behind) else []
            return [*dict.fromkeys(fact["evidence"] for fact in facts), *own]
        content = record[column]
        if column in ("ports", "public_ports"):
            alone = bool(content) and isinstance(content[0], int)
            return [*port_texts([content] if alone else content)]
        if isinstance(content, bool):
            return [str(content).lower()]
        return [*content] if isinstance(content, list | tuple) else [content]
