//! What a module may reach while it handles an event.

use std::fmt;
use std::sync::Arc;

use crate::capabilities::http::{Gate, HttpGrant, HttpGrantFault, Network, Origin};
use crate::capabilities::keyvalue::Space;
use crate::capabilities::secrets::{SecretFault, Values, Vault};
use crate::grants::Grants;

/// A module's grants, and what the host needs to keep them: made once, when the module is loaded.
pub(crate) struct Access {
    pub(crate) grants: Grants,
    /// What it keeps between deliveries, if that is granted.
    pub(crate) keyvalue: Option<Space>,
    pub(crate) http: Option<Arc<Gate>>,
    pub(crate) secrets: Arc<Vault>,
}

/// Why a module's grants cannot be kept. All faults are listed.
#[derive(Debug)]
pub struct BadGrants(pub Vec<GrantFault>);

/// What is wrong with a grant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GrantFault {
    /// The grant `http`.
    #[error("`http`: {0}")]
    Http(HttpGrantFault),
    /// One of the grants `secrets`.
    #[error("`secrets.{key}`: {fault}")]
    Secret {
        /// The configuration key that stands for it.
        key: String,
        /// What is wrong with it.
        fault: SecretFault,
    },
}

impl Access {
    /// Checks the grants, and opens what they name: files of secrets and of certificates.
    /// For a module whose every answer comes from a transcript, nothing is opened: `values` are absent.
    pub(crate) fn new(
        grants: Grants,
        keyvalue: Option<Space>,
        network: &Network,
        values: Values,
    ) -> Result<Self, BadGrants> {
        let mut faults = Vec::new();
        let gate = |grant: &HttpGrant| match values {
            Values::Real => Gate::new(grant, network),
            Values::Absent => Gate::new(
                &HttpGrant {
                    ca: None,
                    ..grant.clone()
                },
                network,
            ),
        };
        let http = match grants.http.as_ref().map(gate) {
            Some(Ok(gate)) => Some(Arc::new(gate)),
            Some(Err(found)) => {
                faults.extend(found.into_iter().map(GrantFault::Http));
                None
            }
            None => None,
        };
        // Those that are origins at all: what is wrong with the others is said once.
        let origins = grants.http.iter().flat_map(|grant| &grant.origins);
        let origins: Vec<_> = origins.filter_map(|origin| Origin::parse(origin).ok()).collect();
        let secrets = Vault::holding(values, &grants.secrets, &origins).unwrap_or_else(|found| {
            let found = found.into_iter();
            faults.extend(found.map(|(key, fault)| GrantFault::Secret { key, fault }));
            Vault::default()
        });
        if !faults.is_empty() {
            return Err(BadGrants(faults));
        }
        Ok(Self {
            grants,
            keyvalue,
            http,
            secrets: Arc::new(secrets),
        })
    }
}

impl fmt::Display for BadGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadGrants {}
