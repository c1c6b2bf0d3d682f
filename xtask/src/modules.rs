//! Builds the WebAssembly modules: those of the examples, and those of the tests.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo;

const TARGET: &str = "wasm32-wasip2";
const PROFILE: &str = "module";
const MODULES: [&str; 9] = [
    "ioc-guard",
    "tlp-inherit",
    "case-watch",
    "ioc-lookup",
    "misp-lookup",
    "misfit",
    "hostile-guest",
    "hostile-outside",
    "bench-guest",
];
/// What the example server is to load.
const EXAMPLES: [&str; 4] = ["ioc-guard", "tlp-inherit", "case-watch", "ioc-lookup"];
/// What needs another server to be of use, and so does not go into the example server. It is put where `sclera build` puts
/// it, for `sclera test`; the rest is for the tests and the benches.
const PROJECTS: [&str; 1] = ["misp-lookup"];

/// Builds all of them; returns the folder with the examples.
pub fn build() -> Result<PathBuf> {
    add_target()?;
    let mut args = vec!["build", "--quiet", "--locked", "--target", TARGET, "--profile", PROFILE];
    args.extend(MODULES.iter().flat_map(|module| ["--package", module]));
    cargo::run(args)?;

    let built = cargo::target().join(TARGET).join(PROFILE);
    let folder = cargo::target().join("modules");
    std::fs::create_dir_all(&folder)?;
    for module in MODULES {
        let file = format!("{}.wasm", module.replace('-', "_"));
        let to = if EXAMPLES.contains(&module) {
            folder.join(&file)
        } else if PROJECTS.contains(&module) {
            let project = cargo::root().join("example-modules").join(module).join("build");
            std::fs::create_dir_all(&project)?;
            project.join(format!("{module}.wasm"))
        } else {
            cargo::target().join(&file)
        };
        std::fs::copy(built.join(&file), &to).with_context(|| format!("failed to copy {file} to {}", to.display()))?;
    }
    Ok(folder)
}

/// Installs the target unless it is there.
pub fn add_target() -> Result<()> {
    let probe = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    let there = probe
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .is_some_and(|folder| std::path::Path::new(folder.trim()).is_dir());
    if there {
        return Ok(());
    }
    eprintln!("adding the Rust target {TARGET}");
    cargo::succeed(Command::new("rustup").args(["target", "add", TARGET]))
        .with_context(|| format!("failed to add the target {TARGET}; install it as your Rust installation does"))
}
