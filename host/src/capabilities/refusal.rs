//! What a module was refused because it is not granted.

use std::sync::{Arc, Mutex, PoisonError};

use super::log::{Level, Log};
use crate::fault::Fault;
use crate::sandbox::State;

/// Tells whoever reads the delivery's log of every refusal, and remembers the first: a call that fails after it failed
/// because of it, as far as anybody can tell. Clones remember the same one.
#[derive(Clone)]
pub(crate) struct Refusals {
    first: Arc<Mutex<Option<Refusal>>>,
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
        let message = format!("refused `{capability}`: {message}");
        self.log
            .note(Level::Warn, &format!("{message}; grant it with `sclera module review`"));
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| Refusal {
            capability: capability.to_owned(),
            message,
        });
    }

    /// Remarks on something that did not go as asked, though it is granted.
    pub(crate) fn remark(&self, message: &str) {
        self.log.note(Level::Warn, message);
    }

    /// What was refused first; nothing afterwards.
    pub(crate) fn take(&self) -> Option<Refusal> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What a module was refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    capability: String,
    pub(crate) message: String,
}

impl Refusal {
    /// What was behind a fault that came after it.
    pub(crate) fn behind(self, fault: &Fault) -> Fault {
        Fault::RefusedCapability {
            capability: self.capability,
            reason: format!("{}; then {fault}", self.message),
        }
    }
}

impl State {
    /// Refuses something of `capability`: notes it in the delivery's log, and remembers it for the delivery's verdict.
    pub(crate) fn refuse(&self, capability: &str, message: &str) {
        self.refusals.refuse(capability, message);
    }
}
