//! `sclera sdk`.

use std::path::PathBuf;

use crate::help;

/// Put the SDK that this `sclera` carries into a project, in place of the one that is there.
#[derive(Debug, clap::Args)]
#[command(after_help = help::sdk())]
pub(crate) struct Sdk {
    /// The project: a folder with a `module.toml`.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
}
