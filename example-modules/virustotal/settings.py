"""What an operator can set."""

from __future__ import annotations

from dataclasses import dataclass

from sclera_sdk import Config, JsonObject, Tlp

KINDS = ["ip", "domain", "url", "hash"]

SCHEMA: JsonObject = {
    "type": "object",
    "required": ["vt_api_key"],
    "additionalProperties": False,
    "properties": {
        "vt_api_key": {
            "type": "string",
            "minLength": 1,
            "description": "The API key. Give it as the secret of that name, not here.",
        },
        "vt_on_create": {"type": "boolean", "default": True, "description": "Look new IOCs up."},
        "vt_on_update": {"type": "boolean", "default": True, "description": "Look IOCs up whose value was changed."},
        "vt_manual": {"type": "boolean", "default": True, "description": "Offer “Get VT insight” in the menu of IOCs."},
        "vt_ioc_types": {
            "type": "array",
            "items": {"enum": KINDS},
            "uniqueItems": True,
            "default": KINDS,
            "description": "What to look up.",
        },
        "vt_max_tlp": {
            "enum": [tlp.text for tlp in Tlp],
            "default": "amber",
            "description": "The most restrictive TLP of an IOC whose value may be sent to VirusTotal.",
        },
        "vt_malicious_from": {
            "type": "integer",
            "minimum": 1,
            "default": 5,
            "description": "How many engines have to call it malicious for the tag `vt:malicious`.",
        },
        "vt_suspicious_from": {
            "type": "integer",
            "minimum": 1,
            "default": 1,
            "description": "How many engines have to call it malicious or suspicious for the tag `vt:suspicious`.",
        },
        "vt_tag_prefix": {
            "type": "string",
            "pattern": "^[^,\\s][^,]*$",
            "default": "vt",
            "description": "What the tags begin with: `vt` gives `vt:malicious`.",
        },
        "vt_tag_harmless": {"type": "boolean", "default": False, "description": "Tag with `vt:harmless`, too."},
        "vt_tag_unknown": {
            "type": "boolean",
            "default": False,
            "description": "Tag what VirusTotal does not know with `vt:unknown`.",
        },
        "vt_tag_asn": {
            "type": "boolean",
            "default": True,
            "description": "Tag an IP address with its autonomous system: `vt:AS15169`.",
        },
        "vt_report_as_attribute": {
            "type": "boolean",
            "default": True,
            "description": "Write the report into a tab of the IOC.",
        },
        "vt_tab": {"type": "string", "minLength": 1, "default": "VT report", "description": "The name of that tab."},
    },
}


@dataclass(frozen=True)
class Settings:
    """What an operator has set."""

    api_key: str
    on_create: bool
    on_update: bool
    manual: bool
    kinds: frozenset[str]
    max_tlp: Tlp
    malicious_from: int
    suspicious_from: int
    tag_prefix: str
    tag_harmless: bool
    tag_unknown: bool
    tag_asn: bool
    report_as_attribute: bool
    tab: str

    @classmethod
    def of(cls, config: Config) -> Settings:
        """Reads the configuration, which the host has checked against the schema."""
        return cls(
            api_key=config.text("vt_api_key"),
            on_create=config.boolean("vt_on_create", True),
            on_update=config.boolean("vt_on_update", True),
            manual=config.boolean("vt_manual", True),
            kinds=frozenset(config.texts("vt_ioc_types", KINDS)),
            max_tlp=Tlp.from_name(config.text("vt_max_tlp", "amber")) or Tlp.AMBER,
            malicious_from=config.integer("vt_malicious_from", 5),
            suspicious_from=config.integer("vt_suspicious_from", 1),
            tag_prefix=config.text("vt_tag_prefix", "vt"),
            tag_harmless=config.boolean("vt_tag_harmless", False),
            tag_unknown=config.boolean("vt_tag_unknown", False),
            tag_asn=config.boolean("vt_tag_asn", True),
            report_as_attribute=config.boolean("vt_report_as_attribute", True),
            tab=config.text("vt_tab", "VT report"),
        )
