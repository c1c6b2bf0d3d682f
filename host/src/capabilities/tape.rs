//! Records what the host answers in one call, and answers a replay with what was recorded.
//!
//! Whoever answers a module asks the tape first. Without a recording it says at once that nothing is known; while one is
//! made it gives a [`Place`] for the answer; in a replay it has the answer, as long as the module asks what it asked before,
//! in the same order. A module has one thread, so that the order of its questions does not depend on the machine; the order
//! of answers may, where it waits for several things at once, and therefore that is recorded, too (`polling`).

use std::borrow::Cow;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Notify;

use super::transcript::{Before, HostCall, Parted, Recording, Seed, Transcript};

/// Calls of one transcript. A module that looks things up makes some dozens; one that reads the clock in a loop must not
/// fill the host's memory, nor the ledger.
const CALLS: usize = 2_000;
/// Bytes of one transcript, more or less. Most answers have some kilobytes; every delivery that runs holds as much, and the
/// ledger keeps it.
const BYTES: usize = 1 << 20;
/// What a call takes beside its texts.
const OVERHEAD: usize = 64;

/// What stands in the place of an answer that was too large.
pub(crate) const NOT_KEPT: &str = "not-kept";

/// The recording of one call, if there is one. Clones are the same tape.
#[derive(Clone, Default)]
pub(crate) struct Tape(Option<Arc<Inner>>);

struct Inner {
    seed: Seed,
    /// The recording that is replayed.
    earlier: Option<Arc<Transcript>>,
    reel: Mutex<Reel>,
    /// Tells whoever runs the call that the module waits for what never came.
    hung: Notify,
}

#[derive(Default)]
struct Reel {
    calls: Vec<HostCall>,
    bytes: usize,
    dropped: u64,
    /// Whether an answer was not kept.
    full: bool,
    parted: Option<Box<Parted>>,
    hangs: bool,
}

/// A question to the host, and where its answer goes.
pub(crate) struct Turn {
    pub(crate) given: Given,
    pub(crate) place: Place,
}

/// What the tape knows of an answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Given {
    /// Nothing: ask, and say it.
    Unknown,
    /// It was this.
    Answer(Value),
    /// None came before the call was over.
    Never,
    /// The replay has parted: nobody answers.
    Nobody,
}

/// Where an answer goes: a call on a tape, or nowhere.
#[derive(Clone, Default)]
pub(crate) struct Place(Option<(Tape, usize)>);

impl Tape {
    pub(crate) fn new(recording: Recording, seed: Option<Seed>) -> Self {
        let earlier = match recording {
            Recording::Off => return Self(None),
            Recording::On => None,
            Recording::Replay(earlier) => Some(earlier),
        };
        let seed = match &earlier {
            Some(earlier) => earlier.seed,
            None => seed.unwrap_or_else(Seed::random),
        };
        Self(Some(Arc::new(Inner {
            seed,
            earlier,
            reel: Mutex::default(),
            hung: Notify::new(),
        })))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Whether answers come from an earlier recording, and from nowhere else.
    pub(crate) fn replays(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.earlier.is_some())
    }

    /// What the call's random numbers are made of; none if it is not recorded.
    pub(crate) fn seed(&self) -> Option<Seed> {
        self.0.as_ref().map(|inner| inner.seed)
    }

    /// The arguments of a question, if anybody wants to know them.
    pub(crate) fn words(&self, words: impl FnOnce() -> Value) -> Value {
        if self.is_on() { words() } else { Value::Null }
    }

    /// The module asks something.
    pub(crate) fn ask(&self, function: &'static str, asked: Value) -> Turn {
        self.ask_as(function, asked, |one, other| one == other)
    }

    /// The same, where `same` says whether it is what had been asked.
    pub(crate) fn ask_as(&self, function: &'static str, asked: Value, same: fn(&Value, &Value) -> bool) -> Turn {
        let Some(inner) = &self.0 else {
            return Turn {
                given: Given::Unknown,
                place: Place(None),
            };
        };
        let mut reel = inner.reel();
        let given = match &inner.earlier {
            None => Given::Unknown,
            Some(_) if reel.parted.is_some() => Given::Nobody,
            Some(earlier) => reel.replayed(earlier, function, &asked, same),
        };
        let place = match reel.push(function, asked) {
            Some(index) => Place(Some((self.clone(), index))),
            None => Place(None),
        };
        Turn { given, place }
    }

    /// Asks the tape, and then whoever else can answer. None if nobody can.
    pub(crate) async fn answered<T>(
        &self,
        function: &'static str,
        asked: Value,
        ask: impl Future<Output = T>,
    ) -> Option<T>
    where
        T: Serialize + DeserializeOwned,
    {
        let turn = self.ask(function, asked);
        match turn.given {
            Given::Unknown => {
                let answer = ask.await;
                turn.place.answer(|| words(&answer));
                Some(answer)
            }
            Given::Answer(answer) => turn.place.again(answer),
            Given::Never => self.hang().await,
            Given::Nobody => None,
        }
    }

