//! What an operator says about a secret: where it is, and where it may go.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A secret that the host places into a module's requests. It is read when the module is loaded; exactly one of `env` and
/// `file` says from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretGrant {
    /// The environment variable of the host that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// The file that has it; white space at its end is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// The granted origins that it may be sent to.
    pub origins: Vec<String>,
    /// The parts of a request that it may stand in. Default: headers only.
    #[serde(default = "header")]
    pub places: Vec<Place>,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The value of a header.
    Header,
    /// The path of the URL, for a webhook whose address is the secret.
    Path,
    /// The query of the URL.
    Query,
    /// The body.
    Body,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "the value of a header",
            Self::Path => "the path",
            Self::Query => "the query",
            Self::Body => "the body",
        })
    }
}

fn header() -> Vec<Place> {
    vec![Place::Header]
}
