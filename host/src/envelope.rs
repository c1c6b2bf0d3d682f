//! What is to be delivered, and to whom: what waits in a queue, and what the ledger keeps of it.

use std::sync::OnceLock;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::catalog::HookKind;
use crate::delivery::DeliveryId;
use crate::payload::{self, Payload};
use crate::trigger::Trigger;

/// One event for one module. It says everything that a worker elsewhere has to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Envelope {
    /// The identity of the delivery, at each attempt.
    pub id: DeliveryId,
    /// What the deliveries of one trigger have in common.
    pub trigger: Uuid,
    /// The hook that happened.
    pub hook: String,
    /// The kind of the hook.
    pub kind: HookKind,
    /// For a manual hook: what the user chose.
    pub menu_name: Option<String>,
    /// The name of the module.
    pub module: String,
    /// The version of the module that was loaded when the hook happened.
    pub version: String,
    /// Its digest: the SHA-256 of its file, in hexadecimal digits.
    pub digest: String,
    /// Whether nobody waits for the answer.
    pub asynchronous: bool,
    /// When the hook happened: milliseconds since 1970.
    pub happened_at_ms: u64,
    /// On whose behalf the server acted.
    pub triggered_by: Option<String>,
    /// What the trigger said about the moment: case id, TLP…
    pub metadata: Map<String, Value>,
    /// The deliveries whose actions caused it, oldest first.
    pub causes: Vec<DeliveryId>,
    /// The one object that the trigger is about, as [`Trigger::about`](crate::Trigger::about) says it.
    pub about: Option<String>,
    /// The objects, to the letter. None if they are not kept.
    #[serde(with = "payload::exact", default)]
    pub payload: Option<Payload>,
}

impl Envelope {
    /// The trigger that it is of, with its `payload`.
    pub(crate) fn trigger_again(&self, payload: Payload) -> Trigger {
        Trigger {
            id: self.trigger,
            hook: self.hook.clone(),
            payload,
            happened_at: UNIX_EPOCH + Duration::from_millis(self.happened_at_ms),
            by: self.triggered_by.clone(),
            metadata: self.metadata.clone(),
            metadata_text: OnceLock::new(),
            causes: self.causes.clone(),
            about: self.about.clone(),
            waiting_since: None,
        }
    }
}
