//! A queue elsewhere, and a local one for the time in which that does not answer.
//!
//! What the broker does not take is accepted into the outbox, a file of this machine, loudly. A relay moves it on, in the
//! order in which it came, as soon as the broker takes it. Where the outbox holds something, messages whose order matters go
//! there too, behind it; the others go straight to the broker.
//!
//! A message is in the broker before it leaves the outbox: who is killed in between leaves it in both, and it is delivered
//! twice under one id, which the ledger tells.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::{Message, Queue, QueueError, QueueHealth, Taken, Wanted};

/// All that is in the outbox is in this lane: it is moved on in order, whomever it is for.
const LANE: &str = "outbox";
/// How many messages are moved on at a time.
const AT_ONCE: usize = 200;
/// How many it has in hand before it takes no more out of the outbox.
const MOST: usize = 10 * AT_ONCE;
/// Between two attempts to move something on. A broker that is down says so at once.
const PATIENCE: Duration = Duration::from_millis(250);

/// A broker, with an outbox.
#[derive(Debug)]
pub(crate) struct Fallback {
    shared: Arc<Shared>,
    relay: TaskTracker,
    stop: CancellationToken,
    _stop: DropGuard,
}

#[derive(Debug)]
struct Shared {
    broker: Arc<dyn Queue>,
    outbox: Arc<dyn Queue>,
    /// Messages in the outbox, as far as this process knows.
    pending: AtomicU64,
    /// The lanes that the broker does not take, and why.
    refused: Mutex<BTreeMap<Arc<str>, String>>,
    /// Whether it was said that the outbox is in use.
    said: AtomicBool,
}

/// What the outbox keeps of a message beside its id and its body.
#[derive(Serialize, Deserialize)]
struct Wrapping {
    lane: String,
    order: Option<String>,
    attempt: u32,
}

/// A message, and the one in the outbox that holds it.
type Part = (Message, Taken);
type Parts = Vec<Part>;

/// What the relay has taken out of the outbox and not yet moved on, lane by lane.
#[derive(Default)]
struct InHand {
    lanes: HashMap<Arc<str>, VecDeque<Part>>,
    /// The lanes of which something is being moved.
    moving: HashSet<Arc<str>>,
    /// All of it, what is being moved included.
    count: usize,
}

impl InHand {
    fn add(&mut self, message: Message, taken: Taken) {
        self.count += 1;
        let lane = self.lanes.entry(message.lane.clone()).or_default();
        lane.push_back((message, taken));
    }

    /// What can be moved now.
    fn next(&mut self) -> Vec<(Arc<str>, Parts)> {
        let mut next = Vec::new();
        for (lane, waiting) in &mut self.lanes {
            if !waiting.is_empty() && self.moving.insert(lane.clone()) {
                let count = waiting.len().min(AT_ONCE);
                next.push((lane.clone(), waiting.drain(..count).collect()));
            }
        }
        next
    }

    /// Takes note of how many of a lane were moved; or that they were not, and wait once more.
    fn moved(&mut self, lane: &Arc<str>, moved: Result<usize, Parts>) {
        self.moving.remove(lane);
        match moved {
            Ok(count) => self.count -= count,
            Err(parts) => {
                let waiting = self.lanes.entry(lane.clone()).or_default();
                parts.into_iter().rev().for_each(|one| waiting.push_front(one));
            }
        }
        self.lanes.retain(|_, waiting| !waiting.is_empty());
    }
}

impl Fallback {
    /// Begins to move on what an earlier process left in the outbox.
    pub(crate) async fn new(broker: Arc<dyn Queue>, outbox: Arc<dyn Queue>) -> Result<Self, QueueError> {
        let left = outbox.health().await?.waiting;
        let shared = Arc::new(Shared {
            broker,
            outbox,
            pending: AtomicU64::new(left),
            refused: Mutex::default(),
            said: AtomicBool::new(false),
        });
        let stop = CancellationToken::new();
        let relay = TaskTracker::new();
        relay.spawn({
            let (shared, stop) = (shared.clone(), stop.clone());
            async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = shared.relay() => {}
                }
            }
        });
        relay.close();
        Ok(Self {
            shared,
            relay,
            _stop: stop.clone().drop_guard(),
            stop,
        })
    }
}

impl Shared {
    async fn put(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        let follows = self.pending.load(Ordering::SeqCst) > 0 && messages.iter().any(|one| one.order.is_some());
        let trouble = if follows {
            None
        } else {
            match self.broker.put(messages.clone(), most).await {
                Err(error @ QueueError::Unavailable { .. }) => Some(error),
                other => return other,
            }
        };
        let wrapped = messages.iter().map(wrap).collect();
        let count = messages.len() as u64;
        // Before it is there, so that none that comes after it overtakes it.
        self.pending.fetch_add(count, Ordering::SeqCst);
        let put = self.outbox.put(wrapped, most).await;
        if put.is_err() {
            self.moved(count);
        } else if let Some(trouble) = &trouble
            && !self.said.swap(true, Ordering::SeqCst)
        {
            tracing::error!("deliveries are accepted into the outbox of this machine: {trouble}");
        }
        match (put, trouble) {
            (Err(QueueError::Unavailable { place, reason }), Some(trouble)) => Err(QueueError::Unavailable {
                place,
                reason: format!("{reason}; it is in use because {trouble}"),
            }),
            (put, _) => put,
        }
    }

    fn moved(&self, count: u64) {
        let less = |pending: u64| Some(pending.saturating_sub(count));
        // It is never refused.
        let _ = self.pending.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
    }

