//! From a trigger to deliveries: the chain of a preload, the fan-out of a postload, the one module of a click.

mod announce;
mod answer;
mod health;
mod manual;
mod postload;
mod preload;
mod report;
mod rerun;
mod stored;
mod workers;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use uuid::Uuid;

pub use announce::Announced;
#[cfg(fuzzing)]
pub(crate) use answer::decode;
pub use health::Health;
pub use manual::MenuEntry;
pub use report::{Pending, PreloadReport, Refusal, Report};
pub(crate) use rerun::Earlier;
pub(crate) use workers::Workers;

use crate::capabilities::transcript::{Recording, Transcript};
use crate::catalog::{Hook, HookKind, Tlp, UnknownHook};
use crate::contract::types;
use crate::delivery::{ActionState, Delivery, DeliveryId, Usage};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::host::Host;
use crate::ledger::{Attempt as Run, Ended, Entry, Ledger, LedgerError, Setup, State};
use crate::limits::{LimitOverrides, Limits};
use crate::payload::Payload;
use crate::queue::QueueError;
use crate::subscriptions::{Listener, Mode};
use crate::surroundings::since_epoch;
use crate::trigger::Trigger;

/// Why the host did not take a trigger. No module has run, and the caller still has its payload.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TriggerError {
    /// The catalog has no hook of that name.
    #[error(transparent)]
    UnknownHook(#[from] UnknownHook),
    /// The hook is of another kind than the function that was called.
    #[error("`{hook}` is a {kind} hook; trigger it with `{function}`")]
    WrongKind {
        /// The hook.
        hook: String,
        /// Its kind.
        kind: HookKind,
        /// The function for that kind.
        function: &'static str,
    },
    /// The payload is too large.
    #[error(
        "the payload for `{hook}` has {size} bytes, and the host takes {limit}; send less, or raise the limit `payload`"
    )]
    PayloadTooLarge {
        /// The hook.
        hook: String,
        /// Bytes of the payload.
        size: usize,
        /// [`Limits::payload`](crate::Limits::payload).
        limit: usize,
    },
    /// The payload is nested too deep.
    #[error(
        "the payload for `{hook}` has {depth} levels, and the host takes {limit}; send it flatter, or raise the limit `depth`"
    )]
    PayloadTooDeep {
        /// The hook.
        hook: String,
        /// Levels of the payload.
        depth: usize,
        /// [`Limits::depth`](crate::Limits::depth).
        limit: usize,
    },
    /// Actions have fired hooks whose modules asked for actions, and so on.
    #[error(
        "`{hook}` is the end of a chain of {depth} deliveries that caused one another, and the host allows {limit}: modules answer each other's changes without end; the chain is {chain}"
    )]
    ChainTooDeep {
        /// The hook.
        hook: String,
        /// How long the chain is.
        depth: usize,
        /// [`Capacity::cause_depth`](crate::Capacity::cause_depth).
        limit: usize,
        /// The deliveries, oldest first.
        chain: String,
    },
    /// The entry is not for these objects.
    #[error("the menu entry `{menu_name}` of `{module}` is only for objects that satisfy `{rule}`")]
    NotForThese {
        /// The module.
        module: String,
        /// The menu name.
        menu_name: String,
        /// The subscription's match rule.
        rule: String,
    },
    /// The queue did not take the asynchronous deliveries.
    #[error("`{hook}` was not accepted: {reason}")]
    NotAccepted {
        /// The hook.
        hook: String,
        /// Why not.
        reason: QueueError,
    },
    /// The ledger cannot be written, and nothing is to happen without a record
    /// ([`WhenUnwritable::Refuse`](crate::WhenUnwritable::Refuse)).
    #[error("`{hook}` was not accepted, because it could not be recorded: {reason}")]
    NotRecorded {
        /// The hook.
        hook: String,
        /// Why not.
        reason: LedgerError,
    },
    /// There is no outbox to announce it in.
    #[error(
        "`{hook}` cannot be announced: the host has no outbox; give it one with `HostBuilder::outbox`, or call `postload`"
    )]
    NoOutbox {
        /// The hook.
        hook: String,
    },
    /// No module has this entry in its menu.
    #[error(
        "no enabled module `{module}` has the menu entry `{menu_name}` for `{hook}`; see `manual_hooks` for those that there are"
    )]
    NoSuchMenuEntry {
        /// The module.
        module: String,
        /// The hook.
        hook: String,
        /// The menu name.
        menu_name: String,
    },
}

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

