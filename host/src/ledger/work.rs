//! What the thread does that writes: it takes what was asked for, and writes it together, until nobody can ask any more.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use sqlx::AnyPool;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::commit::{Writing, commit};
use super::error::Meaning;
use super::keep::Keep;
use super::place::Place;
use super::purge::{self, Purged};
use super::rows::{Rows, signed};
use super::writer::{Job, Note, Waiting};
use super::{LedgerError, open};
use crate::delivery::DeliveryId;
use crate::surroundings::since_epoch;

/// Entries of one transaction.
pub(super) const BATCH: usize = 512;
/// How long notes wait for others, so that not each of them costs a wait for the disk.
pub(super) const COMPANY: Duration = Duration::from_millis(20);
/// How long a transaction is tried again when something is in its way that may pass.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one transaction may take before it is given up.
const STUCK: Duration = Duration::from_secs(30);
/// How often it is looked whether a ledger that could not be written can be.
const LOOK: Duration = Duration::from_millis(500);
/// From one purge to the next.
const PURGE: Duration = Duration::from_secs(600);

/// Something that is written, and who waits for it.
enum Unit {
    Note(Box<Rows>, usize),
    Write(Vec<Rows>, oneshot::Sender<Result<(), LedgerError>>),
    Strike(DeliveryId, oneshot::Sender<Result<u32, LedgerError>>),
}

impl Unit {
    fn of(note: Note, keep: &Keep) -> Self {
        Self::Note(Box::new(Rows::of(note.entry, keep)), note.size)
    }
}

/// What was asked for since the last transaction.
#[derive(Default)]
struct Round {
    units: Vec<Unit>,
    flushes: Vec<oneshot::Sender<Result<(), LedgerError>>>,
    purges: Vec<oneshot::Sender<Result<Purged, LedgerError>>>,
    /// Whether something was noted.
    has_notes: bool,
    /// Whether anybody waits for it.
    urgent: bool,
    /// Rows for which somebody waits.
    rows: usize,
}

/// Why something was not written.
struct Failure {
    /// Whether it may be one entry that is at fault, and not the ledger.
    is_perhaps_of_one: bool,
    error: LedgerError,
}

/// What the thread works with.
pub(super) struct Work {
    pool: AnyPool,
    place: Arc<Place>,
    keep: Arc<Keep>,
    waiting: Arc<Waiting>,
    /// Notes that could not be written yet.
    notes: Vec<Unit>,
    /// When it is tried again.
    look_at: Instant,
    purge_at: Instant,
}

impl Work {
    pub(super) fn new(pool: AnyPool, place: Arc<Place>, keep: Arc<Keep>, waiting: Arc<Waiting>) -> Self {
        Self {
            pool,
            place,
            keep,
            waiting,
            notes: Vec::new(),
            look_at: Instant::now(),
            purge_at: Instant::now() + PURGE / 10,
        }
    }

    /// Works until nobody can ask for anything more.
    pub(super) async fn run(&mut self, mut jobs: UnboundedReceiver<Job>) {
        loop {
            let mut round = Round::default();
            let wake = match self.waiting.trouble() {
                Some(_) => Instant::now() + LOOK,
                None => self.purge_at,
            };
            tokio::select! {
                biased;
                job = jobs.recv() => match job {
                    Some(job) => round.take(job),
                    None => break,
                },
                () = sleep_until(wake) => {}
            }
            let company = Instant::now() + COMPANY;
            while round.has_notes && !round.urgent && self.waiting.noted().len() < BATCH {
                match timeout_at(company, jobs.recv()).await {
                    Ok(Some(job)) => round.take(job),
                    _ => break,
                }
            }
            while round.rows < BATCH
                && let Ok(job) = jobs.try_recv()
            {
                round.take(job);
            }
            let noted = std::mem::take(&mut *self.waiting.noted());
            round
                .units
                .extend(noted.into_iter().map(|note| Unit::of(note, &self.keep)));
            self.write(round.units, round.urgent).await;
            for flush in round.flushes {
                let _ = flush.send(match self.waiting.trouble() {
                    Some(error) if !self.notes.is_empty() => Err(error),
                    _ => Ok(()),
                });
            }
            for reply in round.purges {
                let purged = self.purge().await;
                let _ = reply.send(purged);
            }
            if Instant::now() >= self.purge_at {
                // A part at a time, so that nobody waits for long.
                self.purge_at = match purge::part(&self.pool, &self.keep, now()).await {
                    Ok(part) if !part.is_empty() => Instant::now() + PAUSE,
                    Ok(_) => Instant::now() + PURGE,
                    Err(error) => {
                        tracing::warn!("nothing was purged: {}", LedgerError::of(&self.place, &error));
                        Instant::now() + PURGE
                    }
                };
            }
        }
        if !self.notes.is_empty() {
            self.write(Vec::new(), true).await;
        }
        if !self.notes.is_empty() {
            tracing::error!(
                "{} entries could not be written to the ledger {}, and are lost",
                self.notes.len(),
                self.place
            );
        }
    }

