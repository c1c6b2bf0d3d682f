//! What the broker has sent to this process: messages that nobody has taken yet, and those that somebody works on.
//!
//! All of them are still in the broker too, which sends them again to somebody when the connection is lost. What comes again
//! to this process is known by its copy id: work on it goes on, and nothing is begun twice.
//!
//! Order is kept here: of the messages of one key, one is taken at a time, and those behind it wait unacknowledged. The
//! broker sees to it that only one process has the ordered messages of a lane. As many messages as may be unacknowledged at
//! once are looked at: where all of them wait for a busy key, those of other keys behind them wait too.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lapin::Acker;
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::memory::{Memory, Remembered};
use super::wire::{Copy, now_ms};
use crate::queue::{Message, Taken, Wanted};

#[derive(Debug, Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// The connection that is being listened to; what still comes from an earlier one counts no more.
    session: u64,
    lanes: BTreeMap<Arc<str>, VecDeque<Held>>,
    /// The lane that was served last: the next one is first.
    last: Option<Arc<str>>,
    /// Keys of which a message is taken.
    busy: HashSet<(Arc<str>, Arc<str>)>,
    /// What is taken, by copy.
    out: HashMap<Uuid, Weak<Receipt>>,
    memory: Memory,
}

#[derive(Debug)]
struct Held {
    message: Message,
    receipt: Arc<Receipt>,
    redelivered: bool,
    due: Instant,
    since_ms: u64,
}

/// What a message that was taken is known by.
#[derive(Debug)]
pub(super) struct Receipt {
    copy: Uuid,
    sent: Mutex<Sent>,
}

/// How the broker sent it last.
#[derive(Clone, Debug)]
struct Sent {
    acker: Acker,
    returns: u64,
}

/// What is to be done with a message that came.
#[derive(Debug)]
pub(super) enum Arrival {
    /// It is in the inbox, or with whoever works on it.
    Kept,
    /// It is over: to be acknowledged.
    Over,
    /// It came from a connection that is lost.
    Late,
}

