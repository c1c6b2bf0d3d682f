//! The one who writes, as those see it who use it: a thread of its own, so that a ledger outlives the runtimes that use it.
//!
//! What is asked for while it writes is written together, in its next transaction, and everybody who waits shares that one
//! wait for the disk. Notes, for which nobody waits, are kept until they are written, as far as there is room for them; the
//! writer is woken for the first of them only, because to wake a thread may cost more than all the rest of a call.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::AnyPool;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::keep::{Keep, WhenUnwritable};
use super::place::Place;
use super::purge::Purged;
use super::rows::Rows;
use super::work::{BATCH, Work};
use super::{Entry, LedgerError, open};
use crate::delivery::DeliveryId;

/// Notes that may wait, and their bytes. Beyond that they are lost, loudly.
const MOST_NOTES: usize = 20_000;
const MOST_BYTES: usize = 64 << 20;
/// Notes that may wait before triggers are refused: those that are under way must still find room.
const PRESSURE: usize = MOST_NOTES / 2;
const PRESSURE_BYTES: usize = MOST_BYTES / 2;
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

/// The thread that writes. What it does is in [`work`](super::work).
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
pub(super) struct Waiting {
    /// Notes that the writer has not taken yet.
    noted: Mutex<Vec<Note>>,
    /// All notes that are not written yet, and their bytes.
    notes: AtomicUsize,
    bytes: AtomicUsize,
    lost: AtomicU64,
    pub(super) commits: AtomicU64,
    trouble: Mutex<Option<LedgerError>>,
}

/// An entry for which nobody waits, and its bytes.
pub(super) struct Note {
    pub(super) entry: Entry,
    pub(super) size: usize,
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
                            Work::new(pool.clone(), place, keep, waiting).run(receiver).await;
                            pool.close().await;
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
    pub(super) fn noted(&self) -> MutexGuard<'_, Vec<Note>> {
        // Nothing that is done while it is held can panic half way.
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget(&self, notes: usize, bytes: usize) {
        self.notes.fetch_sub(notes, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn trouble(&self) -> Option<LedgerError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_trouble(&self, error: Option<LedgerError>) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*trouble, &error) {
            (None, Some(error)) => tracing::error!("nothing can be recorded: {error}"),
            (Some(_), None) => tracing::warn!("the ledger can be written again"),
            _ => {}
        }
        *trouble = error;
    }
}
