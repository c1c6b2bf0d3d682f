//! jco, esbuild and TypeScript, as locked in `xtask/toolchains/package-lock.json`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{Stamp, kept};
use crate::cargo;

/// Where programs are.
pub const BIN: &str = "node/node_modules/.bin";

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

pub fn install(folder: &Path) -> Result<()> {
    let folder = folder.join("node");
    let stamp = Stamp::of(&folder, &FILES)?;
    if stamp.fits() {
        return Ok(());
    }
    eprintln!(
        "installing jco, esbuild and TypeScript into {} (a minute)",
        folder.display()
    );
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    for file in FILES {
        fs::copy(kept(file), folder.join(file)).with_context(|| format!("failed to copy {file}"))?;
    }
    // No package's own script is run: none of these needs one.
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]);
    cargo::succeed_aside(npm.current_dir(&folder)).context("install Node.js 20 or newer with npm")?;
    stamp.set()
}
