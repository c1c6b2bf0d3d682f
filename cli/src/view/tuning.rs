//! Limits that are proposed.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anstream::stdout;
use sclera::text;

use super::json::inert;
use super::table::Rows;
use super::units::{bytes, duration, grouped, moment};
use super::{FAINT, GOOD, TITLE, WARNING, path};
use crate::tuning::{Limit, ModuleReport, Proposal, SubscriptionReport};

/// Characters of a text that comes from elsewhere.
const LONG: usize = 200;

/// What is proposed, why, and as it stands in a policy; `more` is the number of runs that were looked at if there are more.
pub(crate) fn tuned(reports: &[ModuleReport], toml: &str, more: Option<usize>) -> anyhow::Result<()> {
    let mut out = stdout();
    if reports.is_empty() {
        writeln!(out, "{FAINT}no deliveries{FAINT:#}")?;
        return Ok(());
    }
    for report in reports {
        module(&mut out, report)?;
    }
    if let Some(limit) = more {
        writeln!(
            out,
            "{FAINT}these are the latest {} runs; `--limit N` looks at more{FAINT:#}",
            grouped(limit as u64)
        )?;
    }
    if toml.is_empty() {
        writeln!(out, "{GOOD}nothing to change{GOOD:#}: this is what is in force")?;
        return Ok(());
    }
    writeln!(
        out,
        "{TITLE}in `sclera.toml`{TITLE:#} {FAINT}(`--write FILE` puts it there){FAINT:#}\n"
    )?;
    write!(out, "{}", inert(toml))?;
    writeln!(
        out,
        "\n{FAINT}a module's limits hold for all of its hooks, those without a delivery on record included, and while it registers;\n\
         `sclera test-load MODULE --policy FILE --all` shows whether that still goes well{FAINT:#}"
    )?;
    Ok(())
}

pub(crate) fn limits_written(file: &Path) -> anyhow::Result<()> {
    writeln!(
        stdout(),
        "\n{GOOD}written{GOOD:#} into {}; a server reads it when it starts",
        path(file)
    )?;
    Ok(())
}

fn module(out: &mut impl Write, report: &ModuleReport) -> anyhow::Result<()> {
    let versions: Vec<_> = report
        .versions
        .iter()
        .map(|version| text::shown(version, LONG))
        .collect();
    writeln!(
        out,
        "{TITLE}{} {}{TITLE:#} {FAINT}{} runs from {} to {} UTC{FAINT:#}",
        text::shown(&report.module, LONG),
        versions.join(", "),
        grouped(report.runs as u64),
        moment(report.from_ms),
        moment(report.to_ms)
    )?;
    for one in &report.subscriptions {
        subscription(out, one)?;
    }
    writeln!(out)?;
    Ok(())
}

fn subscription(out: &mut impl Write, one: &SubscriptionReport) -> anyhow::Result<()> {
    write!(out, "  {TITLE}{}", text::shown(&one.hook, LONG))?;
    if let Some(menu_name) = &one.menu_name {
        write!(out, " “{}”", text::shown(menu_name, LONG))?;
    }
    let unended = match one.runs - one.ended {
        0 => String::new(),
        unended => format!(", of which {} did not come to an end", grouped(unended as u64)),
    };
    writeln!(
        out,
        "{TITLE:#} {FAINT}{} runs{unended}{FAINT:#}",
        grouped(one.runs as u64)
    )?;
    let mut rows = Rows::new();
    rows.add(["", "IN FORCE", "P99.9", "MAX", "PROPOSED"]);
    for proposal in &one.limits {
        let amount = |amount: Option<u64>| amount.map_or("–".into(), |amount| shown(proposal.limit, amount));
        rows.add([
            proposal.limit.key().to_owned(),
            amount(proposal.in_force),
            amount(proposal.p999),
            amount(proposal.max),
            amount(proposal.proposed),
        ]);
    }
    rows.print(out, "    ")?;
    for warning in &one.warnings {
        writeln!(out, "    {WARNING}warning:{WARNING:#} {warning}")?;
    }
    for hit in one.limits.iter().filter(|proposal| proposal.hit > 0) {
        ran_into(out, hit)?;
    }
    Ok(())
}

fn ran_into(out: &mut impl Write, hit: &Proposal) -> anyhow::Result<()> {
    let key = hit.limit.key();
    write!(
        out,
        "    {WARNING}warning:{WARNING:#} {} ran into `{key}`",
        grouped(hit.hit)
    )?;
    if let Some(example) = hit.example {
        write!(out, ", such as {example}")?;
    }
    writeln!(out, ": it is not lowered; if that was honest work, raise it further")?;
    Ok(())
}

fn shown(limit: Limit, amount: u64) -> String {
    match limit {
        Limit::Fuel | Limit::LogLines | Limit::Actions => grouped(amount),
        Limit::Deadline => duration(Duration::from_nanos(amount)),
        Limit::Memory | Limit::LogBytes => bytes(usize::try_from(amount).unwrap_or(usize::MAX)),
    }
}
