//! What is asked of the clerk.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::super::{Message, QueueError, QueueHealth, Taken, Wanted};

/// To whom the answer goes.
pub(super) type Answer<T> = oneshot::Sender<Result<T, QueueError>>;

pub(super) enum Request {
    Put {
        messages: Vec<Message>,
        most: Option<usize>,
        answer: Answer<()>,
    },
    Take {
        wanted: Wanted,
        answer: Answer<Handover>,
    },
    Change {
        change: Change,
        /// None if nobody waits for it.
        answer: Option<Answer<()>>,
    },
    Health {
        answer: Answer<QueueHealth>,
    },
    Close {
        answer: Answer<()>,
    },
    /// Runs SQL on the clerk's own connection.
    #[cfg(test)]
    Run {
        sql: &'static str,
        answer: Answer<()>,
    },
    /// Ends the clerk as the end of its process does.
    #[cfg(test)]
    Die,
}

/// What becomes of messages that were taken.
pub(super) enum Change {
    Done(Vec<Receipt>),
    Back {
        receipt: Receipt,
        after: Duration,
        /// How many attempts were made.
        attempts: u32,
    },
    Aside {
        receipt: Receipt,
        why: String,
    },
    /// Nobody has seen them.
    Untaken(Vec<Receipt>),
}

/// Which message was taken.
#[derive(Clone)]
pub(super) struct Receipt {
    pub(super) seq: i64,
    /// With the number it is certain even if the file was replaced by another one meanwhile.
    pub(super) id: String,
    pub(super) lane: Arc<str>,
    pub(super) key: Option<Arc<str>>,
}

impl Receipt {
    /// None if it is from another queue.
    pub(super) fn of(taken: &Taken) -> Option<Self> {
        Some(Self {
            seq: *taken.receipt.downcast_ref::<i64>()?,
            id: taken.message.id.to_string(),
            lane: taken.message.lane.clone(),
            key: taken.message.order.clone(),
        })
    }
}

/// Messages on their way to who asked for them. If that one is gone, they go back.
pub(super) struct Handover {
    pub(super) taken: Vec<Taken>,
    pub(super) clerk: mpsc::WeakUnboundedSender<Request>,
}

impl Handover {
    pub(super) fn into_taken(mut self) -> Vec<Taken> {
        std::mem::take(&mut self.taken)
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        if !self.taken.is_empty()
            && let Some(clerk) = self.clerk.upgrade()
        {
            let receipts = self.taken.iter().filter_map(Receipt::of).collect();
            // A clerk that is gone has given everything back.
            let _ = clerk.send(Request::Change {
                change: Change::Untaken(receipts),
                answer: None,
            });
        }
    }
}
