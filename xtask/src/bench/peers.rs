//! The peers, which bring another version of wasmtime: a workspace of their own, `benches/peers`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo;

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds them, and what they measure; gives the program.
pub(super) fn build() -> Result<PathBuf> {
    let folder = std::path::absolute(cargo::target())?.join("peers");
    cargo::succeed(Command::new("rustup").args(["target", "add", TARGET]))
        .with_context(|| format!("failed to add the target {TARGET}; install it as your Rust installation does"))?;
    eprintln!("building the peers (minutes, for the first time)");
    let build = |arguments: &[&str]| {
        let mut cargo = cargo::cargo();
        cargo
            .args(["build", "--quiet", "--locked", "--release"])
            .args(arguments)
            .arg("--target-dir")
            .arg(&folder)
            .current_dir(cargo::root().join("benches/peers"));
        cargo::succeed(&mut cargo)
    };
    build(&["--package", "peer-guest", "--target", TARGET])?;
    build(&["--package", "peers"])?;
    Ok(folder.join("release/peers"))
}
