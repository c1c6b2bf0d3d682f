//! What a module costs, as the program `figures` of `benches` measures it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::cargo;

/// The figures of the module with the shared behaviour, for a payload of three indicators. Times are medians.
#[derive(Serialize, Deserialize)]
pub struct Figures {
    pub wasm_bytes: u64,
    /// From the file to a module whose hooks are registered; compiled in a process of its own.
    pub compile_ms: f64,
    /// The same with the code from the cache.
    pub load_ms: f64,
    /// A call into an instance that is ready, in bare wasmtime under the host's guards.
    pub ready_us: f64,
    /// A delivery by the host, which has an instance of its own.
    pub fresh_us: f64,
    pub fuel: u64,
    pub memory_bytes: u64,
}

/// The program, built.
pub fn program(release: bool) -> Result<PathBuf> {
    if release {
        cargo::run([
            "build",
            "--quiet",
            "--locked",
            "--release",
            "--package",
            "sclera-benches",
            "--bin",
            "figures",
        ])?;
        return Ok(cargo::target().join("release/figures"));
    }
    // It is among the binaries of the workspace.
    cargo::sclera()?;
    Ok(cargo::target().join("debug/figures"))
}

pub fn of(program: &Path, module: &Path, rounds: u32) -> Result<Figures> {
    let output = Command::new(program).arg(module).arg(rounds.to_string()).output();
    let output = output.with_context(|| format!("failed to start {}", program.display()))?;
    ensure!(
        output.status.success(),
        "its figures cannot be taken: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}
