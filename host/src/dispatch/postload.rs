//! Postload: everyone who listens, after the commit.

use super::{Attempt, Busy, Report, TriggerError, is_for};
use crate::catalog::{Hook, HookKind};
use crate::delivery::Delivery;
use crate::fault::Fault;
use crate::host::Host;
use crate::subscriptions::Listener;
use crate::trigger::Trigger;

impl Host {
    /// Runs the modules that listen to a postload hook, after the server has committed.
    ///
    /// The asynchronous deliveries are in the queue before anything runs; workers take them from there, in no particular
    /// order unless a module's policy asks for one. With a durable queue ([`HostBuilder::queue`](crate::HostBuilder::queue))
    /// they are made whatever crashes; without one they are gone when the process ends, so call [`drain`](Host::drain)
    /// before. The synchronous ones have run when this returns.
    ///
    /// If the queue holds [`Capacity::background`](crate::Capacity::background) deliveries already,
    /// [`Capacity::when_full`](crate::Capacity::when_full) says what happens.
    pub async fn postload(&self, trigger: Trigger) -> Result<Report, TriggerError> {
        let hook = self.accept(&trigger, HookKind::Postload)?;
        let roster = self.inner.roster.load_full();
        self.fan_out(roster.listeners(hook.name()), &hook, &trigger).await
    }

    pub(super) async fn fan_out(
        &self,
        listeners: &[Listener],
        hook: &Hook,
        trigger: &Trigger,
    ) -> Result<Report, TriggerError> {
        let (asynchronous, synchronous) = addressed(listeners, trigger);
        let prepared = self.prepare(asynchronous, hook, trigger);
        let (background, accepted) = self.accept_prepared(prepared, trigger, true).await;
        accepted.map_err(|reason| TriggerError::NotAccepted {
            hook: trigger.hook.clone(),
            reason,
        })?;
        let deliveries = self.react_all(&synchronous, hook, trigger).await;
        Ok(Report { deliveries, background })
    }

    /// The deliveries that somebody waits for, one after the other.
    pub(super) async fn react_all(&self, listeners: &[Listener], hook: &Hook, trigger: &Trigger) -> Vec<Delivery> {
        let mut deliveries = Vec::with_capacity(listeners.len());
        if listeners.is_empty() {
            return deliveries;
        }
        let admitted = self.inner.admission.admit(trigger).await;
        for listener in listeners {
            deliveries.push(self.react(listener, hook, trigger, admitted.as_ref().err()).await);
        }
        deliveries
    }

    /// One delivery that somebody waits for and that cannot change its payload: from the call to the actions that it asked for.
    /// If the host is `busy`, the module does not run, and its delivery says so.
    async fn react(&self, listener: &Listener, hook: &Hook, trigger: &Trigger, busy: Option<&Busy>) -> Delivery {
        let attempt = Attempt {
            id: self.inner.surroundings.delivery(),
            number: 1,
            listener,
            hook,
            trigger,
            payload: &trigger.payload,
        };
        let mut made = match busy {
            None => self.attempt(attempt, None).await,
            Some(busy) => attempt.not_made(Fault::Host {
                reason: busy.to_string(),
            }),
        };
        self.apply_actions(&mut made.delivery).await;
        self.note(&made, listener, hook, trigger, &trigger.payload);
        self.report(&made.delivery);
        made.delivery
    }
}

/// Those of the listeners that the trigger is for: for whom nobody waits, and for whom somebody does.
pub(super) fn addressed(listeners: &[Listener], trigger: &Trigger) -> (Vec<Listener>, Vec<Listener>) {
    listeners
        .iter()
        .filter(|listener| is_for(listener, &trigger.payload, trigger))
        .cloned()
        .partition(|listener| listener.subscription.asynchronous)
}
