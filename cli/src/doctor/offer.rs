//! What the host offers and asks for, as WIT.

use semver::Version;
use wit_parser::{InterfaceId, Resolve};

use super::CONTRACT;
use crate::project::component::ComponentError;
use crate::project::contract;

/// Parts of WASI that the contract does not name, and that the host has all the same, for the runtimes of languages.
const BESIDES: &[(&str, &str)] = &[("cli.wit", include_str!("cli.wit"))];

/// The host's side.
pub(super) struct Offer {
    resolve: Resolve,
    contract: Version,
}

impl Offer {
    pub(super) fn new() -> Result<Self, ComponentError> {
        let resolve = contract::resolve(BESIDES)?;
        let version = resolve.packages.iter().find_map(|(_, package)| {
            let name = format!("{}:{}", package.name.namespace, package.name.name);
            package.name.version.clone().filter(|_| name == CONTRACT)
        });
        let contract = version.ok_or_else(|| ComponentError::Contract("it has no version".into()))?;
        Ok(Self { resolve, contract })
    }

    /// The version of the contract that the host speaks.
    pub(super) fn contract(&self) -> &Version {
        &self.contract
    }

    pub(super) fn resolve(&self) -> &Resolve {
        &self.resolve
    }

    /// An interface by its name without a version: the host has one version of each.
    pub(super) fn interface(&self, name: &str) -> Option<InterfaceId> {
        let of = |id| self.resolve.id_of(id);
        self.resolve
            .interfaces
            .iter()
            .map(|(id, _)| id)
            .find(|id| of(*id).is_some_and(|full| full.split('@').next() == Some(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interface_that_the_host_offers_is_known_in_the_same_version() {
        let offer = Offer::new().unwrap();
        for (name, version) in sclera::Inspection::offered() {
            let id = offer.interface(name).unwrap_or_else(|| panic!("{name} is not known"));
            assert_eq!(offer.resolve.id_of(id).unwrap(), format!("{name}@{version}"));
        }
    }
}
