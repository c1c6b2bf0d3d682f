//! Which programs there are, so that the same file is there once: for a module, the versions and shadows of it, and the hosts
//! beside its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Linked, Program};

/// By the digest of the file. A program is there for as long as anybody else has it.
#[derive(Default)]
pub(super) struct Programs(Mutex<Known>);

#[derive(Default)]
struct Known {
    programs: HashMap<String, Weak<Linked>>,
    /// How many there may be before those are forgotten that nobody has any more.
    most: usize,
}

impl Programs {
    pub(super) fn get(&self, digest: &str) -> Option<Program> {
        let program = self.known().programs.get(digest)?.upgrade();
        program.map(Program)
    }

    pub(super) fn put(&self, digest: &str, program: &Program) {
        let mut known = self.known();
        if known.programs.len() >= known.most {
            known.programs.retain(|_, program| program.strong_count() > 0);
            // Twice as many as there are: so it is done for each of them once or twice.
            known.most = 2 * known.programs.len() + 1;
        }
        known.programs.insert(digest.to_owned(), Arc::downgrade(&program.0));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing that is done while it is held can panic half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
