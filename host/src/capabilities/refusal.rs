//! What a module was refused because it is not granted.

use std::sync::{Arc, Mutex, PoisonError};

use super::log::{Level, Log};
use crate::sandbox::State;

/// Tells whoever reads the delivery's log of every refusal, and remembers the first: a call that fails after it failed
/// because of it, as far as anybody can tell. Clones remember the same one.
#[derive(Clone)]
pub(crate) struct Refusals {
    first: Arc<Mutex<Option<String>>>,
    log: Log,
}

impl Refusals {
    pub(crate) fn new(log: Log) -> Self {
        Self {
            first: Arc::default(),
            log,
        }
    }

    /// Refuses something of `capability`. The message says what was asked for and what is granted.
    pub(crate) fn refuse(&self, capability: &str, message: &str) {
        let message = format!("refused `{capability}`: {message}; grant it with `sclera module review`");
        self.log.note(Level::Warn, &message);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(message);
    }

    /// Remarks on something that did not go as asked, though it is granted.
    pub(crate) fn remark(&self, message: &str) {
        self.log.note(Level::Warn, message);
    }

    /// What was refused first; nothing afterwards.
    pub(crate) fn take(&self) -> Option<String> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl State {
    /// Refuses something of `capability`: notes it in the delivery's log, and remembers it for the delivery's verdict.
    pub(crate) fn refuse(&self, capability: &str, message: &str) {
        self.refusals.refuse(capability, message);
    }
}