    /// Moves on what is in the outbox, for ever: lane by lane at the same time, because one that the broker does not take is no
    /// reason for the others to wait.
    async fn relay(self: Arc<Self>) {
        let wanted = Wanted {
            lanes: vec![(LANE.into(), AT_ONCE)],
            most: AT_ONCE,
        };
        let mut in_hand = InHand::default();
        let mut moving = JoinSet::new();
        loop {
            for (lane, parts) in in_hand.next() {
                let shared = self.clone();
                moving.spawn(async move { (lane, shared.move_on(parts).await) });
            }
            tokio::select! {
                taken = self.outbox.take(&wanted), if in_hand.count < MOST => match taken {
                    Ok(taken) => for one in taken {
                        match unwrap(&one.message) {
                            Some(message) => in_hand.add(message, one),
                            None => self.set_aside(one).await,
                        }
                    },
                    Err(error) => {
                        tracing::error!("{error}");
                        tokio::time::sleep(PATIENCE).await;
                    }
                },
                Some(Ok((lane, moved))) = moving.join_next() => {
                    in_hand.moved(&lane, moved);
                    if in_hand.count == 0 && self.pending.load(Ordering::SeqCst) == 0 && self.said.swap(false, Ordering::SeqCst) {
                        tracing::warn!("the outbox was moved on, and is empty again");
                    }
                }
            }
        }
    }

    fn refused(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, String>> {
        // Nothing that is done while it is held can panic half way.
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why something stays in the outbox though the broker is there.
    fn refusal(&self) -> Option<String> {
        let refused = self.refused();
        let (lane, why) = refused.first_key_value()?;
        Some(format!(
            "the broker does not take the deliveries of `{lane}`, which stay in the outbox: {why}; if it goes on, see whether the \
             lane's queue has a leader (`rabbitmqctl list_queues name leader`), and delete it if it has none"
        ))
    }

    /// Moves on some messages of one lane, in order, and says how many. Gives them back if the broker does not take them.
    async fn move_on(&self, parts: Parts) -> Result<usize, Parts> {
        let Some(lane) = parts.first().map(|(message, _)| message.lane.clone()) else {
            return Ok(0);
        };
        let messages = parts.iter().map(|(message, _)| message.clone()).collect();
        // The limit held when they were accepted.
        if let Err(error) = self.broker.put(messages, None).await {
            tracing::debug!("{error}");
            self.refused().insert(lane, error.to_string());
            tokio::time::sleep(PATIENCE).await;
            return Err(parts);
        }
        self.refused().remove(&lane);
        let count = parts.len();
        let taken = parts.into_iter().map(|(_, taken)| taken).collect();
        if let Err(error) = self.outbox.done(taken).await {
            // They are moved on once more when this process begins anew.
            tracing::error!("{error}");
        }
        self.moved(count as u64);
        Ok(count)
    }

    async fn set_aside(&self, taken: Taken) {
        let id = taken.message.id;
        tracing::error!(delivery = %id, "a message in the outbox cannot be read, and was set aside");
        if let Err(error) = self
            .outbox
            .set_aside(taken, "it is not what this version puts there")
            .await
        {
            tracing::error!(delivery = %id, "{error}");
        }
        self.moved(1);
    }
}

#[async_trait]
impl Queue for Fallback {
    async fn put(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        self.shared.put(messages, most).await
    }

    async fn take(&self, wanted: &Wanted) -> Result<Vec<Taken>, QueueError> {
        self.shared.broker.take(wanted).await
    }

    async fn done(&self, taken: Vec<Taken>) -> Result<(), QueueError> {
        self.shared.broker.done(taken).await
    }

    async fn again(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        self.shared.broker.again(taken, after).await
    }

    async fn give_back(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        self.shared.broker.give_back(taken, after).await
    }

    async fn set_aside(&self, taken: Taken, why: &str) -> Result<(), QueueError> {
        self.shared.broker.set_aside(taken, why).await
    }

    async fn health(&self) -> Result<QueueHealth, QueueError> {
        let mut health = self.shared.broker.health().await?;
        match self.shared.outbox.health().await {
            Ok(outbox) => {
                // Other processes of this machine may have some of it in hand.
                health.in_outbox = outbox.waiting + outbox.taken;
                health.oldest_waiting = health.oldest_waiting.max(outbox.oldest_waiting);
            }
            Err(error) => health.trouble = health.trouble.or(Some(error.to_string())),
        }
        health.trouble = health.trouble.or_else(|| self.shared.refusal());
        Ok(health)
    }

    async fn close(&self) {
        self.stop.cancel();
        self.relay.wait().await;
        self.shared.broker.close().await;
        self.shared.outbox.close().await;
    }
}

fn wrap(message: &Message) -> Message {
    let wrapping = Wrapping {
        lane: message.lane.to_string(),
        order: message.order.as_deref().map(str::to_owned),
        attempt: message.attempt,
    };
    // It is made of nothing that JSON cannot hold, and has no line break in it.
    let mut body = serde_json::to_vec(&wrapping).unwrap_or_default();
    body.push(b'\n');
    body.extend_from_slice(&message.body);
    Message {
        id: message.id,
        lane: LANE.into(),
        order: None,
        attempt: 1,
        body: body.into(),
    }
}

fn unwrap(message: &Message) -> Option<Message> {
    let (wrapping, body) = message
        .body
        .split_at_checked(message.body.iter().position(|byte| *byte == b'\n')?)?;
    let wrapping: Wrapping = serde_json::from_slice(wrapping).ok()?;
    Some(Message {
        id: message.id,
        lane: wrapping.lane.into(),
        order: wrapping.order.map(Arc::from),
        attempt: wrapping.attempt,
        body: body.get(1..)?.into(),
    })
}
