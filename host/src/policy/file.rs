//! `sclera.toml`: what an operator decides, in one file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ModulePolicy, beyond};
use crate::catalog::Catalog;
use crate::ledger::Keep;
use crate::limits::{Capacity, CapacityOverrides, LimitOverrides, Limits};
use crate::quarantine::QuarantinePolicy;

/// What an operator decides about a host and its modules.
///
/// ```
/// let policies = sclera::Policies::parse(r#"
/// [limits]
/// deadline = "1s"
///
/// [modules.ioc-lookup.config]
/// misp = "https://misp.example"
///
/// [modules.ioc-lookup.grants.http]
/// origins = ["https://misp.example"]
/// methods = ["GET", "POST"]
///
/// [[modules.ioc-lookup.subscriptions]]
/// hook = "on_postload_ioc_create"
/// match = "payload.exists(o, o.ioc_type_id == 76)"
/// limits = { deadline = "30s" }
/// "#)?;
/// # Ok::<(), sclera::PolicyFileError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policies {
    /// What one call into any module may take.
    pub limits: LimitOverrides,
    /// What the host as a whole takes.
    pub capacity: CapacityOverrides,
    /// When modules are put into quarantine.
    pub quarantine: QuarantinePolicy,
    /// How long the ledger keeps what.
    pub ledger: Keep,
    /// What holds for modules that have no policy of their own. By default they get no configuration, and no grant.
    pub default: ModulePolicy,
    /// The modules, by name.
    pub modules: BTreeMap<String, ModulePolicy>,
}

/// Why a file cannot be used as policies.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFileError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not TOML, or has a key that nobody knows, or a value of another kind.
    #[error("it is not a policy file: {0}")]
    Syntax(#[from] toml::de::Error),
    /// What it says cannot be. All faults are listed.
    #[error("{}", .0.join("; "))]
    Faults(Vec<String>),
}

impl Policies {
    /// Understands the text of a file. Whether it goes together with a host, [`check`](Self::check) says.
    pub fn parse(text: &str) -> Result<Self, PolicyFileError> {
        Ok(toml::from_str(text)?)
    }

    /// Reads a file, and checks that it goes together with a host that offers the hooks of the IRIS hooks documentation.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, PolicyFileError> {
        let file = file.as_ref();
        let text = std::fs::read_to_string(file).map_err(|source| PolicyFileError::Unreadable {
            file: file.to_owned(),
            source,
        })?;
        let policies = Self::parse(&text)?;
        policies.check(&Catalog::iris())?;
        Ok(policies)
    }

    /// Checks that it goes together with a host that has these hooks. All faults are reported at once.
    pub fn check(&self, catalog: &Catalog) -> Result<(), PolicyFileError> {
        let capacity = self.capacity.over(&Capacity::default());
        let limits = self.limits.over(&Limits::default());
        let mut faults = beyond(&limits, &capacity);
        let own = self.ledger.faults(catalog);
        faults.extend(own.into_iter().map(|fault| format!("in `ledger`, {fault}")));
        let own = self.default.faults(catalog, &limits, &capacity);
        faults.extend(own.into_iter().map(|fault| format!("in `default`, {fault}")));
        for (name, module) in &self.modules {
            let own = module.faults(catalog, &limits, &capacity);
            faults.extend(own.into_iter().map(|fault| format!("for module `{name}`, {fault}")));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(PolicyFileError::Faults(faults))
        }
    }
}

/// A value of a TOML file as JSON, which has no dates.
pub(super) fn json<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<serde_json::Value, D::Error> {
    toml::Value::deserialize(deserializer).map(json_of)
}

fn json_of(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            let fields = table.into_iter().map(|(key, value)| (key, json_of(value)));
            serde_json::Value::Object(fields.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_an_error_that_names_it() {
        let cases = [
            ("[limit]\nfuel = 1", "limit"),
            ("[limits]\ndeadline = 3", "duration"),
            ("[limits]\ndeadline = \"-3s\"", "negative"),
            ("[limits]\nmemory = \"a lot\"", "memory"),
            ("[modules.x.grants.htttp]", "htttp"),
            ("[ledger]\nrecord = \"3d\"", "record"),
            ("[ledger]\nrecords = \"3 years\"", "years"),
            ("[modules.x.on-failure]\ntrap = \"ignore\"", "ignore"),
            ("[[modules.x.subscriptions]]\nhook = \"h\"\nmatch = \"payload.\"", "CEL"),
        ];
        for (text, expected) in cases {
            let error = Policies::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn all_that_cannot_be_is_reported_at_once() {
        let text = r#"
            [capacity]
            memory = "128 MiB"
            [modules.x.limits]
            memory = "129 MiB"
            depth = 200
            [modules.x.on-failure]
            trapp = "reject"
            [[modules.y.subscriptions]]
            hook = "on_preload_ioc_creat"
            limits = { table-elements = 300000 }
        "#;
        let error = Policies::parse(text)
            .unwrap()
            .check(&Catalog::iris())
            .unwrap_err()
            .to_string();
        for part in [
            "`x`",
            "`memory`",
            "`depth`",
            "trapp",
            "on_preload_ioc_create`",
            "`table-elements`",
        ] {
            assert!(error.contains(part), "{part} in {error}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"
            [limits]
            deadline = "1s 500ms"
            memory = "16 MiB"
            [quarantine]
            faults = 3
            window = "10s"
            [modules.x]
            mode = "monitor"
            [modules.x.grants.http]
            origins = ["https://a.example"]
            addresses = ["10.0.0.0/8"]
            [modules.x.grants.secrets.key]
            env = "KEY"
            origins = ["https://a.example"]
            places = ["query"]
        "#;
        let policies = Policies::parse(text).unwrap();
        assert_eq!(policies.limits.deadline, Some(std::time::Duration::from_millis(1_500)));
        let again = Policies::parse(&toml::to_string(&policies).unwrap()).unwrap();
        assert_eq!(again, policies);
    }

    #[test]
    fn a_date_in_a_configuration_is_its_text() {
        let text = "[default.config]\nsince = 2026-01-02\nspans = [{ at = 2026-01-02T03:04:05Z }]";
        let config = Policies::parse(text).unwrap().default.config;
        assert_eq!(
            config,
            serde_json::json!({"since": "2026-01-02", "spans": [{"at": "2026-01-02T03:04:05Z"}]})
        );
    }
}
