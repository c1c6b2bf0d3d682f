//! Who listens to which hook, in which order.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::HookKind;
use crate::fault::{Fault, FaultKind};
use crate::modules::{Module, ModuleId};

/// One module listening to one hook; for a manual hook, with one menu name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Subscription {
    /// The name of the module.
    pub module: String,
    /// The name of the hook.
    pub hook: String,
    /// The kind of the hook.
    pub kind: HookKind,
    /// For a manual hook, what the user reads in the menu.
    pub menu_name: Option<String>,
    /// Whether it runs in the background.
    pub asynchronous: bool,
    /// Lower runs first; equal ones in the order in which their modules were loaded.
    pub priority: i32,
    /// What a failure does to the request.
    pub failure_policy: FailurePolicy,
}

/// What the failure of a delivery does to the request that it is part of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FailurePolicy(BTreeMap<FaultKind, OnFailure>);

/// One entry of a failure policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// The payload stays as it was, and the server goes on.
    #[default]
    Continue,
    /// The request of the preload is refused.
    Reject,
}

impl FailurePolicy {
    /// What `fault` does. A fault of the host, which no module can be blamed for, is never a reason to refuse a request.
    pub fn on(&self, fault: &Fault) -> OnFailure {
        fault
            .kind()
            .and_then(|kind| self.0.get(&kind).copied())
            .unwrap_or_default()
    }

    pub(crate) fn set(&mut self, kind: FaultKind, policy: OnFailure) {
        self.0.insert(kind, policy);
    }

    /// The faults that refuse the request.
    pub fn rejecting(&self) -> impl Iterator<Item = FaultKind> {
        self.0
            .iter()
            .filter(|(_, policy)| **policy == OnFailure::Reject)
            .map(|(kind, _)| *kind)
    }
}

/// A subscription with the module that it leads to.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) subscription: Arc<Subscription>,
    pub(crate) module: Arc<Module>,
}

/// All modules of a host, and who listens to what. It never changes: a change makes a new one, so that a trigger sees
/// one state from its beginning to its end and takes no lock.
#[derive(Default)]
pub(crate) struct Roster {
    modules: BTreeMap<ModuleId, Arc<Module>>,
    listeners: HashMap<String, Vec<Listener>>,
}

impl Roster {
    fn new(modules: BTreeMap<ModuleId, Arc<Module>>) -> Self {
        let mut listeners: HashMap<String, Vec<Listener>> = HashMap::new();
        // In the order of their ids, which is the order of loading: a stable sort by priority keeps it.
        for module in modules.values().filter(|module| module.enabled) {
            for subscription in &module.subscriptions {
                listeners.entry(subscription.hook.clone()).or_default().push(Listener {
                    subscription: subscription.clone(),
                    module: module.clone(),
                });
            }
        }
        for listeners in listeners.values_mut() {
            listeners.sort_by_key(|listener| listener.subscription.priority);
        }
        Self { modules, listeners }
    }

    /// With `module` added, or put in the place of the one with its id.
    pub(crate) fn with(&self, module: Arc<Module>) -> Self {
        let mut modules = self.modules.clone();
        modules.insert(module.identity.id, module);
        Self::new(modules)
    }

    /// Without the module of that id.
    pub(crate) fn without(&self, id: ModuleId) -> Self {
        let mut modules = self.modules.clone();
        modules.remove(&id);
        Self::new(modules)
    }

    /// The modules, in the order of loading.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.modules.values()
    }

    /// The module of that name.
    pub(crate) fn module(&self, name: &str) -> Option<&Arc<Module>> {
        self.modules.values().find(|module| module.identity.name == name)
    }

    /// Who listens to the hook, in the order in which they run.
    pub(crate) fn listeners(&self, hook: &str) -> &[Listener] {
        self.listeners.get(hook).map_or(&[], Vec::as_slice)
    }
}
