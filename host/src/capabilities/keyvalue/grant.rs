//! What an operator allows a module to keep.

use serde::{Deserialize, Serialize};

use crate::units;

/// What a module may keep between deliveries. A key has at most 1 KiB, and a value 1 MiB.
///
/// When it is lowered below what the module has kept, nothing is lost: the module can read, delete, and put less in the
/// place of more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyvalueGrant {
    /// Keys. Default: 10,000. Too high: each takes some hundred bytes of the database beside its own.
    pub keys: u64,
    /// Bytes of all keys and values together; in a file, with a unit: `"16 MiB"`. Default: 16 MiB. Too high: the disk
    /// fills, or the host's memory if it was given no file ([`HostBuilder::keep_in`](crate::HostBuilder::keep_in)).
    #[serde(with = "units::size")]
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
