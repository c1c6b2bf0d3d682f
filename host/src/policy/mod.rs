//! What an operator decides about modules: their configuration, their limits, what they may reach, and what happens when
//! they fail.

mod file;
mod lock;
mod permission;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use file::{Policies, PolicyFileError};
pub use lock::{Approval, Lock, LockError, NotApproved};
pub use permission::Permission;

use crate::catalog::Catalog;
use crate::grants::Grants;
use crate::limits::{Capacity, LimitOverrides, Limits};
use crate::match_rule::MatchRule;
use crate::quarantine::QuarantinePolicy;
use crate::shadow::ShadowPolicy;
use crate::subscriptions::{FailurePolicy, Mode, OnFailure, Subscription};

/// What an operator decides about one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ModulePolicy {
    /// Whether it can change anything. None: it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// The module's configuration: an object, or nothing. A date in a file is its text.
    #[serde(skip_serializing_if = "Value::is_null", deserialize_with = "file::json")]
    pub config: Value,
    /// What it is allowed.
    pub grants: Grants,
    /// Limits that differ from the host's.
    pub limits: LimitOverrides,
    /// What becomes of faults, by their names or `any`, where it differs from what the module asks for. A `reject` holds
    /// for the preload hooks, a `retry` for what is asynchronous.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub on_failure: BTreeMap<String, OnFailure>,
    /// When it is put into quarantine. None: as the host does with every module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<QuarantinePolicy>,
    /// How its asynchronous deliveries are taken out of the queue.
    pub queue: QueuePolicy,
    /// A new version that runs beside it, on its deliveries, to see where they differ. None: none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<ShadowPolicy>,
    /// What differs for some of its subscriptions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subscriptions: Vec<SubscriptionPolicy>,
}

/// How a module's asynchronous deliveries are taken out of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct QueuePolicy {
    /// How many run at the same time, in each process. None: [`Capacity::per_module`](crate::Capacity::per_module).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// How many begin within a second, in each process, after a first burst of as many. None: as many as can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u32>,
    /// Whether those about one object run one after the other, in the order of their triggers: each when the one before is
    /// over, its further attempts included. Only triggers that say what they are [`about`](crate::Trigger::about) have an order.
    pub ordered: bool,
}

/// What an operator decides about some of a module's subscriptions, over what the module asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SubscriptionPolicy {
    /// The hook.
    pub hook: String,
    /// For a manual hook, the entry in the menu. None: all of the module's for that hook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu_name: Option<String>,
    /// Lower runs first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Which events it is for, in the place of the module's own rule.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "match")]
    pub match_rule: Option<MatchRule>,
    /// Whether it can change anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Limits that differ from the module's.
    #[serde(default)]
    pub limits: LimitOverrides,
    /// What becomes of faults, by their names or `any`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub on_failure: BTreeMap<String, OnFailure>,
}

impl ModulePolicy {
    /// What is wrong with it, as far as that can be seen without the module.
    pub(crate) fn faults(&self, catalog: &Catalog, limits: &Limits, capacity: &Capacity) -> Vec<String> {
        let own = self.limits.over(limits);
        let mut faults = beyond(&own, capacity);
        let mut failures: Vec<(&str, &BTreeMap<String, OnFailure>)> = vec![("on-failure", &self.on_failure)];
        for subscription in &self.subscriptions {
            let hook = &subscription.hook;
            if let Err(unknown) = catalog.lookup(hook) {
                faults.push(unknown.to_string());
            }
            let beyond = beyond(&subscription.limits.over(&own), capacity);
            faults.extend(beyond.into_iter().map(|fault| format!("for `{hook}`, {fault}")));
            failures.push((hook, &subscription.on_failure));
        }
        for (place, policy) in failures {
            for fault in policy.keys() {
                if let Err(error) = FailurePolicy::default().set(fault, OnFailure::Continue) {
                    faults.push(format!("in `{place}`, {error}"));
                }
            }
        }
        faults
    }

    /// What the module asked for, as the operator decides it.
    pub(crate) fn decide(&self, asked: Subscription, limits: &Limits) -> Result<Subscription, String> {
        let mut decided = asked;
        decided.mode = self.mode.unwrap_or_default();
        decided.limits = self.limits.over(limits);
        let general = self.on_failure.iter().filter(|(_, policy)| match policy {
            OnFailure::Continue => true,
            OnFailure::Reject => decided.kind == crate::catalog::HookKind::Preload,
            OnFailure::Retry => decided.asynchronous,
        });
        let mut failures: Vec<_> = general.collect();
        let fits = |one: &&SubscriptionPolicy| {
            one.hook == decided.hook && (one.menu_name.is_none() || one.menu_name == decided.menu_name)
        };
        let special: Vec<_> = self.subscriptions.iter().filter(fits).collect();
        for one in special {
            decided.priority = one.priority.unwrap_or(decided.priority);
            decided.match_rule = one.match_rule.clone().or(decided.match_rule);
            decided.mode = one.mode.unwrap_or(decided.mode);
            decided.limits = one.limits.over(&decided.limits);
            failures.extend(&one.on_failure);
        }
        for (fault, policy) in failures {
            decided
                .failure_policy
                .set(fault, *policy)
                .map_err(|error| error.to_string())?;
        }
        decided
            .failure_policy
            .check(&decided.hook, decided.kind, decided.asynchronous)
            .map_err(|error| error.to_string())?;
        Ok(decided)
    }
}

/// What a host knows of its operator's decisions.
#[derive(Default)]
pub(crate) struct HostPolicies {
    pub(crate) modules: BTreeMap<String, ModulePolicy>,
    pub(crate) default: ModulePolicy,
    pub(crate) quarantine: QuarantinePolicy,
    pub(crate) lock: Option<Lock>,
}

impl HostPolicies {
    /// What holds for the module of that name.
    pub(crate) fn of(&self, module: &str) -> &ModulePolicy {
        self.modules.get(module).unwrap_or(&self.default)
    }
}

/// What the host's pool has no room for.
pub(crate) fn beyond(limits: &Limits, capacity: &Capacity) -> Vec<String> {
    let mut faults = Vec::new();
    if limits.memory > capacity.memory {
        faults.push(format!(
            "the limit `memory` is {} bytes, and the host's capacity {}; raise the capacity `memory`",
            limits.memory, capacity.memory
        ));
    }
    if limits.table_elements > capacity.table_elements {
        faults.push(format!(
            "the limit `table-elements` is {}, and the host's capacity {}; raise the capacity `table-elements`",
            limits.table_elements, capacity.table_elements
        ));
    }
    if limits.depth > MAX_DEPTH {
        faults.push(format!(
            "the limit `depth` is {}, and can be at most {MAX_DEPTH}",
            limits.depth
        ));
    }
    faults
}

/// What the JSON parser goes down to.
const MAX_DEPTH: usize = 127;
