//! What compiling may take.

use std::time::Duration;

/// What compiling one module may take, in a process of its own. Whatever ends it, the host goes on as before, and the
/// module is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileLimits {
    /// Bytes of address space of the process. Default: 4 GiB. Allocators and threads reserve some 200 MiB that they never
    /// touch; the rest is room for the largest modules of interpreted languages. Too high: a module that was made for it
    /// takes that much of the machine, [`at_once`](Self::at_once) times. Too low: honest modules fail with
    /// [`CompileError::OutOfMemory`](crate::CompileError::OutOfMemory).
    pub memory: u64,
    /// Processor time of all threads together; the kernel counts whole seconds, at least one. Default: 60 s. Too high: a
    /// module keeps processors busy that long. Too low: [`CompileError::OutOfCpu`](crate::CompileError::OutOfCpu).
    pub cpu: Duration,
    /// Time on the clock, from the start of the process to its end; waiting for a turn does not count. Default: 120 s, so
    /// that a busy machine has time for the processor time above. Too high: loading waits that long for a process that
    /// does nothing. Too low: [`CompileError::OutOfTime`](crate::CompileError::OutOfTime).
    pub wall: Duration,
    /// Modules that are compiled at the same time; more of them wait. Default: 2. Too high: as many times the memory
    /// above, and no processor left for the server.
    pub at_once: usize,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self {
            memory: 4 << 30,
            cpu: Duration::from_secs(60),
            wall: Duration::from_secs(120),
            at_once: 2,
        }
    }
}

impl CompileLimits {
    /// The processor time as the kernel counts it.
    pub(super) fn cpu_seconds(&self) -> u64 {
        let begun = u64::from(self.cpu.subsec_nanos() > 0);
        self.cpu.as_secs().saturating_add(begun).max(1)
    }
}
