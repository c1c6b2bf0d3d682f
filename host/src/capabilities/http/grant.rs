//! What an operator allows a module on the network.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::catalog::Tlp;
use crate::units;

/// Requests that a module may make.
///
/// Nothing is followed on a module's behalf: a redirect is an answer, a proxy named in the host's environment is not
/// used, and a compressed body stays compressed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpGrant {
    /// The origins: scheme, host and port, such as `https://www.virustotal.com`. A sub-domain is another origin.
    pub origins: Vec<String>,
    /// The methods. Default: `GET` only. `CONNECT` and `TRACE` cannot be granted.
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
    /// How long to wait for a connection, for the first byte of an answer, and between two bytes of it; a module can ask
    /// for less, and never for more. Default: 10 s. Too high: a server that hangs keeps the delivery until its deadline.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::duration")]
    pub timeout: Option<Duration>,
    /// Bytes of a request's body, secrets included. Default: 1 MiB. The body is held whole before anything is sent; too
    /// high: that much times `concurrent` of the host's memory.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::bytes")]
    pub request_body: Option<usize>,
    /// Bytes of a response's status line and headers. Default: 64 KiB. Too high: as much of the host's memory for each
    /// request.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::bytes")]
    pub response_head: Option<usize>,
    /// Bytes of a response's body. Default: 8 MiB. Too high: the module downloads for as long as its deadline allows.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::bytes")]
    pub response_body: Option<usize>,
    /// Requests of this module, over all its deliveries, that may be under way at the same time; more of them wait, at
    /// most as long as for a connection. Default: 8. Too high: the module can be used to flood another server.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::count")]
    pub concurrent: Option<usize>,
    /// Requests of this module per minute, after a first burst of as many. Default: 120. Too high: as above.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "units::count")]
    pub per_minute: Option<u32>,
}

impl HttpGrant {
    /// Allows `GET` to these origins, with the defaults for everything else.
    pub fn to<O: Into<String>>(origins: impl IntoIterator<Item = O>) -> Self {
        Self {
            origins: origins.into_iter().map(Into::into).collect(),
            methods: get(),
            max_tlp: amber(),
            addresses: Vec::new(),
            ca: None,
            timeout: None,
            request_body: None,
            response_head: None,
            response_body: None,
            concurrent: None,
            per_minute: None,
        }
    }
}

fn get() -> Vec<String> {
    vec!["GET".into()]
}

fn amber() -> Tlp {
    Tlp::Amber
}
