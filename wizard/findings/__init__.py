"""What a careful reviewer would say about a plan: one small function a finding, in a table.

Each function takes everything that is known of the plan and yields findings. They advise; nothing
is blocked by them. Subjects are ids: flows, endpoints, rules, firewalls, zones or roles.
"""

from __future__ import annotations

from wizard.findings import errors, notes, warnings
from wizard.findings.model import SEVERITIES, Check, Finding, Review, Severity, worst

__all__ = ["FINDINGS", "Finding", "Review", "Severity", "review", "worst"]

FINDINGS: dict[str, tuple[Severity, Check]] = {
    "port-conflict": ("error", errors.port_conflict),
    "forward-conflict": ("error", errors.forward_conflict),
    "cleartext-over-untrusted": ("error", errors.cleartext_over_untrusted),
    "overlapping-zones": ("error", errors.overlapping_networks),
    "address-outside-zone": ("error", errors.address_outside_zone),
    "no-path": ("error", errors.no_path),
    "unplaced-role": ("warning", warnings.unplaced_role),
    "unknown-host": ("warning", warnings.unknown_host),
    "ambiguous-path": ("warning", warnings.ambiguous_path),
    "nat-without-address": ("warning", warnings.nat_without_address),
    "hairpin": ("warning", warnings.hairpin),
    "internet-exposure": ("warning", warnings.internet_exposure),
    "unencrypted": ("warning", warnings.unencrypted),
    "dynamic-range": ("warning", warnings.dynamic_range),
    "deprecated-port": ("warning", warnings.deprecated_port),
    "mdns-across-zones": ("warning", warnings.mdns_across_zones),
    "broadcast-across-zones": ("warning", warnings.broadcast_across_zones),
    "tls-inspection": ("warning", warnings.tls_inspection),
    "wildcard-unsupported": ("warning", warnings.wildcard_unsupported),
    "smtp-blocked-by-cloud": ("warning", warnings.smtp_blocked_by_cloud),
    "dns-missing": ("warning", warnings.dns_missing),
    "no-management": ("warning", warnings.no_management),
    "rule-limit": ("warning", warnings.rule_limit),
    "host-only-allowlist": ("info", notes.host_only_allowlist),
    "source-contradicts": ("info", notes.source_contradicts),
}


def review(subject: Review) -> tuple[Finding, ...]:
    """All findings: errors first, then in the order of their codes and messages."""
    found = [
        Finding(code, severity, message, subjects)
        for code, (severity, check) in FINDINGS.items()
        for message, subjects in check(subject)
    ]
    return tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.code, f.message)))
