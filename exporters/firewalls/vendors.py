"""Rules of a boundary firewall in the words of several makes.

Names, families, comments and exceptions are settled before (`vendor_terms.py`); each make's writer says
it in its words. Names hold their content or a digest of it: loading a file never changes the meaning of
what an earlier one brought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from exporters.denials import remarks
from exporters.firewalls import vendor_bodies
from exporters.firewalls.boundaries import forward_lines
from exporters.firewalls.normal import joined, logged_elsewhere
from exporters.firewalls.vendor_nat import Reached, reached, with_vips
from exporters.firewalls.vendor_targets import TARGETS, Target
from exporters.firewalls.vendor_terms import Body, Term, digest, of_action, terms, text
from exporters.format import CannotSay
from exporters.lines import commented, prefixed
from exporters.safe import plain, xml_comment
from wizard.deployment import Deployment
from wizard.rules.model import Forward

# What terms are called, wherever it stands in a file; nothing longer that begins alike.
_NAMES = re.compile(r"pw-(?:[a-z0-9-]*-)?[0-9a-f]{8}(?![0-9a-f])")


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """One file a make, in a folder of their own; nothing for a firewall that no rule goes through.

    Raises:
        CannotSay: a rule is missing in what was written.
    """
    # What must never be comes before all that is allowed.
    rules = joined((*deployment.denied_at(firewall), *deployment.rules_of(firewall)))
    parts = list(reached(rules, deployment.forwards_of(firewall)))
    terms_by_view = {"inside": _terms("inside", parts)}
    if not terms_by_view["inside"]:
        return {}
    has_forwards = any(part.forward for part in parts)
    files: dict[str, str] = {}
    for target in TARGETS:
        # Several makes compare the same; without port forwards all do.
        view = target.compares if has_forwards else "inside"
        if view not in terms_by_view:
            terms_by_view[view] = _terms(view, parts)
        files[f"vendors/{target.file}"] = _file(
            deployment, firewall, target, parts, terms_by_view[view]
        )
    return files


def _terms(view: str, parts: Sequence[Reached]) -> list[Term]:
    """The terms as makes compare them that look at these addresses."""
    if view == "inside":
        return terms(part.rule for part in parts)
    all_terms: list[Term] = []
    for part in parts:
        inside = terms([part.rule])
        if view == "vip" or part.forward is None:
            all_terms += inside
            continue
        for term, own in zip(terms([part.public]), inside, strict=True):
            all_terms.append(
                msgspec.structs.replace(term, inside=own.destinations, inside_ports=own.ports)
            )
    return list({term.name: term for term in all_terms}.values())


def _file(
    deployment: Deployment,
    firewall: str,
    target: Target,
    parts: Sequence[Reached],
    all_terms: Sequence[Term],
) -> str:
    name = list_name(firewall, all_terms)
    body = vendor_bodies.BODIES[target.key](name, all_terms)
    lines = body.text
    if target.compares == "vip":
        lines = with_vips(lines, parts, deployment.forwards_of(firewall))
    written = set(_NAMES.findall(lines))
    lost = [term.rule for term in all_terms if term.name not in written]
    if lost:
        raise CannotSay(f"{target.title} left out {', '.join(lost)}")
    head = [
        *_head(deployment, firewall, target, all_terms),
        *_left_out(body),
        *_answers(body, bool(of_action(all_terms, "deny"))),
    ]
    if target.is_xml:
        declaration, rest = lines.split("\n", 1)
        return "\n".join([declaration, "<!--", *map(xml_comment, head), "-->", rest])
    return "\n".join([*commented(head, target.mark), lines])


def list_name(firewall: str, all_terms: Iterable[Term]) -> str:
    """The access list's name. A changed list is a new list: the one that is bound is never touched."""
    return f"pw-{firewall[:24].rstrip('-')}-{digest(firewall, *(term.name for term in all_terms))}"


