//! From a trigger to deliveries: the chain of a preload, the fan-out of a postload, the one module of a click.

mod accept;
mod admission;
mod announce;
mod answer;
mod deliver;
mod health;
mod made;
mod manual;
mod postload;
mod preload;
mod report;
mod rerun;
mod stored;
mod trigger_error;
mod workers;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

pub(crate) use admission::Admission;
pub use admission::Busy;
pub use announce::Announced;
#[cfg(fuzzing)]
pub(crate) use answer::decode;
pub use health::Health;
use made::Made;
pub use manual::MenuEntry;
pub use report::{Pending, PreloadReport, Refusal, Report};
pub(crate) use rerun::Earlier;
pub use trigger_error::TriggerError;
pub(crate) use workers::Workers;

use crate::capabilities::transcript::{Recording, Transcript};
use crate::catalog::{Hook, HookKind, Tlp};
use crate::contract::types;
use crate::delivery::{ActionState, Delivery, DeliveryId, Usage};
use crate::fault::Fault;
use crate::host::Host;
use crate::ledger::{Attempt as Run, Ledger};
use crate::limits::Limits;
use crate::payload::Payload;
use crate::subscriptions::{Listener, Mode};
use crate::surroundings::since_epoch;
use crate::trigger::Trigger;

/// One attempt at a delivery.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    id: DeliveryId,
    /// 1 for the first.
    number: u32,
    listener: &'a Listener,
    hook: &'a Hook,
    trigger: &'a Trigger,
    payload: &'a Payload,
}

impl Attempt<'_> {
    /// Its delivery, before anything has run.
    fn delivery(&self, fault: Fault) -> Delivery {
        let (subscription, trigger) = (&self.listener.subscription, self.trigger);
        Delivery {
            id: self.id,
            module: self.listener.module.identity.clone(),
            hook: self.hook.name().to_owned(),
            kind: self.hook.kind(),
            menu_name: subscription.menu_name.clone(),
            attempt: self.number,
            asynchronous: subscription.asynchronous,
            mode: subscription.mode,
            causes: trigger.causes.clone(),
            metadata: trigger.metadata.clone(),
            triggered_by: trigger.by.clone(),
            started_at: SystemTime::now(),
            usage: Usage::default(),
            logs: Vec::new(),
            result: Err(fault),
            actions: ActionState::None,
        }
    }

    /// What comes of it if it cannot even be tried.
    fn not_made(&self, fault: Fault) -> Made {
        Made {
            delivery: self.delivery(fault),
            transcript: None,
        }
    }
}

/// Whether an event is one that the subscription is for. A rule that cannot be evaluated keeps no module from running: what
/// guards a server must not be led astray by a missing field.
fn is_for(listener: &Listener, payload: &Payload, trigger: &Trigger) -> bool {
    let Some(rule) = &listener.subscription.match_rule else {
        return true;
    };
    rule.matches(payload, &trigger.metadata).unwrap_or_else(|error| {
        tracing::warn!(
            module = listener.subscription.module,
            hook = listener.subscription.hook,
            "the match rule `{rule}` of module `{}` cannot be evaluated, so the module runs: {error}",
            listener.subscription.module,
        );
        true
    })
}

impl Host {
    /// Checks a trigger before anything runs.
    fn accept(&self, trigger: &Trigger, kind: HookKind) -> Result<Arc<Hook>, TriggerError> {
        let hook = self.inner.catalog.lookup(&trigger.hook)?;
        if hook.kind() != kind {
            return Err(TriggerError::WrongKind {
                hook: trigger.hook.clone(),
                kind: hook.kind(),
                function: match hook.kind() {
                    HookKind::Preload => "preload",
                    HookKind::Postload => "postload",
                    HookKind::Manual => "trigger_manual",
                },
            });
        }
        let (limits, capacity) = (&self.inner.limits, &self.inner.capacity);
        let size = trigger.payload.as_str().len();
        if size > limits.payload {
            return Err(TriggerError::PayloadTooLarge {
                hook: trigger.hook.clone(),
                size,
                limit: limits.payload,
            });
        }
        let depth = trigger.payload.depth();
        if depth > limits.depth {
            return Err(TriggerError::PayloadTooDeep {
                hook: trigger.hook.clone(),
                depth,
                limit: limits.depth,
            });
        }
        let depth = trigger.causes.len();
        if depth > capacity.cause_depth {
            let chain: Vec<_> = trigger.causes.iter().map(DeliveryId::to_string).collect();
            return Err(TriggerError::ChainTooDeep {
                hook: trigger.hook.clone(),
                depth,
                limit: capacity.cause_depth,
                chain: chain.join(" → "),
            });
        }
        if let Some(reason) = self.inner.ledger.as_ref().and_then(Ledger::pressure) {
            return Err(TriggerError::NotRecorded {
                hook: trigger.hook.clone(),
                reason,
            });
        }
        Ok(hook.clone())
    }

