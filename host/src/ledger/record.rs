//! What the ledger knows of a delivery. The same is the file that a delivery is exported to.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::capabilities::log::LogLine;
use crate::capabilities::transcript::Transcript;
use crate::delivery::{ActionState, Answer, Usage};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::subscriptions::Mode;

/// Everything about one delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// What was to be delivered, and to whom.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// How far it has come.
    pub state: State,
    /// What it waits for, or why it is dead: one sentence. None if nothing has to be said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remark: Option<String>,
    /// Why the payload, or what came of it, is not there: the rule of retention.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_kept: Option<String>,
    /// The attempts, in the order in which they ended. Empty while it waits for its first one.
    pub attempts: Vec<Attempt>,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It waits for an attempt, or runs.
    Waiting,
    /// The module has answered, and what it asked for is done, or was left to the caller.
    Done,
    /// Somebody waited for the answer, and the module failed.
    Failed,
    /// It is a dead letter: no more attempts are made until a person has it [redriven](crate::Host::redrive).
    Dead,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Dead => "dead",
        })
    }
}

/// One attempt at a delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// The identity of this very run. An attempt of the same number may have run twice, if its worker died.
    pub run: Uuid,
    /// 1 for the first.
    pub number: u32,
    /// When the module was called: milliseconds since 1970.
    pub started_at_ms: u64,
    /// The version that ran.
    pub version: String,
    /// The digest of what ran: that of the envelope, unless the module had been replaced meanwhile.
    pub digest: String,
    /// Whether it could change anything.
    pub mode: Mode,
    /// What it took.
    #[serde(flatten)]
    pub usage: Usage,
    /// What the module answered, or how it failed.
    pub result: Result<Answer, Fault>,
    /// What became of the actions that it asked for.
    pub actions: ActionState,
    /// What it logged and printed.
    pub logs: Vec<LogLine>,
    /// What it ran under.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub setup: Option<Setup>,
    /// What the host answered to it. None if that was not recorded, or is not kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transcript: Option<Transcript>,
}

/// What a module ran under: what an operator had decided. No secret is in here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Setup {
    /// Its configuration.
    pub config: Value,
    /// What it was granted, in the words of `sclera.toml`.
    pub grants: Value,
    /// What the call could take, in the words of `sclera.toml`.
    pub limits: Value,
}
