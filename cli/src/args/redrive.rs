//! `sclera redrive`.

use sclera::DeliveryId;

use super::OUTPUT;
use super::deliveries::Wanted;
use crate::help;
use crate::state::LedgerArgs;

/// Bring back dead letters: those that all of the options are true of, or those that are named.
///
/// They are put into the queue, and begin anew, with all of their attempts. It may end at any moment: nothing is lost, and
/// the next redrive brings back what was left.
#[derive(Debug, clap::Args)]
#[command(after_help = help::redrive(), group = clap::ArgGroup::new("which").args(["ids", "hook", "module", "since", "all"]).multiple(true).required(true))]
pub(crate) struct Redrive {
    /// Their ids.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<DeliveryId>,

    #[command(flatten)]
    pub(crate) wanted: Wanted,

    /// All dead letters.
    #[arg(long, conflicts_with_all = ["ids", "hook", "module", "since"])]
    pub(crate) all: bool,

    /// Only show which they are.
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) place: LedgerArgs,

    /// The queue: a SQLite file, or `amqp://USER@HOST` of a RabbitMQ [default: in the data folder].
    #[arg(
        long,
        env = "SCLERA_QUEUE",
        hide_env_values = true,
        value_name = "PLACE",
        help_heading = "State of the server"
    )]
    pub(crate) queue: Option<String>,

    /// Print JSON, with the keys `dry_run`, `redriven` and `payload_not_kept`, each an array as `sclera deliveries --json`
    /// prints it. What has no payload any more cannot be redriven.
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
}
