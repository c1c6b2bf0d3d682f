//! What one module's instances are made of, and those that are made ahead: its *spares*.
//!
//! A spare is an instance like any other: made for one delivery, and gone after it. It only is made before that comes, so
//! that nobody waits for its making. It has seen no event, and reaches nothing before it sees one.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cell::Cell;
use super::errands;
use super::pages::LARGE;
use super::profile::{Profile, ProfileError};
use super::state::{Phase, State};
use super::steward::{Share, Steward};
use super::{Program, Sandbox};
use crate::access::Access;
use crate::capabilities::config::Settings;
use crate::capabilities::transcript::Recording;
use crate::limits::Limits;

/// Nanoseconds that it may take to make an instance on a thread where others may want to do something.
const QUICK: u64 = 200_000;

/// What a module's instances are made of: its code, its settings and its grants.
pub(crate) struct Stock {
    sandbox: Sandbox,
    program: Program,
    settings: Arc<Settings>,
    access: Arc<Access>,
    /// What making an instance ahead may take.
    limits: Arc<Limits>,
    /// Whether what the host answers is recorded.
    records: bool,
    /// What its code does, if that is looked at.
    profile: Option<Arc<Profile>>,
    spares: Mutex<Spares>,
    /// When one was wanted last, on the steward's own clock.
    used: AtomicU64,
    /// Bytes that the memories of one have, as far as one was made.
    size: AtomicUsize,
    /// Nanoseconds that it took to make the last one.
    took: AtomicU64,
    /// Whether the steward has been asked for more.
    pub(super) asked: AtomicBool,
    /// Whether the steward knows that it has spares.
    pub(super) listed: AtomicBool,
}

#[derive(Default)]
struct Spares {
    /// The one that was made last is at the end, and is taken first: its memory is the warmest.
    ready: Vec<Spare>,
    /// How many are kept.
    wanted: usize,
    /// How few there were since there were as many as are wanted.
    fewest: usize,
}

impl Spares {
    /// Takes one out, and learns from it how many are wanted: so many that a quarter is left when more are made, which is at
    /// every epoch. Also says whether that would be too late.
    fn take(&mut self, most: usize) -> (Option<Spare>, bool) {
        let spare = self.ready.pop();
        self.fewest = self.fewest.min(self.ready.len());
        // Where one was enough so far, nobody else is expected before the next epoch.
        let is_too_late = spare.is_none() || (self.are_low() && self.wanted > 1);
        if self.are_low() || spare.is_none() {
            self.wanted = (self.wanted * 2).clamp(1, most);
        }
        (spare, is_too_late)
    }

    /// Whether there are less than are wanted.
    fn is_missing(&self) -> bool {
        self.ready.len() < self.wanted
    }

    /// Whether there are much less than are wanted.
    fn are_low(&self) -> bool {
        self.ready.len() * 4 < self.wanted
    }

    /// When there are as many as are wanted: one less will do if half of them were never needed.
    fn settle(&mut self) {
        if self.wanted > 1 && self.fewest * 2 > self.wanted {
            self.wanted -= 1;
        }
        self.fewest = self.ready.len();
    }
}

/// An instance that was made ahead, and its share of what all of them may take.
pub(super) struct Spare {
    pub(super) cell: Cell,
    pub(super) share: Share,
}

