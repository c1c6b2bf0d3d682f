//! What to do about what was found.

use std::fmt;

use semver::Version;
use serde::{Serialize, Serializer};

use super::{Age, CONTRACT, Fault, Finding, Origin};
use crate::project::sdk;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Build it with an SDK of this version, which is for this version of the contract.
    Rebuild {
        sdk: &'static str,
        contract: Version,
        why: Why,
    },
    /// Or use a host that is as new as the module.
    NewerHost { contract: Version },
    /// The advice of the host on interfaces that are not the contract's.
    Without { interfaces: Vec<String>, advice: String },
    /// WASI was taken in another shape than it was published in, or from later tools.
    OtherTools { interface: String },
}

/// What is known about how it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// With an SDK of this version.
    Sdk(String),
    /// Against a version of the contract that was never released.
    Draft,
    /// Against a later one.
    Future,
    /// Against a contract that says it is the released one, and is not.
    Altered,
    /// For another world.
    OtherWorld,
}

pub(super) fn remedies(findings: &[Finding], origin: &Origin, contract: &Version) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let mut why = None;
    for finding in findings {
        let bare = finding.interface.split('@').next().unwrap_or_default();
        let of_contract = bare.split('/').next() == Some(CONTRACT);
        match &finding.fault {
            Fault::OtherVersion { age: Age::Draft, .. } => why = Some(Why::Draft),
            Fault::OtherVersion { age: Age::Future, .. } => {
                why.get_or_insert(Why::Future);
            }
            Fault::NotExported => {
                why.get_or_insert(Why::OtherWorld);
            }
            Fault::Different | Fault::NotOffered { .. } if of_contract => {
                let later = super::split(&finding.interface)
                    .1
                    .is_some_and(|version| version > *contract);
                why.get_or_insert(if later { Why::Future } else { Why::Altered });
            }
            Fault::NotOffered { advice } => without(&mut remedies, &finding.interface, advice),
            Fault::Different => remedies.push(Remedy::OtherTools {
                interface: finding.interface.clone(),
            }),
        }
    }
    let Some(why) = why else { return remedies };
    let newest = findings
        .iter()
        .filter(|finding| finding.interface.starts_with(CONTRACT))
        .filter_map(|finding| super::split(&finding.interface).1)
        .max();
    let other_host = newest.filter(|_| why == Why::Future);
    let of_sdk = origin.sclera_sdk().filter(|used| used.version != sdk::VERSION);
    remedies.insert(
        0,
        Remedy::Rebuild {
            sdk: sdk::VERSION,
            contract: contract.clone(),
            why: of_sdk.map_or(why, |used| Why::Sdk(used.version.clone())),
        },
    );
    if let Some(contract) = other_host {
        remedies.insert(1, Remedy::NewerHost { contract });
    }
    remedies
}

/// One advice is often good for many interfaces.
fn without(remedies: &mut Vec<Remedy>, interface: &str, advised: &str) {
    let same = remedies.iter_mut().find_map(|remedy| match remedy {
        Remedy::Without { interfaces, advice } if advice == advised => Some(interfaces),
        _ => None,
    });
    match same {
        Some(interfaces) => interfaces.push(interface.to_owned()),
        None => remedies.push(Remedy::Without {
            interfaces: vec![interface.to_owned()],
            advice: advised.to_owned(),
        }),
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rebuild { sdk, contract, why } => write!(
                f,
                "{why}: rebuild it with version {sdk} of the SDK, which is for version {contract} of the contract \
                 (`sclera sdk` puts it into a project)"
            ),
            Self::NewerHost { contract } => {
                write!(
                    f,
                    "or load it into a host that speaks version {contract} of the contract"
                )
            }
            Self::Without { interfaces, advice } => write!(f, "without `{}`: {advice}", interfaces.join("`, `")),
            Self::OtherTools { interface } => write!(
                f,
                "`{interface}` is not as WASI published it, or from a later version than the host's: rebuild the module \
                 with the WIT files of the SDK, {}, or with tools for the host's version",
                sdk::VERSION
            ),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sdk(version) => write!(f, "it was built with version {version} of the SDK"),
            Self::Draft => f.write_str("it was built against a draft of the contract"),
            Self::Future => f.write_str("it was built against a later version of the contract"),
            Self::Altered => {
                f.write_str("it was built against a contract that has the version of the released one, but is another")
            }
            Self::OtherWorld => f.write_str("it was built for another world"),
        }
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
