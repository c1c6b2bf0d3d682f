//! What an operator can set.

use sclera_sdk::prelude::*;

/// What an operator can set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Whether to tag an IOC whose value was changed.
    pub(crate) tag_changes: bool,
    /// What the tags begin with.
    pub(crate) tag_prefix: String,
    /// Whether to refuse a value that cannot be right. If not, the IOC gets the tag `suspect`.
    pub(crate) reject_invalid: bool,
    /// Whether an IP address that nobody can be reached at from the internet cannot be right.
    pub(crate) reject_private_ips: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tag_changes: true,
            tag_prefix: "ioc-guard".to_owned(),
            reject_invalid: true,
            reject_private_ips: false,
        }
    }
}

impl Config {
    pub(crate) fn tag(&self, what: &str) -> String {
        format!("{}:{what}", self.tag_prefix)
    }
}

pub(crate) fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "tag_changes": {
                "type": "boolean",
                "default": true,
                "description": "Tag an IOC whose value was changed, with `refanged`, `normalised` or both.",
            },
            "tag_prefix": {
                "type": "string",
                "default": "ioc-guard",
                "pattern": "^[^,\\s][^,]*$",
                "description": "What the tags begin with: `ioc-guard` gives `ioc-guard:refanged`.",
            },
            "reject_invalid": {
                "type": "boolean",
                "default": true,
                "description": "Refuse a value that cannot be right. If false, the IOC gets the tag `suspect` instead.",
            },
            "reject_private_ips": {
                "type": "boolean",
                "default": false,
                "description": "Take private, loopback, link-local and unspecified IP addresses for invalid.",
            },
        },
        "additionalProperties": false,
    })
}
