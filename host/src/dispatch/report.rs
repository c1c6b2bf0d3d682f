//! What a trigger's caller is told.

use serde::Serialize;
use tokio::sync::oneshot;

use crate::action::Action;
use crate::delivery::{ActionState, Delivery, DeliveryId, Rejection};
use crate::payload::Payload;

/// What came of a preload.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PreloadReport {
    /// The payload to go on with: the caller's own if no module replaced it.
    pub payload: Payload,
    /// If set, the server must not go on; who refused, and why.
    pub refusal: Option<Refusal>,
    /// Every delivery of the chain, in order. After a refusal, the last one is the one that refused.
    pub deliveries: Vec<Delivery>,
}

impl PreloadReport {
    /// The deliveries that asked for actions, to be applied in the transaction of the request. Empty after a refusal:
    /// what was asked for in view of a request that does not happen is void.
    pub fn with_actions(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries
            .iter()
            .filter(|delivery| self.refusal.is_none() && delivery.actions == ActionState::LeftToCaller)
    }

    /// All actions, in order. Empty after a refusal.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.with_actions().flat_map(Delivery::asked_actions)
    }

    /// A sentence for each module that failed.
    pub fn failures(&self) -> impl Iterator<Item = String> {
        self.deliveries.iter().filter_map(Delivery::failure)
    }
}

/// Why a preload's request must not go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The module that refused.
    pub module: String,
    /// Its reason, for the user.
    pub rejection: Rejection,
    /// False if the module itself rejected the payload; true if it failed and its subscription's failure policy is to
    /// reject.
    pub by_policy: bool,
}

/// What came of a postload, or of a user's click.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The synchronous deliveries: they are finished.
    pub deliveries: Vec<Delivery>,
    /// The asynchronous ones: they are in the queue.
    pub background: Vec<Pending>,
}

impl Report {
    /// A sentence for each synchronous delivery that failed.
    pub fn failures(&self) -> impl Iterator<Item = String> {
        self.deliveries.iter().filter_map(Delivery::failure)
    }
}

/// A delivery in the background. Dropping this does not stop it.
#[derive(Debug, Serialize)]
pub struct Pending {
    /// Its identity.
    pub id: DeliveryId,
    /// The name of the module that runs.
    pub module: String,
    #[serde(skip)]
    pub(crate) finished: oneshot::Receiver<std::sync::Arc<Delivery>>,
}

impl Pending {
    /// Waits until the delivery is finished. None if that happened elsewhere: another process took it out of the queue, or the
    /// runtime was shut down before.
    pub async fn finished(self) -> Option<std::sync::Arc<Delivery>> {
        self.finished.await.ok()
    }
}
