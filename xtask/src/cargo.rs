//! Cargo, called in the project's folder.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The folder of the project.
pub fn root() -> &'static Path {
    // This crate is in a folder of it.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo builds to.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Cargo, as it is when a person calls it: what it has told this program about itself would make build scripts run anew.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let is_ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(is_ours) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs cargo, and fails if it does.
pub fn run<I: IntoIterator<Item = A>, A: AsRef<OsStr>>(args: I) -> Result<()> {
    succeed(cargo().args(args).current_dir(root()))
}

/// Runs a command, and fails if it does.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("failed to start {}", command.get_program().display()))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// The same for a command that says nothing on standard output, because that is for the result of this one.
pub fn succeed_aside(command: &mut Command) -> Result<()> {
    succeed(command.stdin(Stdio::null()).stdout(Stdio::null()))
}

/// The `sclera` command, built.
pub fn sclera() -> Result<PathBuf> {
    // With a test among the targets, cargo chooses the same features as for the tests, and builds nothing anew.
    run([
        "build",
        "--quiet",
        "--locked",
        "--workspace",
        "--bins",
        "--test",
        "hostile",
    ])?;
    Ok(target().join("debug/sclera"))
}

/// A program from crates.io in a certain version, built where its parts do not mix with ours, once.
pub fn installed(name: &str, version: &str, args: &[&str]) -> Result<PathBuf> {
    let root = target().join(format!("{name}-{version}"));
    let program = root.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    eprintln!("installing {name} {version} (minutes)");
    let mut install: Vec<&OsStr> = ["install", "--quiet", "--locked", "--version", version]
        .map(OsStr::new)
        .into();
    let built = root.join("target");
    install.extend([
        "--target-dir".as_ref(),
        built.as_os_str(),
        "--root".as_ref(),
        root.as_os_str(),
    ]);
    install.extend(args.iter().map(OsStr::new));
    install.push(name.as_ref());
    run(install)?;
    fs::remove_dir_all(&built).with_context(|| format!("failed to remove {}", built.display()))?;
    Ok(program)
}
