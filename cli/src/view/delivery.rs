//! What came of one run of a module.

use std::io::Write;
use std::time::Duration;

use anstream::stdout;
use sclera::{Action, Delivery, Fault, HookKind, Level, LogLine, Outcome};

use super::error::limit_option;
use super::json::inert;
use super::units::{bytes, duration, grouped};
use super::{BAD, FAINT, GOOD, TITLE, WARNING, diff};
use crate::commands::trial::{Latency, Tried};

/// Characters that fit beside a label in a terminal of 80 columns.
const SHORT: usize = 70;

pub(crate) fn tried(tried: &Tried) -> anyhow::Result<()> {
    let delivery = &tried.delivery;
    let mut out = stdout();
    write!(out, "\n{TITLE}{}", delivery.hook)?;
    if let Some(menu_name) = &delivery.menu_name {
        write!(out, " “{menu_name}”")?;
    }
    writeln!(out, "{TITLE:#}")?;
    outcome(&mut out, tried)?;
    if let Some(message) = delivery.answer().and_then(|answer| answer.message.as_ref()) {
        labelled(&mut out, "message", message)?;
    }
    for asked in delivery.asked_actions() {
        action(&mut out, asked)?;
    }
    if !delivery.logs.is_empty() {
        writeln!(out, "  {TITLE}log{TITLE:#}")?;
        log_lines(&mut out, "    ", &delivery.logs)?;
    }
    let usage = &delivery.usage;
    writeln!(
        out,
        "  {FAINT}fuel {}, time {}, peak memory {}{FAINT:#}",
        grouped(usage.fuel),
        duration(usage.duration),
        bytes(usage.peak_memory)
    )?;
    if let Some(latency) = &tried.latency {
        latencies(&mut out, latency)?;
    }
    Ok(())
}

fn outcome(out: &mut impl Write, tried: &Tried) -> anyhow::Result<()> {
    let delivery: &Delivery = &tried.delivery;
    match &delivery.result {
        Ok(answer) => match &answer.outcome {
            Outcome::Unchanged if delivery.kind == HookKind::Preload => {
                writeln!(out, "  {GOOD}unchanged{GOOD:#}: the payload goes on as it is")?;
            }
            Outcome::Unchanged => writeln!(out, "  {GOOD}done{GOOD:#}")?,
            Outcome::Replace(_) if tried.before.value() == tried.after.value() => {
                writeln!(out, "  {GOOD}replaced{GOOD:#} the payload with an equal one")?;
            }
            Outcome::Replace(_) => {
                writeln!(out, "  {GOOD}replaced{GOOD:#} the payload")?;
                diff::payloads(out, &tried.before, &tried.after)?;
            }
            Outcome::Reject(rejection) => {
                writeln!(out, "  {WARNING}rejected{WARNING:#}: {}", rejection.reason)?;
                if let Some(pointer) = &rejection.pointer {
                    writeln!(out, "    {FAINT}at {pointer}{FAINT:#}")?;
                }
            }
        },
        Err(fault) => {
            writeln!(out, "  {BAD}failed{BAD:#}: {fault}")?;
            // What it said before it trapped is below.
            if !matches!(fault, Fault::Trap { .. }) || delivery.logs.is_empty() {
                let next = limit_option(fault).unwrap_or_else(|| fault.remedy());
                writeln!(out, "    {FAINT}{next}{FAINT:#}")?;
            }
        }
    }
    Ok(())
}

pub(super) fn action(out: &mut impl Write, action: &Action) -> anyhow::Result<()> {
    let mut label = format!("{} {}", action.operation, action.object);
    if let Some(target) = &action.target {
        label.push(' ');
        label.push_str(target);
    }
    let compact = inert(&serde_json::to_string(&action.change)?);
    if label.chars().count() + compact.chars().count() < SHORT {
        writeln!(out, "  {TITLE}action{TITLE:#} {label} {compact}")?;
        return Ok(());
    }
    let pretty = inert(&serde_json::to_string_pretty(&action.change)?);
    writeln!(out, "  {TITLE}action{TITLE:#} {label}")?;
    block(out, &pretty)
}

/// A text beside its label if it is short, else below it.
pub(super) fn labelled(out: &mut impl Write, label: &str, said: &str) -> anyhow::Result<()> {
    if said.chars().count() <= SHORT && !said.contains('\n') {
        writeln!(out, "  {TITLE}{label}{TITLE:#} {said}")?;
        return Ok(());
    }
    writeln!(out, "  {TITLE}{label}{TITLE:#}")?;
    block(out, said)
}

fn block(out: &mut impl Write, said: &str) -> anyhow::Result<()> {
    for line in said.lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

pub(super) fn log_lines(out: &mut impl Write, indent: &str, lines: &[LogLine]) -> anyhow::Result<()> {
    for line in lines {
        let style = match line.level {
            Level::Critical | Level::Error => BAD,
            Level::Warn => WARNING,
            _ => FAINT,
        };
        write!(out, "{indent}{style}{:5}{style:#} ", line.level)?;
        if !line.context.is_empty() {
            write!(out, "{FAINT}{}:{FAINT:#} ", line.context)?;
        }
        writeln!(out, "{}", line.message)?;
    }
    Ok(())
}

fn latencies(out: &mut impl Write, latency: &Latency) -> anyhow::Result<()> {
    let shown = |microseconds: f64| duration(Duration::from_secs_f64(microseconds / 1e6));
    let failed = match latency.failed {
        0 => String::new(),
        failed => format!(", {BAD}{} failed{BAD:#}", grouped(failed)),
    };
    writeln!(
        out,
        "  {TITLE}{} runs{TITLE:#}{failed}\n    {FAINT}min {}, median {}, p90 {}, p99 {}, max {}{FAINT:#}",
        grouped(latency.runs),
        shown(latency.min_us),
        shown(latency.p50_us),
        shown(latency.p90_us),
        shown(latency.p99_us),
        shown(latency.max_us)
    )?;
    Ok(())
}
