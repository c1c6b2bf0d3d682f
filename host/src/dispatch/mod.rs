//! From a trigger to deliveries: the chain of a preload, the fan-out of a postload, the one module of a click.

mod answer;
mod background;
mod manual;
mod postload;
mod preload;
mod report;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

pub(crate) use background::Background;
pub use manual::MenuEntry;
pub use report::{Pending, PreloadReport, Refusal, Report};

use crate::catalog::{Hook, HookKind, Tlp, UnknownHook};
use crate::contract::types;
use crate::delivery::{ActionState, Delivery, DeliveryId};
use crate::fault::Fault;
use crate::host::Host;
use crate::payload::Payload;
use crate::subscriptions::Listener;
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
        Ok(hook.clone())
    }

    /// Runs one module for a trigger.
    async fn deliver(
        &self,
        id: DeliveryId,
        listener: &Listener,
        hook: &Hook,
        trigger: &Trigger,
        payload: &Payload,
    ) -> Delivery {
        let subscription = &listener.subscription;
        let started_at = SystemTime::now();
        let event = types::Event {
            delivery_id: id.to_string(),
            attempt: 1,
            hook: hook.name().to_owned(),
            kind: match hook.kind() {
                HookKind::Preload => types::HookKind::Preload,
                HookKind::Postload => types::HookKind::Postload,
                HookKind::Manual => types::HookKind::Manual,
            },
            menu_name: subscription.menu_name.clone(),
            triggered_at_ms: trigger
                .happened_at
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
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
                &module.limits,
                module.settings.clone(),
                module.access.clone(),
                Tlp::marked_in(&trigger.metadata),
                &event,
            )
            .await;
        let result = run
            .result
            .and_then(|answer| answer.map_err(Fault::from))
            .and_then(|said| answer::decode(said, hook, payload, &module.limits));
        let asks = result.as_ref().is_ok_and(|answer| !answer.actions.is_empty());
        Delivery {
            id,
            module: module.identity.clone(),
            hook: event.hook,
            kind: hook.kind(),
            menu_name: event.menu_name,
            attempt: event.attempt,
            asynchronous: subscription.asynchronous,
            causes: trigger.causes.clone(),
            metadata: trigger.metadata.clone(),
            triggered_by: trigger.by.clone(),
            started_at,
            usage: run.usage,
            logs: run.logs,
            result,
            actions: if asks {
                ActionState::LeftToCaller
            } else {
                ActionState::None
            },
        }
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
                fault = ?delivery.result.as_ref().err().and_then(Fault::kind),
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
