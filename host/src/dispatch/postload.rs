//! Postload: everyone who listens, after the commit.

use std::sync::Arc;
use std::time::Duration;

use super::{Attempt, Report, TriggerError, is_for};
use crate::catalog::{Hook, HookKind};
use crate::delivery::{Delivery, DeliveryId};
use crate::host::Host;
use crate::subscriptions::{Listener, OnFailure};
use crate::trigger::Trigger;

impl Host {
    /// Runs the modules that listen to a postload hook, after the server has committed.
    ///
    /// The synchronous subscriptions have run when this returns; the others run in the background of this process, in
    /// no particular order. They are *not durable*: what is in the background when the process ends is lost. Call
    /// [`drain`](Host::drain) before you end it.
    ///
    /// If [`Capacity::background`](crate::Capacity::background) deliveries are in the background already, this waits until
    /// there is room.
    pub async fn postload(&self, trigger: Trigger) -> Result<Report, TriggerError> {
        let hook = self.accept(&trigger, HookKind::Postload)?;
        let roster = self.inner.roster.load_full();
        Ok(self.fan_out(roster.listeners(hook.name()), hook, trigger).await)
    }

    pub(super) async fn fan_out(&self, listeners: &[Listener], hook: Arc<Hook>, trigger: Trigger) -> Report {
        let trigger = Arc::new(trigger);
        let mut report = Report {
            deliveries: Vec::new(),
            background: Vec::new(),
        };
        for listener in listeners {
            if !is_for(listener, &trigger.payload, &trigger) {
                continue;
            }
            if listener.subscription.asynchronous {
                let pending = self.run_in_background(listener.clone(), hook.clone(), trigger.clone());
                report.background.push(pending.await);
            } else {
                let id = self.inner.sandbox.surroundings().delivery();
                let delivery = self.react(id, listener, &hook, &trigger).await;
                report.deliveries.push(delivery);
            }
        }
        report
    }

    /// One delivery that cannot change its payload, with as many attempts as its failure policy wants: from the call to the
    /// actions that it asked for.
    pub(super) async fn react(&self, id: DeliveryId, listener: &Listener, hook: &Hook, trigger: &Trigger) -> Delivery {
        let mut attempt = Attempt {
            id,
            number: 1,
            listener,
            hook,
            trigger,
            payload: &trigger.payload,
        };
        let mut delivery = self.attempt(attempt, None).await;
        while let Err(fault) = &delivery.result
            && listener.subscription.failure_policy.on(fault) == OnFailure::Retry
            && attempt.number < self.inner.capacity.attempts
        {
            tracing::info!(
                delivery = %id,
                module = delivery.module.name,
                hook = delivery.hook,
                attempt = attempt.number,
                "module `{}` failed on `{}`, and is tried again: {fault}",
                delivery.module.name,
                delivery.hook,
            );
            tokio::time::sleep(self.wait_after(attempt)).await;
            attempt.number += 1;
            delivery = self.attempt(attempt, None).await;
        }
        self.apply_actions(&mut delivery).await;
        self.report(&delivery);
        delivery
    }

    /// Twice as long after each attempt, give or take a half, so that what failed together does not come back together.
    fn wait_after(&self, attempt: Attempt<'_>) -> Duration {
        let doubled = 1_u32.checked_shl(attempt.number - 1).unwrap_or(u32::MAX);
        let wait = self
            .inner
            .capacity
            .retry_after
            .saturating_mul(doubled)
            .min(LONGEST_WAIT);
        wait.mul_f64(0.5 + attempt.id.fraction())
    }
}

/// Between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);
