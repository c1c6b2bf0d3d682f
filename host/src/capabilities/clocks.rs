//! `wasi:clocks`, and clocks that stand still.
//!
//! The clocks of a call go with the machine's, or they are stopped, for a test: then no time passes while the module
//! computes, and waiting takes none, because the clock moves on to what the module waits for. It does so only when nothing
//! else can happen: a request that is under way is answered first, and of two waits the shorter one ends first. A module
//! that waits past its deadline has reached it.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;
use wasmtime::component::{HasSelf, Linker, Resource};
use wasmtime_wasi::clocks::WasiClocksView;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiView};

use super::tape::{Given, Place, Tape, Turn};
use crate::sandbox::State;

/// The stopped clocks of one call. Clones are the same clocks.
#[derive(Clone)]
pub(crate) struct StoppedClock(Arc<Inner>);

struct Inner {
    /// Where the wall clock stands when the call begins, since 1970.
    began: Duration,
    /// What of its own time the call has, in nanoseconds.
    deadline: u64,
    moment: Mutex<Moment>,
    /// Tells whoever waits that the moment is another one.
    changed: Notify,
}

#[derive(Default)]
struct Moment {
    /// Nanoseconds since the call began.
    elapsed: u64,
    /// Requests that are under way.
    under_way: usize,
    /// How often one began or ended to be.
    turns: u64,
    /// What is waited for, and by how many.
    awaited: BTreeMap<u64, usize>,
    /// Whether the module waits for what comes after its deadline.
    overdue: bool,
}

impl StoppedClock {
    pub(crate) fn new(began: Duration, deadline: Duration) -> Self {
        Self(Arc::new(Inner {
            began,
            deadline: nanoseconds(deadline),
            moment: Mutex::default(),
            changed: Notify::new(),
        }))
    }

    /// How much the clock has moved since the call began.
    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.moment().elapsed)
    }

    /// Says that a request is under way until the guard is dropped. No time passes meanwhile.
    pub(crate) fn request(&self) -> UnderWay {
        let mut moment = self.moment();
        moment.under_way += 1;
        moment.turns += 1;
        drop(moment);
        UnderWay(self.clone())
    }

    /// Waits until the module waits for what comes after its deadline.
    pub(crate) async fn overdue(&self) {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            changed.as_mut().enable();
            if self.moment().overdue {
                return;
            }
            changed.await;
        }
    }

    /// Waits until `when`. Dropped before, it was waited for by nobody.
    async fn reach(&self, when: u64) {
        let _awaited = Awaited::new(self, when);
        loop {
            let mut changed = pin!(self.0.changed.notified());
            changed.as_mut().enable();
            // Whatever can happen without any time passing happens first: a request that has just been made is sent, and one
            // that has been answered meanwhile is noticed by whoever waits for both.
            let turns = self.moment().turns;
            tokio::task::yield_now().await;
            if self.moment().turns != turns {
                continue;
            }
            if self.pass(when) {
                return;
            }
            changed.await;
        }
    }

    /// Moves on to `when` if there is nothing to happen before. Says whether it is that late.
    fn pass(&self, when: u64) -> bool {
        let mut moment = self.moment();
        if moment.elapsed >= when {
            return true;
        }
        let is_next = moment.awaited.first_key_value().is_none_or(|(&first, _)| first >= when);
        if moment.under_way > 0 || !is_next {
            return false;
        }
        let reached = when <= self.0.deadline;
        if reached {
            moment.elapsed = when;
        } else {
            moment.overdue = true;
        }
        drop(moment);
        self.0.changed.notify_waiters();
        reached
    }

    fn moment(&self) -> MutexGuard<'_, Moment> {
        // Nothing that is done while it is held can panic half way.
        self.0.moment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request is under way as long as this is there.
pub(crate) struct UnderWay(StoppedClock);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut moment = self.0.moment();
        moment.under_way -= 1;
        moment.turns += 1;
        drop(moment);
        self.0.0.changed.notify_waiters();
    }
}

