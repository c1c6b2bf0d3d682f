//! How much a module, and a host, may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::units;

/// Declares [`Limits`] and [`LimitOverrides`] from one list, so that a limit that can be set can also be overridden.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:expr, $units:literal;)*) => {
        /// What one call into a module may take.
        ///
        /// The defaults suit modules that look at a few objects and answer; every one of them holds from the first call. An
        /// operator can change each of them for a module and for a subscription ([`LimitOverrides`]).
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// What differs from [`Limits`] for one module, or for one subscription. In a file, durations and sizes have units:
        /// `deadline = "30s"`, `memory = "128 MiB"`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        #[expect(missing_docs, reason = "each is the field of that name in `Limits`")]
        pub struct LimitOverrides {
            $(
                #[serde(skip_serializing_if = "Option::is_none", with = $units)]
                pub $name: Option<$type>,
            )*
        }

        impl LimitOverrides {
            /// `limits`, with what is set here in its place.
            pub fn over(&self, limits: &Limits) -> Limits {
                Limits { $($name: self.$name.unwrap_or(limits.$name),)* }
            }
        }
    };
}

limits! {
    /// Fuel per call: roughly, how many WebAssembly instructions may run. Default: 2 × 10⁹; `sclera test-load` shows what
    /// a module uses. Too high: the deadline ends a busy loop instead. Too low: honest work fails with
    /// [`Fault::OutOfFuel`](crate::Fault::OutOfFuel).
    fuel: u64 = 2_000_000_000, "units::count";
    /// Wall-clock time per call, from just before the call to its answer, waiting in host functions included; waiting for
    /// a free instance does not count. Default: 2 s, what a user bears once. Too high: the caller of a preload waits that
    /// long for a module that hangs. Too low: a module that asks another server fails with
    /// [`Fault::Timeout`](crate::Fault::Timeout).
    deadline: Duration = Duration::from_secs(2), "units::duration";
    /// Bytes of memory per call, summed over all linear memories of the component. Default: 64 MiB, room for
    /// interpreted languages; at most [`Capacity::memory`]. Too high: that much times [`Capacity::concurrency`] can be
    /// taken from the machine. Too low: [`Fault::OutOfMemory`](crate::Fault::OutOfMemory).
    memory: usize = 64 << 20, "units::bytes";
    /// Elements per call, summed over all tables. Default: 200,000, room for interpreted languages; at most
    /// [`Capacity::table_elements`]. Too high: 8 bytes for each are taken from the machine.
    table_elements: usize = 200_000, "units::count";
    /// Core instances, memories and tables that a component may consist of, each. Default: 100, room for interpreted
    /// languages, which bring dozens of modules; the pool behind it never has room for more. Too high: instantiating takes
    /// time in proportion.
    instances: usize = 100, "units::count";
    /// Resources that a call may hold at the same time: streams, requests, buckets, pollables. Default: 1,000. Too high:
    /// some hundred bytes of the host's own memory for each.
    resources: usize = 1_000, "units::count";
    /// Bytes that a call may make the host copy out of the module's memory, in the arguments of one host call or in its
    /// answer. Default: 32 MiB, four payloads of the largest size. Too high: the host's own memory is taken in proportion.
    host_call: usize = 32 << 20, "units::bytes";
    /// Log lines kept per delivery. Default: 500. What comes after is counted, not kept. Too high: a module that logs in a
    /// loop fills the host's memory, and whatever keeps the deliveries.
    log_lines: usize = 500, "units::count";
    /// Bytes of log text kept per delivery. Default: 64 KiB. What comes after is counted, not kept. Too high: as above.
    log_bytes: usize = 64 << 10, "units::bytes";
    /// Log lines per second that are kept, after a first burst of as many. Default: 200. Too high: a module that runs for
    /// minutes spends all its lines on its first seconds.
    log_rate: usize = 200, "units::count";
    /// Bytes of a payload, on the way in and on the way out. Default: 8 MiB. Too high: each module in a chain copies
    /// that much in and out of its memory.
    payload: usize = 8 << 20, "units::bytes";
    /// Levels that a payload, or the change of an action, may be nested. Default: 64; never more than 127. Too high: a
    /// server that parses recursively may run out of stack.
    depth: usize = 64, "units::count";
    /// Bytes of an answer as a whole: outcome, actions and message. Default: 16 MiB. Too high: the host holds that much
    /// for each delivery.
    answer: usize = 16 << 20, "units::bytes";
    /// Actions per delivery. Default: 100. Too high: one delivery keeps the server's database busy for long.
    actions: usize = 100, "units::count";
}

/// What a host as a whole takes from its machine, and from its callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Modules that run at the same time; more of them wait for their turn. Default: 64. Too high: the memory of as many.
    pub concurrency: u32,
    /// Bytes that the memories of one call may have at most: the ceiling of [`Limits::memory`]. Default: 64 MiB. Too high:
    /// address space for as much is reserved for each memory of each place in the pool.
    pub memory: usize,
    /// Elements that one table may have at most: the ceiling of [`Limits::table_elements`]. Default: 200,000.
    pub table_elements: usize,
    /// Bytes of stack for a module's code. Default: 512 KiB. Too high: recursion without end takes that much of each place
    /// before it traps. Too low: honest recursion traps.
    pub stack: usize,
    /// Wall-clock time for all modules of one preload together. Default: 10 s. When it is used up, the module that
    /// runs times out, and those that have not run yet are not asked; their failure policies for a timeout
    /// decide. Too high: many slow modules make a user wait for the sum of their deadlines.
    pub preload: Duration,
    /// Subscriptions per module. Default: 256.
    pub subscriptions: usize,
    /// Bytes of a module's file. Default: 64 MiB, room for interpreted languages. Too high: compiling takes memory and time
    /// in proportion.
    pub module_size: u64,
    /// How long the chain of deliveries may be that cause one another. Default: 8. Too high: modules that answer each
    /// other's changes repeat them that often.
    pub cause_depth: usize,
    /// Asynchronous deliveries that are accepted but not finished. Default: 10,000. When there are as many, the next
    /// trigger waits until one is finished. Too high: the memory that their payloads take.
    pub background: usize,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            concurrency: 64,
            memory: 64 << 20,
            table_elements: 200_000,
            stack: 512 << 10,
            preload: Duration::from_secs(10),
            subscriptions: 256,
            module_size: 64 << 20,
            cause_depth: 8,
            background: 10_000,
        }
    }
}
