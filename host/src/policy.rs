//! What an operator decides about one module: its configuration, its limits, what it may reach, and what happens when it
//! fails.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::grants::Grants;
use crate::limits::LimitOverrides;

/// What an operator decides about one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ModulePolicy {
    /// The module's configuration: an object, or nothing.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub config: Value,
    /// What it is allowed.
    pub grants: Grants,
    /// Limits that differ from the host's.
    pub limits: LimitOverrides,
}
