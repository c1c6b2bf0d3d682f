//! What a case's module may do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sclera::{Capability, Grants, Place, SecretGrant};
use tempfile::TempDir;

use super::case::{Granted, SetUp};

/// A folder with the values of secrets that cases make up, because a host reads them from files. It goes with the run.
pub(super) struct Secrets(TempDir);

impl Secrets {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self(tempfile::tempdir().context("failed to make a temporary folder")?))
    }

    /// Writes the secrets of the case of that number; the error says what cannot be.
    fn write(&self, number: usize, secrets: &BTreeMap<String, String>) -> std::io::Result<BTreeMap<String, PathBuf>> {
        let mut files = BTreeMap::new();
        for (index, (key, value)) in secrets.iter().enumerate() {
            let file = self.0.path().join(format!("{number}-{index}"));
            std::fs::write(&file, value)?;
            files.insert(key.clone(), file);
        }
        Ok(files)
    }
}

/// The grants of a case: those that the module asks for, but for what the case says. The error says what cannot be.
pub(super) fn grants(set_up: &SetUp, number: usize, asked: &[Capability], secrets: &Secrets) -> Result<Grants, String> {
    let mut grants = match set_up.grants {
        Granted::None => Grants::default(),
        Granted::Asked | Granted::Also(_) => Grants::default().widened(asked),
    };
    if let Granted::Also(over) = &set_up.grants {
        let over = over.as_ref().clone();
        grants.http = over.http.or(grants.http);
        grants.keyvalue = over.keyvalue.or(grants.keyvalue);
        grants.actions = over.actions.unwrap_or(grants.actions);
        grants.fine_clocks = over.fine_clocks.unwrap_or(grants.fine_clocks);
    }
    let known: Vec<String> = std::mem::take(&mut grants.secrets).into_keys().collect();
    if matches!(set_up.grants, Granted::None) {
        return Ok(grants);
    }
    let unknown = set_up.secrets.keys().find(|key| !known.contains(key));
    if let Some(unknown) = unknown.filter(|_| !asks_for_any_secret(asked)) {
        let asked = match known.as_slice() {
            [] => "for none".to_owned(),
            known => format!("for {}", known.join(", ")),
        };
        return Err(format!(
            "the case has a secret `{unknown}`, and the module asks {asked}; its description must name it under `secrets`"
        ));
    }
    let files = secrets
        .write(number, &set_up.secrets)
        .map_err(|error| format!("its secrets cannot be kept while it runs: {error}"))?;
    let origins = grants
        .http
        .iter()
        .flat_map(|http| http.origins.clone())
        .collect::<Vec<_>>();
    for (key, file) in files {
        grants.secrets.insert(key, secret(&file, origins.clone()));
    }
    Ok(grants)
}

/// Whether the module asks for secrets without saying which, because its operator names them.
fn asks_for_any_secret(asked: &[Capability]) -> bool {
    asked
        .iter()
        .any(|capability| capability.name == "secrets" && capability.parameters.get("names").is_none())
}

fn secret(file: &Path, origins: Vec<String>) -> SecretGrant {
    SecretGrant {
        env: None,
        file: Some(file.to_owned()),
        origins,
        places: vec![Place::Header, Place::Path, Place::Query, Place::Body],
    }
}
