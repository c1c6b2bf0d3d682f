//! What a module may reach while it handles an event.

use crate::capabilities::keyvalue::Space;
use crate::grants::Grants;

/// A module's grants, and what the host needs to keep them: made once, when the module is loaded.
pub(crate) struct Access {
    pub(crate) grants: Grants,
    /// What it keeps between deliveries, if that is granted.
    pub(crate) keyvalue: Option<Space>,
}
