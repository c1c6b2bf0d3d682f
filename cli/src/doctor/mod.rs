//! Why a module does not link: its own world, read from its file, beside what the host offers.
//!
//! A component carries the types of everything that it imports and exports. They are compared, structure by structure, with
//! the contract that is built into this program and with the interfaces of WASI that the host has; the rules are those
//! of the component model, by which the host links. Nothing of the module is compiled or run.

mod compare;
mod difference;
mod offer;
mod origin;
mod remedy;
mod written;

use std::collections::BTreeSet;

use sclera::Inspection;
use semver::Version;
use serde::Serialize;
use wit_component::DecodedWasm;
use wit_parser::{InterfaceId, Resolve, WorldItem, WorldKey};

pub(crate) use self::difference::Difference;
use self::offer::Offer;
pub(crate) use self::origin::{Origin, Producer};
pub(crate) use self::remedy::Remedy;
use crate::project::component::ComponentError;

/// The package of the contract.
const CONTRACT: &str = "sclera:hooks";
/// What a module exports.
const MODULE: &str = "sclera:hooks/module";

/// What is found out about a module.
#[derive(Debug, Serialize)]
pub(crate) struct Diagnosis {
    /// The version of the contract that it was built for; none if it is of another world.
    pub(crate) contract: Option<Version>,
    /// What it was made with, as it says itself.
    pub(crate) made_with: Origin,
    /// What keeps it from being linked. Nothing, if there is none.
    pub(crate) findings: Vec<Finding>,
    /// What it exports that no host asks for, which does no harm.
    pub(crate) extra_exports: Vec<String>,
    /// What to do.
    pub(crate) remedies: Vec<Remedy>,
}

/// What is wrong with one import or export.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) side: Side,
    /// The name of the import or export, as it is in the file: `wasi:io/poll@0.2.12`.
    pub(crate) interface: String,
    pub(crate) fault: Fault,
    /// What differs in it.
    pub(crate) differences: Vec<Difference>,
}

/// From which side the module meets the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Import,
    Export,
}

/// What is wrong with an import or export as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub(crate) enum Fault {
    /// The module does not export what every module exports.
    NotExported,
    /// It is of the contract, in a version that this host does not speak.
    OtherVersion {
        /// What the host speaks.
        host: Version,
        age: Age,
    },
    /// The host has nothing of that name.
    NotOffered {
        /// What to do about it.
        advice: String,
    },
    /// The host has it, and it is not the same.
    Different,
}

/// What another version of the contract is to this host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Age {
    /// A version that was never released.
    Draft,
    /// A version that came later.
    Future,
}

/// Why there is no diagnosis.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DoctorError {
    #[error(
        "its types cannot be read: {0}; it is no component that a binding generator makes: build it again, with an SDK"
    )]
    Unreadable(String),
    #[error("it is a WIT package in binary form, and not a module: it has no code; give the `.wasm` file of a module")]
    WitPackage,
    #[error(transparent)]
    Contract(#[from] ComponentError),
}

/// Examines a component.
pub(crate) fn examine(bytes: &[u8], inspection: &Inspection) -> Result<Diagnosis, DoctorError> {
    let offer = Offer::new()?;
    let decoded = wit_component::decode(bytes).map_err(|error| DoctorError::Unreadable(format!("{error:#}")))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err(DoctorError::WitPackage);
    };
    let module = Module { resolve, offer };
    let world = module.resolve.worlds.get(world);
    let (imports, exports) = world.map(|world| (&world.imports, &world.exports)).unzip();

    let mut findings = Vec::new();
    for (key, item) in imports.into_iter().flatten() {
        findings.extend(module.import(key, item, inspection));
    }
    let mut exported = None;
    let mut extra_exports = Vec::new();
    for (key, item) in exports.into_iter().flatten() {
        let name = module.name(key);
        match item {
            WorldItem::Interface { id, .. } if split(&name).0 == MODULE && exported.is_none() => {
                exported = Some(split(&name).1);
                findings.extend(module.export(&name, *id));
            }
            // A type has a name for the sake of the others.
            WorldItem::Type { .. } => {}
            _ => extra_exports.push(name),
        }
    }
    if exported.is_none() {
        findings.push(Finding {
            side: Side::Export,
            interface: format!("{MODULE}@{}", module.offer.contract()),
            fault: Fault::NotExported,
            differences: Vec::new(),
        });
    }
    once(&mut findings);
    let contract = exported.flatten();
    let made_with = Origin::of(bytes);
    Ok(Diagnosis {
        remedies: remedy::remedies(&findings, &made_with, module.offer.contract()),
        contract,
        made_with,
        findings,
        extra_exports,
    })
}

