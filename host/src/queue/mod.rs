//! What must still happen: messages that wait for a worker, kept where no crash can take them away.
//!
//! A queue knows no module. It keeps messages in *lanes*, one for each addressee, so that one of them that is slow keeps no
//! other from being served. A message that was [put](Queue::put) is there until it is [done](Queue::done): a worker that
//! takes it and dies loses nothing, and whoever takes it next is told that it [came before](Taken::redelivered).

mod durable;
mod fallback;
mod memory;
mod rabbitmq;
mod sqlite;
#[cfg(test)]
pub(crate) mod tests;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use crate::delivery::DeliveryId;
pub use durable::DurableQueue;
pub(crate) use fallback::Fallback;
pub(crate) use memory::MemoryQueue;
pub use rabbitmq::RabbitMq;
pub(crate) use rabbitmq::RabbitQueue;
pub(crate) use sqlite::SqliteQueue;

/// Something that must happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The same at each attempt. A queue keeps one message of an id, where it can tell.
    pub(crate) id: DeliveryId,
    /// Whom it is for.
    pub(crate) lane: Arc<str>,
    /// Messages of one lane and one key are taken one after the other, in the order in which they were put.
    pub(crate) order: Option<Arc<str>>,
    /// The number of the next attempt; 1 for the first.
    pub(crate) attempt: u32,
    /// What the queue does not look into.
    pub(crate) body: Arc<[u8]>,
}

/// A message that a worker has taken, and must say what became of it. Dropped, it stays taken until the worker ends.
pub(crate) struct Taken {
    pub(crate) message: Message,
    /// Whether it was taken before by a worker that ended without saying what became of it.
    pub(crate) redelivered: bool,
    /// What the queue knows it by.
    pub(crate) receipt: Box<dyn Any + Send + Sync>,
}

/// What a worker can take now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The lanes that it serves, with how many more of each it can take; those that it has no room for with 0.
    pub(crate) lanes: Vec<(Arc<str>, usize)>,
    /// In all.
    pub(crate) most: usize,
}

/// What a queue holds, for its operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QueueHealth {
    /// Messages that wait, those for a later attempt included.
    pub waiting: u64,
    /// Messages that are taken, by whichever process. 0 if the queue cannot tell.
    pub taken: u64,
    /// How long the oldest of those that wait has been waiting that could be taken now. None if there is none, or if the queue
    /// cannot tell.
    #[serde(rename = "oldest_waiting_ms", serialize_with = "milliseconds")]
    pub oldest_waiting: Option<Duration>,
    /// Lanes with messages that nobody takes, as far as the queue can tell.
    pub unserved: Vec<String>,
    /// Messages that are in the local outbox, because the broker did not take them.
    pub in_outbox: u64,
    /// Why the queue, or the broker behind it, does not answer. None if it does.
    pub trouble: Option<String>,
}

/// Why a queue did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// It holds as many messages as it may.
    #[error(
        "the queue is full: {limit} deliveries wait; see whether its workers run, or raise the capacity `background`"
    )]
    Full {
        /// [`Capacity::background`](crate::Capacity::background).
        limit: usize,
    },
    /// It does not answer, or cannot write.
    #[error("the queue {place} cannot be used: {reason}")]
    Unavailable {
        /// Where it is. No password is in it.
        place: String,
        /// What happened, and what to do.
        reason: String,
    },
}

/// Where messages wait. All of its functions may be called at the same time.
#[async_trait]
pub(crate) trait Queue: fmt::Debug + Send + Sync + 'static {
    /// Takes messages in, if there are then at most `most` that wait or are taken. When this returns they are safe: no crash
    /// of any process loses them. All of them or none.
    async fn put(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError>;

    /// Waits until there is something of what is wanted, and takes it. May give nothing, to be asked again. Cancelled, it
    /// has taken nothing, or gives it to the next one who asks.
    async fn take(&self, wanted: &Wanted) -> Result<Vec<Taken>, QueueError>;

    /// Forgets messages that were taken: what they wanted has happened.
    async fn done(&self, taken: Vec<Taken>) -> Result<(), QueueError>;

    /// Puts back one that was taken, for the next attempt, after a while.
    async fn again(&self, taken: Taken, after: Duration) -> Result<(), QueueError>;

    /// Puts back one that was taken, as it was: it counts as no attempt.
    async fn give_back(&self, taken: Taken, after: Duration) -> Result<(), QueueError>;

    /// Takes one that was taken out of the way, because nobody can make anything of it; why. It is kept where a person can
    /// look at it, if the queue is durable.
    async fn set_aside(&self, taken: Taken, why: &str) -> Result<(), QueueError>;

    /// What it holds.
    async fn health(&self) -> Result<QueueHealth, QueueError>;

    /// Takes no more, and lets go of connections and files. What was taken, and of which nothing was said, comes again.
    async fn close(&self);
}

#[expect(clippy::ref_option, reason = "serde asks for it")]
fn milliseconds<S: serde::Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    let milliseconds = duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    milliseconds.serialize(serializer)
}
