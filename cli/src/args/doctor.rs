//! `sclera doctor`.

use std::path::PathBuf;

use crate::help;

/// Explain why a module does not link: which import or export, and what of it differs from the host's.
///
/// The types that the file itself carries are compared with the contract and with what the host offers. Nothing of the
/// module is compiled or run.
#[derive(Debug, clap::Args)]
#[command(after_help = help::doctor())]
pub(crate) struct Doctor {
    /// The module: a `.wasm` component.
    pub(crate) module: PathBuf,

    /// Print JSON, with the keys `file`, `digest`, `links`, `contract`, `made_with`, `findings` (each with `side`,
    /// `interface`, `fault` and `differences`), `extra_exports`, `remedies`, and `exit`, the exit code.
    #[arg(long)]
    pub(crate) json: bool,
}