/// The module's side, and the host's.
struct Module {
    resolve: Resolve,
    offer: Offer,
}

impl Module {
    fn import(&self, key: &WorldKey, item: &WorldItem, inspection: &Inspection) -> Option<Finding> {
        let name = self.name(key);
        let found = |fault, differences| {
            Some(Finding {
                side: Side::Import,
                interface: name.clone(),
                fault,
                differences,
            })
        };
        let WorldItem::Interface { id, .. } = item else {
            // A type has a name for the sake of the others.
            let is_type = matches!(item, WorldItem::Type { .. });
            let advice = "a host has interfaces, and nothing outside them; build the module for the world `sclera:hooks/hook-module`";
            return match is_type {
                true => None,
                false => found(Fault::NotOffered { advice: advice.into() }, Vec::new()),
            };
        };
        let (bare, version) = split(&name);
        let of_contract = bare.split('/').next() == Some(CONTRACT);
        if !of_contract {
            let unoffered = inspection.unoffered();
            if let Some(unoffered) = unoffered
                .into_iter()
                .find(|unoffered| unoffered.import.to_string() == name)
            {
                return found(
                    Fault::NotOffered {
                        advice: unoffered.advice,
                    },
                    Vec::new(),
                );
            }
        }
        let Some(offered) = self.offer.interface(bare) else {
            let advice = match version {
                Some(version) if of_contract && version > *self.offer.contract() => {
                    "it came with a later version of the contract than the host's"
                }
                _ => "it is not part of the world `sclera:hooks/hook-module`",
            };
            return found(Fault::NotOffered { advice: advice.into() }, Vec::new());
        };
        let differences = compare::import(&self.resolve, *id, self.offer.resolve(), offered);
        match self.other_version(of_contract, version) {
            Some(fault) => found(fault, differences),
            None if differences.is_empty() => None,
            None => found(Fault::Different, differences),
        }
    }

    fn export(&self, name: &str, id: InterfaceId) -> Option<Finding> {
        let (bare, version) = split(name);
        let differences = match self.offer.interface(bare) {
            Some(asked) => compare::export(&self.resolve, id, self.offer.resolve(), asked),
            None => Vec::new(),
        };
        let fault = match self.other_version(true, version) {
            Some(fault) => fault,
            None if differences.is_empty() => return None,
            None => Fault::Different,
        };
        Some(Finding {
            side: Side::Export,
            interface: name.to_owned(),
            fault,
            differences,
        })
    }

    /// Whether something of the contract is of a version that does not go together with the host's. The rule is the
    /// component model's: the same up to the first number that is not zero, and a draft only with itself.
    fn other_version(&self, of_contract: bool, version: Option<Version>) -> Option<Fault> {
        let host = self.offer.contract();
        let version = version.filter(|_| of_contract)?;
        let draft = !version.pre.is_empty() || version.major < host.major;
        let age = match version.major > host.major {
            _ if draft => Age::Draft,
            true => Age::Future,
            false => return None,
        };
        Some(Fault::OtherVersion {
            host: host.clone(),
            age,
        })
    }

    fn name(&self, key: &WorldKey) -> String {
        self.resolve.name_world_key(key)
    }
}

/// `wasi:io/poll` and 0.2.12 of `wasi:io/poll@0.2.12`.
fn split(name: &str) -> (&str, Option<Version>) {
    match name.split_once('@') {
        Some((name, version)) => (name, Version::parse(version).ok()),
        None => (name, None),
    }
}

/// A type differs wherever it is used; it is told once.
fn once(findings: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    for finding in findings.iter_mut() {
        finding
            .differences
            .retain(|difference| told.insert((difference.place.to_string(), difference.what.to_string())));
    }
    findings.retain(|finding| finding.fault != Fault::Different || !finding.differences.is_empty());
}

#[cfg(test)]
mod tests;
