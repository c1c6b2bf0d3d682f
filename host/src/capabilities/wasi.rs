//! What modules get of WASI beside logging and configuration: clocks, random numbers, and a process that has standard
//! output and error but no arguments, no environment and no files.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand_chacha::rand_core::Rng;
use wasmtime::component::Linker;
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::p2::bindings::{cli, random};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
use wasmtime_wasi::{Deterministic, HostMonotonicClock, HostWallClock, WasiCtx};

use super::clocks::{self, StoppedClock};
use super::log::LogStream;
use super::polling;
use super::transcript::Seed;
use crate::sandbox::State;
use crate::surroundings::Chance;

/// The interfaces that a module may import, beside those of the contract itself, and the newest version of each. Older
/// ones with the same leading digits are the same to the host.
pub(crate) const OFFERED: &[(&str, &str)] = &[
    ("wasi:cli/environment", WASI),
    ("wasi:cli/exit", WASI),
    ("wasi:cli/stderr", WASI),
    ("wasi:cli/stdin", WASI),
    ("wasi:cli/stdout", WASI),
    ("wasi:cli/terminal-input", WASI),
    ("wasi:cli/terminal-output", WASI),
    ("wasi:cli/terminal-stderr", WASI),
    ("wasi:cli/terminal-stdin", WASI),
    ("wasi:cli/terminal-stdout", WASI),
    ("wasi:clocks/monotonic-clock", WASI),
    ("wasi:clocks/wall-clock", WASI),
    ("wasi:config/store", "0.2.0-rc.1"),
    ("wasi:http/outgoing-handler", WASI),
    ("wasi:http/types", WASI),
    ("wasi:io/error", WASI),
    ("wasi:io/poll", WASI),
    ("wasi:io/streams", WASI),
    ("wasi:keyvalue/atomics", "0.2.0-draft"),
    ("wasi:keyvalue/store", "0.2.0-draft"),
    ("wasi:logging/logging", "0.1.0-draft"),
    ("wasi:random/insecure", WASI),
    ("wasi:random/insecure-seed", WASI),
    ("wasi:random/random", WASI),
];

const WASI: &str = "0.2.12";

/// Offers them.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    // Streams, polling, clocks, secure random numbers, and the three standard streams.
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    // What can be stopped, and recorded, in the place of theirs.
    linker.allow_shadowing(true);
    clocks::add_to_linker(linker)?;
    polling::add_to_linker(linker)?;
    linker.allow_shadowing(false);
    random::insecure::add_to_linker::<State, WasiRandom>(linker, State::random)?;
    random::insecure_seed::add_to_linker::<State, WasiRandom>(linker, State::random)?;
    cli::exit::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::environment::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_input::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_output::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_stdin::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_stdout::add_to_linker::<State, WasiCli>(linker, State::cli)?;
    cli::terminal_stderr::add_to_linker::<State, WasiCli>(linker, State::cli)
}

/// Bytes that a module gets from one call for random numbers.
const RANDOM_BYTES: u64 = 1 << 20;

/// What a module's clocks show.
pub(crate) enum Clocks {
    /// Nothing: they stand still, and random numbers repeat.
    Frozen,
    /// Whole milliseconds, which is enough to wait and to write a date, and too little to measure what others do.
    Coarse(Began),
    /// What the machine's clocks show.
    Fine,
    /// What a test wants.
    Stopped(StoppedClock),
}

/// The process that a module believes to be.
pub(crate) fn context(stdout: LogStream, stderr: LogStream, clocks: Clocks, seed: Option<Seed>) -> WasiCtx {
    let mut context = WasiCtx::builder();
    context
        .stdout(stdout)
        .stderr(stderr)
        .max_random_size(RANDOM_BYTES)
        .allow_blocking_current_thread(false);
    if let Some(seed) = seed {
        let mut numbers = seed.numbers(Chance::InsecureSeed);
        let (low, high) = (numbers.next_u64(), numbers.next_u64());
        context
            .secure_random(seed.numbers(Chance::Secure))
            .insecure_random(seed.numbers(Chance::Insecure))
            .insecure_random_seed(u128::from(low) | u128::from(high) << 64);
    }
    match clocks {
        Clocks::Frozen => {
            context
                .wall_clock(StandingStill)
                .monotonic_clock(StandingStill)
                .secure_random(Deterministic::new(vec![0]))
                .insecure_random(Deterministic::new(vec![0]))
                .insecure_random_seed(0);
        }
        Clocks::Coarse(began) => {
            context.wall_clock(Millis).monotonic_clock(began);
        }
        Clocks::Fine => {}
        Clocks::Stopped(clock) => {
            context.wall_clock(clock.clone()).monotonic_clock(clock);
        }
    }
    context.build()
}

/// A wall clock that shows whole milliseconds.
struct Millis;

/// A clock that shows whole milliseconds since the call began, and nothing before. How long ago its instance was made is
/// nothing that a module may know. Clones are the same clock.
#[derive(Clone, Default)]
pub(crate) struct Began(Arc<OnceLock<Instant>>);

impl Began {
    /// The call begins now, if it has not begun before.
    pub(crate) fn now(&self) {
        self.0.get_or_init(Instant::now);
    }
}

const MILLISECOND: Duration = Duration::from_millis(1);

impl HostWallClock for Millis {
    fn resolution(&self) -> Duration {
        MILLISECOND
    }

    fn now(&self) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now - Duration::from_nanos(u64::from(now.subsec_nanos()) % 1_000_000)
    }
}

impl HostMonotonicClock for Began {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        let elapsed = self.0.get().map(Instant::elapsed).unwrap_or_default();
        u64::try_from(elapsed.as_millis())
            .unwrap_or(u64::MAX)
            .saturating_mul(1_000_000)
    }
}

/// A clock for `describe`, which must depend on nothing.
struct StandingStill;

impl HostWallClock for StandingStill {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for StandingStill {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_clock_shows_whole_milliseconds() {
        assert_eq!(Millis.now().subsec_nanos() % 1_000_000, 0);
        assert!(Millis.now() > Duration::from_secs(1_700_000_000));
        let not_yet = Began::default();
        assert_eq!(HostMonotonicClock::now(&not_yet), 0);
        let began = Instant::now().checked_sub(Duration::from_micros(5_400)).unwrap();
        let began = Began(Arc::new(began.into()));
        assert_eq!(HostMonotonicClock::now(&began) % 1_000_000, 0);
        assert!(HostMonotonicClock::now(&began) >= 5_000_000);
    }
}
