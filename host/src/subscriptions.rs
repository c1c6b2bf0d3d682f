//! Who listens to which hook, in which order.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::catalog::HookKind;
use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;
use crate::match_rule::MatchRule;
use crate::modules::{Module, ModuleId};
use crate::text;

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
    /// What a failure does.
    pub failure_policy: FailurePolicy,
    /// Which events it is for; none: all of them.
    pub match_rule: Option<MatchRule>,
    /// Whether it can change anything.
    pub mode: Mode,
    /// What one of its calls may take.
    #[serde(skip)]
    pub limits: Limits,
}

/// Whether a subscription can change anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What the module answers holds.
    #[default]
    Enforce,
    /// The module runs, and its delivery is reported; but the payload stays as it is, nothing is refused, and no action is
    /// applied. To try a module on real events before it is trusted.
    Monitor,
}

/// What the failure of a delivery does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FailurePolicy(BTreeMap<FaultKind, OnFailure>);

/// One entry of a failure policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// The payload stays as it was, and the server goes on.
    #[default]
    Continue,
    /// The request of the preload is refused. Preload hooks only.
    Reject,
    /// The delivery is attempted again, up to [`Capacity::attempts`](crate::Capacity::attempts) times in all. Asynchronous
    /// subscriptions only. An error that the module itself calls not retryable is not.
    Retry,
}

/// What cannot be in a failure policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FailurePolicyError {
    /// There is no such fault.
    #[error("there is no fault `{0}`; use `any`, or one of `{names}`", names = FaultKind::ALL.map(|(name, _)| name).join("`, `"))]
    UnknownFault(String),
    /// There is nothing to refuse.
    #[error("the policy `reject` is for preload hooks; after `{0}` there is nothing left to refuse")]
    NothingToReject(String),
    /// Someone waits for the answer.
    #[error(
        "the policy `retry` is for asynchronous subscriptions; someone waits for the answer of `{0}`, so use `continue` or `reject`"
    )]
    SomeoneWaits(String),
}

impl FailurePolicy {
    /// What holds unless a module or an operator says otherwise: where someone waits for the answer, `continue`; in the
    /// background, `retry` for what may pass by itself, which is a timeout or an error that the module reports.
    pub fn default_for(asynchronous: bool) -> Self {
        let mut policy = Self::default();
        if asynchronous {
            policy.0.insert(FaultKind::Timeout, OnFailure::Retry);
            policy.0.insert(FaultKind::ModuleError, OnFailure::Retry);
        }
        policy
    }

    /// What `fault` does. A fault of the host, which no module can be blamed for, is never a reason to refuse a request.
    pub fn on(&self, fault: &Fault) -> OnFailure {
        let policy = fault.kind().and_then(|kind| self.0.get(&kind).copied());
        match (policy.unwrap_or_default(), fault) {
            (OnFailure::Retry, Fault::ModuleError { retryable: false, .. }) => OnFailure::Continue,
            (policy, _) => policy,
        }
    }

    /// Sets the policy for the fault of that name, or for `any`.
    pub(crate) fn set(&mut self, fault: &str, policy: OnFailure) -> Result<(), FailurePolicyError> {
        let mut known = false;
        for (name, kind) in FaultKind::ALL {
            if fault == name || fault == "any" {
                self.0.insert(kind, policy);
                known = true;
            }
        }
        if known {
            Ok(())
        } else {
            Err(FailurePolicyError::UnknownFault(text::shown(fault, 40)))
        }
    }

    /// Puts what `other` says in the place of what this says.
    pub(crate) fn update(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// Whether it goes together with a subscription.
    pub(crate) fn check(&self, hook: &str, kind: HookKind, asynchronous: bool) -> Result<(), FailurePolicyError> {
        if kind != HookKind::Preload && self.faults(OnFailure::Reject).next().is_some() {
            return Err(FailurePolicyError::NothingToReject(hook.to_owned()));
        }
        if !asynchronous && self.faults(OnFailure::Retry).next().is_some() {
            return Err(FailurePolicyError::SomeoneWaits(hook.to_owned()));
        }
        Ok(())
    }

    /// The faults with that policy.
    pub fn faults(&self, policy: OnFailure) -> impl Iterator<Item = FaultKind> {
        self.0
            .iter()
            .filter(move |(_, one)| **one == policy)
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
#[derive(Clone, Default)]
pub(crate) struct Roster {
    /// By their numbers, which is the order of loading.
    modules: Vec<Arc<Module>>,
    /// The same, by their names.
    named: Vec<Arc<Module>>,
    listeners: HashMap<String, Arc<[Listener]>>,
}

impl Roster {
    /// With `module` added, or put in the place of the one with its id.
    pub(crate) fn with(&self, module: Arc<Module>) -> Self {
        let mut roster = self.without(module.identity.id);
        let place = roster
            .modules
            .partition_point(|one| one.identity.id < module.identity.id);
        roster.modules.insert(place, module.clone());
        let place = roster
            .named
            .partition_point(|one| one.identity.name < module.identity.name);
        roster.named.insert(place, module.clone());
        if module.enabled {
            for subscription in &module.subscriptions {
                let listener = Listener {
                    subscription: subscription.clone(),
                    module: module.clone(),
                };
                let others = roster.listeners.entry(subscription.hook.clone()).or_default();
                let place = others.partition_point(|one| one.turn() <= listener.turn());
                let (before, after) = others.split_at(place);
                *others = before.iter().chain([&listener]).chain(after).cloned().collect();
            }
        }
        roster
    }

    /// Without the module of that id.
    pub(crate) fn without(&self, id: ModuleId) -> Self {
        let mut roster = self.clone();
        let Ok(place) = roster.modules.binary_search_by_key(&id, |one| one.identity.id) else {
            return roster;
        };
        let module = roster.modules.remove(place);
        roster.named.retain(|one| one.identity.id != id);
        for subscription in &module.subscriptions {
            if let Some(others) = roster.listeners.get_mut(&subscription.hook) {
                let others_of = others.iter().filter(|one| one.module.identity.id != id);
                *others = others_of.cloned().collect();
            }
        }
        roster
    }

    /// The modules, in the order of loading.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.modules.iter()
    }

    /// The module of that name.
    pub(crate) fn module(&self, name: &str) -> Option<&Arc<Module>> {
        let place = self.named.binary_search_by(|one| one.identity.name.as_str().cmp(name));
        place.ok().and_then(|place| self.named.get(place))
    }

    /// Who listens to the hook, in the order in which they run.
    pub(crate) fn listeners(&self, hook: &str) -> &[Listener] {
        self.listeners.get(hook).map_or(&[], |listeners| listeners)
    }
}

impl Listener {
    /// What its place in the order is decided by: its priority, and then when its module was loaded.
    fn turn(&self) -> (i32, ModuleId) {
        (self.subscription.priority, self.module.identity.id)
    }
}
