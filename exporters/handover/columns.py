"""The tables of the handover document and their headings, for every shape of it."""

from __future__ import annotations

_REASON = ("Service", "Why", "Encrypted", "Status", "Document")
TABLES: dict[str, tuple[str, ...]] = {
    "needs": ("Need", "From", "To", "Port", "Why", "Risk"),
    "groups": ("Address group", "Addresses"),
    "teams": ("Team", "What", "Task"),
    "zones": ("Zone", "Networks", "Who is in it", "Joined by"),
    "never": ("Never", "From", "To", "Port", "Why", "Kept by"),
    "rules": ("Rule", "Way", "Source", "Destination", "Port", *_REASON),
    "forwards": ("Forward", "From", "Public", "Leads to", "Service", "Why", "Status", "Document"),
    "connections": ("Way", "From", "To", "Port", *_REASON),
    "hosts": ("Purpose", "Host", "Port", "Path", "From", "Why", "Status", "Document"),
    "bypass": ("Host", "Purpose", "Product", "Document"),
    "remarks": ("Product", "What the documents say", "Document"),
    "print": ("For the print team", "About", "What to do, or to know"),
    "senders": ("Address", "Domain", "Product", "Document"),
    "open": ("To be supplied by", "What", "What waits for it", "In the plan"),
    "findings": ("Severity", "What was found", "What to do", "Who"),
    "audit": ("Question", "Rules", "Which"),
    "records": (
        "On record",
        "Owner",
        "Classification",
        "Ends",
        "Logged",
        "Risk",
        "Approved by",
        "Approved on",
        "Done by",
        "Done on",
        "Name on the device",
    ),
    "standards": ("What an auditor looks for", "Asked for by", "Where it stands"),
    "checks": ("From", "To", "Address or host", "Port", "Service", "Expected"),
    "approval": ("Who", "Approves", "Name", "Date", "Signature"),
    "documents": ("Number", "Document", "Publisher", "Version", "Read on", "Kind"),
}
