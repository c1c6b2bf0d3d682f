//! Celery, which does the same as our queues.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo;

/// The version that ours is compared with.
const CELERY: &str = "celery==5.7.0";

/// A Python that has Celery, in an environment of its own.
pub(super) fn install() -> Result<PathBuf> {
    let environment = std::path::absolute(cargo::target())?.join("celery");
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
