//! `cargo xtask bench instructions`: how many instructions a preload takes, as callgrind counts them. They do not depend on
//! what else the machine does, so they are compared with a baseline that is kept in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::{cargo, modules};

/// What is counted: see `benches/src/instructions.rs`.
const JOBS: [&str; 2] = ["no-op", "tag"];
/// Preloads that are counted.
const CALLS: u64 = 100;

/// `benches/instructions.toml`.
#[derive(Serialize, Deserialize)]
struct Baseline {
    /// By how much a count may differ: 0.02 for two of a hundred.
    tolerance: f64,
    /// Instructions of one preload on the caller's thread.
    instructions: BTreeMap<String, u64>,
}

/// Counts, and compares with the baseline, or makes it anew.
pub(super) fn run(program: &Path, bless: bool) -> Result<()> {
    modules::build()?;
    let module = cargo::target().join("bench_guest.wasm");
    let mut counts = BTreeMap::new();
    for job in JOBS {
        counts.insert(job.to_owned(), count(program, &module, job)? / CALLS);
    }
    let file = cargo::root().join("benches/instructions.toml");
    if bless {
        let baseline = Baseline {
            tolerance: 0.02,
            instructions: counts,
        };
        let text = format!(
            "# Instructions of one preload on the caller's thread. `cargo xtask bench instructions --bless` writes it.\n{}",
            toml::to_string(&baseline)?
        );
        fs::write(&file, text).with_context(|| format!("failed to write {}", file.display()))?;
        println!("written to {}", file.display());
        return Ok(());
    }
    let text =
        fs::read_to_string(&file).with_context(|| format!("failed to read {}: `--bless` makes it", file.display()))?;
    let baseline: Baseline = toml::from_str(&text).with_context(|| format!("{} is no baseline", file.display()))?;
    let differing = compare(&baseline, &counts);
    for (job, count) in &counts {
        match baseline.instructions.get(job) {
            Some(before) => println!(
                "{job}: {count} instructions, {} in the baseline ({:+.1} %)",
                before,
                change(*before, *count)
            ),
            None => println!("{job}: {count} instructions, not in the baseline"),
        }
    }
    ensure!(
        differing.is_empty(),
        "more than {} % from the baseline: {}; if that is meant, `cargo xtask bench instructions --bless`",
        100.0 * baseline.tolerance,
        differing.join(", ")
    );
    Ok(())
}

/// The jobs that differ by more than is tolerated.
fn compare(baseline: &Baseline, counts: &BTreeMap<String, u64>) -> Vec<String> {
    let differs = |job: &String, count: u64| match baseline.instructions.get(job) {
        Some(before) => change(*before, count).abs() > 100.0 * baseline.tolerance,
        None => true,
    };
    let differing = counts.iter().filter(|(job, count)| differs(job, **count));
    differing.map(|(job, _)| job.clone()).collect()
}

/// In percent.
fn change(before: u64, now: u64) -> f64 {
    100.0 * (now as f64 / before as f64 - 1.0)
}

/// The instructions of all counted calls.
fn count(program: &Path, module: &Path, job: &str) -> Result<u64> {
    let out = cargo::target().join(format!("bench/callgrind-{job}.out"));
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args([
            "--tool=callgrind",
            "--quiet",
            "--collect-atstart=no",
            "--toggle-collect=*counted*",
        ])
        // Modules are compiled at run time, on a stack of their own.
        .args(["--smc-check=all-non-file", "--max-stackframe=20000000"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .arg(module)
        .arg(job)
        .stdin(Stdio::null());
    eprintln!("counting {job} (minutes)");
    cargo::succeed(&mut valgrind).context("counting needs valgrind (Debian: apt-get install valgrind)")?;
    total(&fs::read_to_string(&out)?).with_context(|| format!("{} has no total", out.display()))
}

/// What callgrind says of the whole program.
fn total(out: &str) -> Result<u64> {
    let line = out
        .lines()
        .find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
    match line.map(|line| line.trim().parse()) {
        Some(Ok(0)) => bail!("nothing was counted"),
        Some(number) => Ok(number?),
        None => bail!("there is no line `totals:`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_beyond_the_tolerance_differs_and_so_does_one_that_is_new() {
        let baseline = Baseline {
            tolerance: 0.02,
            instructions: BTreeMap::from([("no-op".to_owned(), 10_000), ("tag".to_owned(), 20_000)]),
        };
        let counts = |no_op, tag| BTreeMap::from([("no-op".to_owned(), no_op), ("tag".to_owned(), tag)]);
        assert!(compare(&baseline, &counts(10_150, 19_700)).is_empty());
        assert_eq!(compare(&baseline, &counts(10_250, 19_700)), ["no-op"]);
        assert_eq!(compare(&baseline, &BTreeMap::from([("echo".to_owned(), 1)])), ["echo"]);
    }

    #[test]
    fn the_total_is_read_from_what_callgrind_writes() {
        assert_eq!(
            total("version: 1\nevents: Ir\nfn=(0) a\n1 5\n\ntotals: 1234\n").unwrap(),
            1_234
        );
        assert!(total("totals: 0\n").is_err());
    }
}
