//! componentize-py, and Go, which is served as a Python package: in an environment of their own.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{Stamp, kept};
use crate::cargo;

/// Where programs are in such an environment.
pub const BIN: &str = if cfg!(windows) { "python/Scripts" } else { "python/bin" };

pub fn install(folder: &Path) -> Result<()> {
    let environment = folder.join("python");
    let stamp = Stamp::of(&environment, &["requirements.txt"])?;
    // An environment is of no use any more when the Python that it was made by is gone.
    if stamp.fits() && answers(&folder.join(BIN).join("python")) {
        return Ok(());
    }
    eprintln!(
        "installing componentize-py and Go into {} (a minute)",
        environment.display()
    );
    if environment.exists() {
        fs::remove_dir_all(&environment).with_context(|| format!("failed to remove {}", environment.display()))?;
    }
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(&environment);
    cargo::succeed_aside(&mut make)
        .context("install Python 3.10 or newer with its module venv (Debian: python3-venv)")?;
    let mut pip = Command::new(folder.join(BIN).join("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    pip.arg(kept("requirements.txt"));
    cargo::succeed_aside(&mut pip).context("pip could not install what stands in xtask/toolchains/requirements.txt")?;
    stamp.set()
}

fn answers(program: &Path) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}