    /// Records a question and an answer that is known without asking anybody: it depends on nothing but grants and
    /// arguments.
    pub(crate) fn note(&self, function: &'static str, asked: impl FnOnce() -> Value, answered: impl FnOnce() -> Value) {
        if self.is_on() {
            self.ask(function, asked()).place.answer(answered);
        }
    }

    /// What was answered last to that question.
    pub(crate) fn last(&self, function: &str) -> Option<Value> {
        let reel = self.0.as_ref()?.reel();
        let mut calls = reel.calls.iter().rev();
        calls
            .find(|call| call.function == function && !call.answered.is_null())
            .map(|call| call.answered.clone())
    }

    /// Notes that the module waits in `function`, to be [forgotten](Place::forget) when that is over. It is no question: a
    /// replay does not look for it.
    pub(crate) fn while_waiting(&self, function: &'static str) -> Place {
        let Some(inner) = &self.0 else { return Place(None) };
        let index = inner.reel().push(function, Value::Null);
        Place(index.map(|index| (self.clone(), index)))
    }

    /// Whether the next thing that had happened is that the module waited, in `function`, until the call was over.
    pub(crate) fn waited_in_vain(&self, function: &str) -> bool {
        let Some(inner) = &self.0 else { return false };
        let reel = inner.reel();
        let next = inner
            .earlier
            .as_ref()
            .and_then(|earlier| earlier.calls.get(reel.calls.len()));
        reel.parted.is_none() && next.is_some_and(|call| call.function == function && call.answered.is_null())
    }

    /// Whether everything has been asked that had been asked before.
    pub(crate) fn is_at_its_end(&self) -> bool {
        let Some(inner) = &self.0 else { return false };
        let reel = inner.reel();
        let earlier = inner.earlier.as_ref();
        reel.parted.is_none() && earlier.is_some_and(|earlier| earlier.calls.len() <= reel.calls.len())
    }

    /// Waits for what never came: the call is over thereby, as it was before.
    pub(crate) async fn hang<T>(&self) -> T {
        self.hung();
        std::future::pending().await
    }

    /// Says that the module waits for what never came.
    pub(crate) fn hung(&self) {
        if let Some(inner) = &self.0 {
            inner.reel().hangs = true;
            inner.hung.notify_waiters();
        }
    }

    /// Waits until the module waits for what never came.
    pub(crate) async fn overdue(&self) {
        let Some(inner) = self.0.as_ref().filter(|inner| inner.earlier.is_some()) else {
            return std::future::pending().await;
        };
        loop {
            let mut hung = pin!(inner.hung.notified());
            hung.as_mut().enable();
            if inner.reel().hangs {
                return;
            }
            hung.await;
        }
    }

    /// What was recorded; nothing is afterwards.
    pub(crate) fn take(&self) -> Option<Transcript> {
        let inner = self.0.as_ref()?;
        let reel = std::mem::take(&mut *inner.reel());
        Some(Transcript {
            seed: inner.seed,
            calls: reel.calls,
            dropped: reel.dropped,
            parted: reel.parted,
        })
    }
}

impl Inner {
    fn reel(&self) -> MutexGuard<'_, Reel> {
        // Nothing that is done while it is held can panic half way.
        self.reel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reel {
    /// Takes a question in; gives the place of its answer. None if the tape is full.
    fn push(&mut self, function: &'static str, asked: Value) -> Option<usize> {
        let weight = OVERHEAD + function.len() + weight(&asked);
        // What comes after a gap would be in the place of something else.
        if self.full || self.calls.len() >= CALLS || self.bytes + weight > BYTES {
            self.full = true;
            self.dropped += 1;
            return None;
        }
        self.bytes += weight;
        self.calls.push(HostCall {
            function: Cow::Borrowed(function),
            asked,
            answered: Value::Null,
        });
        Some(self.calls.len() - 1)
    }

    /// What had been answered to a question; notes it if that was another one.
    fn replayed(
        &mut self,
        earlier: &Transcript,
        function: &'static str,
        asked: &Value,
        same: fn(&Value, &Value) -> bool,
    ) -> Given {
        let before = match earlier.calls.get(self.calls.len()) {
            Some(call) if call.function == function && same(&call.asked, asked) => match &call.answered {
                Value::Null => return Given::Never,
                Value::String(text) if text == NOT_KEPT => Before::NotKept,
                answered => return Given::Answer(answered.clone()),
            },
            Some(call) => Before::Asked {
                function: call.function.clone(),
                asked: call.asked.clone(),
            },
            None if earlier.dropped > 0 => Before::NotKept,
            None => Before::Nothing,
        };
        self.part(self.calls.len(), function.into(), asked.clone(), before);
        Given::Nobody
    }

    fn part(&mut self, after: usize, function: Cow<'static, str>, asked: Value, before: Before) {
        self.parted.get_or_insert_with(|| {
            Box::new(Parted {
                after,
                function,
                asked,
                before,
            })
        });
    }

    /// Whether there is room for that many bytes more. They are taken if so; if not, nothing more is recorded.
    fn takes(&mut self, bytes: usize) -> bool {
        if self.bytes + bytes > BYTES {
            self.dropped += u64::from(!self.full);
            self.full = true;
            return false;
        }
        self.bytes += bytes;
        true
    }
}

impl Place {
    /// Whether anything is kept here.
    pub(crate) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// The tape that it is on.
    pub(crate) fn tape(&self) -> Tape {
        self.0.as_ref().map(|(tape, _)| tape.clone()).unwrap_or_default()
    }

