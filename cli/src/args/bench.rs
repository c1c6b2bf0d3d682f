//! `sclera bench`.

use std::path::PathBuf;

use super::{EventArgs, Loading, OUTPUT};
use crate::help;

/// Measure what deliveries to a module take: time, fuel and memory.
///
/// The module is loaded as a server would load it, and is run again and again on the sample of each hook that it registered
/// for, or on one event of yours; each time in a fresh instance. The time is that of the caller, from the trigger to the
/// answer. It depends on the machine, and on what else runs there; fuel and memory do not.
#[derive(Debug, clap::Args)]
#[command(
    after_help = help::bench(),
    mut_arg("hook", |hook| hook.help("Run the module on this hook [default: on each that it registered for]")),
    mut_arg("by", |by| by.default_value("bench")),
)]
pub(crate) struct Bench {
    #[command(flatten)]
    pub(crate) event: EventArgs,

    /// So many deliveries for each hook, after a first one that is told apart.
    #[arg(
        long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000), conflicts_with = "seconds",
        help_heading = MEASURING,
    )]
    pub(crate) rounds: Option<u64>,

    /// As many as can be made in that time, for each hook.
    #[arg(
        long, value_name = "S", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3_600),
        help_heading = MEASURING,
    )]
    pub(crate) seconds: u32,

    /// Callers at the same time: each waits for its answer, and then triggers again.
    #[arg(
        long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256),
        help_heading = MEASURING,
    )]
    pub(crate) callers: u32,

    /// Look at what the module's code does, thousands of times in a second, and write it into this file. The Firefox profiler
    /// shows it as a flame graph: load the file at profiler.firefox.com. What is measured at the same time is slower.
    #[arg(long, value_name = "FILE.json", help_heading = MEASURING)]
    pub(crate) profile: Option<PathBuf>,

    /// Print JSON, with the keys `module`, `callers`, `hooks` (each with `hook`, `menu_name`, `deliveries`, `failed`,
    /// `outcomes` (how many of each), `failure` (an example), `took_ms`, `per_second`, `first`, `latency_us`, `module_us`,
    /// `fuel` and `peak_memory`), `profile` (with `file` and `samples`), and `exit`, the exit code.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) loading: Loading,
}

const MEASURING: &str = "Measuring it";
