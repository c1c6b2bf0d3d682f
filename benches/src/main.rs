//! `cargo xtask bench`, once everything is built that it needs: measures, prints one table, and writes `results.json` and
//! `results.svg` into its folder.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use mimalloc::MiMalloc;
use sclera_benches::{Context, Extent, Group, Language, Report, Run, compare, differences, draw, table};

/// As the programs that embed the host have it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures what the host takes, beside bare wasmtime and beside its peers.
#[derive(Parser)]
struct Args {
    /// The groups of rows; all of them unless named.
    groups: Vec<String>,
    /// As little as shows that it works. The numbers mean nothing.
    #[arg(long)]
    quick: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// How often everything is measured.
    #[arg(long, value_name = "COUNT")]
    passes: Option<usize>,
    /// Where the results are put, and what is kept for the next time.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// Languages whose modules are measured; all of them unless named.
    #[arg(long = "language", value_enum)]
    languages: Vec<Language>,
    /// The program that measures the peers.
    #[arg(long, value_name = "PROGRAM")]
    peers: Option<PathBuf>,
    /// A Python that has Celery.
    #[arg(long, value_name = "PYTHON")]
    celery: Option<PathBuf>,
    /// Say of each row whether it agrees with the last run.
    #[arg(long, conflicts_with = "compare")]
    again: bool,
    /// Say of each row whether it agrees with an earlier run.
    #[arg(long, value_name = "RESULTS.json")]
    compare: Option<PathBuf>,
    /// Measure this group once, and print its samples.
    #[arg(long, value_name = "GROUP", hide = true)]
    one_pass: Option<String>,
}

/// How often everything is measured.
const PASSES: usize = 5;
/// Enough to see that passes are put together.
const QUICK_PASSES: usize = 2;

fn main() -> Result<()> {
    let args = Args::parse();
    let context = Context {
        extent: if args.quick { Extent::Quick } else { Extent::Full },
        folder: args.folder.clone(),
        languages: match args.languages.is_empty() {
            true => Language::ALL.to_vec(),
            false => args.languages.clone(),
        },
        celery: args.celery.clone(),
    };
    if let Some(group) = &args.one_pass {
        let mut out = std::io::stdout().lock();
        for sample in named(group)?.measure(&context)? {
            writeln!(out, "{}", serde_json::to_string(&sample)?)?;
        }
        return Ok(());
    }
    let groups = match args.groups.is_empty() {
        true => Group::ALL.into(),
        false => args.groups.iter().map(|name| named(name)).collect::<Result<_>>()?,
    };
    let results = args.folder.join("results.json");
    let before = match (&args.compare, args.again) {
        (Some(file), _) => Some(read(file)?),
        (None, true) => Some(read(&results)?),
        (None, false) => None,
    };
    let passes = args
        .passes
        .unwrap_or(if args.quick { QUICK_PASSES } else { PASSES })
        .max(1);
    if before.as_ref().is_some_and(|before| before.passes.min(passes) < 2) {
        bail!(
            "of one pass nobody knows how far another may be from it; measure both with two passes or more (`--passes`)"
        );
    }
    let run = Run {
        context,
        groups,
        passes,
        peers: args.peers.clone(),
    };
    let report = run.carry_out()?;
    let picture = args.folder.join("results.svg");
    write(&results, &serde_json::to_string_pretty(&report)?)?;
    write(&picture, &draw(&report)?)?;
    show(&args, &report, before.as_ref(), [&results, &picture])
}

fn named(group: &str) -> Result<Group> {
    Group::named(group).with_context(|| {
        let names: Vec<_> = Group::ALL.iter().map(|group| group.name).collect();
        format!("there is no group `{group}`; there are {}", names.join(", "))
    })
}

fn read(file: &Path) -> Result<Report> {
    let text =
        fs::read(file).with_context(|| format!("failed to read {}: is there an earlier run?", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no report of this program", file.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("failed to write {}", file.display()))
}

fn show(args: &Args, report: &Report, before: Option<&Report>, written: [&Path; 2]) -> Result<()> {
    if args.json {
        println!("{}", serde_json::to_string_pretty(report)?);
    } else {
        println!("{}", table(report));
        println!(
            "{} × {}; {} passes. ±: how far two such runs may be apart, from how far the passes were. Ratios are taken within a \
             pass.",
            report.processors, report.processor, report.passes
        );
    }
    let [results, picture] = written;
    eprintln!("also in {} and {}", results.display(), picture.display());
    let Some(before) = before else {
        return Ok(());
    };
    let all = compare(before, report);
    let apart = all.iter().filter(|one| !one.agrees()).count();
    eprintln!("{}", differences(&all));
    eprintln!("{} of {} agree with the earlier run", all.len() - apart, all.len());
    if all.is_empty() {
        bail!("the earlier run has none of these rows");
    }
    Ok(())
}
