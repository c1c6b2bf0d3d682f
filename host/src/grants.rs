//! What an operator allows a module. Nothing is granted by default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::capabilities::actions::ActionsGrant;
use crate::capabilities::http::HttpGrant;
use crate::capabilities::keyvalue::KeyvalueGrant;
use crate::capabilities::secrets::SecretGrant;

/// What an operator allows one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grants {
    /// Requests to other servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpGrant>,
    /// What it keeps between deliveries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyvalue: Option<KeyvalueGrant>,
    /// Changes that it may ask the server for.
    #[serde(skip_serializing_if = "ActionsGrant::is_empty")]
    pub actions: ActionsGrant,
    /// Secrets that the host places into its requests, by the name of the configuration key that stands for them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretGrant>,
}
