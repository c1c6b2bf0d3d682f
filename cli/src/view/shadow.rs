//! What shadows did.

use std::io::Write;

use anstream::stdout;
use sclera::text;

use super::json::inert;
use super::units::grouped;
use super::{BAD, FAINT, GOOD, TITLE, WARNING};
use crate::commands::shadow::Report;

pub(crate) fn shadows(reports: &[Report]) -> anyhow::Result<()> {
    let mut out = stdout();
    if reports.is_empty() {
        writeln!(
            out,
            "no shadow has run; name one in the policy, as `[modules.NAME.shadow]` with `file = \"new.wasm\"`"
        )?;
    }
    for report in reports {
        writeln!(
            out,
            "{TITLE}{} {}{TITLE:#} {FAINT}({}){FAINT:#}",
            text::shown(&report.module, 100),
            text::shown(&report.version, 100),
            text::shown(report.digest.get(..12).unwrap_or_default(), 12)
        )?;
        writeln!(
            out,
            "  ran {}, {GOOD}same {}{GOOD:#}, parted {}",
            grouped(report.ran),
            grouped(report.same),
            grouped(report.parted)
        )?;
        for (field, count) in &report.differing {
            writeln!(out, "  {BAD}{field}{BAD:#} not the same in {}", grouped(*count))?;
        }
        for example in &report.examples {
            let fields: Vec<_> = example.fields.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "    {FAINT}{} {}: {}{FAINT:#}",
                example.id,
                text::shown(&example.hook, 100),
                fields.join(", ")
            )?;
            if let Some(parted) = &example.parted {
                writeln!(
                    out,
                    "      {WARNING}parted{WARNING:#} {}",
                    inert(&text::shown(parted, 400))
                )?;
            }
        }
        if let (Some(fuel), Some(time)) = (report.fuel_ratio, report.time_ratio) {
            writeln!(
                out,
                "  {FAINT}fuel × {fuel:.2}, time × {time:.2} of the live version, which has waited for what it asked for{FAINT:#}"
            )?;
        }
    }
    Ok(())
}
