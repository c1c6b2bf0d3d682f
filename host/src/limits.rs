//! How much a module, and a host, may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::units;

/// Declares a struct, and a second one in which each of its fields is optional, from one list: what can be set can also be
/// set in a file.
macro_rules! with_overrides {
    (
        $(#[$meta:meta])* $name:ident;
        $(#[$overrides_meta:meta])* $overrides:ident;
        $($(#[$doc:meta])* $field:ident: $type:ty = $default:expr, $units:literal;)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        $(#[$overrides_meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $overrides {
            $(
                #[doc = concat!("See [`", stringify!($name), "::", stringify!($field), "`].")]
                #[serde(skip_serializing_if = "Option::is_none", with = $units)]
                pub $field: Option<$type>,
            )*
        }

        impl $overrides {
            /// What holds: what is set here, and `base` for the rest.
            pub fn over(&self, base: &$name) -> $name {
                $name { $($field: self.$field.unwrap_or(base.$field),)* }
            }

            /// All of it, as a file would say it.
            pub fn of(all: &$name) -> Self {
                Self { $($field: Some(all.$field),)* }
            }
        }
    };
}

with_overrides! {
    /// What one call into a module may take.
    ///
    /// The defaults suit modules that look at a few objects and answer; every one of them holds from the first call. An
    /// operator can change each of them for a module and for a subscription ([`LimitOverrides`]).
    Limits;
    /// What differs from [`Limits`] for one module, or for one subscription. In a file, durations and sizes have units:
    /// `deadline = "30s"`, `memory = "128 MiB"`.
    LimitOverrides;
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

/// What becomes of a trigger when the queue is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenFull {
    /// It waits until there is room.
    #[default]
    Wait,
    /// It is refused, with [`QueueError::Full`](crate::QueueError::Full). No module has run.
    Refuse,
}

with_overrides! {
    /// What a host as a whole takes from its machine, and from its callers.
    Capacity;
    /// What differs from [`Capacity`], in a file.
    CapacityOverrides;
    /// Modules that run at the same time; more of them wait for their turn. Default: 64. Those that somebody waits for have
    /// what `workers` leaves of it, and half of it at least; one hook has no more than three quarters of that. Too high: the
    /// memory of as many.
    concurrency: u32 = 64, "units::count";
    /// Triggers that wait for their turn, because as many run as may. Default: 256. The next one is refused at once, with
    /// [`TriggerError::Busy`](crate::TriggerError::Busy). Too high: all of them wait for longer than anybody cares. Too low: a
    /// burst is refused that would have been over in a moment.
    waiting: u32 = 256, "units::count";
    /// How long a trigger waits for its turn, before it is refused in the same way; what it has waited
    /// [elsewhere](crate::Trigger::waiting_since) counts. Default: 1 s. Too high: a user waits that long for nothing. Too low: as
    /// above.
    patience: Duration = Duration::from_secs(1), "units::duration";
    /// Instances that are made ahead, of all modules together, so that a delivery does not wait for its instance. Default: 64.
    /// 0: each is made when it is needed. A module has about as many as it was called within some milliseconds of late. Too
    /// high: the memory of as many. Too low: in a burst, some deliveries wait for their instance to be made.
    spares: u32 = 64, "units::count";
    /// Bytes that the memories of all instances may have that are made ahead. Default: 512 MiB; most of it is address space,
    /// because an instance takes only the pages that it writes. Too high: the machine's memory. Too low: as above.
    spare_memory: usize = 512 << 20, "units::bytes";
    /// Bytes that the memories of one call may have at most: the ceiling of [`Limits::memory`]. Default: 64 MiB. Too high:
    /// address space for as much is reserved for each memory of each place in the pool.
    memory: usize = 64 << 20, "units::bytes";
    /// Elements that one table may have at most: the ceiling of [`Limits::table_elements`]. Default: 200,000. Too high: as
    /// above.
    table_elements: usize = 200_000, "units::count";
    /// Bytes of stack for a module's code. Default: 512 KiB. Too high: recursion without end takes that much of each place
    /// before it traps. Too low: honest recursion traps.
    stack: usize = 512 << 10, "units::bytes";
    /// Wall-clock time for all modules of one preload together, from its first delivery. Default: 10 s. When it is used up,
    /// the module that runs times out, and so do those that have not run yet; their failure policies decide. Too
    /// high: many slow modules make a user wait for the sum of their deadlines.
    preload: Duration = Duration::from_secs(10), "units::duration";
    /// Attempts at an asynchronous delivery whose failure policy is to retry. Default: 3. Too high: a module that always
    /// fails takes a place that often.
    attempts: u32 = 3, "units::count";
    /// From the first attempt to the second; twice as long before each further one, give or take a half. Default: 1 s. Too
    /// short: the attempts are over before what failed has come back.
    retry_after: Duration = Duration::from_secs(1), "units::duration";
    /// Subscriptions per module. Default: 256. Too high: a trigger goes through as many.
    subscriptions: usize = 256, "units::count";
    /// Bytes of a module's file. Default: 64 MiB, room for interpreted languages. Too high: compiling takes memory and time
    /// in proportion.
    module_size: u64 = 64 << 20, "units::count";
    /// How long the chain of deliveries may be that cause one another. Default: 8. Too high: modules that answer each
    /// other's changes repeat them that often.
    cause_depth: usize = 8, "units::count";
    /// Versions of modules that are loaded from the module store because deliveries wait for them, beside the modules that
    /// are loaded. Default: 16; the one that was not used for longest makes room. Too high: the memory of their code. Too
    /// low: they are loaded again and again.
    versions: usize = 16, "units::count";
    /// Asynchronous deliveries that are accepted but not finished. Default: 10,000. When there are as many, `when_full` says
    /// what becomes of the next trigger. Too high: the memory, or the disk, that their payloads take.
    background: usize = 10_000, "units::count";
    /// What becomes of a trigger when the queue is full. Default: it waits.
    when_full: WhenFull = WhenFull::Wait, "units::count";
    /// Asynchronous deliveries that run at the same time in this process. Default: 32, half of `concurrency`, so that those
    /// that somebody waits for always find a place. 0: none; they wait for a worker elsewhere.
    workers: u32 = 32, "units::count";
    /// How long a delivery may wait in the queue before that is an alarm. Default: 1 minute. Too long: nobody notices that
    /// there is no worker. Too short: every burst is an alarm.
    alarm_after: Duration = Duration::from_secs(60), "units::duration";
    /// Those of them that are one module's, unless its policy says otherwise. Default: 8. Too high: a slow module takes the
    /// places of the others.
    per_module: u32 = 8, "units::count";
}
