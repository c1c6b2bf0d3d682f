//! What deliveries took.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anstream::stdout;
use sclera::text;

use super::table::Rows;
use super::units::{bytes, duration, grouped};
use super::{BAD, FAINT, TITLE, path};
use crate::commands::bench::Profiled;
use crate::commands::measuring::{Figures, Spread};

/// Characters of a text that comes from elsewhere.
const LONG: usize = 1_000;

pub(crate) fn benched_module(file: &Path, module: &sclera::ModuleIdentity, callers: u32) -> anyhow::Result<()> {
    let callers = match callers {
        1 => "1 caller".to_owned(),
        many => format!("{many} callers at the same time"),
    };
    writeln!(
        stdout(),
        "{TITLE}{} {}{TITLE:#} {FAINT}{}, a fresh instance for each delivery, {callers}{FAINT:#}",
        module.name,
        module.version,
        path(file)
    )?;
    Ok(())
}

pub(crate) fn benched(figures: &Figures) -> anyhow::Result<()> {
    let mut out = stdout();
    write!(out, "\n{TITLE}{}", figures.hook)?;
    if let Some(menu_name) = &figures.menu_name {
        write!(out, " “{menu_name}”")?;
    }
    writeln!(
        out,
        "{TITLE:#} {FAINT}{} deliveries, {} in a second{FAINT:#}",
        grouped(figures.deliveries),
        grouped(figures.per_second as u64)
    )?;
    let mut rows = Rows::new();
    rows.add(["", "MIN", "MEDIAN", "P90", "P99", "MAX"]);
    times(&mut rows, "latency", figures.latency_us);
    times(&mut rows, "in the module", figures.module_us);
    spread(&mut rows, "fuel", figures.fuel, grouped);
    rows.print(&mut out, "  ")?;
    writeln!(
        out,
        "  {FAINT}the first took {}; peak memory {}{FAINT:#}",
        shown(figures.first.latency_us),
        bytes(figures.peak_memory)
    )?;
    let outcomes: Vec<_> = figures
        .outcomes
        .iter()
        .map(|(outcome, times)| format!("{outcome} {}", grouped(*times)))
        .collect();
    writeln!(out, "  {FAINT}{}{FAINT:#}", outcomes.join(", "))?;
    if let Some(failure) = &figures.failure {
        writeln!(
            out,
            "  {BAD}{} failed{BAD:#}, such as: {}",
            grouped(figures.failed),
            text::shown(failure, LONG)
        )?;
    }
    Ok(())
}

pub(crate) fn profiled(profiled: &Profiled) -> anyhow::Result<()> {
    let (file, samples) = (path(&profiled.file), grouped(profiled.samples));
    match profiled.samples {
        0 => writeln!(
            stdout(),
            "\nnot once was its code seen to run, so {file} is empty: measure for longer, with `--seconds`"
        )?,
        _ => writeln!(
            stdout(),
            "\n{samples} samples are in {file}: load it at https://profiler.firefox.com, where nothing is uploaded unless you say so"
        )?,
    }
    Ok(())
}

fn times(rows: &mut Rows, label: &str, of: Spread<f64>) {
    spread(rows, label, of, shown);
}

fn spread<T: Copy>(rows: &mut Rows, label: &str, of: Spread<T>, shown: impl Fn(T) -> String) {
    let numbers = [of.min, of.median, of.p90, of.p99, of.max];
    rows.add([label.to_owned()].into_iter().chain(numbers.map(shown)));
}

fn shown(microseconds: f64) -> String {
    duration(Duration::from_secs_f64(microseconds / 1e6))
}
