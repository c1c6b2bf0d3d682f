//! Rust: cargo, with the target `wasm32-wasip2`, makes a component by itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{BuildError, Install, Job, Tool, ToolError, io_error};

const PURPOSE: &str = "to build modules in Rust";
const TARGET: &str = "wasm32-wasip2";

const RUSTC: Tool = Tool {
    programs: &["rustc"],
    purpose: PURPOSE,
    version_args: &["--version"],
    minimum: env!("CARGO_PKG_RUST_VERSION"),
    install: Install::Anywhere("curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"),
};
const CARGO: Tool = Tool {
    programs: &["cargo"],
    ..RUSTC
};

pub(super) fn build(job: &Job<'_>) -> Result<(), BuildError> {
    let rustc = RUSTC.find(&[]).map_err(updated)?;
    let cargo = CARGO.find(&[]).map_err(updated)?;
    if !has_target(&rustc.path, &job.project.root) {
        return Err(ToolError::Missing {
            what: format!("Rust's target `{TARGET}`"),
            purpose: PURPOSE,
            install: format!("install it with `rustup target add {TARGET}`"),
        }
        .into());
    }
    let manifest = job.project.entry();
    let mut command = Command::new(cargo.path);
    command
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "--message-format",
            "json-render-diagnostics",
        ])
        .arg("--manifest-path")
        .arg(&manifest)
        .current_dir(&job.project.root);
    let (messages, said) = job.steps.capture("compiling with cargo", &mut command)?;
    job.steps.tell(&warnings(&said));

    let built = artifact(&messages, &manifest).ok_or_else(|| BuildError::Inside {
        doing: "compiling with cargo".into(),
        reason: format!(
            "{} makes no `.wasm` file; write `crate-type = [\"cdylib\"]` below `[lib]`",
            manifest.display()
        ),
    })?;
    std::fs::copy(&built, &job.component).map_err(io_error(format!("copy {}", built.display())))?;
    Ok(())
}

/// What is there needs no installing.
fn updated(error: ToolError) -> ToolError {
    match error {
        ToolError::TooOld {
            program,
            path,
            found,
            needed,
            purpose,
            ..
        } => ToolError::TooOld {
            program,
            path,
            found,
            needed,
            purpose,
            install: "bring it up to date with `rustup update`".into(),
        },
        other => other,
    }
}

fn has_target(rustc: &Path, folder: &Path) -> bool {
    let probe = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        // A `rust-toolchain.toml` there counts.
        .current_dir(folder)
        .output();
    let libraries = probe.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    libraries.is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

/// The `.wasm` file of the package, as cargo says: its target folder can be anywhere.
fn artifact(messages: &[u8], manifest: &Path) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    lines
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|message| {
            let of = message.get("manifest_path").and_then(Value::as_str);
            of.is_some_and(|of| Path::new(of) == manifest)
        })
        .filter_map(|message| {
            let files = message.get("filenames")?.as_array()?.clone();
            files
                .iter()
                .filter_map(Value::as_str)
                .find(|file| file.ends_with(".wasm"))
                .map(PathBuf::from)
        })
        .next_back()
}

/// What is left of cargo's output without its progress.
fn warnings(said: &str) -> String {
    const PROGRESS: [&str; 9] = [
        "Adding",
        "Blocking",
        "Compiling",
        "Downloaded",
        "Downloading",
        "Finished",
        "Fresh",
        "Locking",
        "Updating",
    ];
    let is_progress = |line: &&str| {
        let word = line.trim_start().split(' ').next().unwrap_or_default();
        line.starts_with(' ') && PROGRESS.contains(&word)
    };
    let lines: Vec<_> = said.lines().filter(|line| !is_progress(line)).collect();
    lines.join("\n")
}
