//! The one who writes: a thread of its own, so that a ledger outlives the runtimes that use it.
//!
//! What is asked for while it writes is written together, in its next transaction, and everybody who waits shares that one
//! wait for the disk. Notes, for which nobody waits, are kept until they are written, as far as there is room for them; the
//! writer is woken for the first of them only, because to wake a thread may cost more than all the rest of a call.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sqlx::AnyPool;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::commit::{Writing, commit};
use super::error::Meaning;
use super::keep::{Keep, WhenUnwritable};
use super::place::Place;
use super::purge::{self, Purged};
use super::rows::{Rows, signed};
use super::{Entry, LedgerError, open};
use crate::delivery::DeliveryId;
use crate::surroundings::since_epoch;

/// Notes that may wait, and their bytes. Beyond that they are lost, loudly.
const MOST_NOTES: usize = 20_000;
const MOST_BYTES: usize = 64 << 20;
/// Notes that may wait before triggers are refused: those that are under way must still find room.
const PRESSURE: usize = MOST_NOTES / 2;
const PRESSURE_BYTES: usize = MOST_BYTES / 2;
/// Entries of one transaction.
const BATCH: usize = 512;
/// How long notes wait for others, so that not each of them costs a wait for the disk.
const COMPANY: Duration = Duration::from_millis(20);
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
/// How long the last one who drops a ledger waits for what was noted.
const FAREWELL: Duration = Duration::from_secs(20);

/// What is asked of the writer.
pub(super) enum Job {
    /// To write what was noted: there is some, or a transaction full of it.
    Notes,
    Write(Vec<Rows>, oneshot::Sender<Result<(), LedgerError>>),
    Strike(DeliveryId, oneshot::Sender<Result<u32, LedgerError>>),
    Flush(oneshot::Sender<Result<(), LedgerError>>),
    Purge(oneshot::Sender<Result<Purged, LedgerError>>),
}

/// The thread that writes, as those see it who use it.
pub(super) struct Writer {
    jobs: Mutex<Option<UnboundedSender<Job>>>,
    pub(super) runtime: tokio::runtime::Handle,
    pub(super) pool: AnyPool,
    pub(super) place: Arc<Place>,
    pub(super) keep: Arc<Keep>,
    waiting: Arc<Waiting>,
    thread: std::thread::ThreadId,
    ended: Mutex<std::sync::mpsc::Receiver<()>>,
}

/// What waits to be written, and whether it can be.
#[derive(Default)]
struct Waiting {
    /// Notes that the writer has not taken yet.
    noted: Mutex<Vec<Note>>,
    /// All notes that are not written yet, and their bytes.
    notes: AtomicUsize,
    bytes: AtomicUsize,
    lost: AtomicU64,
    commits: AtomicU64,
    trouble: Mutex<Option<LedgerError>>,
}

/// An entry for which nobody waits, and its bytes.
struct Note {
    entry: Entry,
    size: usize,
}

