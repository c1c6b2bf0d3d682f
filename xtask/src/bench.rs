//! `cargo xtask bench`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{cargo, modules, services};

/// The version that ours is compared with.
const CELERY: &str = "celery==5.7.0";

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    /// By default, `preload`.
    #[arg(value_enum, default_value_t = What::Preload)]
    what: What,
    /// For `deliveries`: how long to accept, each time.
    #[arg(long, default_value_t = 5.0, value_name = "SECONDS")]
    seconds: f64,
    /// For `deliveries`: how many to bring to their end, each time.
    #[arg(long, default_value_t = 20_000, value_name = "COUNT")]
    deliveries: u32,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// A preload through the host beside the same call in bare wasmtime.
    Preload,
    /// Accepting asynchronous deliveries, and bringing them to their end: on SQLite, on RabbitMQ, and in Celery.
    Deliveries,
}

pub fn run(options: &Options) -> Result<()> {
    modules::build()?;
    match options.what {
        What::Preload => cargo::run(["bench", "--locked", "--package", "sclera-benches"]),
        What::Deliveries => deliveries(options),
    }
}

fn deliveries(options: &Options) -> Result<()> {
    services::install()?;
    let python = celery()?;
    cargo::run([
        "build",
        "--locked",
        "--release",
        "--package",
        "sclera-benches",
        "--bin",
        "deliveries",
    ])?;
    let json = cargo::target().join("deliveries.json");
    cargo::succeed(
        Command::new(cargo::target().join("release/deliveries"))
            .arg(python)
            .arg(&json)
            .arg(options.seconds.to_string())
            .arg(options.deliveries.to_string()),
    )?;
    println!("also in {}", json.display());
    Ok(())
}

/// A Python that has Celery, in an environment of its own.
fn celery() -> Result<PathBuf> {
    let environment = cargo::target().join("celery");
    let python = environment.join("bin/python");
    let has = |python: &PathBuf| {
        let asked = Command::new(python)
            .args(["-m", "pip", "show", "--quiet", "celery"])
            .status();
        asked.is_ok_and(|status| status.success())
    };
    if python.is_file() && has(&python) {
        return Ok(python);
    }
    eprintln!("installing {CELERY} into {}", environment.display());
    cargo::succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment))
        .context("install Python 3 with its module venv (Debian: python3-venv)")?;
    cargo::succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", CELERY]))?;
    Ok(python)
}
