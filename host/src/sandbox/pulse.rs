//! Makes the engine's epochs pass while modules run, and sleeps while none does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::EngineWeak;

/// How often guest code that runs for long gives its thread back, and looks at its deadline. A call ends at most this
/// much, and what the machine's scheduler adds, after its deadline.
pub(super) const EPOCH: Duration = Duration::from_millis(2);
/// About as short as a thread can sleep.
pub(super) const SHORTEST_EPOCH: Duration = Duration::from_micros(50);

/// Time without any call after which the thread sleeps. To wake it takes some microseconds of the next call, which a busy
/// host should not pay.
const IDLE: Duration = Duration::from_secs(1);

/// The thread of one engine. It ends with this.
pub(super) struct Pulse {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Default)]
struct Shared {
    begun: AtomicU64,
    ended: AtomicU64,
    asleep: AtomicBool,
    over: AtomicBool,
}

/// Epochs pass for as long as this is there.
pub(super) struct Beating<'a>(&'a Shared);

impl Pulse {
    /// Starts the thread. It calls `each` once in an epoch, and sleeps only when that says that there is nothing to do.
    pub(super) fn start(
        engine: EngineWeak,
        epoch: Duration,
        mut each: impl FnMut() -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = shared.clone();
        let thread = thread::Builder::new().name("sclera-epoch".into()).spawn(move || {
            let (mut seen, mut idle) = (0, Duration::ZERO);
            while !own.over.load(Ordering::Acquire) {
                let Some(engine) = engine.upgrade() else { return };
                engine.increment_epoch();
                drop(engine);
                let is_idle = each() && !own.is_running() && own.begun.load(Ordering::SeqCst) == seen;
                seen = own.begun.load(Ordering::SeqCst);
                idle = if is_idle { idle + epoch } else { Duration::ZERO };
                if idle < IDLE {
                    thread::sleep(epoch);
                } else {
                    own.sleep(seen);
                    idle = Duration::ZERO;
                }
            }
        })?;
        Ok(Self {
            shared,
            thread: thread.thread().clone(),
        })
    }

    /// Makes epochs pass until what it gives is dropped.
    pub(super) fn beat(&self) -> Beating<'_> {
        self.shared.begun.fetch_add(1, Ordering::SeqCst);
        if self.shared.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
        Beating(&self.shared)
    }
}

impl Shared {
    fn is_running(&self) -> bool {
        self.ended.load(Ordering::SeqCst) != self.begun.load(Ordering::SeqCst)
    }

    /// Sleeps until more than `seen` calls have begun. Either the next one sees that this is asleep, or this sees that it has
    /// begun.
    fn sleep(&self, seen: u64) {
        self.asleep.store(true, Ordering::SeqCst);
        while self.begun.load(Ordering::SeqCst) == seen && !self.over.load(Ordering::Acquire) {
            thread::park();
        }
        self.asleep.store(false, Ordering::SeqCst);
    }
}

impl Drop for Beating<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn it_sleeps_when_nothing_runs_and_wakes_for_a_call() {
        let engine = wasmtime::Engine::default();
        let (tell, told) = mpsc::channel();
        let pulse = Pulse::start(engine.weak(), EPOCH, move || tell.send(()).is_ok()).unwrap();
        // Long enough after the last epoch it is asleep.
        while told.recv_timeout(Duration::from_millis(500)).is_ok() {}
        let beating = pulse.beat();
        assert!(told.recv_timeout(Duration::from_secs(10)).is_ok());
        drop(beating);
        drop(pulse);
        while told.recv_timeout(Duration::from_secs(10)).is_ok() {}
    }
}