impl Writer {
    /// Opens the ledger on a new thread.
    pub(super) async fn start(place: Place, keep: Keep) -> Result<Self, LedgerError> {
        let (place, keep) = (Arc::new(place), Arc::new(keep));
        let waiting = Arc::new(Waiting::default());
        let (jobs, receiver) = unbounded_channel();
        let (opened, open) = oneshot::channel();
        let (end, ended) = std::sync::mpsc::channel();
        let no_thread = |reason: std::io::Error| LedgerError::Unavailable {
            place: place.to_string(),
            reason: format!("there is no thread for it: {reason}"),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_thread)?;
        let handle = runtime.handle().clone();
        let thread = {
            let (place, keep, waiting) = (place.clone(), keep.clone(), waiting.clone());
            std::thread::Builder::new()
                .name("sclera-ledger".into())
                .spawn(move || {
                    runtime.block_on(async {
                        let pool = open::open(&place).await;
                        let own = pool.as_ref().ok().cloned();
                        // Whoever opened it may have gone meanwhile; then the jobs end at once.
                        let _ = opened.send(pool);
                        if let Some(pool) = own {
                            let mut work = Work {
                                pool,
                                place,
                                keep,
                                waiting,
                                notes: Vec::new(),
                                look_at: Instant::now(),
                                purge_at: Instant::now() + PURGE / 10,
                            };
                            work.run(receiver).await;
                            work.pool.close().await;
                        }
                    });
                    let _ = end.send(());
                })
                .map_err(no_thread)?
        };
        let pool = open.await.map_err(|_| LedgerError::ended(&place))??;
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            runtime: handle,
            pool,
            place,
            keep,
            waiting,
            thread: thread.thread().id(),
            ended: Mutex::new(ended),
        })
    }

    /// Takes note of an entry, if there is room for it.
    pub(super) fn note(&self, entry: Entry) {
        let waiting = &self.waiting;
        let size = entry.size();
        let notes = waiting.notes.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = waiting.bytes.fetch_add(size, Ordering::Relaxed) + size;
        let note = Note { entry, size };
        let lost = if notes <= MOST_NOTES && bytes <= MOST_BYTES {
            let mut noted = waiting.noted();
            noted.push(note);
            // The writer has been told of those before it.
            let is_told = !matches!(noted.len(), 1 | BATCH);
            drop(noted);
            if is_told || self.ask(Job::Notes) {
                return;
            }
            std::mem::take(&mut *waiting.noted())
        } else {
            vec![note]
        };
        waiting.forget(lost.len(), lost.iter().map(|note| note.size).sum());
        let new = lost.len() as u64;
        let lost = waiting.lost.fetch_add(new, Ordering::Relaxed) + new;
        // Not once for each: there may be thousands in a second.
        if lost.is_power_of_two() || lost.is_multiple_of(10_000) {
            tracing::error!(
                lost,
                "the ledger {} does not take what happened, and there is no more room for it in memory: {lost} entries are lost{}",
                self.place,
                waiting.trouble().map(|error| format!("; {error}")).unwrap_or_default()
            );
        }
    }

    /// Asks for something, and waits for the answer.
    pub(super) async fn answer<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, LedgerError>>) -> Job,
    ) -> Result<T, LedgerError> {
        let (reply, answer) = oneshot::channel();
        if !self.ask(job(reply)) {
            return Err(LedgerError::ended(&self.place));
        }
        answer.await.unwrap_or_else(|_| Err(LedgerError::ended(&self.place)))
    }

    fn ask(&self, job: Job) -> bool {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }

    /// How many transactions there were.
    #[cfg(test)]
    pub(super) fn commits(&self) -> u64 {
        self.waiting.commits.load(Ordering::Relaxed)
    }

    /// Why nothing more should happen that would have to be recorded. None if the ledger can be written, and keeps up; and
    /// always if its operator wants the host to go on.
    pub(super) fn pressure(&self) -> Option<LedgerError> {
        if self.keep.when_unwritable == WhenUnwritable::GoOn {
            return None;
        }
        let waiting = self.waiting.notes.load(Ordering::Relaxed);
        let bytes = self.waiting.bytes.load(Ordering::Relaxed);
        let behind = waiting > PRESSURE || bytes > PRESSURE_BYTES;
        self.waiting.trouble().or_else(|| {
            behind.then(|| LedgerError::Behind {
                place: self.place.to_string(),
                waiting,
            })
        })
    }
}

/// What was noted is written before the process can end.
impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        if std::thread::current().id() == self.thread {
            return;
        }
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Err(std::sync::mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(FAREWELL) {
            tracing::error!(
                "the ledger {} still writes after {} s, and is left to itself",
                self.place,
                FAREWELL.as_secs()
            );
        }
    }
}

impl Waiting {
    fn noted(&self) -> MutexGuard<'_, Vec<Note>> {
        // Nothing that is done while it is held can panic half way.
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, notes: usize, bytes: usize) {
        self.notes.fetch_sub(notes, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn trouble(&self) -> Option<LedgerError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_trouble(&self, error: Option<LedgerError>) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*trouble, &error) {
            (None, Some(error)) => tracing::error!("nothing can be recorded: {error}"),
            (Some(_), None) => tracing::warn!("the ledger can be written again"),
            _ => {}
        }
        *trouble = error;
    }
}

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

struct Work {
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
    /// Works until nobody can ask for anything more.
    async fn run(&mut self, mut jobs: UnboundedReceiver<Job>) {
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
pub(super) fn now() -> i64 {
    signed(since_epoch(SystemTime::now()).as_millis())
}
