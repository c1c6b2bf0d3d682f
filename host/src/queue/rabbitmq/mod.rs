//! The queue in RabbitMQ, for many hosts and workers on many machines.
//!
//! A message is in the broker until it is acknowledged, and that is when the ledger has it. All queues are quorum queues:
//! where the broker has several nodes, a message that was put is on the disks of most of them. What there is in the broker
//! is told in [`topology`].
//!
//! # What it promises, and what not
//!
//! - A message is put once the broker has confirmed it. If a [`put`](Queue::put) fails half way, some of its messages may be
//!   in the broker nevertheless.
//! - A put may be refused while another process declares the same queue for the first time.
//! - A message comes again when the connection is lost. What this process works on then goes on, and is acknowledged over
//!   the next connection ([`inbox`]).
//! - Messages are sent ahead, up to [`AHEAD`] times the room of a lane. If this process is killed, those come again as
//!   [redelivered](crate::queue::Taken::redelivered) too, since the broker cannot know that nobody had begun with them.
//! - Order: one process at a time has the ordered messages of a lane, whichever was there first; when it ends, another takes
//!   over. Between two attempts such a message waits in that process, and not in the broker: if the process ends before the
//!   second, the message is taken again at once, as for the first.
//! - Of two messages with one id both are kept.
//! - A broker of one node that is killed in the first seconds after a module's queue was declared may come back with a queue
//!   that answers nobody, and what is in it is not delivered then (seen with RabbitMQ 3.10.8). The other lanes go on, and
//!   the log names the queue.
//! - An attempt is counted in the broker. Where the connection is lost just when a message is put back, it is counted only
//!   here, and not for another process that gets it then.

mod count;
mod inbox;
mod link;
mod memory;
mod session;
mod settings;
mod topology;
mod trouble;
mod wire;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lapin::options::BasicAckOptions;
use lapin::types::ShortString;
use tokio_util::sync::DropGuard;

use self::count::Capacity;
use self::inbox::Receipt;
use self::link::Link;
use self::session::Outgoing;
use self::settings::Address;
pub use self::settings::RabbitMq;
use self::topology::{Names, Wait};
use crate::queue::{Message, Queue, QueueError, QueueHealth, Taken, Wanted};

/// So many messages are sent to this process for each that it has room for: when one is done, the next is here.
const AHEAD: usize = 2;
/// How many messages of a lane are sent ahead at most.
const MOST_AHEAD: usize = 200;
/// What is put back for less than that waits here, unacknowledged: a trip through the broker would take as long.
const SHORT: Duration = Duration::from_secs(1);
/// How long a message rests here that could not be set aside.
const REST: Duration = Duration::from_secs(5);

/// Messages in RabbitMQ.
pub(crate) struct RabbitQueue {
    link: Arc<Link>,
    capacity: Capacity,
    _stop: DropGuard,
}

impl fmt::Debug for RabbitQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RabbitQueue")
            .field("place", &self.link.address)
            .finish()
    }
}

impl RabbitQueue {
    /// Connects. If the broker does not answer, that is said in the log, and tried until it does.
    ///
    /// # Errors
    /// If the settings are wrong, or the broker refuses us: then trying again would not help.
    pub(crate) async fn open(settings: &RabbitMq) -> Result<Self, QueueError> {
        let address = Address::read(settings).await?;
        let names = Names::new(&settings.prefix, &address)?;
        let link = Link::open(address, names).await?;
        Ok(Self {
            _stop: link.stop.clone().drop_guard(),
            link,
            capacity: Capacity::default(),
        })
    }

    /// Publishes a copy that waits in the broker before it goes back to its lane.
    async fn publish_later(&self, message: &Message, after: Duration) -> Result<(), QueueError> {
        let session = self.link.session()?;
        let wait = Wait::of(after);
        let exchange = self.link.names.wait(wait);
        let lane = self.link.know(&message.lane, message.order.is_some());
        let key = lane.map(|lane| lane.key).unwrap_or_default();
        let properties = wire::properties(message, after, None).with_expiration(wait.expiration(after));
        let copy = Outgoing {
            exchange: exchange.clone(),
            key,
            body: message.body.clone(),
            properties,
        };
        let published = async {
            if !session.has(&exchange) {
                session.wait(wait).await?;
            }
            session.publish(vec![copy]).await
        };
        published
            .await
            .map_err(|trouble| self.link.address.unavailable(trouble.to_string()))
    }

    /// Acknowledges one that is over.
    async fn settle(&self, message: &Message, receipt: &Receipt) {
        loop {
            // Whether it was heard is not known; if it was not, the message comes again, and is known then.
            if let Err(error) = receipt.acker().ack(BasicAckOptions::default()).await {
                tracing::debug!(delivery = %message.id, "{error}");
            }
            if self.link.inbox.finish(message, receipt) {
                return;
            }
        }
    }

