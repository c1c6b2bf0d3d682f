//! What came of one run of a module.

use std::io::Write;

use anstream::stdout;
use sclera::{Action, Delivery, HookKind, Level, LogLine, Outcome};

use super::{BAD, FAINT, GOOD, TITLE, WARNING, bytes, diff, grouped};
use crate::commands::trial::{Latency, Tried};

pub(crate) fn tried(tried: &Tried) -> anyhow::Result<()> {
    let delivery = &tried.delivery;
    let mut out = stdout();
    let menu = delivery
        .menu_name
        .iter()
        .map(|name| format!(" “{name}”"))
        .collect::<String>();
    writeln!(out, "\n{TITLE}{}{menu}{TITLE:#}", delivery.hook)?;
    outcome(&mut out, delivery)?;
    if tried.before != tried.after {
        diff::payloads(&mut out, &tried.before, &tried.after)?;
    }
    if let Some(message) = delivery.answer().and_then(|answer| answer.message.as_ref()) {
        writeln!(out, "  {TITLE}message{TITLE:#} {message}")?;
    }
    for action in delivery.asked_actions() {
        writeln!(out, "  {TITLE}action{TITLE:#} {}", one_action(action)?)?;
    }
    log_lines(&mut out, &delivery.logs)?;
    let usage = &delivery.usage;
    writeln!(
        out,
        "  {FAINT}fuel {}  time {:?}  peak memory {}{FAINT:#}",
        grouped(usage.fuel),
        usage.duration,
        bytes(usage.peak_memory)
    )?;
    if let Some(latency) = &tried.latency {
        latencies(&mut out, latency)?;
    }
    Ok(())
}

fn outcome(out: &mut impl Write, delivery: &Delivery) -> anyhow::Result<()> {
    match &delivery.result {
        Ok(answer) => match &answer.outcome {
            Outcome::Unchanged if delivery.kind == HookKind::Preload => {
                writeln!(out, "  {GOOD}unchanged{GOOD:#}: the payload goes on as it is")?;
            }
            Outcome::Unchanged => writeln!(out, "  {GOOD}done{GOOD:#}")?,
            Outcome::Replace(_) => writeln!(out, "  {GOOD}replaced{GOOD:#} the payload")?,
            Outcome::Reject(rejection) => {
                let place = rejection
                    .pointer
                    .iter()
                    .map(|pointer| format!(" (at {pointer})"))
                    .collect::<String>();
                writeln!(out, "  {WARNING}rejected{WARNING:#}: {}{place}", rejection.reason)?;
            }
        },
        Err(_) => writeln!(out, "  {BAD}failed{BAD:#}: {}", delivery.failure().unwrap_or_default())?,
    }
    Ok(())
}

fn one_action(action: &Action) -> anyhow::Result<String> {
    let target = action
        .target
        .iter()
        .map(|target| format!(" {target}"))
        .collect::<String>();
    let change = sclera::text::shown(&serde_json::to_string(&action.change)?, 2_000);
    Ok(format!("{} {}{target} {change}", action.operation, action.object))
}

pub(super) fn log_lines(out: &mut impl Write, lines: &[LogLine]) -> anyhow::Result<()> {
    for line in lines {
        let style = match line.level {
            Level::Critical | Level::Error => BAD,
            Level::Warn => WARNING,
            _ => FAINT,
        };
        writeln!(
            out,
            "  {style}{:8}{style:#} {FAINT}{}{FAINT:#} {}",
            line.level, line.context, line.message
        )?;
    }
    Ok(())
}

fn latencies(out: &mut impl Write, latency: &Latency) -> anyhow::Result<()> {
    let failed = match latency.failed {
        0 => String::new(),
        failed => format!(", {failed} of them failed"),
    };
    writeln!(
        out,
        "  {TITLE}{} runs{TITLE:#}{failed}: min {:.1} µs, median {:.1} µs, p90 {:.1} µs, p99 {:.1} µs, max {:.1} µs",
        latency.runs, latency.min_us, latency.p50_us, latency.p90_us, latency.p99_us, latency.max_us
    )?;
    Ok(())
}
