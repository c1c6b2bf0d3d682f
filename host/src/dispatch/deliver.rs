//! One attempt at a delivery that was taken out of the queue: from its envelope to what the ledger has of it.
//!
//! One that was taken before, by a worker that has ended since, may be what ended it: it runs alone then, and after
//! [`STRIKES`] times it is given up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard};

use super::workers::{LATER, Next, PATIENCE, held};
use super::{Attempt, Made};
use crate::catalog::Hook;
use crate::delivery::{ActionState, DeliveryId};
use crate::envelope::Envelope;
use crate::fault::Fault;
use crate::host::Host;
use crate::ledger::{Entry, State};
use crate::queue::Taken;
use crate::subscriptions::{Listener, OnFailure};
use crate::trigger::Trigger;

/// How often a delivery may end the worker that runs nothing else.
const STRIKES: u32 = 3;
/// Between two attempts at the same delivery, at most.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// A delivery that can be attempted.
struct Opened {
    envelope: Arc<Envelope>,
    hook: Arc<Hook>,
    listener: Listener,
    trigger: Trigger,
}

/// Held while a delivery runs: together with others, or alone.
enum Beside {
    Others(#[expect(dead_code, reason = "it is held")] OwnedRwLockReadGuard<()>),
    Nobody(#[expect(dead_code, reason = "it is held")] OwnedRwLockWriteGuard<()>),
}

/// Who is not there to take a delivery.
enum Absent {
    Module(String),
    Subscription(String),
}

impl Host {
    /// Attempts a delivery, and writes into the ledger what came of it. Gives what the queue is to do with it.
    pub(super) async fn deliver(&self, taken: &Taken) -> Next {
        let opened = match self.open(taken).await {
            Ok(opened) => opened,
            Err(next) => return next,
        };
        let _beside = match self.stand_beside(taken, &opened.envelope).await {
            Ok(beside) => beside,
            Err(next) => return next,
        };
        let attempt = Attempt {
            id: opened.envelope.id,
            number: taken.message.attempt,
            listener: &opened.listener,
            hook: &opened.hook,
            trigger: &opened.trigger,
            payload: &opened.trigger.payload,
        };
        let mut made = self.attempt(attempt, None).await;
        if let Err(Fault::Quarantined { .. }) = &made.delivery.result {
            return Next::GiveBack(LATER);
        }
        self.apply_actions(&mut made.delivery).await;
        self.conclude(taken, &opened, made).await
    }

    /// Reads a message, and finds whom it is for.
    async fn open(&self, taken: &Taken) -> Result<Opened, Next> {
        let envelope: Envelope = serde_json::from_slice(&taken.message.body)
            .map_err(|error| Next::SetAside(format!("it is not a delivery that this version knows: {error}")))?;
        let envelope = Arc::new(envelope);
        let Some(payload) = envelope.payload.clone() else {
            return Err(self.give_up(&envelope, "its payload was not kept".into()).await);
        };
        let Ok(hook) = self.inner.catalog.lookup(&envelope.hook).cloned() else {
            let why = format!("this host has no hook `{}`", envelope.hook);
            return Err(self.give_up(&envelope, why).await);
        };
        let listener = match self.addressee(&envelope).await {
            Ok(listener) => listener,
            Err(Absent::Module(why)) => {
                tracing::error!(delivery = %envelope.id, module = envelope.module, hook = envelope.hook, "{why}");
                return Err(Next::GiveBack(LATER));
            }
            Err(Absent::Subscription(why)) => return Err(self.give_up(&envelope, why).await),
        };
        // Nobody is suspected of anything for what was not even begun.
        if listener.module.quarantine.refuses() {
            return Err(Next::GiveBack(LATER));
        }
        let trigger = envelope.trigger_again(payload);
        Ok(Opened {
            envelope,
            hook,
            listener,
            trigger,
        })
    }

    /// Waits until a delivery may run: one that came again alone, so that it is known what ended the worker if that ends.
    async fn stand_beside(&self, taken: &Taken, envelope: &Arc<Envelope>) -> Result<Beside, Next> {
        let alone = self.inner.workers.alone.clone();
        let Some(ledger) = self.inner.ledger.as_ref().filter(|_| taken.redelivered) else {
            return Ok(Beside::Others(alone.read_owned().await));
        };
        let nobody = alone.write_owned().await;
        tracing::info!(delivery = %envelope.id, "the delivery came again: whoever took it before has ended; it runs alone");
        match ledger.strike(envelope.id).await {
            Ok(strikes) if strikes > STRIKES => {
                let why = format!("its worker ended {STRIKES} times while it ran, and nothing else did");
                Err(self.give_up(envelope, why).await)
            }
            Ok(_) => Ok(Beside::Nobody(nobody)),
            Err(error) => {
                tracing::error!(delivery = %envelope.id, "{error}");
                Err(Next::GiveBack(PATIENCE))
            }
        }
    }

    /// Says in the ledger how an attempt has ended, and what comes next.
    async fn conclude(&self, taken: &Taken, opened: &Opened, made: Made) -> Next {
        let Opened { envelope, listener, .. } = opened;
        let attempt = taken.message.attempt;
        let failed = match (&made.delivery.result, &made.delivery.actions) {
            (Err(fault), _) => Some((listener.subscription.failure_policy.on(fault), fault.to_string())),
            (Ok(_), ActionState::Failed(reason)) => {
                Some((OnFailure::Retry, format!("its actions could not be applied: {reason}")))
            }
            _ => None,
        };
        let (state, remark, wait) = match failed {
            None => (State::Done, None, None),
            Some((OnFailure::Retry, why)) if attempt < self.inner.capacity.attempts => {
                let wait = self.wait_after(envelope.id, attempt);
                tracing::info!(
                    delivery = %envelope.id,
                    module = envelope.module,
                    hook = envelope.hook,
                    attempt,
                    "module `{}` failed on `{}`, and is tried again in {} ms: {why}",
                    envelope.module,
                    envelope.hook,
                    wait.as_millis(),
                );
                (State::Waiting, Some(why), Some(wait))
            }
            Some((_, why)) => (State::Dead, Some(why), None),
        };
        if let Some(ledger) = &self.inner.ledger {
            let mut ended = made.entry(envelope.clone(), listener, state, remark);
            ended.is_cleared = taken.redelivered;
            if let Err(error) = ledger.write(vec![Entry::Ended(ended)]).await {
                // What is not in the ledger has not happened: it comes again, and its actions are not applied again.
                tracing::error!(delivery = %envelope.id, "{error}");
                return Next::GiveBack(PATIENCE);
            }
        }
        match wait {
            Some(wait) => Next::Again(wait),
            None => {
                self.report(&made.delivery);
                Next::Over(Some(Box::new(made.delivery)))
            }
        }
    }

    /// Makes a dead letter of a delivery that cannot be attempted.
    async fn give_up(&self, envelope: &Arc<Envelope>, why: String) -> Next {
        tracing::error!(
            delivery = %envelope.id,
            module = envelope.module,
            hook = envelope.hook,
            "the delivery is a dead letter: {why}"
        );
        if let Some(ledger) = &self.inner.ledger {
            let moved = Entry::Moved {
                envelope: envelope.clone(),
                state: State::Dead,
                remark: Some(why),
            };
            if let Err(error) = ledger.write(vec![moved]).await {
                tracing::error!(delivery = %envelope.id, "{error}");
                return Next::GiveBack(PATIENCE);
            }
        }
        Next::Over(None)
    }

    /// Whom a delivery is for: the version that it was accepted for, if it can be had; else the one that is there.
    async fn addressee(&self, envelope: &Envelope) -> Result<Listener, Absent> {
        if let Some(accepted) = held(&self.inner.workers.accepted).get(&envelope.id) {
            return Ok(accepted.listener.clone());
        }
        let module = self.version(envelope).await.map_err(Absent::Module)?;
        let subscription = module
            .subscriptions
            .iter()
            .find(|one| one.hook == envelope.hook && one.menu_name == envelope.menu_name);
        match subscription {
            Some(subscription) => Ok(Listener {
                subscription: subscription.clone(),
                module,
            }),
            None => Err(Absent::Subscription(format!(
                "version {} of module `{}` does not listen to `{}` any more",
                module.identity.version, envelope.module, envelope.hook
            ))),
        }
    }

    /// Twice as long after each attempt, give or take a half, so that what failed together does not come back together.
    fn wait_after(&self, id: DeliveryId, attempt: u32) -> Duration {
        let doubled = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let wait = self
            .inner
            .capacity
            .retry_after
            .saturating_mul(doubled)
            .min(LONGEST_WAIT);
        wait.mul_f64(0.5 + id.fraction())
    }
}
