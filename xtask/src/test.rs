//! `cargo xtask test`.

use anyhow::Result;

use crate::language::Language;
use crate::{cargo, languages, modules, projects, services, toolchains};

/// What to run of the tests.
#[derive(clap::Args)]
pub struct Options {
    /// What cargo test and the test runner are to be told, such as the name of a test. Then that is all that is run.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// The tests in Rust; unless some were chosen, also those of the SDKs and the modules in other languages.
pub fn run(options: &Options) -> Result<()> {
    modules::build()?;
    services::install()?;
    let environment = toolchains::install(&Language::ALL)?;
    let mut test = cargo::cargo();
    test.args(["test", "--locked", "--workspace"])
        .args(&options.rest)
        .current_dir(cargo::root());
    environment.give_to(&mut test);
    cargo::succeed(&mut test)?;
    if options.rest.is_empty() {
        projects::run()?;
        languages::run(&languages::Options::default())?;
    }
    Ok(())
}