    /// Says the answer. The first one stays.
    pub(crate) fn answer(&self, answer: impl FnOnce() -> Value) {
        if !self.is_kept() {
            return;
        }
        let answer = answer();
        let weight = weight(&answer);
        self.change(weight, |call, room| {
            if call.answered.is_null() {
                call.answered = if room { answer } else { NOT_KEPT.into() };
            }
        });
    }

    /// Says the answer that had been given before.
    fn again<T: DeserializeOwned>(&self, answer: Value) -> Option<T> {
        self.answer(|| answer.clone());
        serde_json::from_value(answer).ok()
    }

    /// Adds to a question what is only known later.
    pub(crate) fn asked_too(&self, key: &'static str, value: Value) {
        let weight = weight(&value);
        self.change(weight, |call, room| {
            if let Value::Object(asked) = &mut call.asked {
                asked.insert(key.into(), if room { value } else { NOT_KEPT.into() });
            }
        });
    }

    /// In a replay, what had been asked here before under that key.
    pub(crate) fn asked_before(&self, key: &str) -> Option<Value> {
        let (tape, index) = self.0.as_ref()?;
        let earlier = tape.0.as_ref()?.earlier.as_ref()?;
        earlier.calls.get(*index)?.asked.get(key).cloned()
    }

    /// Adds to an answer that is an object. `change` is told whether there is room for it.
    pub(crate) fn add(&self, bytes: usize, change: impl FnOnce(&mut serde_json::Map<String, Value>, bool)) {
        self.change(bytes, |call, room| {
            if let Value::Object(answered) = &mut call.answered {
                change(answered, room);
            }
        });
    }

    /// Notes that the replay parts here.
    pub(crate) fn part(&self, before: Before) {
        if let Some((tape, index)) = &self.0
            && let Some(inner) = &tape.0
        {
            let mut reel = inner.reel();
            if let Some(call) = reel.calls.get(*index) {
                let (function, asked) = (call.function.clone(), call.asked.clone());
                reel.part(*index, function, asked, before);
            }
        }
    }

    /// Notes that the replay parts here, because what was asked too is not what had been asked.
    pub(crate) fn part_from_before(&self) {
        let Some((tape, index)) = &self.0 else { return };
        let earlier = tape.0.as_ref().and_then(|inner| inner.earlier.as_ref());
        if let Some(call) = earlier.and_then(|earlier| earlier.calls.get(*index)) {
            self.part(Before::Asked {
                function: call.function.clone(),
                asked: call.asked.clone(),
            });
        }
    }

    /// Takes a question back that was the last one.
    pub(crate) fn forget(&self) {
        if let Some((tape, index)) = &self.0
            && let Some(inner) = &tape.0
        {
            let mut reel = inner.reel();
            if reel.calls.len() == index + 1
                && let Some(call) = reel.calls.pop()
            {
                reel.bytes = reel
                    .bytes
                    .saturating_sub(OVERHEAD + call.function.len() + weight(&call.asked));
            }
        }
    }

    fn change(&self, bytes: usize, change: impl FnOnce(&mut HostCall, bool)) {
        if let Some((tape, index)) = &self.0
            && let Some(inner) = &tape.0
        {
            let mut reel = inner.reel();
            let room = reel.takes(bytes);
            if let Some(call) = reel.calls.get_mut(*index) {
                change(call, room);
            }
        }
    }
}

/// An answer as it is recorded. None of them can fail to be written.
fn words<T: Serialize>(answer: &T) -> Value {
    serde_json::to_value(answer).unwrap_or_else(|_| NOT_KEPT.into())
}

/// Bytes of a value, more or less.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => 8 + text.len(),
        Value::Array(items) => 8 + items.iter().map(weight).sum::<usize>(),
        Value::Object(fields) => {
            8 + fields
                .iter()
                .map(|(key, value)| 8 + key.len() + weight(value))
                .sum::<usize>()
        }
    }
}

#[cfg(test)]
#[path = "tape/tests.rs"]
mod tests;
