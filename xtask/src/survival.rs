//! `cargo xtask survival`.

use std::process::Command;

use anyhow::Result;

use crate::{cargo, modules};

/// How to play the corpus of hostile modules.
#[derive(clap::Args)]
pub struct Options {
    /// What the program is to be told: `--json`, `--only NAME`, `--generated COUNT`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub fn run(options: &Options) -> Result<()> {
    modules::build()?;
    // With a test among the targets, cargo chooses the same features as for the tests, and builds nothing anew.
    cargo::run([
        "build",
        "--quiet",
        "--locked",
        "--workspace",
        "--bin",
        "survival",
        "--test",
        "hostile",
    ])?;
    cargo::succeed(Command::new(cargo::target().join("debug/survival")).args(&options.rest))
}
