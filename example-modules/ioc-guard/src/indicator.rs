//! One value, from what was sent to the one way to write it.

use sclera_sdk::IocType;

use crate::clean::clean;
use crate::config::Config;
use crate::refang::{Extent, refang};
use crate::{email, hash, ip, name, web};

/// A value that can be right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Indicator {
    /// The one way to write it.
    pub value: String,
    /// Whether it was sent defanged.
    pub refanged: bool,
    /// Whether it was sent in another way than the one way to write it, apart from that.
    pub normalised: bool,
}

/// Why a value cannot be right: a short sentence for the user who sent it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub String);

/// Reads a value of a type. A type that has no rules takes every value as it is.
pub(crate) fn read(kind: IocType, sent: &str, config: &Config) -> Result<Indicator, Fault> {
    let Some((extent, check)) = rules(kind) else {
        return Ok(Indicator {
            value: sent.to_owned(),
            refanged: false,
            normalised: false,
        });
    };
    let cleaned = clean(sent);
    let refanged = match extent {
        Some(extent) => refang(&cleaned, extent)?,
        None => cleaned.clone(),
    };
    if refanged.is_empty() {
        return Err(Fault(format!(
            "the value of an IOC of the type {} is empty",
            kind.name()
        )));
    }
    let value = check(kind, &refanged, config)?;
    Ok(Indicator {
        refanged: refanged != cleaned,
        normalised: cleaned != sent || value != refanged,
        value,
    })
}

type Check = fn(IocType, &str, &Config) -> Result<String, Fault>;

/// How far a type's values are defanged, and how they are checked.
fn rules(kind: IocType) -> Option<(Option<Extent>, Check)> {
    Some(match kind {
        IocType::IpAny | IocType::IpSrc | IocType::IpDst => {
            (Some(Extent::All), |_, value, config| ip::check(value, config))
        }
        IocType::Domain => (Some(Extent::All), |_, value, _| name::check_domain(value)),
        IocType::Hostname => (Some(Extent::All), |_, value, _| name::check_hostname(value)),
        IocType::Email | IocType::EmailSrc | IocType::EmailDst => {
            (Some(Extent::All), |_, value, _| email::check(value))
        }
        IocType::Url => (Some(Extent::Authority), |_, value, _| web::check(value)),
        IocType::Md5 | IocType::Sha1 | IocType::Sha224 | IocType::Sha256 | IocType::Sha384 | IocType::Sha512 => {
            (None, |kind, value, _| hash::check(kind, value))
        }
        // The odd characters of a file name may be the very thing to find it by.
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
