//! `sclera shadow`.

use std::time::Duration;

use clap::Subcommand;

use super::OUTPUT;
use crate::help;
use crate::state::StateArgs;

/// What is to be known of versions that run beside live ones.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowCommand {
    Report(ShadowReport),
}

/// Show where the new version of a module differs from the live one, on the deliveries that both have seen.
///
/// A shadow is named in the policy, as `[modules.NAME.shadow]` with `file = "new.wasm"`. It runs on each delivery of its
/// module, is told what the live version was told, and nothing comes of what it does.
#[derive(Debug, clap::Args)]
#[command(after_help = help::shadow_report())]
pub(crate) struct ShadowReport {
    /// Only the shadow of this module.
    #[arg(long, value_name = "NAME")]
    pub(crate) module: Option<String>,

    /// Only deliveries of late: `2h`, `7days`.
    #[arg(long, value_name = "TIME", value_parser = of_late)]
    pub(crate) since: Option<Duration>,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    /// Print JSON: a list with `module`, `version`, `digest`, `ran`, `same`, `parted`, `differing` (how many, by field),
    /// `examples`, `fuel_ratio`, `time_ratio` (of the shadow to the live version).
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
}

fn of_late(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|error: jiff::Error| format!("{error}; write it as `2h` or `30m`"))?;
    Duration::try_from(span).map_err(|_| "it lies in the future".to_owned())
}