/// A moment is waited for as long as this is there.
struct Awaited<'a> {
    clock: &'a StoppedClock,
    when: u64,
}

impl<'a> Awaited<'a> {
    fn new(clock: &'a StoppedClock, when: u64) -> Self {
        *clock.moment().awaited.entry(when).or_default() += 1;
        Self { clock, when }
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        let mut moment = self.clock.moment();
        if let Some(count) = moment.awaited.get_mut(&self.when) {
            *count -= 1;
            if *count == 0 {
                moment.awaited.remove(&self.when);
            }
        }
        drop(moment);
        self.clock.0.changed.notify_waiters();
    }
}

impl HostWallClock for StoppedClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.0.began.saturating_add(self.elapsed())
    }
}

impl HostMonotonicClock for StoppedClock {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        self.moment().elapsed
    }
}

/// Ready when a clock has moved on to a moment.
struct Alarm {
    clock: AlarmClock,
    yielded: bool,
    /// Where it is recorded that it was reached.
    place: Place,
}

enum AlarmClock {
    /// It is that late already; or this is a replay, in which waiting takes no time.
    Past,
    /// The machine's.
    Machine(Instant),
    /// It is never that late.
    Never,
    Stopped(StoppedClock, u64),
    /// The tape of a replay in which the call was over before.
    Replayed(Tape),
}

#[async_trait::async_trait]
impl Pollable for Alarm {
    async fn ready(&mut self) {
        match &self.clock {
            AlarmClock::Machine(when) => tokio::time::sleep_until(*when).await,
            AlarmClock::Never => std::future::pending().await,
            AlarmClock::Replayed(tape) => tape.hang().await,
            AlarmClock::Stopped(clock, when) if clock.moment().elapsed < *when => clock.reach(*when).await,
            // A module that asks again and again whether something else is ready waits for nothing in between.
            AlarmClock::Past | AlarmClock::Stopped(..) => {
                if !self.yielded {
                    self.yielded = true;
                    tokio::task::yield_now().await;
                }
            }
        }
        self.place.answer(|| true.into());
    }
}

/// Offers the interfaces.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wall_clock::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    monotonic_clock::add_to_linker::<State, HasSelf<State>>(linker, |state| state)
}

const WALL: &str = "wasi:clocks/wall-clock.now";
const WALL_RESOLUTION: &str = "wasi:clocks/wall-clock.resolution";
const MONOTONIC: &str = "wasi:clocks/monotonic-clock.now";
const MONOTONIC_RESOLUTION: &str = "wasi:clocks/monotonic-clock.resolution";
const INSTANT: &str = "wasi:clocks/monotonic-clock.subscribe-instant";
const DURATION: &str = "wasi:clocks/monotonic-clock.subscribe-duration";

impl State {
    /// What a clock shows, in nanoseconds. Where a replay has parted, the clocks stand where they stood last.
    fn read_clock(
        &mut self,
        function: &'static str,
        read: impl FnOnce(&mut Self) -> wasmtime::Result<u64>,
    ) -> wasmtime::Result<u64> {
        if !self.tape.is_on() {
            return read(self);
        }
        let Turn { given, place } = self.tape.ask(function, Value::Null);
        let shown = match given {
            Given::Unknown => read(self)?,
            Given::Answer(answer) => answer.as_u64().unwrap_or_default(),
            Given::Never | Given::Nobody => self
                .tape
                .last(function)
                .and_then(|last| last.as_u64())
                .unwrap_or_default(),
        };
        place.answer(|| shown.into());
        Ok(shown)
    }