/// What came of an attempt.
struct Made {
    delivery: Delivery,
    /// What the host answered to the module, if that was recorded.
    transcript: Option<Transcript>,
}

impl Made {
    /// What the ledger is to know of it.
    fn entry(&self, envelope: Arc<Envelope>, listener: &Listener, state: State, remark: Option<String>) -> Box<Ended> {
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
    fn run(&self, listener: &Listener) -> Run {
        let delivery = &self.delivery;
        let (module, subscription) = (&listener.module, &listener.subscription);
        let words = |value: serde_json::Result<Value>| value.unwrap_or_default();
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
            setup: Some(Setup {
                config: module.config.clone(),
                grants: words(serde_json::to_value(&module.access.grants)),
                limits: words(serde_json::to_value(LimitOverrides::of(&subscription.limits))),
            }),
            transcript: self.transcript.clone(),
        }
    }
}

impl Listener {
    /// An event for it.
    fn envelope(&self, id: DeliveryId, hook: &Hook, trigger: &Trigger, payload: &Payload) -> Envelope {
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
            id,
            number,
            listener,
            hook,
            trigger,
            payload,
        } = run;
        let (subscription, module) = (&listener.subscription, &listener.module);
        let no_time_left = Fault::NoTimeLeft {
            budget: self.inner.capacity.preload,
        };
        let mut delivery = Delivery {
            id,
            module: module.identity.clone(),
            hook: hook.name().to_owned(),
            kind: hook.kind(),
            menu_name: subscription.menu_name.clone(),
            attempt: number,
            asynchronous: subscription.asynchronous,
            mode: subscription.mode,
            causes: trigger.causes.clone(),
            metadata: trigger.metadata.clone(),
            triggered_by: trigger.by.clone(),
            started_at: SystemTime::now(),
            usage: Usage::default(),
            logs: Vec::new(),
            result: Err(no_time_left.clone()),
            actions: ActionState::None,
        };
        let left = budget.map(|end| match self.inner.sandbox.surroundings().stopped_at {
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

    /// Notes in the ledger what came of a delivery that somebody waits for.
    fn note(&self, made: &Made, listener: &Listener, hook: &Hook, trigger: &Trigger, payload: &Payload) {
        let Some(ledger) = &self.inner.ledger else { return };
        let (state, remark) = match (&made.delivery.result, &made.delivery.actions) {
            (Err(fault), _) => (State::Failed, Some(fault.to_string())),
            (_, ActionState::Failed(reason)) => (State::Failed, Some(reason.clone())),
            _ => (State::Done, None),
        };
        let envelope = listener.envelope(made.delivery.id, hook, trigger, payload);
        ledger.note(Entry::Ended(made.entry(Arc::new(envelope), listener, state, remark)));
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
        let happened_at = self.inner.sandbox.surroundings().happened(trigger.happened_at);
        let event = types::Event {
            delivery_id: delivery.id.to_string(),
            attempt: delivery.attempt,
            hook: delivery.hook.clone(),
            kind: match hook.kind() {
                HookKind::Preload => types::HookKind::Preload,
                HookKind::Postload => types::HookKind::Postload,
                HookKind::Manual => types::HookKind::Manual,
            },
            menu_name: delivery.menu_name.clone(),
            triggered_at_ms: u64::try_from(since_epoch(happened_at).as_millis()).unwrap_or(u64::MAX),
            triggered_by: trigger.by.clone(),
            metadata: Value::Object(trigger.metadata.clone()).to_string(),
            schema_id: hook.schema_id().to_owned(),
            payload: payload.as_str().to_owned(),
        };
        let module = &listener.module;
        let run = self
            .inner
            .sandbox
            .handle(
                &module.program,
                limits,
                module.settings.clone(),
                module.access.clone(),
                Tlp::marked_in(&trigger.metadata),
                recording,
                &event,
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
