//! What an operator can set.

use sclera_sdk::prelude::*;

/// What an operator can set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The tab of the custom attributes that the links are written to.
    pub(crate) tab: String,
    /// The most restrictive TLP at which there are links: who follows one tells a third party what is searched for.
    pub(crate) max_tlp: Tlp,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tab: "Search links".to_owned(),
            max_tlp: Tlp::AmberStrict,
        }
    }
}

pub(crate) fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "tab": {
                "type": "string",
                "minLength": 1,
                "default": "Search links",
                "description": "The tab of the custom attributes that the links are written to.",
            },
            "max_tlp": {
                "enum": ["clear", "green", "amber", "amber+strict", "red"],
                "default": "amber+strict",
                "description": "The most restrictive TLP, of the IOC or its case, at which there are links.",
            },
        },
        "additionalProperties": false,
    })
}
