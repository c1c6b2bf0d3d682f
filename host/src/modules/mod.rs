//! Modules: read, looked at, compiled, asked what they are.

mod compile;
mod description;
mod inspect;
mod load;
mod load_error;
mod source;
mod store;
mod versions;

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use compile::{CacheError, CacheFault, CompileError, CompileLimits, Compiled, Compiler};
pub(crate) use compile::{Code, Kept, OpenCompiler};
pub use description::{Capability, Description};
pub use inspect::{Inspection, Interface, NotAComponent, Unfit, Unoffered};
pub use load::Examined;
pub(crate) use load::{Loader, Slot};
pub use load_error::{LoadError, LoadFault};
pub use source::ModuleSource;
pub(crate) use store::Label;
pub use store::{ModuleStore, StoreError, StoreFault};
pub(crate) use versions::Versions;

use crate::access::Access;
use crate::capabilities::config::Settings;
use crate::capabilities::log::LogLine;
use crate::counters::ModuleCounts;
use crate::ledger::Setup;
use crate::limits::{LimitOverrides, Limits};
use crate::policy::ModulePolicy;
use crate::quarantine::{Quarantine, Quarantined};
use crate::sandbox::Stock;
use crate::subscriptions::Subscription;

/// The number by which a module and its host know each other. It is the module's for as long as it is loaded.
pub type ModuleId = u32;

/// Which module it is, down to the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleIdentity {
    /// Its number in this host.
    pub id: ModuleId,
    /// Its name, unique in this host.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its file, in hexadecimal digits.
    pub digest: String,
}

/// A loaded module. It never changes: enabling, disabling and reloading put another one in its place, while deliveries
/// that run keep the one that they began with.
#[derive(Clone)]
pub(crate) struct Module {
    pub(crate) identity: Arc<ModuleIdentity>,
    pub(crate) description: Description,
    /// The version of the contract that it was built for.
    pub(crate) contract: String,
    /// What its instances are made of.
    pub(crate) stock: Arc<Stock>,
    pub(crate) compiled: Compiled,
    pub(crate) config: Value,
    pub(crate) settings: Arc<Settings>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) access: Arc<Access>,
    pub(crate) policy: Arc<ModulePolicy>,
    pub(crate) quarantine: Arc<Quarantine>,
    pub(crate) counts: ModuleCounts,
    pub(crate) enabled: bool,
    pub(crate) subscriptions: Vec<Arc<Subscription>>,
    pub(crate) registration_log: Vec<LogLine>,
    /// What its calls ran under so far, for the ledger.
    pub(crate) setups: Setups,
}

/// Each with the limits that it is for.
type Setups = Arc<Mutex<Vec<(Limits, Arc<Setup>)>>>;

/// What a host tells about one of its modules.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ModuleInfo {
    /// Its number, name, version and digest.
    #[serde(flatten, serialize_with = "crate::delivery::shared")]
    pub identity: Arc<ModuleIdentity>,
    /// What it says about itself.
    #[serde(flatten)]
    pub description: Description,
    /// The version of the contract that it was built for.
    pub contract: String,
    /// Whether it was compiled when it was loaded, or earlier.
    pub compiled: Compiled,
    /// Whether its subscriptions are served.
    pub enabled: bool,
    /// The quarantine that it is in, if it is.
    pub quarantine: Option<Quarantined>,
    /// What it listens to.
    pub subscriptions: Vec<Subscription>,
    /// What it logged, and what the host remarked, while it registered.
    pub registration_log: Vec<LogLine>,
}

impl Module {
    /// What a call with those limits runs under, in words. They are made once, and not for each delivery.
    pub(crate) fn setup(&self, limits: &Limits) -> Arc<Setup> {
        // Nothing that is done while it is held can panic half way.
        let mut setups = self.setups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, setup)) = setups.iter().find(|(known, _)| known == limits) {
            return setup.clone();
        }
        let words = |value: serde_json::Result<Value>| value.unwrap_or_default();
        let setup = Arc::new(Setup {
            config: self.config.clone(),
            grants: words(serde_json::to_value(&self.access.grants)),
            limits: words(serde_json::to_value(LimitOverrides::of(limits))),
        });
        // There are as many as its subscriptions have different limits.
        setups.push((limits.clone(), setup.clone()));
        setup
    }

    pub(crate) fn info(&self) -> ModuleInfo {
        ModuleInfo {
            identity: self.identity.clone(),
            description: self.description.clone(),
            contract: self.contract.clone(),
            compiled: self.compiled,
            enabled: self.enabled,
            quarantine: self.quarantine.shown(),
            subscriptions: self.subscriptions.iter().map(|one| Subscription::clone(one)).collect(),
            registration_log: self.registration_log.clone(),
        }
    }
}
