"""Windows host firewalls → `intune.json`: the body of a request to Microsoft Graph that makes a
firewall rules policy (endpoint security) with the plan's rules.

Its settings are those of the Firewall CSP, which cannot say types of ICMP: that, DHCP and
neighbours are left to the rules that Windows brings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from exporters.denials import remarks
from exporters.firewalls.windows_rules import WindowsRule
from exporters.lines import in_runs
from exporters.safe import plain
from wizard.deployment import Deployment

# Rules that Intune takes in one policy.
_RULES = 150
_TYPE = "#microsoft.graph.deviceManagementConfiguration"
_RULE = "vendor_msft_firewall_mdmstore_firewallrules_{firewallrulename}"
_TEMPLATE = "19c8aa67-f286-4861-9aa0-f23541d31680_1"
_RULES_INSTANCE = "76c7a8be-67d2-44bf-81a5-38c94926b1a1"
_NUMBERS = {"tcp": 6, "udp": 17}
# Intune's template asks that each setting of the first rule names its place there; further rules
# have no places. Where the value has one too, it stands second.
_PLACES = {
    "name": ("116a696a-3270-493e-9938-c336cf05ea98", "12994a33-6185-4c3d-a0e8-69316f6293ea"),
    "enabled": ("4e150e1a-6a10-49b2-a20c-911bf44ea767", "7562f243-f281-4f6f-b7e6-ecdb76dc1f1b"),
    "direction": ("2114ad3d-157c-47d3-b646-60fcf50949c7", "8b45e13b-952d-4164-bbac-37f4e97b7985"),
    "protocol": ("b8f45398-674f-40c3-ab18-e002aa8e589b", "27d0d86c-d87d-473b-a41c-eef503d8baec"),
    "action_type": (
        "0565cfd1-21c2-4965-b87f-6bde2b8d2cbd",
        "419773d8-bffe-4d6f-a91f-286871963f5c",
    ),
    "description": (
        "6c85987f-3adb-4f8d-93e1-4f23e238121b",
        "18ab9c3a-b6be-4995-9438-289c34eee294",
    ),
    "localaddressranges": ("8b5de251-c683-4440-91d6-3b679b0aa5aa", ""),
    "remoteaddressranges": ("bf9855fc-f2c0-4241-94cf-94cf823f1c1c", ""),
    "localportranges": ("b57dc83e-5bf3-439a-b923-4c3e49ac9e2d", ""),
    "remoteportranges": ("de5d058e-ab1d-4772-81f5-32b6a35b4587", ""),
    "profiles": ("7dc9b243-cdd2-4359-b5f5-0c48edb8fd34", ""),
}


def policies(deployment: Deployment, firewall: str, rules: Sequence[WindowsRule]) -> dict[str, str]:
    """The file, and further ones where a policy does not hold all rules; none without rules."""
    about = _about(deployment, firewall)
    runs = list(in_runs(rules, _RULES))
    files = {}
    for number, run in enumerate(runs, 1):
        name = f"Portwright {firewall}" + (f" {number} of {len(runs)}" if len(runs) > 1 else "")
        body = _policy(name, about, run)
        suffix = "" if number == 1 else f"-{number}"
        files[f"intune{suffix}.json"] = (
            msgspec.json.format(msgspec.json.encode(body), indent=2).decode("ascii") + "\n"
        )
    return files


def _about(deployment: Deployment, firewall: str) -> str:
    lines = [
        f"Rules of the plan for the firewall '{firewall}'. The profiles must be on and block"
        " inbound connections"
        + (" and outbound ones" if deployment.plan.firewalls[firewall].egress == "filtered" else "")
        + " by default; ICMP, DHCP and neighbours are left to Windows' own rules.",
        *remarks(deployment, firewall),
        *map(": ".join, deployment.stamp.lines()),
    ]
    return plain(" ".join(lines), 1000)


def _policy(name: str, about: str, rules: Sequence[WindowsRule]) -> dict[str, Any]:
    first, *others = map(_children, rules)
    return {
        "name": plain(name, 200),
        "description": about,
        "platforms": "windows10",
        "technologies": "mdm,microsoftSense",
        "roleScopeTagIds": ["0"],
        "templateReference": {"templateId": _TEMPLATE},
        "settings": [
            {
                "@odata.type": f"{_TYPE}Setting",
                "settingInstance": {
                    "@odata.type": f"{_TYPE}GroupSettingCollectionInstance",
                    "settingDefinitionId": _RULE,
                    "settingInstanceTemplateReference": {
                        "settingInstanceTemplateId": _RULES_INSTANCE
                    },
                    "groupSettingCollectionValue": [
                        {"children": children} for children in (_placed(first), *others)
                    ],
                },
            }
        ],
    }


def _children(rule: WindowsRule) -> list[dict[str, Any]]:
    way, ports = ("in", "localportranges") if rule.inbound else ("out", "remoteportranges")
    described = plain(f"{rule.rule.id} {rule.services} {rule.ends}", 250)
    return [
        _simple("name", "String", rule.name),
        _choice("enabled", "1"),
        _choice("direction", way),
        _simple("protocol", "Integer", _NUMBERS[rule.rule.transport]),
        _listed("localaddressranges", rule.local),
        _listed(ports, rule.ports),
        _listed("remoteaddressranges", rule.peers),
        _all_profiles(),
        _choice("action_type", "1"),
        _simple("description", "String", described),
    ]


def _placed(children: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same settings, with their places in the template and those of their values."""
    placed = []
    for child in children:
        kind, definition, (key, value) = child.items()
        place, value_place = _PLACES[definition[1].removeprefix(f"{_RULE}_")]
        if value_place:
            reference = {"settingValueTemplateId": value_place, "useTemplateDefault": False}
            value = {**value, "settingValueTemplateReference": reference}
        named = "settingInstanceTemplateReference", {"settingInstanceTemplateId": place}
        placed.append(dict((kind, definition, named, (key, value))))
    return placed


def _instance(kind: str, setting: str, **value: Any) -> dict[str, Any]:
    """One setting: its kind, its definition, its value, in this order."""
    return {
        "@odata.type": f"{_TYPE}{kind}Instance",
        "settingDefinitionId": f"{_RULE}_{setting}",
        **value,
    }


def _value(kind: str, value: object, **more: object) -> dict[str, Any]:
    return {"@odata.type": f"{_TYPE}{kind}SettingValue", "value": value, **more}


def _simple(setting: str, kind: str, value: object) -> dict[str, Any]:
    return _instance("SimpleSetting", setting, simpleSettingValue=_value(kind, value))


def _choice(setting: str, chosen: str) -> dict[str, Any]:
    value = _value("Choice", f"{_RULE}_{setting}_{chosen}", children=[])
    return _instance("ChoiceSetting", setting, choiceSettingValue=value)


def _listed(setting: str, values: Iterable[str]) -> dict[str, Any]:
    made = [_value("String", value) for value in values]
    return _instance("SimpleSettingCollection", setting, simpleSettingCollectionValue=made)


def _all_profiles() -> dict[str, Any]:
    made = [_value("Choice", f"{_RULE}_profiles_{number}", children=[]) for number in (1, 2, 4)]
    return _instance("ChoiceSettingCollection", "profiles", choiceSettingCollectionValue=made)