    /// Makes one attempt to run one module for a trigger, within `budget` if there is one.
    async fn attempt(&self, run: Attempt<'_>, budget: Option<Instant>) -> Made {
        let Attempt {
            listener,
            hook,
            trigger,
            payload,
            ..
        } = run;
        let (subscription, module) = (&listener.subscription, &listener.module);
        let no_time_left = Fault::NoTimeLeft {
            budget: self.inner.capacity.preload,
        };
        let mut delivery = run.delivery(no_time_left.clone());
        let left = budget.map(|end| match self.inner.surroundings.stopped_at {
            None => end.saturating_duration_since(Instant::now()),
            // No time passes between one module and the next.
            Some(_) => self.inner.capacity.preload,
        });
        let admitted = match left {
            Some(Duration::ZERO) => None,
            _ => match module.quarantine.admit() {
                Ok(admitted) => Some(admitted),
                Err(fault) => {
                    delivery.result = Err(fault);
                    None
                }
            },
        };
        let mut transcript = None;
        if let Some(admitted) = admitted {
            let mut limits = subscription.limits.clone();
            limits.deadline = limits.deadline.min(left.unwrap_or(limits.deadline));
            let recording = match self.inner.ledger {
                Some(_) => Recording::On,
                None => Recording::Off,
            };
            transcript = self
                .call(&mut delivery, &limits, listener, hook, trigger, payload, recording)
                .await;
            let by_others = left.is_some_and(|left| self.inner.capacity.preload.saturating_sub(left) > left);
            if by_others
                && limits.deadline < subscription.limits.deadline
                && matches!(delivery.result, Err(Fault::Timeout { .. }))
            {
                // Those before it took more than they left: that does not count against this module.
                delivery.result = Err(no_time_left);
            }
            if let Some(quarantined) = admitted.ended(&delivery) {
                tracing::error!(
                    module = delivery.module.name,
                    hook = delivery.hook,
                    fault = %quarantined.fault,
                    failed_trials = quarantined.failed_trials,
                    "module `{}` is in quarantine: {}; release it when the cause is mended, or wait for its next trial",
                    delivery.module.name,
                    quarantined.reason,
                );
            }
        }
        if let Some(counts) = module.counts.get(&delivery.hook) {
            counts.record(&delivery);
        }
        let made = Made { delivery, transcript };
        self.show_shadow(&made, run);
        made
    }

    /// Lets the version see it that runs beside the module, if there is one, and if there is somewhere to say what it did.
    fn show_shadow(&self, made: &Made, run: Attempt<'_>) {
        let Some(shadow) = self.inner.shadows.of(&made.delivery.module.name) else {
            return;
        };
        if made.transcript.is_some()
            && let Some(place) = shadow.place()
        {
            let listener = run.listener;
            let envelope = listener.envelope(run.id, run.hook, run.trigger, run.payload);
            self.cast(shadow, place, envelope, made.run(listener), &listener.subscription);
        }
    }

    /// Calls the module, and checks its answer. Gives what the host answered to it meanwhile, if that is recorded.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another part of the event, or of what it may take"
    )]
    async fn call(
        &self,
        delivery: &mut Delivery,
        limits: &Limits,
        listener: &Listener,
        hook: &Hook,
        trigger: &Trigger,
        payload: &Payload,
        recording: Recording,
    ) -> Option<Transcript> {
        let happened_at = self.inner.surroundings.happened(trigger.happened_at);
        let id = delivery.id.to_string();
        let event = types::Event {
            delivery_id: &id,
            attempt: delivery.attempt,
            hook: hook.name(),
            kind: match hook.kind() {
                HookKind::Preload => types::HookKind::Preload,
                HookKind::Postload => types::HookKind::Postload,
                HookKind::Manual => types::HookKind::Manual,
            },
            menu_name: delivery.menu_name.as_deref(),
            triggered_at_ms: u64::try_from(since_epoch(happened_at).as_millis()).unwrap_or(u64::MAX),
            triggered_by: trigger.by.as_deref(),
            metadata: trigger.metadata_text(),
            schema_id: hook.schema_id(),
            payload: payload.as_str(),
        };
        let module = &listener.module;
        let run = self
            .inner
            .sandbox
            .handle(
                &module.stock,
                limits,
                Tlp::marked_in(&trigger.metadata),
                recording,
                event,
            )
            .await;
        delivery.usage = run.usage;
        delivery.logs = run.logs;
        delivery.result = run
            .result
            .and_then(|answer| answer.map_err(Fault::from))
            .and_then(|said| answer::decode(said, hook, payload, limits, &module.access.grants.actions));
        if !delivery.asked_actions().is_empty() {
            delivery.actions = match delivery.mode {
                Mode::Enforce => ActionState::LeftToCaller,
                Mode::Monitor => ActionState::Monitored,
            };
        }
        run.transcript
    }

    /// Applies the actions of a postload or manual delivery, if there is someone to do it.
    async fn apply_actions(&self, delivery: &mut Delivery) {
        let Some(applier) = &self.inner.applier else { return };
        if delivery.actions == ActionState::LeftToCaller {
            delivery.actions = match applier.apply(self, delivery).await {
                Ok(()) => ActionState::Applied,
                Err(error) => ActionState::Failed(error.to_string()),
            };
        }
    }

    /// Tells everyone who wants to know that a delivery is finished.
    fn report(&self, delivery: &Delivery) {
        if let Some(failure) = delivery.failure() {
            tracing::warn!(
                delivery = %delivery.id,
                module = delivery.module.name,
                hook = delivery.hook,
                attempt = delivery.attempt,
                fault = delivery.result.as_ref().err().and_then(Fault::kind).map(tracing::field::display),
                fuel = delivery.usage.fuel,
                duration_us = u64::try_from(delivery.usage.duration.as_micros()).unwrap_or(u64::MAX),
                peak_memory = delivery.usage.peak_memory,
                "{failure}"
            );
        }
        if let ActionState::Failed(reason) = &delivery.actions {
            tracing::warn!(
                delivery = %delivery.id,
                module = delivery.module.name,
                hook = delivery.hook,
                "the actions of module `{}` on `{}` could not be applied: {reason}",
                delivery.module.name,
                delivery.hook,
            );
        }
        if let Some(observe) = &self.inner.observer {
            observe(delivery);
        }
    }
}
