//! `cargo xtask crash`.

use std::process::Command;

use anyhow::Result;

use crate::{cargo, modules, services};

/// How to kill everything, and how often.
#[derive(clap::Args)]
pub struct Options {
    /// What the program is to be told: `--backend NAME`, `--kills N`, `--seconds N`, `--seed N`, `--json`; `--help` says more.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub fn run(options: &Options) -> Result<()> {
    modules::build()?;
    services::install()?;
    // All programs of the workspace are built together.
    cargo::sclera()?;
    cargo::succeed(Command::new(cargo::target().join("debug/crash")).args(&options.rest))
}