impl Inbox {
    fn state(&self) -> MutexGuard<'_, State> {
        held(&self.state)
    }

    /// Begins to listen to a connection.
    pub(super) fn begin(&self, session: u64) {
        self.state().session = session;
    }

    /// Forgets what nobody has taken: the connection is lost, and it comes again to somebody.
    pub(super) fn lost(&self) {
        let mut guard = self.state();
        let state = &mut *guard;
        // No session has this number.
        state.session = 0;
        for one in std::mem::take(&mut state.lanes).into_values().flatten() {
            let sent = held(&one.receipt.sent).clone();
            state.memory.keep(
                one.receipt.copy,
                Remembered::Untouched {
                    attempt: one.message.attempt,
                    due: one.due,
                    returns: sent.returns,
                    redelivered: one.redelivered,
                },
            );
        }
        state.out.retain(|_, receipt| receipt.strong_count() > 0);
    }

    /// Takes in what came over a connection.
    pub(super) fn arrived(&self, session: u64, copy: Copy, acker: &Acker, flagged: bool) -> Arrival {
        let mut guard = self.state();
        let state = &mut *guard;
        if session != state.session {
            return Arrival::Late;
        }
        let sent = Sent {
            acker: acker.clone(),
            returns: copy.returns,
        };
        if let Some(receipt) = state.out.get(&copy.copy).and_then(Weak::upgrade) {
            *held(&receipt.sent) = sent;
            return Arrival::Kept;
        }
        let mut message = copy.message;
        let mut redelivered = flagged || copy.returns > 0;
        let mut due = Instant::now();
        match state.memory.recall(copy.copy) {
            Some(Remembered::Over) => return Arrival::Over,
            Some(Remembered::Untouched {
                attempt,
                due: then,
                returns,
                redelivered: before,
            }) => {
                message.attempt = message.attempt.max(attempt);
                due = then;
                // Nobody but us had it in between, and we had not begun with it.
                if copy.returns == returns.saturating_add(1) {
                    redelivered = before;
                }
            }
            None => {}
        }
        let lane = state.lanes.entry(message.lane.clone()).or_default();
        lane.push_back(Held {
            message,
            receipt: Arc::new(Receipt {
                copy: copy.copy,
                sent: Mutex::new(sent),
            }),
            redelivered,
            due,
            since_ms: copy.due_ms,
        });
        drop(guard);
        self.changed.notify_waiters();
        Arrival::Kept
    }

    /// What can be taken now, lane by lane in turn; and when there will be more, if that is known.
    pub(super) fn take(&self, wanted: &Wanted) -> (Vec<Taken>, Option<Instant>) {
        self.state().take(wanted)
    }

    /// Says that one is over, after it was acknowledged, or could not be because its connection is lost. False if it came
    /// again in the meantime, and is to be acknowledged again.
    pub(super) fn finish(&self, message: &Message, receipt: &Receipt) -> bool {
        let mut guard = self.state();
        if held(&receipt.sent).acker.usable() {
            return false;
        }
        guard.out.remove(&receipt.copy);
        guard.free(message);
        // An acknowledgement may be lost on its way.
        guard.memory.keep(receipt.copy, Remembered::Over);
        drop(guard);
        self.changed.notify_waiters();
        true
    }

    /// Puts one back at the head of its lane, unacknowledged. If its connection is lost, it is as it is now when it comes
    /// again to this process.
    pub(super) fn hold(&self, message: Message, receipt: Arc<Receipt>, after: Duration) {
        let due = Instant::now() + after;
        let mut guard = self.state();
        let state = &mut *guard;
        state.out.remove(&receipt.copy);
        state.free(&message);
        let sent = held(&receipt.sent).clone();
        if state.session > 0 && sent.acker.usable() {
            let since_ms = now_ms().saturating_add(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
            let lane = state.lanes.entry(message.lane.clone()).or_default();
            lane.push_front(Held {
                message,
                receipt,
                redelivered: false,
                due,
                since_ms,
            });
        } else {
            state.memory.keep(
                receipt.copy,
                Remembered::Untouched {
                    attempt: message.attempt,
                    due,
                    returns: sent.returns,
                    redelivered: false,
                },
            );
        }
        drop(guard);
        self.changed.notify_waiters();
    }

    /// How many wait here, and how many are taken.
    pub(super) fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.lanes.values().map(VecDeque::len).sum(), state.out.len())
    }

    /// How long the oldest has been waiting that could be taken. The broker sends the oldest of a lane first.
    pub(super) fn oldest(&self) -> Option<Duration> {
        let (now, now_ms) = (Instant::now(), now_ms());
        let state = self.state();
        let due = state.lanes.values().flatten().filter(|one| one.due <= now);
        due.map(|one| Duration::from_millis(now_ms.saturating_sub(one.since_ms)))
            .max()
    }
}

impl State {
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
                if taken.len() == wanted.most {
                    return (taken, None);
                }
                let Some(room) = rooms.get_mut(lane).filter(|room| **room > 0) else {
                    continue;
                };
                let Some(one) = self.take_of(lane, now, &mut next) else {
                    continue;
                };
                *room -= 1;
                if let Some(key) = &one.message.order {
                    self.busy.insert((lane.clone(), key.clone()));
                }
                self.last = Some(lane.clone());
                self.out.insert(one.receipt.copy, Arc::downgrade(&one.receipt));
                taken.push(Taken {
                    message: one.message,
                    redelivered: one.redelivered,
                    receipt: Box::new(one.receipt),
                });
            }
            if taken.len() == before {
                self.lanes.retain(|_, waiting| !waiting.is_empty());
                return (taken, next);
            }
        }
    }

    /// The first of a lane that is due and whose key is not busy.
    fn take_of(&mut self, lane: &Arc<str>, now: Instant, next: &mut Option<Instant>) -> Option<Held> {
        let waiting = self.lanes.get_mut(lane)?;
        let mut passed = HashSet::new();
        let position = waiting.iter().position(|one| {
            let key = one.message.order.as_ref();
            // One that waits for its next attempt holds up those of its key behind it.
            let is_free =
                key.is_none_or(|key| !self.busy.contains(&(lane.clone(), key.clone())) && passed.insert(key.clone()));
            if is_free && one.due > now {
                *next = Some(next.map_or(one.due, |next| next.min(one.due)));
            }
            is_free && one.due <= now
        });
        waiting.remove(position?)
    }

    fn free(&mut self, message: &Message) {
        if let Some(key) = &message.order {
            self.busy.remove(&(message.lane.clone(), key.clone()));
        }
    }
}

impl Receipt {
    /// What to acknowledge it with.
    pub(super) fn acker(&self) -> Acker {
        held(&self.sent).acker.clone()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done while one of them is held can panic half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
