//! Makes instances ahead, and clears used ones away, where nobody waits for it: what is not left to those who used them.
//!
//! There is one for each sandbox, with one thread. It is told of its work without being woken: the thread that makes epochs
//! pass does that, at most an epoch later, so that no call pays for it, which to wake a thread may cost more than all the rest.
//! Only where spares run low it is woken at once; then more are kept from now on.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use serde::Serialize;

use super::cell::Cell;
use super::pages::Pages;
use super::stock::{Spare, Stock};
use crate::limits::Capacity;

/// Used instances that wait to be cleared away, at most. What comes when there are as many is cleared by whoever used it.
pub(super) const BACKLOG: u32 = 32;

/// How a host's instances fare: how many of them were made ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Instances {
    /// How often a delivery wanted one.
    pub wanted: u64,
    /// How often there was one that had been made ahead. If that is much less, raise
    /// [`Capacity::spares`](crate::Capacity::spares), or the machine has no time to make more.
    pub ahead: u64,
    /// How many are there now.
    pub spares: usize,
    /// Bytes that their memories have, of which they take only those pages that they have written.
    pub spare_bytes: usize,
}

/// The thread, and what it has to do. It ends with this.
pub(super) struct Steward {
    desk: Arc<Desk>,
}

/// What lies before it.
pub(super) struct Desk {
    work: Mutex<Work>,
    there_is: Condvar,
    /// The modules that have spares. Whoever makes one has this while it is counted.
    known: Mutex<Vec<Weak<Stock>>>,
    /// How many spares there may be, and how many bytes their memories may have.
    most: Extent,
    /// How many there are, and how many bytes their memories have.
    taken: Arc<Taken>,
    /// How often an instance was wanted.
    clock: AtomicU64,
    /// How often there was a spare.
    ahead: AtomicU64,
}

#[derive(Default)]
struct Work {
    used: Vec<Cell>,
    /// Who wants more spares.
    low: VecDeque<Weak<Stock>>,
    over: bool,
}

#[derive(Clone, Copy)]
struct Extent {
    spares: usize,
    bytes: usize,
}

#[derive(Default)]
struct Taken {
    spares: AtomicUsize,
    bytes: AtomicUsize,
}

/// What one spare takes of what all of them may. It is given back when this is dropped.
pub(super) struct Share {
    taken: Arc<Taken>,
    bytes: usize,
}

