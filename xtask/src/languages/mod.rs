//! `cargo xtask languages`: what works in which language, and what it costs.
//!
//! Each language is tried as an author would: a module from the template, in an empty folder; the SDK's own tests; the
//! behaviour that all languages share; a request to a server of this program. Then, with nothing else going on, the module
//! of the shared behaviour is measured.

mod figures;
mod http;
mod row;
mod sdk;
mod table;
mod trial;
mod workshop;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};

use self::row::Row;
pub use self::workshop::Workshop;
use crate::language::Language;
use crate::{cargo, modules, toolchains};

/// What to try.
#[derive(clap::Args)]
pub struct Options {
    /// The languages; all of them unless named.
    #[arg(value_enum)]
    languages: Vec<Language>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Measure with a host that is built for release, which takes minutes to build. Otherwise it is the one of the tests,
    /// whose dependencies are optimised and whose own code is not.
    #[arg(long)]
    release: bool,
    /// Calls from which a median is taken.
    #[arg(long, default_value_t = 300)]
    rounds: u32,
    /// Languages that are tried at the same time.
    #[arg(short, long, default_value_t = 2)]
    jobs: usize,
}

/// As `cargo xtask test` tries all of them.
impl Default for Options {
    fn default() -> Self {
        Self {
            languages: Vec::new(),
            json: false,
            release: false,
            rounds: 100,
            jobs: 2,
        }
    }
}

pub fn run(options: &Options) -> Result<()> {
    let languages = Language::chosen(&options.languages);
    let environment = toolchains::install(&languages)?;
    let modules = modules::build()?;
    let sclera = cargo::sclera()?;
    let workshop = Workshop::new(sclera, modules, environment)?;

    let mut rows = try_all(&languages, &workshop, options.jobs);
    let measure = figures::program(options.release)?;
    for row in &mut rows {
        row.measure(&measure, options.rounds);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        println!("{}", table::of(&rows));
    }
    let faults: Vec<_> = rows.iter().flat_map(Row::faults).collect();
    for fault in &faults {
        eprintln!("\n{fault}");
    }
    let checks: usize = rows.iter().map(|row| row.checks.len()).sum();
    eprintln!(
        "languages: {} passed, {} failed",
        checks.saturating_sub(faults.len()),
        faults.len()
    );
    ensure!(faults.is_empty(), "{} of the matrix's checks fail", faults.len());
    Ok(())
}

/// Tries them, several at a time; the rows are in the order of the languages.
fn try_all(languages: &[Language], workshop: &Workshop, jobs: usize) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some(language) = languages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let row = trial::of(*language, workshop);
                    rows.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    rows.sort_by_key(|row| row.language);
    rows
}
