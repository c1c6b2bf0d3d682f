//! The exchanges and queues in the broker, and what they are called.
//!
//! | what | name | purpose |
//! |---|---|---|
//! | direct exchange | `PREFIX.lanes` | takes every message, by the key of its lane |
//! | quorum queue | `PREFIX.lane.LANE` | the messages for one module |
//! | quorum queue, single active consumer | `PREFIX.ordered.LANE` | those of them that are taken in order |
//! | exchange and quorum queue | `PREFIX.wait.SECONDS` | back-off: what is in it expires, and goes back to its lane |
//! | exchange and quorum queue | `PREFIX.aside` | what nobody can read |
//!
//! All of it is durable. Each lane has a queue of its own, so that a module that is slow keeps no other waiting.
//!
//! # How long a message waits
//!
//! RabbitMQ looks at the head of a queue only: a message that expires is stuck behind one that expires later. So a message
//! that waits for `d` goes into the queue for the next power of two of seconds `T`, `T/2 < d ≤ T`, with `d` as its own
//! expiration and `T` as that of the queue. Each of those before it was put before it, and is gone `T` after that at the
//! latest: it waits for at least `d`, and at most `T`, which is less than `2 d` (and at most 1 s where `d` is less than
//! that). How soon a worker then takes it is another matter.

use std::time::Duration;

use lapin::types::{AMQPValue, FieldTable, ShortString};

use super::settings::Address;
use crate::queue::QueueError;

/// The longest that a message can be made to wait: 4 h 33 min.
const LONGEST: u64 = 1 << 14;
/// From RabbitMQ 4.0 on a quorum queue gives a message up that came back 20 times. It is for the host to say which deliveries
/// are hopeless, and a message comes back whenever a worker ends that has not begun with it.
const RETURNS: i32 = 1_000_000;

/// What everything is called.
#[derive(Clone, Debug)]
pub(super) struct Names {
    prefix: String,
}

/// One of the two queues of a lane.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LaneQueue {
    pub(super) name: ShortString,
    /// What a message is published with to get there.
    pub(super) key: ShortString,
    pub(super) ordered: bool,
}

/// The queue for messages that wait for up to so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    seconds: u64,
}

impl Names {
    pub(super) fn new(prefix: &str, address: &Address) -> Result<Self, QueueError> {
        // A name has at most 255 bytes, and that of a module at most 64.
        if prefix.is_empty() || prefix.len() > 100 {
            return Err(address.unavailable("the prefix of its queues must have from 1 to 100 bytes"));
        }
        Ok(Self {
            prefix: prefix.to_owned(),
        })
    }

    pub(super) fn lanes(&self) -> ShortString {
        self.short(".lanes")
    }

    pub(super) fn aside(&self) -> ShortString {
        self.short(".aside")
    }

    pub(super) fn wait(&self, wait: Wait) -> ShortString {
        self.short(&format!(".wait.{}", wait.seconds))
    }

    /// None if the name of the lane is too long for the broker.
    pub(super) fn lane(&self, lane: &str, ordered: bool) -> Option<LaneQueue> {
        let kind = if ordered { "ordered" } else { "lane" };
        Some(LaneQueue {
            name: ShortString::try_new(format!("{}.{kind}.{lane}", self.prefix)).ok()?,
            key: ShortString::try_new(format!("{kind}.{lane}")).ok()?,
            ordered,
        })
    }

    fn short(&self, rest: &str) -> ShortString {
        ShortString::try_new(format!("{}{rest}", self.prefix)).unwrap_or_default()
    }
}

impl Wait {
    pub(super) fn of(after: Duration) -> Self {
        let seconds = after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0));
        Self {
            seconds: seconds.clamp(1, LONGEST).next_power_of_two(),
        }
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        std::iter::successors(Some(1_u64), |seconds| Some(seconds * 2))
            .take_while(|seconds| *seconds <= LONGEST)
            .map(|seconds| Self { seconds })
    }

    #[cfg(test)]
    pub(super) fn seconds(self) -> u64 {
        self.seconds
    }

    fn milliseconds(self) -> u64 {
        self.seconds * 1_000
    }

    /// The expiration of one message that waits there.
    pub(super) fn expiration(self, after: Duration) -> ShortString {
        let milliseconds = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        ShortString::try_new(milliseconds.min(self.milliseconds()).to_string()).unwrap_or_default()
    }
}

/// How the queue of a lane is declared.
pub(super) fn lane_arguments(names: &Names, ordered: bool) -> FieldTable {
    let mut arguments = quorum();
    // What is rejected was not ours. The broker moves it, and forgets it only when it is there.
    dead_letters_go_to(&mut arguments, names.aside());
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(RETURNS));
    if ordered {
        arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    }
    arguments
}

/// How a queue for waiting is declared.
pub(super) fn wait_arguments(names: &Names, wait: Wait) -> FieldTable {
    let mut arguments = quorum();
    // Without a routing key of its own: a message keeps that with which it was published, which is its lane's.
    dead_letters_go_to(&mut arguments, names.lanes());
    let milliseconds = i64::try_from(wait.milliseconds()).unwrap_or(i64::MAX);
    arguments.insert("x-message-ttl".into(), AMQPValue::LongLongInt(milliseconds));
    arguments
}

/// How the queue of what was set aside is declared.
pub(super) fn quorum() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments
}

/// "At least once" holds only where the queue refuses rather than drops.
fn dead_letters_go_to(arguments: &mut FieldTable, exchange: ShortString) {
    arguments.insert("x-dead-letter-exchange".into(), text(exchange.as_str()));
    arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
    arguments.insert("x-overflow".into(), text("reject-publish"));
}

pub(super) fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_waits_for_less_than_twice_as_long_as_it_should() {
        for milliseconds in [
            1_001, 1_500, 2_000, 2_001, 4_096, 60_000, 3_600_000, 5_400_000, 16_384_000,
        ] {
            let after = Duration::from_millis(milliseconds);
            let most = Wait::of(after).milliseconds();
            assert!(
                most >= milliseconds && most < 2 * milliseconds,
                "{milliseconds} ms: {most} ms"
            );
            assert_eq!(Wait::of(after).expiration(after).as_str(), milliseconds.to_string());
        }
        assert_eq!(Wait::of(Duration::from_millis(1)).seconds, 1);
        assert_eq!(Wait::of(Duration::MAX).seconds, LONGEST);
        assert_eq!(Wait::all().count(), 15);
    }
}
