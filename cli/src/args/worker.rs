//! `sclera worker`.

use std::path::PathBuf;

use super::Cache;
use crate::help;
use crate::state::StateArgs;

/// Run the asynchronous deliveries of a server in a process of their own, until SIGTERM or Ctrl-C.
///
/// Any number of workers can share the queue, the ledger and the modules of a server, on its machine or on others. A worker
/// needs no list of modules: it takes deliveries for every module that the server has put into the module store, and runs
/// each with the version that it was accepted for. One that dies loses nothing; what it had taken comes again.
#[derive(Debug, clap::Args)]
#[command(after_help = help::worker())]
pub(crate) struct Worker {
    #[command(flatten)]
    pub(crate) state: StateArgs,

    /// The module store: the folder in which the server keeps its modules [default: `modules` in the data folder].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) modules: Option<PathBuf>,

    /// What modules may do, and their configurations: the server's `sclera.toml`. If a `sclera.lock` is beside it, it holds.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// The server that applies the actions which modules ask for: each delivery that asks for some is posted to
    /// `URL/actions/DELIVERY`, as JSON. An answer that is not 2xx is a failure, and the delivery is attempted again.
    ///
    /// Without it, nobody applies them.
    #[arg(long, value_name = "URL", env = "SCLERA_APPLY_TO")]
    pub(crate) apply_to: Option<String>,

    /// Deliveries that run at the same time [default: the capacity `workers` of the policy].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) concurrency: Option<u32>,

    /// How long it waits for what runs when it is told to end, in seconds. What is not over by then stays in the queue. A
    /// second signal ends it at once.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) grace: u64,

    #[command(flatten)]
    pub(crate) cache: Cache,

    /// Print JSON, one object on each line: `{"worker": "started"}`, then each delivery that is over with `delivery`, `module`,
    /// `digest`, `hook`, `attempt`, `failure` and `actions`, at last `{"worker": "ended"}` with how many were `done` and
    /// `failed`.
    #[arg(long)]
    pub(crate) json: bool,
}
