//! A delivery that happened is run once more, to see what comes of it: nothing that it asks for is done, and nobody is told.

use std::sync::Arc;
use std::time::SystemTime;

use super::{Made, Run};
use crate::capabilities::transcript::Recording;
use crate::catalog::Hook;
use crate::delivery::{ActionState, Delivery, Usage};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::host::Host;
use crate::payload::Payload;
use crate::subscriptions::Listener;

/// A run that was, and its event.
pub(crate) struct Earlier<'a> {
    pub(crate) envelope: &'a Envelope,
    pub(crate) payload: &'a Payload,
    pub(crate) hook: &'a Arc<Hook>,
    /// Which attempt it was.
    pub(crate) number: u32,
}

impl Host {
    /// Calls `listener` as it was called for that run, without its actions, the quarantine, the counters and the ledger.
    pub(crate) async fn rerun(&self, earlier: Earlier<'_>, listener: &Listener, recording: Recording) -> Run {
        let Earlier {
            envelope,
            payload,
            hook,
            number,
        } = earlier;
        let trigger = envelope.trigger_again(payload.clone());
        let mut delivery = Delivery {
            id: envelope.id,
            module: listener.module.identity.clone(),
            hook: envelope.hook.clone(),
            kind: envelope.kind,
            menu_name: envelope.menu_name.clone(),
            attempt: number,
            asynchronous: envelope.asynchronous,
            mode: listener.subscription.mode,
            causes: envelope.causes.clone(),
            metadata: envelope.metadata.clone(),
            triggered_by: envelope.triggered_by.clone(),
            started_at: SystemTime::now(),
            usage: Usage::default(),
            logs: Vec::new(),
            result: Err(Fault::Host {
                reason: "it did not run".into(),
            }),
            actions: ActionState::None,
        };
        let limits = &listener.subscription.limits;
        let transcript = self
            .call(&mut delivery, limits, listener, hook, &trigger, payload, recording)
            .await;
        Made { delivery, transcript }.run(listener)
    }
}
