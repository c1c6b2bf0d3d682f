//! What a module's code does while it runs: looked at again and again, at each epoch.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use wasmtime::{AsContext, GuestProfiler};

use super::Program;

/// The samples of one module, in all of its instances.
pub(super) struct Profile {
    /// None once it has been written, or if it could not be begun.
    profiler: Mutex<Option<GuestProfiler>>,
    samples: AtomicU64,
}

/// Why there is no profile of a module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// There is no such module.
    #[error("no module named `{0}` is loaded; see the list of modules")]
    NotLoaded(String),
    /// Its code is not looked at.
    #[error("nothing is sampled by this host; build it with `HostBuilder::profile_every`")]
    Off,
    /// A profile is written once.
    #[error("the profile has been written already; load the module anew for another one")]
    Written,
    /// The samples could not be written.
    #[error("the profile cannot be written: {0}")]
    Unwritable(String),
}

impl Profile {
    /// Begins one of a program that is called `name`, and is looked at every `interval`.
    pub(super) fn new(name: &str, program: &Program, interval: Duration) -> Self {
        let pre = &program.0.pre;
        let profiler = GuestProfiler::new_component(pre.engine(), name, interval, pre.component().clone(), []);
        if let Err(error) = &profiler {
            tracing::error!(
                module = name,
                "the code of module `{name}` cannot be sampled: {error:#}"
            );
        }
        Self {
            profiler: Mutex::new(profiler.ok()),
            samples: AtomicU64::new(0),
        }
    }

    /// Looks at what runs on this thread, in that store.
    pub(super) fn sample(&self, store: impl AsContext) {
        if let Some(profiler) = self.profiler().as_mut() {
            profiler.sample(store, Duration::ZERO);
            self.samples.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes it, and ends it. Gives how many samples it has.
    pub(super) fn write(&self, out: impl io::Write) -> Result<u64, ProfileError> {
        let profiler = self.profiler().take().ok_or(ProfileError::Written)?;
        let written = profiler.finish(out);
        written.map_err(|error| ProfileError::Unwritable(format!("{error:#}")))?;
        Ok(self.samples.load(Ordering::Relaxed))
    }

    fn profiler(&self) -> MutexGuard<'_, Option<GuestProfiler>> {
        // If a sample panicked half way, what there is may still be written.
        self.profiler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
