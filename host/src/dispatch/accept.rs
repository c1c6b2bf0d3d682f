//! Accepting asynchronous deliveries: when it is done they are in the queue, and safe if that is durable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Pending;
use super::workers::{Accepted, held};
use crate::catalog::Hook;
use crate::envelope::Envelope;
use crate::host::Host;
use crate::ledger::Entry;
use crate::limits::WhenFull;
use crate::queue::{Message, QueueError};
use crate::subscriptions::Listener;
use crate::trigger::Trigger;

/// How often a trigger looks whether there is room in a queue that is full.
const ROOM: Duration = Duration::from_millis(20);

/// Asynchronous deliveries that can be accepted. The three have the same order.
pub(super) struct Prepared {
    listeners: Vec<Listener>,
    envelopes: Vec<Arc<Envelope>>,
    pub(super) messages: Vec<Message>,
}

impl Host {
    /// Makes deliveries of a trigger that can be accepted.
    pub(super) fn prepare(&self, listeners: Vec<Listener>, hook: &Hook, trigger: &Trigger) -> Prepared {
        let envelopes: Vec<_> = listeners
            .iter()
            .map(|listener| {
                let id = self.inner.surroundings.delivery();
                Arc::new(listener.envelope(id, hook, trigger, &trigger.payload))
            })
            .collect();
        let messages = envelopes.iter().zip(&listeners);
        Prepared {
            messages: messages
                .map(|(envelope, listener)| message(envelope, listener))
                .collect(),
            envelopes,
            listeners,
        }
    }

    /// Accepts the asynchronous deliveries of a trigger: when this returns, they are in the queue, unless it gives an error.
    /// `may_wait`: for room in the queue.
    pub(super) async fn accept_prepared(
        &self,
        prepared: Prepared,
        trigger: &Trigger,
        may_wait: bool,
    ) -> (Vec<Pending>, Result<(), QueueError>) {
        let Prepared {
            listeners,
            envelopes,
            messages,
        } = prepared;
        if messages.is_empty() {
            return (Vec::new(), Ok(()));
        }
        let workers = &self.inner.workers;
        let mut pending = Vec::with_capacity(listeners.len());
        for (listener, envelope) in listeners.into_iter().zip(&envelopes) {
            let (finish, finished) = oneshot::channel();
            pending.push(Pending {
                id: envelope.id,
                module: envelope.module.clone(),
                finished,
            });
            held(&workers.accepted).insert(
                envelope.id,
                Accepted {
                    since: Instant::now(),
                    listener,
                    finish,
                },
            );
        }
        // A delivery whose actions fired this hook is in the queue itself until that is done: if all of them waited here for
        // room, there would never be any. Their number is bounded by the depth of the chain.
        let most = trigger.causes.is_empty().then_some(self.inner.capacity.background);
        let put = match may_wait {
            true => self.enqueue(messages, most).await,
            false => workers.queue.put(messages, most).await,
        };
        if put.is_err() {
            let mut accepted = held(&workers.accepted);
            pending.iter().for_each(|pending| drop(accepted.remove(&pending.id)));
            return (pending, put);
        }
        if let Some(ledger) = &self.inner.ledger {
            envelopes
                .into_iter()
                .for_each(|envelope| ledger.note(Entry::Accepted(envelope)));
        }
        self.start_workers();
        (pending, Ok(()))
    }

    /// Accepts deliveries that an earlier process has left in the outbox.
    pub(crate) async fn accept_left(&self, messages: Vec<Message>) -> Result<(), QueueError> {
        let bodies: Vec<_> = messages.iter().map(|message| message.body.clone()).collect();
        let most = Some(self.inner.capacity.background);
        self.inner.workers.queue.put(messages, most).await?;
        if let Some(ledger) = &self.inner.ledger {
            // One that cannot be read is set aside by whoever takes it out of the queue.
            let envelopes = bodies.iter().filter_map(|body| serde_json::from_slice(body).ok());
            envelopes.for_each(|envelope| ledger.note(Entry::Accepted(Arc::new(envelope))));
        }
        self.start_workers();
        Ok(())
    }

    /// Puts messages into the queue, and waits for room there if that is what [`WhenFull`] says.
    pub(super) async fn enqueue(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        let queue = &self.inner.workers.queue;
        loop {
            match queue.put(messages.clone(), most).await {
                Err(QueueError::Full { .. }) if self.inner.capacity.when_full == WhenFull::Wait => {
                    tokio::time::sleep(ROOM).await;
                }
                other => return other,
            }
        }
    }
}

fn message(envelope: &Envelope, listener: &Listener) -> Message {
    let order = envelope
        .about
        .as_deref()
        .filter(|_| listener.module.policy.queue.ordered);
    Message {
        id: envelope.id,
        lane: envelope.module.as_str().into(),
        order: order.map(Arc::from),
        attempt: 1,
        // An envelope is made of nothing that JSON cannot hold.
        body: serde_json::to_vec(envelope).unwrap_or_default().into(),
    }
}
