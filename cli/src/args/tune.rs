//! `sclera tune`.

use std::path::PathBuf;

use super::OUTPUT;
use super::deliveries::Wanted;
use crate::help;
use crate::state::LedgerArgs;
use crate::tuning::Headroom;

/// Propose limits for modules, from what their recorded deliveries took.
///
/// For each hook of each module: what 999 of 1,000 deliveries stayed below, times a headroom, and never less than what any
/// of them took that came to its end; rounded up, and not below a floor. A limit that a delivery ran into is not lowered.
/// The limits are printed as they stand in `sclera.toml`.
#[derive(Debug, clap::Args)]
#[command(after_help = help::tune())]
pub(crate) struct Tune {
    #[command(flatten)]
    pub(crate) wanted: Wanted,

    /// The limits allow so many times as much: `3x`, `1.5x`.
    #[arg(long, value_name = "TIMES", default_value_t = Headroom::default())]
    pub(crate) headroom: Headroom,

    /// Look at no more than that many runs, the latest. What is attempted again is more than one run.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,

    /// Put the limits into this policy file. What else stands in it stays as it is.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) write: Option<PathBuf>,

    /// Print JSON, with the keys `headroom`, `modules` (each with `module`, `versions`, `runs`, `from_ms`, `to_ms`, `limits`,
    /// and `subscriptions`: each with `hook`, `menu_name`, `runs`, `ended`, `warnings`, and `limits`, which have `limit`,
    /// `in_force`, `p999`, `max`, `hit`, `example` and `proposed`), and `toml`. Times are in ns, sizes in bytes.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) place: LedgerArgs,
}
