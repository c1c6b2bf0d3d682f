//! What an operator allows a module on the network.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::catalog::Tlp;
use crate::units;

/// Requests that a module may make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpGrant {
    /// The origins: scheme, host and port, such as `https://www.virustotal.com`.
    pub origins: Vec<String>,
    /// The methods. Default: `GET` only.
    #[serde(default = "get")]
    pub methods: Vec<String>,
    /// The highest TLP of an event that may have a network at all. Default: amber.
    #[serde(default = "amber")]
    pub max_tlp: Tlp,
    /// Address ranges that are refused otherwise: private ones, loopback, link-local…
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<IpNet>,
    /// A file of certificate authorities (PEM) to trust beside those of the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// How long to wait for a connection, for the first byte of an answer, and between two bytes of it. Default: 10 s.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::duration")]
    pub timeout: Option<Duration>,
}

impl Default for HttpGrant {
    /// No origin: nothing can be asked.
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            methods: get(),
            max_tlp: amber(),
            addresses: Vec::new(),
            ca: None,
            timeout: None,
        }
    }
}

fn get() -> Vec<String> {
    vec!["GET".into()]
}

fn amber() -> Tlp {
    Tlp::Amber
}
