//! `sclera.lock`: what an operator has reviewed. A new version of a module that asks for more is not loaded until
//! someone has looked at the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Permission;
use crate::grants::Grants;
use crate::modules::Examined;

/// What was reviewed, by name of module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lock {
    /// The modules.
    pub modules: BTreeMap<String, Approval>,
}

/// A module as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Approval {
    /// Its version.
    pub version: String,
    /// The SHA-256 of its file.
    pub digest: String,
    /// The version of the contract that it was built for.
    pub contract: String,
    /// What it asked for.
    pub asked: BTreeSet<Permission>,
    /// What it was granted.
    pub granted: BTreeSet<Permission>,
}

/// Why a lock file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use {}: {reason}", .file.display())]
pub struct LockError {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
}

/// Why a module is not loaded: it, or its grants, are not what was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NotApproved {
    /// The version that was reviewed; none if no version was.
    pub reviewed: Option<String>,
    /// What it asks for that no one has reviewed.
    pub asks: BTreeSet<Permission>,
    /// What the policy grants beyond what was reviewed.
    pub grants: BTreeSet<Permission>,
    /// If the policy is for the module as it is, but the contract has changed: the version of the contract that was
    /// reviewed.
    pub contract: Option<String>,
}

impl Lock {
    /// Reads a file. One that is not there is an empty lock.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, LockError> {
        let file = file.as_ref();
        let error = |reason: String| LockError {
            file: file.to_owned(),
            reason,
        };
        match std::fs::read_to_string(file) {
            Ok(text) => toml::from_str(&text).map_err(|fault| error(fault.to_string())),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(fault) => Err(error(fault.to_string())),
        }
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let body = toml::to_string_pretty(self).unwrap_or_default();
        format!("# Written by `sclera module review`. It says what was reviewed; keep it beside the policy.\n\n{body}")
    }

    /// Whether a module, with what it is granted now, is what was reviewed.
    pub fn check(&self, module: &Examined, grants: &Grants) -> Result<(), NotApproved> {
        let asked = Permission::asked(&module.description.capabilities);
        let granted = Permission::granted(grants);
        let nothing = BTreeSet::new();
        let approval = self.modules.get(&module.name);
        let refused = NotApproved {
            reviewed: approval.map(|approval| approval.version.clone()),
            asks: Permission::missing(&asked, approval.map_or(&nothing, |approval| &approval.asked)),
            grants: Permission::missing(&granted, approval.map_or(&nothing, |approval| &approval.granted)),
            contract: approval
                .filter(|approval| approval.contract != module.contract)
                .map(|approval| approval.contract.clone()),
        };
        if let Some(approval) = approval
            && approval.digest != module.digest
        {
            tracing::info!(
                module = module.name,
                version = module.version,
                "another build than the one that was reviewed, which was {}; it asks for nothing more",
                approval.version
            );
        }
        if refused.asks.is_empty() && refused.grants.is_empty() && refused.contract.is_none() {
            Ok(())
        } else {
            Err(refused)
        }
    }

    /// Takes note of a review.
    pub fn approve(&mut self, module: &Examined, grants: &Grants) {
        self.modules.insert(
            module.name.clone(),
            Approval {
                version: module.version.clone(),
                digest: module.digest.clone(),
                contract: module.contract.clone(),
                asked: Permission::asked(&module.description.capabilities),
                granted: Permission::granted(grants),
            },
        );
    }
}

impl std::fmt::Display for NotApproved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |all: &BTreeSet<Permission>| all.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        let mut parts = Vec::new();
        if !self.asks.is_empty() {
            parts.push(match &self.reviewed {
                Some(version) => format!(
                    "it asks for more than version {version}, which was reviewed: {}",
                    list(&self.asks)
                ),
                None => format!("nobody has reviewed that it asks for {}", list(&self.asks)),
            });
        }
        if !self.grants.is_empty() {
            parts.push(format!(
                "the policy grants what was not reviewed: {}",
                list(&self.grants)
            ));
        }
        if let Some(contract) = &self.contract {
            parts.push(format!(
                "it was reviewed when it was built for version {contract} of the contract"
            ));
        }
        f.write_str(&parts.join("; "))
    }
}
