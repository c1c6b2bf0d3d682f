//! What an operator allows a module to keep.

use serde::{Deserialize, Serialize};

/// What a module may keep between deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyvalueGrant {
    /// Keys. Default: 10,000.
    pub keys: u64,
    /// Bytes of all keys and values together. Default: 16 MiB.
    pub bytes: u64,
}

impl Default for KeyvalueGrant {
    fn default() -> Self {
        Self {
            keys: 10_000,
            bytes: 16 << 20,
        }
    }
}
