//! `sclera test-load`.

use std::path::PathBuf;

use clap::ArgGroup;

use super::event::RUN;
use super::{EventArgs, Loading, OUTPUT};
use crate::help;

/// Load a module as a server would, and show what the host saw.
///
/// Alone, it shows what the module is, what it asks for, and what it registered. With `--hook` or `--all` it runs the
/// module too: on the sample payload of the hook, or on one of yours.
#[derive(Debug, clap::Args)]
#[command(
    after_help = help::test_load(),
    group = ArgGroup::new("run").args(["hook", "all"]),
    mut_arg("metadata", |metadata| metadata.requires("run")),
    mut_arg("by", |by| by.requires("run").default_value("test-load")),
)]
pub(crate) struct TestLoad {
    /// Run the module on every hook that it registered for, with the hook's sample.
    #[arg(long, conflicts_with_all = ["payload", "menu"], help_heading = RUN)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) event: EventArgs,

    /// Run it that often, and sum up how long it takes.
    #[arg(
        long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        requires = "run", help_heading = RUN,
    )]
    pub(crate) repeat: u32,

    /// Record what runs in the ledger of this folder, which is made if need be, with the module beside it: for `sclera delivery`
    /// and `sclera replay`, with `--data FOLDER`.
    #[arg(long, value_name = "FOLDER", requires = "run", help_heading = RUN)]
    pub(crate) record: Option<PathBuf>,

    /// Replay the delivery that was exported to this file, with the answers of its record, and show what differs.
    #[arg(
        long, value_name = "FILE", conflicts_with_all = ["run", "config", "policy", "watch"], help_heading = RUN,
    )]
    pub(crate) delivery: Option<PathBuf>,

    /// Do it again whenever the file changes, until Ctrl-C.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) watch: bool,

    /// Print JSON: one document, or with `--watch` one on each line.
    ///
    /// Its keys: `module` (what it is, asks for and registered), `imports`, `runs` (each with `delivery`, the payload
    /// `before` and `after`, and `latency`), and `exit`, the exit code. With `--watch`, a module that cannot be loaded
    /// gives a line with `error` and `exit`.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) loading: Loading,
}
