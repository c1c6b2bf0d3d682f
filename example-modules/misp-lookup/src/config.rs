//! What an operator can set.

use std::time::Duration;

use sclera_sdk::prelude::*;

/// What an operator can set.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Where the MISP is: `https://misp.example`.
    pub(crate) misp_url: String,
    /// The key of a MISP user; as a rule a placeholder, in whose place the host writes it.
    pub(crate) misp_api_key: String,
    /// Which types of IOCs to ask for.
    #[serde(default = "all_types")]
    pub(crate) ioc_types: Vec<String>,
    /// The most confidential TLP with which an IOC is asked for.
    #[serde(default = "amber")]
    pub(crate) max_tlp: Tlp,
    /// Whether to ask for new IOCs.
    #[serde(default = "yes")]
    pub(crate) on_create: bool,
    /// Whether to ask again for IOCs that are changed.
    #[serde(default = "yes")]
    pub(crate) on_update: bool,
    /// Whether to count only what is marked for detection.
    #[serde(default)]
    pub(crate) to_ids_only: bool,
    /// Whether to count only events that are published.
    #[serde(default)]
    pub(crate) published_only: bool,
    /// How many attributes MISP is asked for, for each IOC.
    #[serde(default = "hundred")]
    pub(crate) limit: u32,
    /// How many events are shown.
    #[serde(default = "twenty")]
    pub(crate) shown_events: usize,
    /// What the tags begin with.
    #[serde(default = "misp")]
    pub(crate) tag_prefix: String,
    /// How long to wait for MISP, in seconds.
    #[serde(default = "ten")]
    pub(crate) timeout: u64,
}

fn all_types() -> Vec<String> {
    IocType::ALL
        .iter()
        .filter(|kind| **kind != IocType::Other)
        .map(|kind| kind.name().to_owned())
        .collect()
}

fn amber() -> Tlp {
    Tlp::Amber
}

fn yes() -> bool {
    true
}

fn ten() -> u64 {
    10
}

fn twenty() -> usize {
    20
}

fn hundred() -> u32 {
    100
}

fn misp() -> String {
    "misp".to_owned()
}

impl Config {
    /// What a schema cannot say.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let address = self
            .misp_url
            .strip_prefix("https://")
            .or_else(|| self.misp_url.strip_prefix("http://"));
        match address {
            Some(address) if !address.is_empty() && !address.contains(['?', '#', '@']) => Ok(()),
            _ => Err(Error::new(
                Error::INVALID_CONFIGURATION,
                "`misp_url` is not the address of a MISP, such as `https://misp.example`",
            )),
        }
    }

    /// A page of the MISP.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.misp_url.trim_end_matches('/'))
    }

    pub(crate) fn tag(&self, what: &str) -> String {
        format!("{}:{what}", self.tag_prefix)
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    /// The value of an IOC that may be asked for; or why not.
    pub(crate) fn may_ask<'ioc>(&self, ioc: &'ioc Ioc) -> Result<&'ioc str, String> {
        let value = ioc.ioc_value.get().map(str::trim).unwrap_or_default();
        if value.is_empty() {
            return Err("an IOC without a value cannot be looked up".to_owned());
        }
        let kind = match ioc.kind() {
            Some(kind) => Some(kind.name()),
            None => ioc.ioc_type.get().and_then(|kind| kind.get("type_name")?.as_str()),
        };
        if !kind.is_some_and(|kind| self.ioc_types.iter().any(|asked| asked == kind)) {
            let kind = kind.unwrap_or("an unknown one");
            return Err(format!("{value}: not looked up, because of its type ({kind})"));
        }
        match ioc.ioc_tlp_id.get() {
            Some(tlp) if tlp > self.max_tlp => Err(format!("{value}: not looked up, because it is TLP:{}", tlp.name())),
            _ => Ok(value),
        }
    }
}

pub(crate) fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "misp_url": {
                "type": "string",
                "pattern": "^https?://[^/?#@]+(/[^?#]*)?$",
                "description": "Where the MISP is: `https://misp.example`. Its origin has to be granted.",
            },
            "misp_api_key": {
                "type": "string",
                "minLength": 1,
                "description": "The authentication key of a MISP user who may read. Grant it as a secret.",
            },
            "ioc_types": {
                "type": "array",
                "items": {"type": "string"},
                "default": all_types(),
                "description": "Which types of IOCs to look up, by the names that IRIS gives them.",
            },
            "max_tlp": {
                "type": "string",
                "enum": Tlp::ALL.map(Tlp::name),
                "default": "amber",
                "description": "The most confidential TLP with which an IOC is looked up.",
            },
            "on_create": {"type": "boolean", "default": true, "description": "Look up new IOCs."},
            "on_update": {"type": "boolean", "default": true, "description": "Look up IOCs that are changed again."},
            "to_ids_only": {
                "type": "boolean",
                "default": false,
                "description": "Count only what is marked for detection (`to_ids`) in MISP.",
            },
            "published_only": {
                "type": "boolean",
                "default": false,
                "description": "Count only events that are published in MISP.",
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 1000,
                "default": hundred(),
                "description": "How many attributes MISP is asked for, for each IOC.",
            },
            "shown_events": {
                "type": "integer",
                "minimum": 1,
                "maximum": 200,
                "default": twenty(),
                "description": "How many events are shown, the newest first.",
            },
            "tag_prefix": {
                "type": "string",
                "default": misp(),
                "pattern": "^[^,\\s][^,]*$",
                "description": "What the tag begins with: `misp` gives `misp:hit`.",
            },
            "timeout": {
                "type": "integer",
                "minimum": 1,
                "maximum": 300,
                "default": ten(),
                "description": "How long to wait for MISP, in seconds. The delivery's deadline counts, too.",
            },
        },
        "required": ["misp_url", "misp_api_key"],
        "additionalProperties": false,
    })
}
