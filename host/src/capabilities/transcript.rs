//! What the host answered to a module, call by call: recorded, so that a delivery can be replayed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the host answered in one call into a module, in the order in which it was asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transcript {
    /// What all random numbers of the call are made of.
    pub seed: u64,
    /// The calls.
    pub calls: Vec<HostCall>,
    /// Calls that came when the transcript was full. If there are any, it cannot be replayed to its end.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub dropped: u64,
}

/// One question to the host, and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostCall {
    /// What was asked: `wasi:keyvalue/store.get`.
    pub function: String,
    /// With which arguments.
    pub asked: Value,
    /// What the answer was.
    pub answered: Value,
}

/// Whether the answers of a call are recorded.
#[derive(Clone, Debug, Default)]
pub(crate) enum Recording {
    /// They are not.
    #[default]
    Off,
    /// They are.
    On,
    /// They are, and are those of an earlier call, as far as the module asks the same.
    Replay(std::sync::Arc<Transcript>),
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
