//! `cargo xtask fuzz`: arbitrary input for everything that the host reads.
//!
//! cargo-fuzz builds the targets. They are run from here, because their many lines are of no interest as long as nothing
//! is found, and because what is found has to be reproduced by the same command that found it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo;

/// What to run.
#[derive(clap::Args)]
pub struct Options {
    /// The target; all of them unless named.
    target: Option<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 30)]
    seconds: u32,
    /// Run this input only, for example one that was found before.
    #[arg(long, requires = "target", value_name = "FILE")]
    input: Option<PathBuf>,
}

/// The version of cargo-fuzz.
const CARGO_FUZZ: &str = "0.13.2";
/// Bytes of an input. Larger ones are slower, and rarely another case.
const INPUT: usize = 64 << 10;
/// MiB of memory that a target may take; more is a finding.
const MEMORY: usize = 2 << 10;
/// Seconds that one input may take; more is a finding. What runs here is built for finding, not for speed.
const PATIENCE: usize = 20;
/// Lines of a target's own words that are shown when it found something.
const LAST_WORDS: usize = 40;

pub fn run(options: &Options) -> Result<()> {
    let cargo_fuzz = cargo::installed("cargo-fuzz", CARGO_FUZZ, &[])?;
    let folder = cargo::target().join("fuzz");
    let targets = match &options.target {
        Some(target) => vec![target.clone()],
        None => targets(&cargo_fuzz)?,
    };
    let mut build = Command::new(&cargo_fuzz);
    // No sanitizer: those need a nightly compiler, and what is looked at has no unsafe code.
    build.args(["fuzz", "build", "--sanitizer", "none"]);
    // Unless told, it takes one unit for each crate, and twice as long.
    build.args(["--codegen-units", "16"]);
    build.arg("--target-dir").arg(&folder).args(&options.target);
    cargo::succeed(build.current_dir(cargo::root()))?;

    let built = folder.join(host_tuple()?).join("release");
    let mut found = 0;
    for target in &targets {
        let fuzzer = Fuzzer {
            target,
            program: built.join(target),
            folder: &folder,
        };
        found += usize::from(!fuzzer.run(options)?);
    }
    ensure!(found == 0, "{found} of {} targets found something", targets.len());
    Ok(())
}

/// A built target.
struct Fuzzer<'a> {
    target: &'a str,
    program: PathBuf,
    folder: &'a Path,
}

impl Fuzzer<'_> {
    /// Whether it ended without having found anything.
    fn run(&self, options: &Options) -> Result<bool> {
        let corpus = self.made("corpus")?;
        let failures = self.made("failures")?;
        let log = self.folder.join(format!("{}.log", self.target));
        let mut command = Command::new(&self.program);
        match &options.input {
            Some(input) => command.arg(input),
            // What is new is put into the first folder.
            None => command
                .arg(corpus)
                .arg(cargo::root().join("fuzz/seeds").join(self.target))
                .arg(format!("-max_total_time={}", options.seconds)),
        };
        command
            .arg(format!("-max_len={INPUT}"))
            .arg(format!("-rss_limit_mb={MEMORY}"))
            .arg(format!("-timeout={PATIENCE}"))
            .arg(format!("-artifact_prefix={}/", failures.display()));
        let status = command
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .status()
            .with_context(|| format!("failed to start {}", self.program.display()))?;
        let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        if status.success() {
            let done = said.lines().rev().find(|line| line.starts_with("Done "));
            println!("{}: {}", self.target, done.unwrap_or("nothing found"));
            return Ok(true);
        }
        self.report(&said, options)?;
        Ok(false)
    }

    /// Shows what was found, and how to see it again.
    fn report(&self, said: &str, options: &Options) -> Result<()> {
        let lines: Vec<_> = said.lines().collect();
        let last = lines.len().saturating_sub(LAST_WORDS);
        for line in lines.iter().skip(last) {
            println!("    {line}");
        }
        let written = said.lines().find_map(|line| line.split_once("Test unit written to "));
        let input = match (&options.input, written) {
            (Some(input), _) => input.clone(),
            (None, Some((_, path))) => PathBuf::from(path),
            (None, None) => bail!("{} ended without naming its input", self.target),
        };
        let bytes = fs::read(&input)?;
        println!("{}: the input is {} bytes:", self.target, bytes.len());
        println!("    {}", bytes.escape_ascii());
        println!("see it again with:");
        println!("    cargo xtask fuzz {} --input {}", self.target, input.display());
        println!("once it is mended, keep it in fuzz/seeds/{}", self.target);
        Ok(())
    }

    fn made(&self, kind: &str) -> Result<PathBuf> {
        let folder = self.folder.join(kind).join(self.target);
        fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
        Ok(folder)
    }
}

fn targets(cargo_fuzz: &Path) -> Result<Vec<String>> {
    let mut list = Command::new(cargo_fuzz);
    let list = answered(list.args(["fuzz", "list"]).current_dir(cargo::root()))?;
    Ok(list.lines().map(str::to_owned).collect())
}

/// What cargo-fuzz builds for.
fn host_tuple() -> Result<String> {
    let mut rustc = Command::new("rustc");
    let tuple = answered(rustc.args(["--print", "host-tuple"]).current_dir(cargo::root()))?;
    Ok(tuple.trim().to_owned())
}

fn answered(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("failed to start {}", command.get_program().display()))?;
    ensure!(output.status.success(), "{command:?} ended with {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}