    /// Writes what is left, and what is new, as far as that is possible.
    async fn write(&mut self, new: Vec<Unit>, urgent: bool) {
        let troubled = self.waiting.trouble().is_some();
        let mut units = std::mem::take(&mut self.notes);
        units.extend(new);
        if troubled && !urgent && Instant::now() < self.look_at {
            self.notes = units;
            return;
        }
        self.look_at = Instant::now() + LOOK;
        if units.is_empty() && troubled && open::beat(&self.pool, now(), true).await.is_ok() {
            self.waiting.set_trouble(None);
        }
        let mut units = units.into_iter();
        loop {
            let part: Vec<_> = units.by_ref().take(BATCH).collect();
            if part.is_empty() {
                return;
            }
            if let Err(error) = self.write_part(part).await {
                // What follows would fail in the same way.
                self.failed(units.collect(), &error, false);
                return;
            }
        }
    }

    /// Writes something together; if it is one of them that cannot be written, each by itself. Gives why nothing can be.
    async fn write_part(&mut self, units: Vec<Unit>) -> Result<(), LedgerError> {
        let failure = match self.try_to_write(&units).await {
            Ok(strikes) => {
                self.written(units, strikes);
                return Ok(());
            }
            Err(failure) => failure,
        };
        let is_one_of_them = failure.is_perhaps_of_one && open::beat(&self.pool, now(), false).await.is_ok();
        if !is_one_of_them {
            self.failed(units, &failure.error, false);
            return Err(failure.error);
        }
        for unit in units {
            match self.try_to_write(std::slice::from_ref(&unit)).await {
                Ok(strikes) => self.written(vec![unit], strikes),
                Err(failure) => self.failed(vec![unit], &failure.error, failure.is_perhaps_of_one),
            }
        }
        Ok(())
    }

    /// Tries again for a while if what is in the way may pass.
    async fn try_to_write(&self, units: &[Unit]) -> Result<Vec<u32>, Failure> {
        let mut writing = Writing::default();
        for unit in units {
            match unit {
                Unit::Note(rows, _) => writing.rows.push(rows),
                Unit::Write(rows, _) => writing.rows.extend(rows),
                Unit::Strike(id, _) => writing.strikes.push(*id),
            }
        }
        let give_up = Instant::now() + PATIENCE;
        loop {
            let error = match timeout(STUCK, commit(&self.pool, &writing, now())).await {
                Ok(Ok(strikes)) => return Ok(strikes),
                Ok(Err(error)) => error,
                Err(_) => {
                    return Err(Failure {
                        is_perhaps_of_one: false,
                        error: LedgerError::Unavailable {
                            place: self.place.to_string(),
                            reason: format!("it gave no answer within {} s", STUCK.as_secs()),
                        },
                    });
                }
            };
            let meaning = Meaning::of(&error);
            if !meaning.passes() || Instant::now() >= give_up {
                return Err(Failure {
                    is_perhaps_of_one: meaning == Meaning::Other,
                    error: LedgerError::of(&self.place, &error),
                });
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn written(&self, units: Vec<Unit>, strikes: Vec<u32>) {
        self.waiting.set_trouble(None);
        self.waiting.commits.fetch_add(1, Ordering::Relaxed);
        let mut strikes = strikes.into_iter();
        for unit in units {
            // Whoever waited may have gone.
            match unit {
                Unit::Note(_, size) => self.waiting.forget(1, size),
                Unit::Write(_, reply) => drop(reply.send(Ok(()))),
                Unit::Strike(_, reply) => drop(reply.send(Ok(strikes.next().unwrap_or_default()))),
            }
        }
    }

    /// Tells those who wait; what nobody waits for is tried again, unless it is at fault itself.
    fn failed(&mut self, units: Vec<Unit>, error: &LedgerError, at_fault: bool) {
        if !at_fault {
            self.waiting.set_trouble(Some(error.clone()));
        }
        for unit in units {
            match unit {
                Unit::Note(rows, size) if at_fault => {
                    self.waiting.forget(1, size);
                    tracing::error!(delivery = rows.id, "what happened is not recorded: {error}");
                }
                note @ Unit::Note(..) => self.notes.push(note),
                Unit::Write(_, reply) => drop(reply.send(Err(error.clone()))),
                Unit::Strike(_, reply) => drop(reply.send(Err(error.clone()))),
            }
        }
    }

    async fn purge(&self) -> Result<Purged, LedgerError> {
        let mut all = Purged::default();
        loop {
            let part = purge::part(&self.pool, &self.keep, now())
                .await
                .map_err(|error| LedgerError::of(&self.place, &error))?;
            if part.is_empty() {
                return Ok(all);
            }
            all.add(&part);
        }
    }
}

impl Round {
    fn take(&mut self, job: Job) {
        match job {
            Job::Notes => {
                self.has_notes = true;
                return;
            }
            Job::Write(rows, reply) => {
                self.rows += rows.len();
                self.units.push(Unit::Write(rows, reply));
            }
            Job::Strike(id, reply) => {
                self.rows += 1;
                self.units.push(Unit::Strike(id, reply));
            }
            Job::Flush(reply) => self.flushes.push(reply),
            Job::Purge(reply) => self.purges.push(reply),
        }
        self.urgent = true;
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    signed(since_epoch(SystemTime::now()).as_millis())
}
