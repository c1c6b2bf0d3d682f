//! What a module asked for without being granted it.

use super::log::Level;
use crate::fault::Fault;
use crate::sandbox::State;

/// The first capability that a module was refused in a call.
pub(crate) struct Refusal {
    pub(crate) capability: String,
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
    /// Notes in the log that the module was refused a capability, and remembers it if it is the first of this call.
    pub(crate) fn refuse(&mut self, capability: &str, message: String) {
        self.log.note(Level::Warn, &message);
        self.refusal.get_or_insert_with(|| Refusal {
            capability: capability.to_owned(),
            message,
        });
    }
}
