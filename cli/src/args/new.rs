//! `sclera new`.

use std::path::PathBuf;

use crate::help;
use crate::project::language::Language;

/// Begin a module: a folder that builds at once, with a test, editor settings and the SDK.
#[derive(Debug, clap::Args)]
#[command(after_help = help::new())]
pub(crate) struct New {
    /// The module's name: lower-case letters, digits and `-`.
    pub(crate) name: String,

    /// What to write it in [default: asked for, in a terminal].
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Language>,

    /// The folder to make [default: one of the module's name, here].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}
