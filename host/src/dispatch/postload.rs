//! Postload: everyone who listens, after the commit.

use std::sync::Arc;

use super::{Report, TriggerError};
use crate::catalog::{Hook, HookKind};
use crate::delivery::{Delivery, DeliveryId};
use crate::host::Host;
use crate::subscriptions::Listener;
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
            if listener.subscription.asynchronous {
                let pending = self.run_in_background(listener.clone(), hook.clone(), trigger.clone());
                report.background.push(pending.await);
            } else {
                let delivery = self.react(DeliveryId::new(), listener, &hook, &trigger).await;
                report.deliveries.push(delivery);
            }
        }
        report
    }

    /// One delivery that cannot change its payload: from the call to the actions that it asked for.
    pub(super) async fn react(&self, id: DeliveryId, listener: &Listener, hook: &Hook, trigger: &Trigger) -> Delivery {
        let mut delivery = self.deliver(id, listener, hook, trigger, &trigger.payload).await;
        self.apply_actions(&mut delivery).await;
        self.report(&delivery);
        delivery
    }
}
