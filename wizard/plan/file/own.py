"""What a plan adds to the facts: `[own.roles]`, `[own.connections]`, `[own.endpoints]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from wizard.facts.model import EDITION_VERSION, OWN_PRODUCT
from wizard.facts.own_files import own_folders
from wizard.lines import Path
from wizard.network.ports import parse_ports, single_port
from wizard.plan.field import Field
from wizard.plan.fields import fields_of
from wizard.plan.file.places import Places
from wizard.plan.file.values import shown
from wizard.plan.keys import Key, OwnConnectionKey, OwnEndpointKey, OwnRoleKey
from wizard.plan.model import (
    LONGEST_OWN_TEXT,
    SCHEME_PORTS,
    Own,
    OwnConnection,
    OwnEndpoint,
    OwnRole,
    PlanStruct,
)
from wizard.plan.origin import FromPreset, Recorded
from wizard.tables import without_names
from wizard.text import is_unseen

OwnPart = TypeVar("OwnPart", bound=PlanStruct)

_EXAMPLES = {
    "name": '"File server for scans"',
    "from": '"mfp"',
    "to": '"file-server"',
    "transport": '"tcp"',
    "ports": '["445"]',
    "service": '"Scan to folder"',
    "reason": '"Copiers store scans on the file server"',
    "scheme": '"https"',
    "host": '"erp.example.com"',
    "purpose": '"Billing export"',
}


class OwnTables(Places):
    """Reads `[own]`; whoever reads places and firewalls afterwards takes its roles for granted."""

    # Products of somebody's own that the plan was made with.
    recorded_products: frozenset[str] = frozenset()
    front_names: frozenset[str] = frozenset()
    # Own connections by the names that plans give what listens.
    of_several_ports: frozenset[str] = frozenset()

    def own(self, value: object) -> Own:
        """`[own]`."""
        parts = self.table(("own",), value, Own.__struct_fields__)
        roles = self.own_roles(parts.get("roles", {}))
        self.roles_by_id |= dict.fromkeys(roles)
        connections = self._named(
            "connections", parts.get("connections", {}), "connection", self._connection
        )
        self.of_several_ports = frozenset(_of_several_ports(connections))
        endpoints = self._named("endpoints", parts.get("endpoints", {}), "endpoint", self._endpoint)
        for name in connections.keys() & endpoints.keys():
            self.wrong(
                ("own", "endpoints", name),
                "is the name of a connection too; what a plan adds has one name each",
            )
        return Own(roles=roles, connections=connections, endpoints=endpoints)

    def preset(self, value: object) -> FromPreset:
        """`[preset]`: what the plan began with. One that is not there any more has no examples."""
        parts = self.table(("preset",), value, FromPreset.__struct_fields__)
        name = self.text_of(("preset", "name"), parts.get("name", "")) or ""
        return FromPreset(name, self.texts(("preset", "own"), parts.get("own", []), str))

    def recorded(self, value: object) -> Recorded:
        """`[catalog]`: the version of the facts that the plan was made with, and the product files of
        somebody's own.
        """
        parts = self.table(("catalog",), value, Recorded.__struct_fields__)
        version = self.text_of(("catalog", "version"), parts.get("version", "")) or ""
        if version and not EDITION_VERSION.fullmatch(version):
            self.wrong(
                ("catalog", "version"),
                f"{shown(version)} is no version of the facts; such as 2026.1",
            )
            version = ""
        digests: dict[str, str] = {}
        for product, digest in self.table(("catalog", "own"), parts.get("own", {})).items():
            text = self.text_of(("catalog", "own", product), digest)
            if text is None:
                continue
            digests[product] = text
            if product not in self.catalog.products:
                folders = ", ".join(map(str, own_folders()))
                self.wrong(
                    ("catalog", "own", product),
                    f"this plan was made with a product file of somebody's own, {product}.toml, that"
                    f" is not in {folders}; name its folder: portwright --catalog DIR …",
                )
        return Recorded(version, digests)

    def own_roles(self, value: object) -> dict[str, OwnRole]:
        """`[own.roles]`, less those that the catalog has."""
        roles = self._named("roles", value, "party", self._role)
        for role in roles.keys() & self.front_names:
            self.wrong(("own", "roles", role), "is the name of a front too; take another name")
        for role in roles.keys() & self.catalog.roles.keys():
            self.wrong(
                ("own", "roles", role),
                f"the catalog has a role of that name ({self.catalog.roles[role].name}); use it as"
                " it is, or take another name",
            )
        taken = self.roles_by_id.keys() | self.front_names
        return without_names(roles, taken)

    def text_of(self, path: Path, value: object) -> str | None:
        """A text; what a plan adds goes into tables and comments, on one line."""
        text = super().text_of(path, value)
        if text is None or path[0] not in ("own", "never"):
            return text
        if len(text) > LONGEST_OWN_TEXT:
            self.wrong(path, f"is {len(text)} characters long; {LONGEST_OWN_TEXT} at most fit here")
        elif any(map(is_unseen, text)):
            self.wrong(path, "must be one line, of characters that can be shown")
        else:
            return " ".join(text.split())
        return None

    def _named(
        self, part: str, value: object, noun: str, read: Callable[[Path, object], OwnPart]
    ) -> dict[str, OwnPart]:
        entries = {}
        for name, table in self.table(("own", part), value).items():
            path: Path = ("own", part, name)
            if self.name_ok(path, name, noun):
                entries[name] = read(path, table)
        return entries

    def _role(self, path: Path, table: object) -> OwnRole:
        return OwnRole(**self._answers(path, table, OwnRoleKey))

    def _connection(self, path: Path, table: object) -> OwnConnection:
        return OwnConnection(**self._answers(path, table, OwnConnectionKey))

    def _endpoint(self, path: Path, table: object) -> OwnEndpoint:
        answers = self._answers(path, table, OwnEndpointKey)
        # The port of the scheme is the same plan whether a file says it or not.
        if answers.get("port") == SCHEME_PORTS[answers.get("scheme", "https")]:
            del answers["port"]
        if not answers.get("path", "/").startswith("/"):
            self.wrong(
                (*path, "path"), f"{shown(answers.pop('path'))} is no path; it begins with /"
            )
        return OwnEndpoint(**answers)

    def _answers(self, path: Path, value: object, kind: type[Key]) -> dict[str, Any]:
        answers = self.answers(path, value, kind)
        if isinstance(value, dict):
            for field in fields_of(kind):
                # Of a text of spaces alone nothing is left either.
                if field.required and (_is_left_out(field, value) or answers.get(field.part) == ""):
                    self.wrong(
                        path,
                        f"needs its {field.part}, such as {field.part} = {_EXAMPLES[field.part]}",
                        unanswered=True,
                    )
        return answers


def _of_several_ports(connections: Mapping[str, OwnConnection]) -> Iterator[str]:
    for name, connection in connections.items():
        ports = parse_ports(connection.ports)
        if ports and single_port(ports) is None:
            yield f"{OWN_PRODUCT}/{name}"


def _is_left_out(field: Field, table: Mapping[str, object]) -> bool:
    return table.get(field.part) in (None, "", [])
