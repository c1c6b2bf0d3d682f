//! A queue in this process's memory: for a host that was given no other. It ends with the process.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Message, Queue, QueueError, QueueHealth, Taken, Wanted};

/// Messages in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryQueue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    lanes: BTreeMap<Arc<str>, VecDeque<Waiting>>,
    /// The lane that was served last: the next one is first.
    last: Option<Arc<str>>,
    /// Keys of which a message is taken.
    busy: HashSet<(Arc<str>, Arc<str>)>,
    /// Messages that wait or are taken.
    held: usize,
}

#[derive(Debug)]
struct Waiting {
    message: Message,
    since: Instant,
    due: Instant,
}

impl MemoryQueue {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done while it is held can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts one back at the head of its lane, so that its order is kept.
    fn put_back(&self, message: Message, after: Duration) {
        let now = Instant::now();
        let mut state = self.state();
        state.free(&message);
        let lane = state.lanes.entry(message.lane.clone()).or_default();
        lane.push_front(Waiting {
            message,
            since: now,
            due: now + after,
        });
        drop(state);
        self.changed.notify_waiters();
    }
}

impl State {
    /// What can be taken now, lane by lane in turn; and when there will be more, if that is known.
    fn take(&mut self, wanted: &Wanted) -> (Vec<Taken>, Option<Instant>) {
        let now = Instant::now();
        let mut rooms: BTreeMap<&Arc<str>, usize> = wanted.lanes.iter().map(|(lane, room)| (lane, *room)).collect();
        let mut taken = Vec::new();
        let mut next: Option<Instant> = None;
        let mut order: Vec<_> = self.lanes.keys().cloned().collect();
        let first = order.partition_point(|lane| Some(lane) <= self.last.as_ref());
        order.rotate_left(first);
        loop {
            let before = taken.len();
            for lane in &order {
                let Some(room) = rooms.get_mut(lane).filter(|room| **room > 0) else {
                    continue;
                };
                if taken.len() == wanted.most {
                    return (taken, None);
                }
                let Some(waiting) = self.lanes.get_mut(lane) else {
                    continue;
                };
                let mut passed = HashSet::new();
                let position = waiting.iter().position(|one| {
                    let key = one.message.order.as_ref();
                    // One that waits for its next attempt holds up those of its key behind it.
                    let is_free = key.is_none_or(|key| {
                        !self.busy.contains(&(lane.clone(), key.clone())) && passed.insert(key.clone())
                    });
                    if is_free && one.due > now {
                        next = Some(next.map_or(one.due, |next| next.min(one.due)));
                    }
                    is_free && one.due <= now
                });
                if let Some(one) = position.and_then(|position| waiting.remove(position)) {
                    *room -= 1;
                    if let Some(key) = &one.message.order {
                        self.busy.insert((lane.clone(), key.clone()));
                    }
                    self.last = Some(lane.clone());
                    taken.push(Taken {
                        message: one.message,
                        redelivered: false,
                        receipt: Box::new(()),
                    });
                }
            }
            if taken.len() == before {
                self.lanes.retain(|_, waiting| !waiting.is_empty());
                return (taken, next);
            }
        }
    }

    fn free(&mut self, message: &Message) {
        if let Some(key) = &message.order {
            self.busy.remove(&(message.lane.clone(), key.clone()));
        }
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn put(&self, messages: Vec<Message>, most: Option<usize>) -> Result<(), QueueError> {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(limit) = most.filter(|most| state.held.saturating_add(messages.len()) > *most) {
            return Err(QueueError::Full { limit });
        }
        state.held += messages.len();
        for message in messages {
            let lane = state.lanes.entry(message.lane.clone()).or_default();
            lane.push_back(Waiting {
                message,
                since: now,
                due: now,
            });
        }
        drop(state);
        self.changed.notify_waiters();
        Ok(())
    }

    async fn take(&self, wanted: &Wanted) -> Result<Vec<Taken>, QueueError> {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let (taken, next) = self.state().take(wanted);
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
        let mut state = self.state();
        for one in &taken {
            state.held = state.held.saturating_sub(1);
            state.free(&one.message);
        }
        drop(state);
        // Others of the same key may have waited for it.
        self.changed.notify_waiters();
        Ok(())
    }

    async fn again(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        let mut message = taken.message;
        message.attempt = message.attempt.saturating_add(1);
        self.put_back(message, after);
        Ok(())
    }

    async fn give_back(&self, taken: Taken, after: Duration) -> Result<(), QueueError> {
        self.put_back(taken.message, after);
        Ok(())
    }

    async fn set_aside(&self, taken: Taken, _: &str) -> Result<(), QueueError> {
        self.done(vec![taken]).await
    }

    async fn health(&self) -> Result<QueueHealth, QueueError> {
        let now = Instant::now();
        let state = self.state();
        let waiting = || state.lanes.values().flatten();
        let due = waiting().filter(|one| one.due <= now);
        let count = waiting().count();
        Ok(QueueHealth {
            waiting: count as u64,
            taken: state.held.saturating_sub(count) as u64,
            oldest_waiting: due.map(|one| now - one.since).max(),
            ..QueueHealth::default()
        })
    }

    async fn close(&self) {}
}
