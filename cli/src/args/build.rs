//! `sclera build`.

use std::path::PathBuf;

use super::Cache;
use crate::help;

/// Build a module from its source, and test-load it.
///
/// The folder's `module.toml` says what it is written in. The language's own tools do the work; if one is missing or too
/// old, you are told how to install it. The module is `build/NAME.wasm`; a build that fails leaves the one before as it was.
#[derive(Debug, clap::Args)]
#[command(after_help = help::build())]
pub(crate) struct Build {
    /// The project: a folder with a `module.toml`.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,

    /// The configuration to test-load it with: a file with a JSON object, or `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Print JSON, with the keys `file`, `build_ms`, `module` (what it is, asks for and registered; null if it needs a
    /// configuration), `imports`, and `exit`, the exit code.
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) cache: Cache,
}