impl Stock {
    /// `name` is what its profile is called.
    pub(crate) fn new(
        name: &str,
        sandbox: Sandbox,
        program: Program,
        settings: Arc<Settings>,
        access: Arc<Access>,
        limits: Arc<Limits>,
        records: bool,
    ) -> Arc<Self> {
        let every = sandbox.profile_every;
        Arc::new(Self {
            profile: every.map(|every| Arc::new(Profile::new(name, &program, every))),
            sandbox,
            program,
            settings,
            access,
            limits,
            records,
            spares: Mutex::default(),
            used: AtomicU64::new(0),
            size: AtomicUsize::new(0),
            took: AtomicU64::new(u64::MAX),
            asked: AtomicBool::new(false),
            listed: AtomicBool::new(false),
        })
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// Writes what its code did, as the Firefox profiler reads it. Gives how many samples that are.
    pub(crate) fn write_profile(&self, out: impl io::Write) -> Result<u64, ProfileError> {
        self.profile.as_ref().ok_or(ProfileError::Off)?.write(out)
    }

    /// Makes one ahead, before anybody wants it, if there is room for it. On the thread on which it has registered, it gets the
    /// memory that it had then, where some of the pages are that it needs.
    pub(crate) async fn expect(self: &Arc<Self>) {
        if !self.is_predictable() {
            return;
        }
        let Ok(_place) = self.sandbox.places.acquire().await else {
            return;
        };
        {
            let mut spares = self.spares();
            spares.wanted = spares.wanted.max(1);
        }
        self.restock().await;
    }

    /// Lets a used instance be cleared away, and another one be made in its place, where nobody waits for it.
    pub(super) fn renew(self: &Arc<Self>, used: Cell) {
        let takes_long = self.took.load(Ordering::Relaxed) > QUICK || used.state().memory.peak() > LARGE;
        if takes_long {
            self.clear_away(used);
        } else {
            errands::leave(self, used, &self.sandbox.errands);
        }
    }

    /// Lets the steward clear one away.
    pub(super) fn clear_away(&self, used: Cell) {
        self.steward().clear(used);
    }

    /// Makes one ahead, if one is missing and there is room.
    pub(super) async fn restock(self: &Arc<Self>) {
        self.steward().restock(self).await;
    }

    /// Keeps none any more.
    pub(crate) fn clear(&self) {
        let ready = {
            let mut spares = self.spares();
            spares.wanted = 0;
            std::mem::take(&mut spares.ready)
        };
        drop(ready);
    }

    /// An instance that was made ahead, if there is one that does for a call with that recording.
    pub(super) fn take(self: &Arc<Self>, recording: &Recording) -> Option<Cell> {
        let is_as_recorded = match recording {
            Recording::Off => !self.records,
            Recording::On => self.records,
            Recording::Replay(_) => false,
        };
        let steward = self.steward();
        if steward.most() == 0 || !is_as_recorded || !self.is_predictable() {
            return None;
        }
        self.used.store(steward.now(), Ordering::Relaxed);
        let mut spares = self.spares();
        // Its share is free before the steward is asked for another one.
        let (spare, at_once) = spares.take(steward.most());
        let cell = spare.map(|spare| spare.cell);
        let is_missing = spares.is_missing();
        drop(spares);
        steward.count(cell.is_some());
        if is_missing {
            steward.ask(self, at_once);
        }
        cell
    }

    /// A store for one call, with nothing in it yet.
    pub(super) fn cell(&self, limits: &Limits, recording: Recording) -> Cell {
        let phase = Phase::Handle {
            settings: self.settings.clone(),
            access: self.access.clone(),
            recording,
        };
        let state = State::new(phase, limits, &self.sandbox.surroundings);
        Cell::new(&self.sandbox.engine, state, self.profile.clone())
    }

    /// Makes one ahead. None if that fails: then it fails again when somebody waits for it, and that is told.
    pub(super) async fn make(&self) -> Option<Cell> {
        let recording = if self.records { Recording::On } else { Recording::Off };
        let mut cell = self.cell(&self.limits, recording);
        let _beating = self.sandbox.pulse.beat();
        let made = cell.within(&self.limits, async |cell| Ok(cell.instantiate(&self.program).await??));
        let (made, took) = made.await;
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.took.store(took, Ordering::Relaxed);
        made.is_ok().then_some(cell)
    }

    /// Bytes that the memories of the next one will have, as far as that is known.
    pub(super) fn size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.spares().ready.len()
    }

    /// Whether there are less than are wanted.
    pub(super) fn is_missing(&self) -> bool {
        self.spares().is_missing()
    }

    /// Takes in one that was made ahead. Says whether one more is missing.
    pub(super) fn put(&self, spare: Spare) -> bool {
        self.size.store(spare.share.bytes(), Ordering::Relaxed);
        let mut spares = self.spares();
        if spares.wanted == 0 {
            // Meanwhile, the module has been disabled.
            drop(spares);
            drop(spare);
            return false;
        }
        spares.ready.push(spare);
        let is_missing = spares.is_missing();
        if !is_missing {
            spares.settle();
        }
        is_missing
    }

    /// Wants no more than there are.
    pub(super) fn be_content(&self) {
        let mut spares = self.spares();
        // Unless it is to have none at all.
        if spares.wanted > 0 {
            spares.wanted = spares.ready.len().max(1);
        }
        spares.fewest = spares.ready.len();
    }

    /// Gives up one, and keeps one less from now on.
    pub(super) fn give_up(&self) -> Option<Spare> {
        let mut spares = self.spares();
        spares.wanted = spares.wanted.saturating_sub(1);
        match spares.ready.is_empty() {
            true => None,
            false => Some(spares.ready.remove(0)),
        }
    }

    /// Whether it is one to ask for a spare. If it has none, it is not any more.
    pub(super) fn is_listed(&self) -> bool {
        let has_spares = !self.spares().ready.is_empty();
        self.listed.store(has_spares, Ordering::Relaxed);
        has_spares
    }

    /// When one was wanted last.
    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether one that is made ahead does what one does that is made for the call: not on clocks that stand still, nor with
    /// seeded numbers, where everything is to happen in the same order each time.
    fn is_predictable(&self) -> bool {
        let surroundings = &self.sandbox.surroundings;
        surroundings.stopped_at.is_none() && surroundings.seed().is_none()
    }

    fn steward(&self) -> &Steward {
        &self.sandbox.steward
    }

    fn spares(&self) -> MutexGuard<'_, Spares> {
        // Nothing that is done while it is held can panic half way.
        self.spares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