impl Steward {
    /// Starts the thread.
    pub(super) fn start(capacity: &Capacity) -> std::io::Result<Self> {
        let desk = Arc::new(Desk {
            work: Mutex::default(),
            there_is: Condvar::new(),
            known: Mutex::default(),
            most: Extent {
                spares: capacity.spares as usize,
                bytes: capacity.spare_memory,
            },
            taken: Arc::default(),
            clock: AtomicU64::new(0),
            ahead: AtomicU64::new(0),
        });
        let own = desk.clone();
        // Host functions that a module calls while it is made may wait for a timer.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        thread::Builder::new().name("sclera-spares".into()).spawn(move || {
            let mut pages = Pages::new();
            while let Some((used, low)) = own.next() {
                if let Some(pages) = &mut pages {
                    pages.keep(&used);
                }
                // First these: what is made next finds their memory warm.
                drop(used);
                if let Some(stock) = low.and_then(|stock| stock.upgrade()) {
                    stock.asked.store(false, Ordering::Release);
                    runtime.block_on(own.restock(&stock));
                }
            }
        })?;
        Ok(Self { desk })
    }

    pub(super) fn desk(&self) -> Arc<Desk> {
        self.desk.clone()
    }

    /// Lets a used instance be cleared away.
    pub(super) fn clear(&self, cell: Cell) {
        let mut work = self.desk.work();
        if work.used.len() < BACKLOG as usize && self.desk.most.spares > 0 {
            work.used.push(cell);
        } else {
            drop(work);
            drop(cell);
        }
    }

    /// Makes one spare for a module, if one is missing and there is room, and lets it wait for its turn if more are missing.
    pub(super) async fn restock(&self, stock: &Arc<Stock>) {
        self.desk.restock(stock).await;
    }

    /// Asks for spares of a module: at the next epoch, or at once.
    pub(super) fn ask(&self, stock: &Arc<Stock>, at_once: bool) {
        if self.desk.most.spares == 0 {
            return;
        }
        if !stock.asked.swap(true, Ordering::AcqRel) {
            self.desk.work().low.push_back(Arc::downgrade(stock));
        }
        if at_once {
            self.desk.there_is.notify_one();
        }
    }

    /// How many spares one module may have.
    pub(super) fn most(&self) -> usize {
        self.desk.most.spares
    }

    /// A moment: later ones are greater.
    pub(super) fn now(&self) -> u64 {
        self.desk.clock.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts a call, and whether there was a spare for it.
    pub(super) fn count(&self, ahead: bool) {
        if ahead {
            self.desk.ahead.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn instances(&self) -> Instances {
        Instances {
            wanted: self.desk.clock.load(Ordering::Relaxed),
            ahead: self.desk.ahead.load(Ordering::Relaxed),
            spares: self.desk.taken.spares.load(Ordering::Relaxed),
            spare_bytes: self.desk.taken.bytes.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Steward {
    fn drop(&mut self) {
        self.desk.work().over = true;
        self.desk.there_is.notify_one();
    }
}

impl Desk {
    /// Wakes the thread if there is work. Says whether there is none.
    pub(super) fn remind(&self) -> bool {
        let work = self.work();
        let is_clear = work.used.is_empty() && work.low.is_empty();
        if !is_clear {
            self.there_is.notify_one();
        }
        is_clear
    }

    /// Waits for work: instances to clear away, and a module to make one for. None when it is over.
    fn next(&self) -> Option<(Vec<Cell>, Option<Weak<Stock>>)> {
        let mut work = self.work();
        loop {
            if work.over {
                return None;
            }
            if !work.used.is_empty() || !work.low.is_empty() {
                return Some((std::mem::take(&mut work.used), work.low.pop_front()));
            }
            work = self.there_is.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes one spare for a module, if one is missing and there is room, and lets it wait for its turn if more are missing.
    async fn restock(&self, stock: &Arc<Stock>) {
        if !stock.is_missing() {
            return;
        }
        if !self.has_room(stock.size(), stock, &mut self.known()) {
            stock.be_content();
            return;
        }
        let Some(cell) = stock.make().await else {
            // It fails again when somebody waits for it, and then that is told.
            stock.be_content();
            return;
        };
        let bytes = cell.state().memory.peak();
        // Its first one may have more than was thought, and others may have taken the room meanwhile.
        let mut known = self.known();
        if !self.has_room(bytes, stock, &mut known) {
            stock.be_content();
            return;
        }
        let share = Share::new(&self.taken, bytes);
        let is_missing = stock.put(Spare { cell, share });
        if !stock.listed.swap(true, Ordering::Relaxed) {
            known.push(Arc::downgrade(stock));
        }
        drop(known);
        if is_missing && !stock.asked.swap(true, Ordering::AcqRel) {
            self.work().low.push_back(Arc::downgrade(stock));
        }
    }

    /// Whether there is room for a spare with that much memory. Those modules make room whose spares were not wanted for
    /// longer; for the first spare of a module any of them, for a further one those that have more.
    fn has_room(&self, bytes: usize, stock: &Stock, known: &mut Vec<Weak<Stock>>) -> bool {
        loop {
            let spares = self.taken.spares.load(Ordering::Relaxed);
            let all = self.taken.bytes.load(Ordering::Relaxed).saturating_add(bytes);
            if spares < self.most.spares && all <= self.most.bytes {
                return true;
            }
            known.retain(|known| known.upgrade().is_some_and(|known| known.is_listed()));
            let own = stock.count();
            let others = known.iter().filter_map(Weak::upgrade);
            let others = others.filter(|other| other.used() < stock.used() && (own == 0 || other.count() > own));
            match others.min_by_key(|other| other.used()) {
                Some(other) => drop(other.give_up()),
                None => return false,
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Vec<Weak<Stock>>> {
        // Nothing that is done while it is held can panic half way.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        // Nothing that is done while it is held can panic half way.
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    fn new(taken: &Arc<Taken>, bytes: usize) -> Self {
        taken.spares.fetch_add(1, Ordering::Relaxed);
        taken.bytes.fetch_add(bytes, Ordering::Relaxed);
        Self {
            taken: taken.clone(),
            bytes,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.taken.spares.fetch_sub(1, Ordering::Relaxed);
        self.taken.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
