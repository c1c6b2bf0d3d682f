//! How much a module, and a caller, may use.

use std::time::Duration;

/// What one call into a module may take, and what the host accepts.
///
/// The defaults suit modules that look at a few objects and answer; every one of them holds from the first call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Fuel per call: roughly, how many WebAssembly instructions may run. Default: 2 × 10⁹; `sclera test-load` shows what
    /// a module uses. Too high: the deadline ends a busy loop instead. Too low: honest work fails with
    /// [`Fault::OutOfFuel`](crate::Fault::OutOfFuel).
    pub fuel: u64,
    /// Wall-clock time per call, from just before the call to its answer; waiting for a free instance does not count.
    /// Default: 2 s, what a user bears once. Too high: the caller of a preload waits that long for a module that
    /// hangs.
    pub deadline: Duration,
    /// Bytes of memory per call, summed over all linear memories of the component. Default: 64 MiB, room for
    /// interpreted languages. Too high: that much times [`concurrency`](Self::concurrency) can be taken from the
    /// machine.
    pub memory: usize,
    /// Elements per call, summed over all tables. Default: 200,000, room for interpreted languages.
    pub table_elements: usize,
    /// Log lines kept per delivery. Default: 500. What comes after is counted, not kept.
    pub log_lines: usize,
    /// Bytes of log text kept per delivery. Default: 64 KiB. What comes after is counted, not kept.
    pub log_bytes: usize,
    /// Bytes of a payload, on the way in and on the way out. Default: 8 MiB. Too high: each module in a chain copies
    /// that much in and out of its memory.
    pub payload: usize,
    /// Actions per delivery. Default: 100.
    pub actions: usize,
    /// Subscriptions per module. Default: 256.
    pub subscriptions: usize,
    /// Bytes of a module's file. Default: 64 MiB, room for interpreted languages. Too high: compiling takes memory and time
    /// in proportion.
    pub module_size: u64,
    /// How long the chain of deliveries may be that cause one another. Default: 8. Too high: modules that answer each
    /// other's changes repeat them that often.
    pub cause_depth: usize,
    /// Modules that run at the same time; more of them wait for their turn. Default: 64.
    pub concurrency: u32,
    /// Asynchronous deliveries that are accepted but not finished. Default: 10,000. When there are as many, the next
    /// trigger waits until one is finished. Too high: the memory that their payloads take.
    pub background: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 2_000_000_000,
            deadline: Duration::from_secs(2),
            memory: 64 << 20,
            table_elements: 200_000,
            log_lines: 500,
            log_bytes: 64 << 10,
            payload: 8 << 20,
            actions: 100,
            subscriptions: 256,
            module_size: 64 << 20,
            cause_depth: 8,
            concurrency: 64,
            background: 10_000,
        }
    }
}
