//! What a value is, by its looks.

use std::net::IpAddr;

use sclera_sdk::{Ioc, IocType};
use url::Url;

/// How much of a value is looked at, in bytes. Nothing that can be explained is longer.
const LONGEST: usize = 8192;

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Indicator {
    Address(IpAddr),
    Hash(HashKind),
    Url(Url),
    Email { domain: String },
    Name(String),
    Unknown,
}

/// A hash, by its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HashKind {
    pub name: &'static str,
    pub digits: usize,
}

const HASHES: [HashKind; 6] = [
    HashKind {
        name: "MD5",
        digits: 32,
    },
    HashKind {
        name: "SHA-1",
        digits: 40,
    },
    HashKind {
        name: "SHA-224",
        digits: 56,
    },
    HashKind {
        name: "SHA-256",
        digits: 64,
    },
    HashKind {
        name: "SHA-384",
        digits: 96,
    },
    HashKind {
        name: "SHA-512",
        digits: 128,
    },
];

impl Indicator {
    /// Looks at the value of an IOC. A file name is not taken for the domain name that it may look like.
    pub(crate) fn of(ioc: &Ioc) -> Self {
        match ioc.kind() {
            Some(IocType::Filename) => Self::Unknown,
            _ => ioc
                .ioc_value
                .get()
                .map_or(Self::Unknown, |value| Self::from(value.trim())),
        }
    }
}

impl From<&str> for Indicator {
    fn from(value: &str) -> Self {
        if value.len() > LONGEST {
            return Self::Unknown;
        }
        if let Ok(address) = value.parse() {
            return Self::Address(address);
        }
        if value.bytes().all(|byte| byte.is_ascii_hexdigit())
            && let Some(hash) = HASHES.into_iter().find(|hash| hash.digits == value.len())
        {
            return Self::Hash(hash);
        }
        if value.contains("://") {
            return Url::parse(value).map_or(Self::Unknown, Self::Url);
        }
        match value.rsplit_once('@') {
            Some((local, domain)) if !local.is_empty() => {
                name(domain).map_or(Self::Unknown, |domain| Self::Email { domain })
            }
            _ => name(value).map_or(Self::Unknown, Self::Name),
        }
    }
}

/// The name in ASCII, if it can be a name of the DNS with at least two parts.
fn name(value: &str) -> Option<String> {
    let name = idna::domain_to_ascii_strict(value).ok()?;
    let last = name.rsplit('.').next()?;
    let is_name = name.contains('.') && !last.bytes().all(|byte| byte.is_ascii_digit());
    is_name.then_some(name)
}
