//! What came of an attempt, and how the ledger is told.

use std::sync::Arc;

use uuid::Uuid;

use crate::capabilities::transcript::Transcript;
use crate::catalog::Hook;
use crate::delivery::{ActionState, Delivery, DeliveryId};
use crate::envelope::Envelope;
use crate::host::Host;
use crate::ledger::{Attempt as Run, Ended, Entry, State};
use crate::payload::Payload;
use crate::subscriptions::Listener;
use crate::surroundings::since_epoch;
use crate::trigger::Trigger;

/// What came of an attempt.
pub(super) struct Made {
    pub(super) delivery: Delivery,
    /// What the host answered to the module, if that was recorded.
    pub(super) transcript: Option<Transcript>,
}

impl Made {
    /// What the ledger is to know of it.
    pub(super) fn entry(
        &self,
        envelope: Arc<Envelope>,
        listener: &Listener,
        state: State,
        remark: Option<String>,
    ) -> Box<Ended> {
        Box::new(Ended {
            envelope,
            attempt: self.run(listener),
            state,
            remark,
            is_cleared: false,
            secrets: listener.module.access.secrets.clone(),
        })
    }

    /// It, as a record has it.
    pub(super) fn run(&self, listener: &Listener) -> Run {
        let delivery = &self.delivery;
        let (module, subscription) = (&listener.module, &listener.subscription);
        Run {
            run: Uuid::now_v7(),
            number: delivery.attempt,
            started_at_ms: u64::try_from(since_epoch(delivery.started_at).as_millis()).unwrap_or(u64::MAX),
            version: delivery.module.version.clone(),
            digest: delivery.module.digest.clone(),
            mode: delivery.mode,
            usage: delivery.usage,
            result: delivery.result.clone(),
            actions: delivery.actions.clone(),
            logs: delivery.logs.clone(),
            setup: Some(module.setup(&subscription.limits)),
            transcript: self.transcript.clone(),
        }
    }
}

impl Listener {
    /// An event for it.
    pub(super) fn envelope(&self, id: DeliveryId, hook: &Hook, trigger: &Trigger, payload: &Payload) -> Envelope {
        let identity = &self.module.identity;
        Envelope {
            id,
            trigger: trigger.id,
            hook: hook.name().to_owned(),
            kind: hook.kind(),
            menu_name: self.subscription.menu_name.clone(),
            module: identity.name.clone(),
            version: identity.version.clone(),
            digest: identity.digest.clone(),
            asynchronous: self.subscription.asynchronous,
            happened_at_ms: u64::try_from(since_epoch(trigger.happened_at).as_millis()).unwrap_or(u64::MAX),
            triggered_by: trigger.by.clone(),
            metadata: trigger.metadata.clone(),
            causes: trigger.causes.clone(),
            about: trigger.about.clone(),
            payload: Some(payload.clone()),
        }
    }
}

impl Host {
    /// Notes in the ledger what came of a delivery that somebody waits for.
    pub(super) fn note(&self, made: &Made, listener: &Listener, hook: &Hook, trigger: &Trigger, payload: &Payload) {
        let Some(ledger) = &self.inner.ledger else { return };
        let (state, remark) = match (&made.delivery.result, &made.delivery.actions) {
            (Err(fault), _) => (State::Failed, Some(fault.to_string())),
            (_, ActionState::Failed(reason)) => (State::Failed, Some(reason.clone())),
            _ => (State::Done, None),
        };
        let envelope = listener.envelope(made.delivery.id, hook, trigger, payload);
        ledger.note(Entry::Ended(made.entry(Arc::new(envelope), listener, state, remark)));
    }
}
