//! A delivery of the past, run once more: by the same module, to see what happened, or by another one, to see what would
//! have.

mod compare;

use std::sync::Arc;

use serde::Serialize;

pub(crate) use self::compare::differences;
pub use self::compare::{Difference, Field};
use crate::capabilities::transcript::{Parted, Recording};
use crate::catalog::UnknownHook;
use crate::dispatch::Earlier;
use crate::fault::FaultKind;
use crate::grants::Grants;
use crate::host::{BuildError, Host};
use crate::ledger::{Attempt, Record, Setup};
use crate::limits::{Capacity, LimitOverrides, Limits};
use crate::modules::{LoadError, ModuleSource};
use crate::policy::ModulePolicy;
use crate::subscriptions::{FailurePolicy, Listener, Subscription};
use crate::surroundings::PATIENCE;

/// Who answers the module in a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Replay {
    /// The record: the module is told what it was told then, as long as it asks the same. No network, no store and no clock
    /// is touched, and no secret is needed; waiting takes no time.
    #[default]
    Recorded,
    /// The world: requests are sent, with the secrets that the grants name, and clocks go. What the module keeps is empty at
    /// first, and gone afterwards.
    Live,
}

/// What came of a replay.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Replayed {
    /// The attempt that was replayed: 1 for the first.
    pub number: u32,
    /// Who answered.
    pub replay: Replay,
    /// What it came to this time.
    pub attempt: Attempt,
    /// Where the module asked what it had not asked then, if it did.
    pub parted: Option<Box<Parted>>,
    /// Where this differs from what is on record, but for how long it took.
    pub differences: Vec<Difference>,
    /// How long it took then, and this time, in nanoseconds.
    pub duration_ns: [u64; 2],
}

impl Replayed {
    /// Whether the same came of it, and the same was asked on the way.
    pub fn is_same(&self) -> bool {
        self.parted.is_none() && self.differences.is_empty()
    }
}

/// Why a delivery cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// Its payload is not there any more.
    #[error("its payload is not in the record: {0}; keep more with `[ledger]` in `sclera.toml`")]
    NoPayload(String),
    /// No attempt has called the module.
    #[error("the module was never called for it, so there is nothing to replay; see its state")]
    NeverRan,
    /// What the host answered is not there.
    #[error(
        "what the host answered to the module is not in the record; replay it with real answers (`--live`), or keep more with `[ledger]` in `sclera.toml`"
    )]
    NotRecorded,
    /// The record cannot be understood.
    #[error("its record cannot be used: {0}; replay it with the version of Sclera that wrote it")]
    BadRecord(String),
    /// This host does not have the hook.
    #[error(transparent)]
    UnknownHook(#[from] UnknownHook),
    /// This host has no room for a module under the limits of the record.
    #[error("its limits cannot be kept here: {0}")]
    Host(#[from] BuildError),
    /// The module cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl Record {
    /// Room for a module under the limits of this record, and one call at a time: for a host that only replays it.
    pub fn capacity(&self) -> Capacity {
        let usual = Capacity::default();
        let setup = self.attempts.iter().rev().find_map(|attempt| attempt.setup.as_ref());
        let limits = setup.and_then(|setup| setup.limits().ok()).unwrap_or_default();
        Capacity {
            concurrency: 2,
            memory: usual.memory.max(limits.memory),
            table_elements: usual.table_elements.max(limits.table_elements),
            ..usual
        }
    }
}

impl Setup {
    fn limits(&self) -> Result<Limits, ReplayError> {
        let limits: LimitOverrides = serde_json::from_value(self.limits.clone())
            .map_err(|error| ReplayError::BadRecord(format!("its limits: {error}")))?;
        Ok(limits.over(&Limits::default()))
    }

    /// What held for the module.
    fn policy(&self, limits: &Limits) -> Result<ModulePolicy, ReplayError> {
        let grants: Grants = serde_json::from_value(self.grants.clone())
            .map_err(|error| ReplayError::BadRecord(format!("its grants: {error}")))?;
        Ok(ModulePolicy {
            config: self.config.clone(),
            grants,
            limits: LimitOverrides::of(limits),
            ..ModulePolicy::default()
        })
    }
}

impl Host {
    /// Runs the last attempt of a delivery once more, with the module from `source`, under the configuration, the grants and
    /// the limits that it had. Nothing comes of it: no action is applied, and neither ledger nor counters nor quarantine know
    /// of it. The modules of this host have no part in it, but its compiler, its memory and its hooks do.
    ///
    /// The same module and [recorded](Replay::Recorded) answers come to the same, with the same fuel. Where a module was ended
    /// by the clock while it computed, how far it came depends on the machine; and so do lines of a log that were too many in
    /// a second.
    pub async fn replay(
        &self,
        source: impl Into<ModuleSource>,
        record: &Record,
        replay: Replay,
    ) -> Result<Replayed, ReplayError> {
        let envelope = &record.envelope;
        let payload = envelope.payload.as_ref().ok_or_else(|| {
            ReplayError::NoPayload(record.not_kept.clone().unwrap_or_else(|| "it was not kept".into()))
        })?;
        let hook = self.inner.catalog.lookup(&envelope.hook)?;
        let recorded = record.attempts.last().ok_or(ReplayError::NeverRan)?;
        let recording = match replay {
            Replay::Live => Recording::On,
            Replay::Recorded => {
                let transcript = recorded.transcript.clone().ok_or(ReplayError::NotRecorded)?;
                Recording::Replay(Arc::new(transcript))
            }
        };
        let setup = recorded.setup.as_ref().ok_or(ReplayError::NotRecorded)?;
        let mut limits = setup.limits()?;
        let policy = setup.policy(&limits)?;

        let host = Host::builder()
            .beside(self)
            .limits(limits.clone())
            .default_policy(policy);
        let host = match replay {
            Replay::Recorded => host.replays(),
            Replay::Live => host,
        };
        let host = host.build()?;
        let info = host.load(source.into().config(setup.config.clone())).await?;
        let module = host.module(&info.identity.name)?;

        let timed_out = |attempt: &Attempt| {
            let fault = attempt.result.as_ref().err();
            fault.and_then(|fault| fault.kind()) == Some(FaultKind::Timeout)
        };
        if replay == Replay::Recorded && !timed_out(recorded) {
            // Nothing is waited for, and this machine may be slower than that one. What ends a busy loop is fuel.
            limits.deadline = limits.deadline.max(PATIENCE);
        }
        let listener = Listener {
            subscription: Arc::new(Subscription {
                module: info.identity.name.clone(),
                hook: envelope.hook.clone(),
                kind: envelope.kind,
                menu_name: envelope.menu_name.clone(),
                asynchronous: envelope.asynchronous,
                priority: 0,
                failure_policy: FailurePolicy::default(),
                match_rule: None,
                mode: recorded.mode,
                limits,
            }),
            module,
        };
        let earlier = Earlier {
            envelope,
            payload,
            hook,
            number: recorded.number,
        };
        let attempt = host.rerun(earlier, &listener, recording).await;
        Ok(Replayed {
            number: recorded.number,
            replay,
            parted: attempt
                .transcript
                .as_ref()
                .and_then(|transcript| transcript.parted.clone()),
            differences: compare::differences(recorded, &attempt),
            duration_ns: [recorded, &attempt]
                .map(|attempt| u64::try_from(attempt.usage.duration.as_nanos()).unwrap_or(u64::MAX)),
            attempt,
        })
    }
}