    /// Something that is ready when the monotonic clock is that late: at `asked` itself, or so much later than now.
    fn alarm(&mut self, function: &'static str, asked: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let Turn { given, place } = self.tape.ask(function, self.tape.words(|| asked.into()));
        let clock = match (given, self.stopped.clone()) {
            (Given::Answer(_) | Given::Nobody, _) => AlarmClock::Past,
            (Given::Never, _) => AlarmClock::Replayed(self.tape.clone()),
            (Given::Unknown, Some(clock)) => {
                let when = match function {
                    INSTANT => asked,
                    _ => clock.moment().elapsed.saturating_add(asked),
                };
                AlarmClock::Stopped(clock, when)
            }
            (Given::Unknown, None) => {
                let wait = match function {
                    INSTANT => asked.saturating_sub(monotonic_clock::Host::now(&mut self.clocks())?),
                    _ => asked,
                };
                match Instant::now().checked_add(Duration::from_nanos(wait)) {
                    _ if wait == 0 => AlarmClock::Past,
                    Some(when) => AlarmClock::Machine(when),
                    None => AlarmClock::Never,
                }
            }
        };
        let table = self.ctx().table;
        let alarm = table.push(Alarm {
            clock,
            yielded: false,
            place,
        })?;
        subscribe(table, alarm)
    }
}

impl wall_clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        self.read_clock(WALL, |state| {
            wall_clock::Host::now(&mut state.clocks()).map(whole_nanoseconds)
        })
        .map(datetime)
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        self.read_clock(WALL_RESOLUTION, |state| {
            wall_clock::Host::resolution(&mut state.clocks()).map(whole_nanoseconds)
        })
        .map(datetime)
    }
}

impl monotonic_clock::Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.read_clock(MONOTONIC, |state| monotonic_clock::Host::now(&mut state.clocks()))
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        self.read_clock(MONOTONIC_RESOLUTION, |state| {
            monotonic_clock::Host::resolution(&mut state.clocks())
        })
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.alarm(INSTANT, when)
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.alarm(DURATION, duration)
    }
}

/// Until the year 2554.
fn whole_nanoseconds(time: wall_clock::Datetime) -> u64 {
    time.seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(time.nanoseconds))
}

fn datetime(nanoseconds: u64) -> wall_clock::Datetime {
    let time = Duration::from_nanos(nanoseconds);
    wall_clock::Datetime {
        seconds: time.as_secs(),
        nanoseconds: time.subsec_nanos(),
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn clock() -> StoppedClock {
        StoppedClock::new(Duration::from_secs(1_000), Duration::from_secs(10))
    }

    #[tokio::test]
    async fn it_stands_still_until_somebody_waits() {
        let clock = clock();
        tokio::task::yield_now().await;
        assert_eq!(HostMonotonicClock::now(&clock), 0);
        clock.reach(3 * SECOND).await;
        assert_eq!(HostMonotonicClock::now(&clock), 3 * SECOND);
        assert_eq!(HostWallClock::now(&clock), Duration::from_secs(1_003));
        clock.reach(SECOND).await;
        assert_eq!(HostMonotonicClock::now(&clock), 3 * SECOND);
    }

    #[tokio::test]
    async fn the_shorter_of_two_waits_ends_first() {
        let clock = clock();
        tokio::select! {
            biased;
            () = clock.reach(5 * SECOND) => panic!("the longer one ended"),
            () = clock.reach(2 * SECOND) => {}
        }
        assert_eq!(clock.elapsed(), Duration::from_secs(2));
        // Nobody waits for the longer one any more.
        clock.reach(6 * SECOND).await;
    }

    #[tokio::test]
    async fn no_time_passes_while_a_request_is_under_way() {
        let clock = clock();
        let request = clock.request();
        let answered = tokio::spawn({
            let clock = clock.clone();
            async move {
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                let elapsed = clock.elapsed();
                drop(request);
                elapsed
            }
        });
        clock.reach(SECOND).await;
        assert_eq!(answered.await.unwrap(), Duration::ZERO);
        assert_eq!(clock.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_wait_past_the_deadline_reaches_it() {
        let clock = clock();
        tokio::select! {
            () = clock.reach(11 * SECOND) => panic!("it is past the deadline"),
            () = clock.overdue() => {}
        }
    }
}
