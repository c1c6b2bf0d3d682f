//! `cargo xtask test`.

use anyhow::Result;

use crate::{cargo, modules};

/// What to run of the tests.
#[derive(clap::Args)]
pub struct Options {
    /// What cargo test and the test runner are to be told, such as the name of a test.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub fn run(options: &Options) -> Result<()> {
    modules::build()?;
    let mut args = vec!["test", "--locked", "--workspace"];
    args.extend(options.rest.iter().map(String::as_str));
    cargo::run(args)
}