def _head(
    deployment: Deployment, firewall: str, target: Target, all_terms: Sequence[Term]
) -> list[str]:
    """Lines that say what this is, how to load it, and what it leaves to people."""
    plan_name = text(plain(deployment.plan.name, 200))
    lines = [
        *([plan_name] if plan_name else []),
        f"Firewall {firewall}: {target.title}. Written by Portwright.",
        (
            "Not tried on a device: read it before loading it. It only adds, under names that begin"
            " with pw-."
        ),
        *target.load,
        *_default(deployment, firewall, target),
    ]
    if not target.is_list:
        lines.append(
            "Zones and interfaces are any: the addresses alone decide. Narrow them where you can."
        )
    else:
        lines.append("ICMP errors pass (unreachable, too big, time exceeded, parameter problem).")
    if not target.answers:
        lines.append("Answers of TCP pass by the lines that end in established.")
        allowing = of_action(all_terms, "allow")
        udp = [term.rule for term in allowing if term.transport == "udp"]
        if udp:
            lines.append(
                "NOT SAID: answers to UDP. A list without state cannot tell them from new traffic."
                f" Rules: {', '.join(udp)}. The lines for them stand below, as comments."
            )
    lines += _denials(deployment, firewall, target, all_terms)
    lines += _forwards(deployment.forwards_of(firewall), target)
    return lines


def _denials(
    deployment: Deployment, firewall: str, target: Target, all_terms: Sequence[Term]
) -> list[str]:
    """What must never be: where its lines have to stand, or why there are none."""
    settings = deployment.plan.firewalls[firewall]
    before = target.compares == "public"
    notes = (*logged_elsewhere(settings), *remarks(deployment, firewall, holds_public=before))
    lines = list(map(text, notes))
    if of_action(all_terms, "deny"):
        where = "the lines with deny" if target.is_list else "what begins with pw-never-"
        lines.append(
            f"What must never be is denied: {where} must come before what allows the same."
        )
    return lines


def _default(deployment: Deployment, firewall: str, target: Target) -> list[str]:
    """What becomes of all other traffic."""
    accepts = deployment.plan.firewalls[firewall].default == "accept"
    if not target.is_list:
        denied = (
            "" if accepts else " The plan has it denied: see that nothing else there allows it."
        )
        return [f"All other traffic is as the device treats it now.{denied}"]
    if accepts:
        return [
            (
                "A list denies what it does not name, and this firewall is to accept by default:"
                " put the lines"
            ),
            (
                "into the list that is bound already, before what it denies. Do not bind this list"
                " alone."
            ),
        ]
    return [
        (
            "Once bound, it denies what it does not name, to the device itself too (routing,"
            " neighbours, DHCP,"
        ),
        "your own session). Bind it inbound where the zones join, and put such lines before it.",
    ]


def _forwards(forwards: Sequence[Forward], target: Target) -> list[str]:
    if not forwards:
        return []
    first = "NOT SAID: port forwards (destination NAT). Make them by hand:"
    if target.compares == "vip":
        first = "Port forwards (destination NAT), with virtual IPs of their own:"
    return [first, *forward_lines(forwards), target.nat]


def _left_out(body: Body) -> list[str]:
    """Where lines have to stand that deny what is not the internet."""
    if not body.denies:
        return []
    return [
        "Lines with deny before a line with any are what is not the internet: keep them there, and put all",
        "of them behind everything that your own list allows.",
    ]


def _answers(body: Body, forbids: bool) -> list[str]:
    """The lines that let UDP's answers back, for a reader who decides about them."""
    lines: list[str] = []
    if body.udp_first or body.udp_last:
        lines.append(
            "Answers to UDP: a line lets in anything that comes from that port. Take what you need:"
        )
    if body.udp_first and (body.denies or forbids):
        lines.append("Before the list's first deny:")
    lines += prefixed("  ", body.udp_first)
    if body.udp_last:
        lines.append("Behind the list's last line, each with the lines that deny before it:")
    return [*lines, *prefixed("  ", body.udp_last)]
