"""Deployment → a ticket for Tufin SecureChange's `POST /securechangeworkflow/api/securechange/tickets`:
one access request a line.
"""

from __future__ import annotations

import ipaddress
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from exporters.tickets.lines import RequestLine, about, lines_of, subject, why
from wizard.deployment import Deployment
from wizard.network.addresses import Cidrs
from wizard.views.words import port_texts

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# Each house names its workflow, its first step and its fields: these are to be replaced.
WORKFLOW, STEP, FIELD = "WORKFLOW", "FIRST STEP", "ACCESS REQUEST"


def files(deployment: Deployment) -> dict[str, str]:
    """The one file."""
    ElementTree.register_namespace("xsi", _XSI)
    ticket = Element("ticket")
    _text(ticket, "subject", subject(deployment))
    _text(ticket, "priority", "Normal")
    workflow = SubElement(ticket, "workflow")
    _text(workflow, "name", WORKFLOW)
    # Topology can't be used where a request has IPv6 or a whole class A network.
    lines = lines_of(deployment)
    _text(workflow, "uses_topology", "true" if all(map(_plain, lines)) else "false")
    step = SubElement(SubElement(ticket, "steps"), "step")
    _text(step, "name", STEP)
    fields = SubElement(SubElement(SubElement(step, "tasks"), "task"), "fields")
    field = SubElement(fields, "field", {f"{{{_XSI}}}type": "multi_access_request"})
    _text(field, "name", FIELD)
    for number, line in enumerate(lines, 1):
        _access(SubElement(field, "access_request"), number, line)
    comments = SubElement(SubElement(ticket, "comments"), "comment")
    _text(comments, "content", why(deployment))
    ElementTree.indent(ticket)
    text = ElementTree.tostring(ticket, encoding="unicode")
    return {"tickets/tufin.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'}


def _access(request: Element, number: int, line: RequestLine) -> None:
    _text(request, "order", f"AR{number}")
    _text(request, "use_topology", "true" if _plain(line) else "false")
    SubElement(SubElement(request, "targets"), "target", {"type": "ANY"})
    _text(SubElement(request, "users"), "user", "Any")
    _side(SubElement(request, "sources"), "source", line.sources)
    _side(SubElement(request, "destinations"), "destination", line.destinations)
    services = SubElement(request, "services")
    for text in port_texts(line.ports):
        service = SubElement(services, "service", {"type": "PROTOCOL"})
        _text(service, "protocol", line.transport.upper())
        _text(service, "port", text)
    _text(request, "action", "Accept")
    _text(request, "comment", about(line, 1000))


def _side(parent: Element, name: str, cidrs: Cidrs) -> None:
    for cidr in cidrs:
        network = ipaddress.ip_network(cidr)
        side = SubElement(parent, name, {"type": "IP"})
        _text(side, "ip_address", str(network.network_address))
        if network.version == 4:
            _text(side, "netmask", str(network.netmask))
        _text(side, "cidr", str(network.prefixlen))


def _plain(line: RequestLine) -> bool:
    """True where topology can be used for it."""
    networks = (*line.sources, *line.destinations)
    return line.family == 4 and all(int(cidr.rpartition("/")[2]) > 8 for cidr in networks)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
