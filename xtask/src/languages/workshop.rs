//! Where modules are made while languages are tried, and the commands for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::cargo;
use crate::language::Language;
use crate::toolchains::Environment;

/// Tools, and an empty folder.
pub struct Workshop {
    sclera: PathBuf,
    /// The folder with the example modules.
    modules: PathBuf,
    environment: Environment,
    folder: TempDir,
    /// What may be used again at the next run.
    kept: PathBuf,
}

/// Lines of a command's output that are shown when it fails.
const LAST_WORDS: usize = 40;

impl Workshop {
    pub fn new(sclera: PathBuf, modules: PathBuf, environment: Environment) -> Result<Self> {
        let kept = cargo::target().join("languages");
        fs::create_dir_all(kept.join("caches")).with_context(|| format!("failed to make {}", kept.display()))?;
        Ok(Self {
            sclera,
            modules,
            environment,
            folder: tempfile::tempdir()?,
            kept,
        })
    }

    /// A folder that is not there yet.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An example module, as `cargo xtask modules` built it.
    pub fn example(&self, name: &str) -> PathBuf {
        self.modules.join(format!("{}.wasm", name.replace('-', "_")))
    }

    /// Runs `sclera`, and reads the JSON that it prints. It has to end with exit code 0.
    pub fn sclera<const N: usize>(&self, args: [&str; N]) -> Result<Value> {
        let (code, said) = self.ask(args)?;
        ensure!(
            code == 0,
            "`sclera {}` ended with {code}:\n{}",
            args.join(" "),
            last_words(&said.to_string())
        );
        Ok(said)
    }

    /// The same, with whatever exit code.
    pub fn ask<const N: usize>(&self, args: [&str; N]) -> Result<(i32, Value)> {
        let mut command = Command::new(&self.sclera);
        command.args(args);
        let output = self.prepared(&mut command).output().context("failed to start sclera")?;
        let code = output.status.code().unwrap_or(-1);
        let said = String::from_utf8_lossy(&output.stdout);
        let value = match serde_json::from_slice(&output.stdout) {
            Ok(value) => value,
            Err(_) => {
                let errors = String::from_utf8_lossy(&output.stderr);
                anyhow::bail!(
                    "`sclera {}` ended with {code}:\n{}",
                    args.join(" "),
                    last_words(&format!("{said}{errors}"))
                );
            }
        };
        Ok((code, value))
    }

    /// A new module of that name, in a folder that is not there yet.
    pub fn sclera_new(&self, name: &str, language: Language, folder: &Path) -> Result<()> {
        if let Some(above) = folder.parent() {
            fs::create_dir_all(above)?;
        }
        let folder = folder.to_str().context("the temporary folder's path is not UTF-8")?;
        self.tell(&["new", name, "--lang", language.name(), "--dir", folder])
    }

    /// Runs `sclera` for what it does, not for what it prints. It has to end with exit code 0.
    pub fn tell(&self, args: &[&str]) -> Result<()> {
        let mut command = Command::new(&self.sclera);
        command.args(args);
        let output = self.prepared(&mut command).output().context("failed to start sclera")?;
        ensure!(
            output.status.success(),
            "`sclera {}` ended with {}:\n{}",
            args.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    /// Runs another command in a folder. It has to succeed; what it printed on both outputs is returned.
    pub fn run(&self, folder: &Path, line: &[&str]) -> Result<String> {
        let Some((program, args)) = line.split_first() else {
            return Ok(String::new());
        };
        // Found on the path that it is given, which is not this program's own.
        let mut command = Command::new("env");
        command.arg(program).args(args).current_dir(folder);
        let output = self
            .prepared(&mut command)
            .output()
            .with_context(|| format!("failed to start {program}"))?;
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        ensure!(
            output.status.success(),
            "`{}` in {} ended with {}:\n{}",
            line.join(" "),
            folder.display(),
            output.status,
            last_words(&said)
        );
        Ok(said)
    }

    fn prepared<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        self.environment.give_to(command);
        command
            .env("CARGO_TARGET_DIR", self.kept.join("cargo"))
            .env("XDG_CACHE_HOME", self.kept.join("caches"))
            .env("NO_COLOR", "1")
            .stdin(std::process::Stdio::null())
    }
}

fn last_words(said: &str) -> String {
    let lines: Vec<_> = said.lines().collect();
    let last = lines.len().saturating_sub(LAST_WORDS);
    lines.get(last..).unwrap_or_default().join("\n")
}