    /// Puts one back: into the broker, or where that does not work, or is not worth it, among those that are here.
    async fn put_back(&self, message: Message, receipt: Arc<Receipt>, old: Message, after: Duration, trip: bool) {
        if trip {
            match self.publish_later(&message, after).await {
                Ok(()) => return self.settle(&old, &receipt).await,
                Err(error) => tracing::debug!(delivery = %message.id, "{error}"),
            }
        }
        self.link.inbox.hold(message, receipt, after);
    }
}

#[async_trait]
impl Queue for RabbitQueue {
    async fn put(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        let session = self.link.session()?;
        let unavailable = |reason: String| self.link.address.unavailable(reason);
        if let Some(most) = most {
            self.capacity.admit(&self.link, &session, messages.len(), most).await?;
        }
        let mut outgoing = Vec::with_capacity(messages.len());
        for message in messages {
            let Some(lane) = self.link.know(&message.lane, message.order.is_some()) else {
                return Err(unavailable(format!(
                    "the name `{}` is too long for a queue",
                    message.lane
                )));
            };
            if !session.has(&lane.name) {
                session
                    .lane(&lane)
                    .await
                    .map_err(|trouble| unavailable(trouble.to_string()))?;
            }
            outgoing.push(Outgoing {
                exchange: self.link.names.lanes(),
                key: lane.key,
                properties: wire::properties(&message, Duration::ZERO, None),
                body: message.body,
            });
        }
        session
            .publish(outgoing)
            .await
            .map_err(|trouble| unavailable(trouble.to_string()))
    }

    async fn take(&self, wanted: &Wanted) -> Result<Vec<Taken>, QueueError> {
        // How much room there is at all shows as long as there is some.
        let lanes = wanted.lanes.iter().filter(|(_, room)| *room > 0);
        self.link.serve(lanes.map(|(lane, room)| {
            let ahead = room.saturating_mul(AHEAD).clamp(1, MOST_AHEAD);
            (lane.clone(), u16::try_from(ahead).unwrap_or(u16::MAX))
        }));
        loop {
            let mut changed = std::pin::pin!(self.link.inbox.changed.notified());
            changed.as_mut().enable();
            // From here to the return nothing is waited for: what is taken is given.
            let (taken, next) = self.link.inbox.take(wanted);
            if !taken.is_empty() {
                return Ok(taken);
            }
            match next {
                Some(next) => tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep_until(next) => {}
                },
                None => changed.await,
            }
        }
    }

    async fn done(&self, taken: Vec<Taken>) -> Result<(), QueueError> {
        for one in taken {
            let (message, receipt) = apart(one)?;
            self.settle(&message, &receipt).await;
            self.capacity.free();
        }
        Ok(())
    }

    async fn again(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        let (old, receipt) = apart(taken)?;
        let mut message = old.clone();
        message.attempt = message.attempt.saturating_add(1);
        let trip = message.order.is_none();
        self.put_back(message, receipt, old, after, trip).await;
        Ok(())
    }

    async fn give_back(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        let (message, receipt) = apart(taken)?;
        let trip = message.order.is_none() && after > SHORT;
        self.put_back(message.clone(), receipt, message, after, trip).await;
        Ok(())
    }

    async fn set_aside(&self, taken: Taken, why: &str) -> Result<(), QueueError> {
        let (message, receipt) = apart(taken)?;
        let copy = Outgoing {
            exchange: self.link.names.aside(),
            key: ShortString::default(),
            body: message.body.clone(),
            properties: wire::properties(&message, Duration::ZERO, Some(why)),
        };
        let published = match self.link.session() {
            Ok(session) => session
                .publish(vec![copy])
                .await
                .map_err(|trouble| self.link.address.unavailable(trouble.to_string())),
            Err(error) => Err(error),
        };
        match published {
            Ok(()) => {
                self.settle(&message, &receipt).await;
                self.capacity.free();
            }
            Err(_) => self.link.inbox.hold(message, receipt, REST),
        }
        published
    }

    async fn health(&self) -> Result<QueueHealth, QueueError> {
        Ok(count::health(&self.link).await)
    }

    async fn close(&self) {
        self.link.close().await;
    }
}

/// What was taken, and what it is known by.
fn apart(taken: Taken) -> Result<(Message, Arc<Receipt>), QueueError> {
    match taken.receipt.downcast::<Arc<Receipt>>() {
        Ok(receipt) => Ok((taken.message, *receipt)),
        Err(_) => Err(QueueError::Unavailable {
            place: "RabbitMQ".to_owned(),
            reason: format!("delivery {} was not taken from it", taken.message.id),
        }),
    }
}
