//! How often each module ran on each hook, and how it ended.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use crate::delivery::{Delivery, Outcome};
use crate::fault::{Fault, FaultKind};

/// How often a module ran on a hook since it was first loaded, and how it ended. Attempts count one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counter {
    /// The module.
    pub module: String,
    /// The hook.
    pub hook: String,
    /// How often it ran.
    pub runs: u64,
    /// How often it refused the request itself.
    pub rejections: u64,
    /// How often it failed, by kind of fault. Only those that occurred.
    pub faults: BTreeMap<FaultKind, u64>,
    /// How often it was not asked, because it was in quarantine.
    pub quarantined: u64,
    /// How often the host could not run it.
    pub host_faults: u64,
    /// Fuel that it used in all.
    pub fuel: u64,
    /// Time that it took in all.
    #[serde(rename = "duration_ns", serialize_with = "crate::delivery::as_nanoseconds")]
    pub duration: Duration,
}

/// The counters of one module and one hook.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    runs: AtomicU64,
    rejections: AtomicU64,
    faults: [AtomicU64; FaultKind::ALL.len()],
    quarantined: AtomicU64,
    host_faults: AtomicU64,
    fuel: AtomicU64,
    micros: AtomicU64,
}

/// The counters of one module, by hook.
pub(crate) type ModuleCounts = BTreeMap<String, Arc<Counts>>;

impl Counts {
    pub(crate) fn record(&self, delivery: &Delivery) {
        let add = |counter: &AtomicU64, amount: u64| {
            counter.fetch_add(amount, Ordering::Relaxed);
        };
        match &delivery.result {
            Err(Fault::Quarantined { .. }) => return add(&self.quarantined, 1),
            Err(fault) => match fault.kind() {
                Some(kind) => {
                    let counters = FaultKind::ALL.iter().zip(&self.faults);
                    for ((_, one), counter) in counters {
                        add(counter, u64::from(*one == kind));
                    }
                }
                None => add(&self.host_faults, 1),
            },
            Ok(answer) => add(
                &self.rejections,
                u64::from(matches!(answer.outcome, Outcome::Reject(_))),
            ),
        }
        add(&self.runs, 1);
        add(&self.fuel, delivery.usage.fuel);
        let micros = delivery.usage.duration.as_micros();
        add(&self.micros, u64::try_from(micros).unwrap_or(u64::MAX));
    }

    pub(crate) fn counter(&self, module: &str, hook: &str) -> Counter {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let faults = FaultKind::ALL.iter().zip(&self.faults);
        Counter {
            module: module.to_owned(),
            hook: hook.to_owned(),
            runs: get(&self.runs),
            rejections: get(&self.rejections),
            faults: faults
                .map(|((_, kind), counter)| (*kind, get(counter)))
                .filter(|(_, count)| *count > 0)
                .collect(),
            quarantined: get(&self.quarantined),
            host_faults: get(&self.host_faults),
            fuel: get(&self.fuel),
            duration: Duration::from_micros(get(&self.micros)),
        }
    }
}
