//! What happened: every delivery, in a database.
//!
//! What is said of a delivery is an [`Entry`]. Entries of deliveries that somebody waits for are [noted](Ledger::note): they
//! are written soon, many at a time, and nobody waits for that. Those of asynchronous deliveries are
//! [written](Ledger::write): when that returns, they are safe, and only then may the queue forget the delivery. Entries can
//! come twice and in any order, since a delivery can run twice: what is final stays final.

mod commit;
mod error;
mod keep;
mod open;
mod place;
mod purge;
mod query;
mod record;
mod redact;
mod redrive;
mod rows;
mod shadows;
mod taken;
#[cfg(test)]
mod tests;
mod work;
mod writer;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use sqlx::AnyPool;

use self::place::Place;
use self::rows::Rows;
use self::writer::{Job, Writer};
use crate::capabilities::secrets::Vault;
use crate::delivery::{DeliveryId, Outcome};
use crate::envelope::Envelope;
pub use error::LedgerError;
pub use keep::{HookKeep, Keep, WhenUnwritable};
pub use purge::Purged;
pub use query::{Counts, Filter, Summary};
pub use record::{Attempt, Record, Setup, State};
pub use redrive::RedriveError;
pub use taken::Taken;

/// The durable record of deliveries. Clones are the same ledger.
///
/// It has a thread of its own. When the last clone is dropped, and with it every host that has one, what was noted is
/// written first; that takes some milliseconds, or up to 20 s if the ledger does not answer.
///
/// ```no_run
/// use sclera::{Filter, Host, Keep, Ledger, State};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let ledger = Ledger::open("state/ledger.sqlite", &Keep::default()).await?;
/// let host = Host::builder().ledger(ledger.clone()).build()?;
/// // …
/// let dead = ledger.list(&Filter { state: Some(State::Dead), ..Filter::default() }).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Ledger(Arc<Writer>);

/// What is to be known of a delivery.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// It was accepted, and waits.
    Accepted(Arc<Envelope>),
    /// An attempt has ended.
    Ended(Box<Ended>),
    /// It is in another state, without an attempt: given up because it kills its workers, or waiting once more.
    Moved {
        envelope: Arc<Envelope>,
        state: State,
        remark: Option<String>,
    },
}

/// An attempt that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) envelope: Arc<Envelope>,
    pub(crate) attempt: Attempt,
    /// The state that the delivery is in thereby.
    pub(crate) state: State,
    pub(crate) remark: Option<String>,
    /// Whether it ran alone, under suspicion, and has harmed nobody: its strikes are forgotten.
    pub(crate) is_cleared: bool,
    /// What must not be read in the ledger.
    pub(crate) secrets: Arc<Vault>,
}

impl Ledger {
    /// Opens the ledger at `place`, or makes one there: the path of a SQLite file, or `postgres://USER@HOST/DATABASE`, where
    /// several hosts share it. One of an older version is brought up to date. Nothing is changed of what is not a ledger, or
    /// is one of a newer version.
    pub async fn open(place: &str, keep: &Keep) -> Result<Self, LedgerError> {
        let writer = Writer::start(Place::parse(place)?, keep.clone()).await?;
        Ok(Self(Arc::new(writer)))
    }

    /// The deliveries that are wanted, the latest first.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Summary>, LedgerError> {
        let filter = filter.clone();
        self.on_its_thread(move |pool| async move { query::list(&pool, &filter).await })
            .await
    }

    /// Everything about one delivery. None if it is not on record.
    pub async fn find(&self, id: DeliveryId) -> Result<Option<Record>, LedgerError> {
        self.on_its_thread(move |pool| async move { query::find(&pool, id).await })
            .await
    }

    /// How many deliveries there are in each state.
    pub async fn counts(&self) -> Result<Counts, LedgerError> {
        self.on_its_thread(|pool| async move { query::counts(&pool).await })
            .await
    }

    /// Takes in a record from elsewhere; what is on record here already stays as it is. One that waits becomes a dead letter,
    /// since it is in no queue of this ledger's hosts.
    pub async fn import(&self, record: &Record) -> Result<(), LedgerError> {
        let rows = Rows::of_record(record, &self.0.keep);
        self.0.answer(|reply| Job::Write(rows, reply)).await
    }

    /// Waits until everything is written that was noted before.
    pub async fn flush(&self) -> Result<(), LedgerError> {
        self.0.answer(Job::Flush).await
    }

    /// Takes away what is not to be kept any longer. This is done now and then in any case.
    pub async fn purge(&self) -> Result<Purged, LedgerError> {
        self.0.answer(Job::Purge).await
    }

    /// Why no trigger should be accepted now, because what comes of it could not be recorded. None if it can be, or if
    /// [`Keep::when_unwritable`] says to go on.
    pub fn pressure(&self) -> Option<LedgerError> {
        self.0.pressure()
    }

    /// Takes note of something. It is written soon; nobody waits for it.
    pub(crate) fn note(&self, entry: Entry) {
        self.0.note(entry);
    }

    /// Writes something. It is safe when this returns.
    pub(crate) async fn write(&self, entries: Vec<Entry>) -> Result<(), LedgerError> {
        let keep = &self.0.keep;
        let rows = entries.into_iter().map(|entry| Rows::of(entry, keep)).collect();
        self.0.answer(|reply| Job::Write(rows, reply)).await
    }

    /// Which of these deliveries are over, and how: done, failed or dead.
    pub(crate) async fn settled(&self, ids: &[DeliveryId]) -> Result<HashMap<DeliveryId, State>, LedgerError> {
        let ids = ids.to_vec();
        self.on_its_thread(move |pool| async move { query::settled(&pool, &ids).await })
            .await
    }

    /// Remembers that a delivery is about to run alone, because a worker ended while it ran. Gives how often that has been
    /// so. It is safe when this returns.
    pub(crate) async fn strike(&self, id: DeliveryId) -> Result<u32, LedgerError> {
        self.0.answer(|reply| Job::Strike(id, reply)).await
    }

    /// Asks the database, on the ledger's own runtime: the caller's may end before the connection does.
    async fn on_its_thread<T, F>(&self, ask: impl FnOnce(AnyPool) -> F) -> Result<T, LedgerError>
    where
        F: Future<Output = sqlx::Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let writer = &self.0;
        match writer.runtime.spawn(ask(writer.pool.clone())).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(LedgerError::of(&writer.place, &error)),
            Err(_) => Err(LedgerError::ended(&writer.place)),
        }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ledger").field(&self.0.place.to_string()).finish()
    }
}

impl Entry {
    /// Bytes of it in memory, roughly.
    fn size(&self) -> usize {
        const REST: usize = 1 << 10;
        let payload = |envelope: &Envelope| envelope.payload.as_ref().map_or(0, |payload| payload.as_str().len());
        match self {
            Self::Accepted(envelope) | Self::Moved { envelope, .. } => REST + payload(envelope),
            Self::Ended(ended) => {
                let attempt = &ended.attempt;
                let answered = match &attempt.result {
                    Ok(answer) => match &answer.outcome {
                        Outcome::Replace(payload) => payload.as_str().len(),
                        _ => 0,
                    },
                    Err(_) => 0,
                };
                let logs: usize = attempt.logs.iter().map(|line| line.message.len() + 64).sum();
                REST + payload(&ended.envelope) + answered + logs
            }
        }
    }
}
