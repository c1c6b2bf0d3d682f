//! `sclera replay`.

use std::path::PathBuf;

use super::{COMPILING, Cache, OUTPUT};
use crate::help;
use crate::state::StateArgs;

/// Run a recorded delivery once more, and show what differs.
///
/// The module sees the same event, configuration and grants, and is told what the host had answered then, as long as it asks
/// the same; so it comes to the same, with the same fuel. Nothing comes of it: no request is sent, no action is applied, and
/// nothing is recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = help::replay())]
pub(crate) struct Replay {
    /// The delivery: its id, or the file that it was exported to.
    #[arg(value_name = "ID or FILE")]
    pub(crate) delivery: String,

    /// Run another module in its place: a new version.
    #[arg(long, value_name = "FILE", help_heading = COMPILING)]
    pub(crate) with: Option<PathBuf>,

    /// The module that ran [default: by its digest in the folder `modules` of the data folder].
    #[arg(long, value_name = "FILE", conflicts_with = "with", help_heading = COMPILING)]
    pub(crate) module: Option<PathBuf>,

    /// Ask the world, and not the record: requests are sent, with the secrets that the grants name. Its store is empty.
    #[arg(long)]
    pub(crate) live: bool,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    #[command(flatten)]
    pub(crate) cache: Cache,

    /// Print JSON, with the keys `id`, `hook`, `number`, `replay`, `before` and `attempt` (what came of it then and now),
    /// `same`, `parted`, `differences` (each with `field`, `before` and `after`), `duration_ns`, and `exit`, the exit code.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
}
