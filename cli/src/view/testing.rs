//! What came of a module's tests.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anstream::stdout;
use serde_json::{Value, json};

use super::delivery::log_lines;
use super::units::{duration, grouped};
use super::{BAD, FAINT, GOOD, TITLE, WARNING, diff, path};
use crate::testing::{CaseFile, Detail, Ended, Fuel};

/// Lines of a text that are shown of a failure.
const LINES: usize = 60;
/// Log lines of a failed case that are shown.
const LOG: usize = 20;
/// Cases that are named where their number says enough.
const NAMED: usize = 5;

/// The files, each with how many of its cases passed, and every failure.
pub(crate) fn tests(files: &[CaseFile], ended: &[Ended<'_>]) -> anyhow::Result<()> {
    let mut out = stdout();
    for file in files {
        let own = || ended.iter().filter(|ended| ended.file.stem == file.stem);
        let failed = own().filter(|ended| !ended.passed()).count();
        let passed = own().count() - failed;
        if passed + failed == 0 {
            continue;
        }
        write!(out, "{} {GOOD}{passed} passed{GOOD:#}", path(&file.path))?;
        if failed > 0 {
            write!(out, ", {BAD}{failed} failed{BAD:#}")?;
        }
        writeln!(out)?;
    }
    for ended in ended.iter().filter(|ended| !ended.passed()) {
        failed(&mut out, ended)?;
    }
    Ok(())
}

fn failed(out: &mut impl Write, ended: &Ended<'_>) -> anyhow::Result<()> {
    writeln!(
        out,
        "\n{BAD}failed{BAD:#} {TITLE}{}{TITLE:#} {FAINT}{}{FAINT:#}",
        sclera::text::shown(&ended.case.name, 200),
        path(&ended.file.path)
    )?;
    for failure in &ended.failures {
        writeln!(out, "  {}", sclera::text::shown(&failure.what, 2_000))?;
        match &failure.detail {
            Detail::None => {}
            Detail::Differs { expected, came } => {
                writeln!(out, "    {BAD}- expected{BAD:#}\n    {GOOD}+ came{GOOD:#}")?;
                diff::texts(out, expected, came)?;
            }
            Detail::Text(text) => {
                let mut lines = text.lines();
                for line in lines.by_ref().take(LINES) {
                    writeln!(out, "    {}", sclera::text::shown(line, 400))?;
                }
                if lines.next().is_some() {
                    writeln!(out, "    {FAINT}…{FAINT:#}")?;
                }
            }
        }
    }
    if !ended.logs.is_empty() {
        writeln!(out, "  {TITLE}log{TITLE:#}")?;
        log_lines(out, "    ", ended.logs.get(..LOG).unwrap_or(&ended.logs))?;
        if ended.logs.len() > LOG {
            writeln!(out, "    {FAINT}{} more{FAINT:#}", ended.logs.len() - LOG)?;
        }
    }
    Ok(())
}

/// What is told beside passed and failed.
pub(crate) fn test_notes(ended: &[Ended<'_>], has_golden: bool) -> anyhow::Result<()> {
    let mut out = stdout();
    for ended in ended {
        if let Some((file, count)) = &ended.recorded {
            writeln!(
                out,
                "{TITLE}recorded{TITLE:#} {count} in {} for “{}”",
                path(file),
                sclera::text::shown(&ended.case.name, 200)
            )?;
        }
    }
    let less: Vec<_> = ended
        .iter()
        .filter(|ended| matches!(ended.against_golden, Fuel::Less { .. }))
        .collect();
    if !less.is_empty() {
        writeln!(
            out,
            "\n{GOOD}less fuel{GOOD:#} than before; keep the new figures with `sclera test --accept`"
        )?;
        for ended in less.iter().take(NAMED) {
            if let Fuel::Less { golden } = ended.against_golden {
                let name = sclera::text::shown(&ended.case.name, 200);
                writeln!(out, "  {name}: {} and not {}", grouped(ended.fuel), grouped(golden))?;
            }
        }
        if less.len() > NAMED {
            writeln!(out, "  {FAINT}and {} more{FAINT:#}", less.len() - NAMED)?;
        }
    }
    let unknown = ended
        .iter()
        .filter(|ended| ended.has_fuel() && ended.against_golden == Fuel::Unknown)
        .count();
    if has_golden && unknown > 0 {
        writeln!(
            out,
            "\n{WARNING}no golden fuel{WARNING:#} for {unknown} of the cases; keep what they take with `sclera test --accept`"
        )?;
    }
    Ok(())
}

/// The last line.
pub(crate) fn test_summary(ended: &[Ended<'_>], accepted: Option<&Path>, took: Duration) -> anyhow::Result<()> {
    let mut out = stdout();
    if let Some(file) = accepted {
        writeln!(
            out,
            "{TITLE}accepted{TITLE:#} as it is now, with the fuel in {}",
            path(file)
        )?;
    }
    let failed = ended.iter().filter(|ended| !ended.passed()).count();
    let passed = ended.len() - failed;
    let style = if failed == 0 { GOOD } else { BAD };
    writeln!(
        out,
        "\n{style}{passed} passed, {failed} failed{style:#} {FAINT}in {}{FAINT:#}",
        duration(took)
    )?;
    Ok(())
}

/// The same for a machine.
pub(crate) fn tests_json(ended: &[Ended<'_>]) -> Value {
    let cases = ended.iter().map(|ended| {
        let failures = ended.failures.iter().map(|failure| match &failure.detail {
            Detail::None => json!({"what": failure.what}),
            Detail::Text(text) => json!({"what": failure.what, "detail": text}),
            Detail::Differs { expected, came } => json!({"what": failure.what, "expected": expected, "came": came}),
        });
        json!({
            "file": ended.file.path,
            "name": ended.case.name,
            "passed": ended.passed(),
            "failures": failures.collect::<Vec<_>>(),
            "fuel": ended.fuel,
            "golden_fuel": match ended.against_golden {
                Fuel::Kept { golden } | Fuel::Less { golden } | Fuel::More { golden } => Some(golden),
                Fuel::Unknown => None,
            },
            "duration_ns": u64::try_from(ended.duration.as_nanos()).unwrap_or(u64::MAX),
            "logs": ended.logs,
        })
    });
    cases.collect()
}
