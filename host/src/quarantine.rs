//! Modules that fail again and again are not asked for a while.
//!
//! Enough faults within a window put a module into quarantine: its deliveries fail at once, as the last fault did,
//! so that no request waits for it. After a while one delivery is let through as a trial. If it works, the module is
//! served again; if not, it waits for twice as long. An operator can release it at any time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, DeliveryId};
use crate::fault::{Fault, FaultKind};
use crate::units;

/// When a module is put into quarantine, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuarantinePolicy {
    /// Faults within the window that put a module into quarantine. Default: 5; 0: never. Errors that a module reports
    /// itself do not count: they are often another server's. Too high: that many requests wait for a module that hangs.
    pub faults: usize,
    /// The window. Default: 1 minute. Too long: rare faults add up to a quarantine.
    #[serde(with = "units::required_duration")]
    pub window: Duration,
    /// From the quarantine to the first trial. Default: 1 minute; twice as long after each trial that fails, at most 32
    /// times. Too short: requests wait for a module that still hangs.
    #[serde(with = "units::required_duration")]
    pub trial_after: Duration,
}

impl Default for QuarantinePolicy {
    fn default() -> Self {
        Self {
            faults: 5,
            window: Duration::from_secs(60),
            trial_after: Duration::from_secs(60),
        }
    }
}

/// A module's quarantine, for its operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Quarantined {
    /// Why, in one sentence.
    pub reason: String,
    /// The kind of the last fault.
    pub fault: FaultKind,
    /// Since when.
    pub since: SystemTime,
    /// When the next trial may be made.
    pub next_trial: SystemTime,
    /// Trials that have failed.
    pub failed_trials: u32,
    /// The deliveries that led to it, oldest first; those of failed trials at the end.
    pub deliveries: Vec<DeliveryId>,
}

/// The faults of one module, and what came of them.
pub(crate) struct Quarantine {
    policy: QuarantinePolicy,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The counted faults within the window.
    faults: VecDeque<(Instant, DeliveryId)>,
    sentence: Option<Sentence>,
}

struct Sentence {
    shown: Arc<Quarantined>,
    trial_from: Instant,
    /// Whether a trial runs.
    on_trial: bool,
}

/// Deliveries that are shown with a quarantine.
const SHOWN: usize = 100;
/// How many times longer than the first time a module may have to wait.
const LONGEST: u32 = 32;

/// A delivery that may run. If it is a trial that ends without a verdict, because whoever waited for it has gone, another one
/// may be made.
pub(crate) struct Admitted<'a> {
    quarantine: &'a Quarantine,
    trial: bool,
}

impl Quarantine {
    pub(crate) fn new(policy: QuarantinePolicy) -> Self {
        Self {
            policy,
            state: Mutex::default(),
        }
    }

    /// Whether a delivery may run now; if not, how it fails.
    pub(crate) fn admit(&self) -> Result<Admitted<'_>, Fault> {
        let mut state = self.state();
        let trial = match &mut state.sentence {
            None => false,
            Some(sentence) if !sentence.on_trial && Instant::now() >= sentence.trial_from => {
                sentence.on_trial = true;
                true
            }
            Some(sentence) => {
                return Err(Fault::Quarantined {
                    reason: sentence.shown.reason.clone(),
                    because: sentence.shown.fault,
                });
            }
        };
        Ok(Admitted {
            quarantine: self,
            trial,
        })
    }

    /// Whether a delivery would fail now without the module being asked.
    pub(crate) fn refuses(&self) -> bool {
        let state = self.state();
        let refuses = |sentence: &Sentence| sentence.on_trial || Instant::now() < sentence.trial_from;
        state.sentence.as_ref().is_some_and(refuses)
    }

    /// The quarantine that the module is in.
    pub(crate) fn shown(&self) -> Option<Quarantined> {
        let state = self.state();
        state
            .sentence
            .as_ref()
            .map(|sentence| Quarantined::clone(&sentence.shown))
    }

    /// Ends the quarantine, and forgets the faults. Says whether there was one.
    pub(crate) fn release(&self) -> bool {
        std::mem::take(&mut *self.state()).sentence.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admitted<'_> {
    /// Takes note of how the delivery ended. Gives the quarantine that it led to, if it did.
    pub(crate) fn ended(mut self, delivery: &Delivery) -> Option<Arc<Quarantined>> {
        let trial = std::mem::take(&mut self.trial);
        let policy = &self.quarantine.policy;
        let mut state = self.quarantine.state();
        let fault = delivery.result.as_ref().err();
        let Some((fault, kind)) = fault.and_then(|fault| Some((fault, counted(fault)?))) else {
            if trial {
                *state = State::default();
            }
            return None;
        };
        let now = Instant::now();
        if let Some(sentence) = state.sentence.as_mut().filter(|_| trial) {
            let mut shown = Quarantined::clone(&sentence.shown);
            shown.failed_trials = shown.failed_trials.saturating_add(1);
            shown.fault = kind;
            if shown.deliveries.len() < SHOWN {
                shown.deliveries.push(delivery.id);
            }
            let longer = 1_u32.checked_shl(shown.failed_trials).unwrap_or(LONGEST).min(LONGEST);
            let wait = policy.trial_after.saturating_mul(longer);
            shown.reason = format!("its last trial failed too, on `{}`: {fault}", delivery.hook);
            shown.next_trial = later(wait);
            *sentence = Sentence {
                shown: Arc::new(shown),
                trial_from: now + wait,
                on_trial: false,
            };
            return Some(sentence.shown.clone());
        }
        if state.sentence.is_some() || policy.faults == 0 {
            return None;
        }
        state.faults.push_back((now, delivery.id));
        while state
            .faults
            .front()
            .is_some_and(|(at, _)| now.duration_since(*at) > policy.window)
        {
            state.faults.pop_front();
        }
        if state.faults.len() < policy.faults {
            return None;
        }
        let shown = Arc::new(Quarantined {
            reason: format!(
                "it failed {} times within {} s, the last time on `{}`: {fault}",
                state.faults.len(),
                policy.window.as_secs(),
                delivery.hook
            ),
            fault: kind,
            since: SystemTime::now(),
            next_trial: later(policy.trial_after),
            failed_trials: 0,
            deliveries: state.faults.drain(..).map(|(_, id)| id).take(SHOWN).collect(),
        });
        state.sentence = Some(Sentence {
            shown: shown.clone(),
            trial_from: now + policy.trial_after,
            on_trial: false,
        });
        Some(shown)
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if self.trial
            && let Some(sentence) = &mut self.quarantine.state().sentence
        {
            sentence.on_trial = false;
        }
    }
}

/// What counts: faults of the module itself.
fn counted(fault: &Fault) -> Option<FaultKind> {
    match fault {
        Fault::ModuleError { .. } | Fault::Quarantined { .. } | Fault::NoTimeLeft { .. } => None,
        fault => fault.kind(),
    }
}

fn later(wait: Duration) -> SystemTime {
    SystemTime::now().checked_add(wait).unwrap_or(SystemTime::UNIX_EPOCH)
}
