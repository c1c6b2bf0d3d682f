//! `cargo xtask docs`: runs what the book says, checks its links and what is generated in it, and builds it.
//!
//! A page is played in an empty folder of its own, from top to bottom: what stands in a file is written into it, what
//! stands behind a prompt is run. `docs/README.md` tells writers how. The crate trycmd does a part of this; it starts
//! one program without a shell and writes no files, and a tutorial needs both.

mod block;
mod book;
mod expected;
mod generated;
mod links;
mod page;
mod session;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use self::page::Page;
use crate::cargo;
use crate::language::Language;
use crate::toolchains;

/// What to check.
#[derive(clap::Args)]
pub struct Options {
    /// Only pages whose path has one of these in it.
    pages: Vec<String>,
    /// Write the pages that are generated, and stop.
    #[arg(long)]
    write: bool,
    /// Run nothing of what the pages say: check their form and their links, and build the book.
    #[arg(long)]
    no_run: bool,
    /// Pages that are played at the same time.
    #[arg(short, long, default_value_t = 2)]
    jobs: usize,
}

pub fn run(options: &Options) -> Result<()> {
    let sclera = cargo::sclera()?;
    if options.write {
        return generated::write(&sclera);
    }
    generated::check(&sclera)?;
    let pages = page::all(&source())?;
    links::check(&source(), &pages)?;
    let chosen: Vec<_> = pages
        .iter()
        .filter(|page| {
            options.pages.is_empty()
                || options
                    .pages
                    .iter()
                    .any(|part| page.path.to_string_lossy().contains(part))
        })
        .collect();
    ensure!(!chosen.is_empty(), "no page has that in its path");
    for page in &pages {
        page.check()
            .with_context(|| format!("in docs/src/{}", page.path.display()))?;
    }
    if !options.no_run {
        let sclera = sclera.parent().unwrap_or(Path::new("")).to_owned();
        let environment = toolchains::install(&Language::ALL)?.with_programs(sclera);
        play(&chosen, &session::Stage::new(environment)?, options.jobs)?;
    }
    let built = book::build()?;
    println!("the book is in {}", built.display());
    Ok(())
}

/// Where the book's pages are.
fn source() -> PathBuf {
    cargo::root().join("docs/src")
}

/// Plays the pages, several at a time, and fails if one does.
fn play(pages: &[&Page], stage: &session::Stage, jobs: usize) -> Result<()> {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let printing = Mutex::new(());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let started = Instant::now();
                    let played = stage.play(page);
                    let _one_at_a_time = printing.lock();
                    failed.fetch_add(usize::from(played.is_err()), Ordering::Relaxed);
                    report(page, &played, started.elapsed());
                }
            });
        }
    });
    let failed = failed.into_inner();
    println!("pages: {} passed, {failed} failed", pages.len() - failed);
    ensure!(failed == 0, "{failed} pages do not do what they say");
    Ok(())
}

fn report(page: &Page, played: &Result<session::Played>, took: Duration) {
    let path = page.path.display();
    match played {
        Ok(played) => println!("docs/src/{path}: {played}, {:.1} s", took.as_secs_f64()),
        Err(error) => println!("docs/src/{path}: FAILED: {error:#}"),
    }
}
