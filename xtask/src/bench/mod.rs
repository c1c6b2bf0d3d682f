//! `cargo xtask bench`: builds everything that is measured, and measures it.

mod celery;
mod guests;
mod instructions;
mod peers;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use self::guests::GuestLanguage;
use crate::{cargo, modules, services};

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    /// The groups of rows; all of them unless named: `docs/src/measurements.md` lists them. `instructions`, by itself, counts
    /// the instructions of a preload.
    groups: Vec<String>,
    /// As little as shows that it works, with what is built for debugging. The numbers mean nothing.
    #[arg(long)]
    quick: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// How often everything is measured; 5 unless said otherwise.
    #[arg(long, value_name = "COUNT")]
    passes: Option<usize>,
    /// Languages whose modules are measured; all of them unless named.
    #[arg(long = "language", value_enum)]
    languages: Vec<GuestLanguage>,
    /// Measure without Extism, which takes minutes to build, and without Celery.
    #[arg(long)]
    no_peers: bool,
    /// Say of each row whether it agrees with the last run.
    #[arg(long, conflicts_with = "compare")]
    again: bool,
    /// Say of each row whether it agrees with an earlier run.
    #[arg(long, value_name = "RESULTS.json")]
    compare: Option<PathBuf>,
    /// For `instructions`: what is counted is the baseline from now on.
    #[arg(long)]
    bless: bool,
}

impl Options {
    fn asks_for(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|name| name == group)
    }
}

pub fn run(options: &Options) -> Result<()> {
    if options.groups == ["instructions"] {
        return instructions::run(&program("instructions", options.quick)?, options.bless);
    }
    ensure!(!options.bless, "`--bless` is for `cargo xtask bench instructions`");
    let folder = cargo::target().join("bench");
    modules::build()?;
    let mut bench = Command::new(program("bench", options.quick)?);
    bench.arg("--folder").arg(&folder).args(&options.groups);
    if options.asks_for("preload") {
        let languages = GuestLanguage::chosen(&options.languages);
        guests::build(&languages)?;
        for language in languages {
            bench.args(["--language", language.name()]);
        }
        if !options.no_peers {
            bench.arg("--peers").arg(peers::build()?);
        }
    }
    if options.asks_for("deliveries") {
        services::install()?;
        if !options.no_peers {
            bench.arg("--celery").arg(celery::install()?);
        }
    }
    for (flag, given) in [
        ("--quick", options.quick),
        ("--json", options.json),
        ("--again", options.again),
    ] {
        if given {
            bench.arg(flag);
        }
    }
    if let Some(passes) = options.passes {
        bench.arg("--passes").arg(passes.to_string());
    }
    if let Some(file) = &options.compare {
        bench.arg("--compare").arg(std::path::absolute(file)?);
    }
    // What it measures is looked for where this has built it.
    cargo::succeed(bench.env("CARGO_TARGET_DIR", std::path::absolute(cargo::target())?))
}

/// A program of `benches`, built for release unless it is only to be seen that it works.
fn program(name: &str, quick: bool) -> Result<PathBuf> {
    if quick {
        // It is among the binaries of the workspace.
        cargo::sclera()?;
        return Ok(cargo::target().join("debug").join(name));
    }
    cargo::run([
        "build",
        "--quiet",
        "--locked",
        "--release",
        // Other features of shared dependencies, and another build of wasmtime, would be chosen for one package.
        "--workspace",
        "--bin",
        name,
    ])?;
    Ok(cargo::target().join(Path::new("release")).join(name))
}
