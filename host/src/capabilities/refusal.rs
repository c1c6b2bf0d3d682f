//! What a module asked for without being granted it.

use super::log::Level;
use crate::sandbox::State;

/// The first capability that a module was refused in a call.
#[expect(dead_code, reason = "the failure policy will read it")]
pub(crate) struct Refusal {
    pub(crate) capability: String,
    pub(crate) message: String,
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
