//! What this process knows of messages that may come again.

use std::collections::{HashMap, VecDeque};

use tokio::time::Instant;
use uuid::Uuid;

/// Of so many, the newest. One that is forgotten is no worse than one that another process knew: it is attempted again, or
/// found in the ledger.
const MOST: usize = 20_000;

#[derive(Clone, Copy, Debug)]
pub(super) enum Remembered {
    /// It was acknowledged, or could not be: there is nothing to do for it any more.
    Over,
    /// It waited here, and nobody had begun with it.
    Untouched {
        attempt: u32,
        due: Instant,
        /// How often it had come back when it was sent to us.
        returns: u64,
        redelivered: bool,
    },
}

#[derive(Debug, Default)]
pub(super) struct Memory {
    known: HashMap<Uuid, Remembered>,
    /// Oldest first. What was recalled, or was kept again, may be in it still.
    order: VecDeque<Uuid>,
}

impl Memory {
    pub(super) fn keep(&mut self, copy: Uuid, what: Remembered) {
        if self.known.insert(copy, what).is_none() {
            self.order.push_back(copy);
        }
        while self.order.len() > MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }

    /// What is known of it. What had not been begun with is forgotten by this: it is in hand again.
    pub(super) fn recall(&mut self, copy: Uuid) -> Option<Remembered> {
        match self.known.get(&copy).copied()? {
            Remembered::Over => Some(Remembered::Over),
            untouched @ Remembered::Untouched { .. } => {
                self.known.remove(&copy);
                Some(untouched)
            }
        }
    }
}
