//! What the ledger knows of a delivery. The same is the file that a delivery is exported to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::capabilities::log::LogLine;
use crate::capabilities::transcript::Transcript;
use crate::delivery::{ActionState, Answer, Usage};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::subscriptions::Mode;

/// Everything about one delivery.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Record {
    /// What was to be delivered, and to whom.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// How far it has come.
    pub state: State,
    /// What it waits for, or why it is dead: one sentence. None if nothing has to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Why the payload, or what came of it, is not there: the rule of retention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_kept: Option<String>,
    /// The attempts, in the order in which they ended. Empty while it waits for its first one.
    pub attempts: Vec<Attempt>,
}

impl<'de> Deserialize<'de> for Record {
    /// From JSON only. A payload is read to the letter, which serde cannot do in what is flattened: so the fields are divided
    /// first.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Rest {
            state: State,
            #[serde(default)]
            remark: Option<String>,
            #[serde(default)]
            not_kept: Option<String>,
            attempts: Vec<Attempt>,
        }

        let fields = BTreeMap::<String, Box<RawValue>>::deserialize(deserializer)?;
        let text = serde_json::to_string(&fields).map_err(D::Error::custom)?;
        let rest: Rest = serde_json::from_str(&text).map_err(D::Error::custom)?;
        Ok(Self {
            envelope: serde_json::from_str(&text).map_err(D::Error::custom)?,
            state: rest.state,
            remark: rest.remark,
            not_kept: rest.not_kept,
            attempts: rest.attempts,
        })
    }
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
    /// It is a dead letter: no more attempts are made until a person has it [redriven](crate::Ledger::redrive).
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
    #[serde(with = "shared_setup", skip_serializing_if = "Option::is_none", default)]
    pub setup: Option<Arc<Setup>>,
    /// What the host answered to it. None if that was not recorded, or is not kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transcript: Option<Transcript>,
}

/// As if it were not shared.
mod shared_setup {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Setup;

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(setup: &Option<Arc<Setup>>, serializer: S) -> Result<S::Ok, S::Error> {
        setup.as_deref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arc<Setup>>, D::Error> {
        Ok(Option::deserialize(deserializer)?.map(Arc::new))
    }
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
