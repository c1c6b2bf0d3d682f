//! Playing a page: its files are written and its commands run, in order, in a folder of its own.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::block::{self, Step};
use super::expected;
use super::page::Page;
use crate::cargo;
use crate::toolchains::Environment;

/// What all pages are played with.
pub struct Stage {
    environment: Environment,
    /// What is built and compiled is kept here between runs.
    kept: PathBuf,
}

/// How much of a page was played.
#[derive(Default)]
pub struct Played {
    commands: usize,
    files: usize,
}

/// One page while it is played.
struct Session<'a> {
    stage: &'a Stage,
    folder: TempDir,
    /// Where the next command is run.
    at: PathBuf,
}

impl Stage {
    pub fn new(environment: Environment) -> Result<Self> {
        let kept = cargo::target().join("docs");
        fs::create_dir_all(kept.join("caches")).with_context(|| format!("failed to make {}", kept.display()))?;
        Ok(Self { environment, kept })
    }

    /// Plays a page to its end, or to the first thing that is not as it says.
    pub fn play(&self, page: &Page) -> Result<Played> {
        let folder = tempfile::tempdir()?;
        let mut session = Session {
            stage: self,
            at: folder.path().to_owned(),
            folder,
        };
        let mut played = Played::default();
        for block in &page.blocks {
            if let Some(folder) = block.folder() {
                session.enter(folder)?;
            }
            for command in block.before() {
                session.run(&command)?;
            }
            match block.step()? {
                Step::Run(commands) => {
                    for command in commands {
                        session.run(&command)?;
                        played.commands += 1;
                    }
                }
                Step::Write(path, text) => {
                    session.write(path, text)?;
                    played.files += 1;
                }
                Step::Pass => {}
            }
        }
        Ok(played)
    }
}

impl Session<'_> {
    fn write(&self, path: &Path, text: &str) -> Result<()> {
        let file = self.at.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text).with_context(|| format!("failed to write {}", path.display()))
    }

    fn run(&mut self, command: &block::Command) -> Result<()> {
        let pwd = self.folder.path().join(".pwd");
        // Where the command left off is where the next one begins.
        let script = format!(
            "{{ {}\n}} 2>&1\ncode=$?\npwd > '{}'\nexit $code\n",
            command.line,
            pwd.display()
        );
        let mut shell = Command::new("bash");
        shell.arg("-c").arg(script).current_dir(&self.at).stdin(Stdio::null());
        self.stage.environment.give_to(&mut shell);
        shell
            .env("CARGO_TARGET_DIR", self.stage.kept.join("cargo"))
            .env("XDG_CACHE_HOME", self.stage.kept.join("caches"))
            // What a terminal would be told is not what the page shows.
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100");
        let output = shell.output().context("failed to start bash")?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let code = output.status.code();
        if code != Some(command.exit) {
            bail!(
                "`{}` ended with {code:?}, not {}:\n{printed}",
                command.line,
                command.exit
            );
        }
        if let Some(difference) = expected::compare(&command.expected, &printed) {
            bail!("`{}` printed something else:\n{difference}", command.line);
        }
        let at = fs::read_to_string(&pwd).with_context(|| format!("`{}` ended the shell", command.line))?;
        self.at = PathBuf::from(at.trim_end());
        Ok(())
    }

    /// Goes on in a copy of a folder of the project, with the SDKs beside it as they are there.
    fn enter(&mut self, folder: &Path) -> Result<()> {
        let project = self.folder.path().join("sclera");
        for part in [folder, Path::new("guest-sdk"), Path::new("wit"), Path::new("LICENSE")] {
            let to = project.join(part);
            if to.exists() {
                continue;
            }
            let from = cargo::root().join(part);
            ensure!(from.exists(), "the project has no {}", part.display());
            copy(&from, &to).with_context(|| format!("failed to copy {}", part.display()))?;
        }
        self.at = project.join(folder);
        Ok(())
    }
}

/// Copies a file or a folder, without what was built in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if !["build", "target", "node_modules", "__pycache__"]
            .iter()
            .any(|built| name == *built)
        {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} commands, {} files", self.commands, self.files)
    }
}
