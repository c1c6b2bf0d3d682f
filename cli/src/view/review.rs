//! What a module asks for, for whoever decides.

use std::io::Write;
use std::path::Path;

use anstream::stdout;

use super::table::Rows;
use super::{BAD, FAINT, GOOD, TITLE, WARNING, path};
use crate::commands::review::{Decision, Findings};

pub(crate) fn review(file: &Path, findings: &Findings) -> anyhow::Result<()> {
    let module = &findings.module;
    let mut out = stdout();
    writeln!(
        out,
        "{TITLE}{} {}{TITLE:#} {FAINT}{}{FAINT:#}",
        module.name,
        module.version,
        path(file)
    )?;
    writeln!(out, "  {}", module.description.description)?;
    writeln!(
        out,
        "  {FAINT}sha256 {}, contract {}{FAINT:#}",
        module.digest, module.contract
    )?;

    writeln!(out, "\n{TITLE}asks for{TITLE:#}")?;
    if findings.asked.is_empty() {
        writeln!(out, "  {FAINT}nothing{FAINT:#}")?;
    }
    let mut rows = Rows::new();
    for asked in &findings.asked {
        let granted = if asked.granted { "granted" } else { "not granted" };
        let new = if asked.reviewed { "" } else { "new" };
        rows.add([granted, new, &asked.permission.to_string(), &asked.reason]);
    }
    rows.print(&mut out, "  ")?;

    let asked: Vec<_> = findings.asked.iter().map(|asked| &asked.permission).collect();
    let beyond: Vec<_> = findings
        .granted
        .iter()
        .filter(|granted| !asked.contains(granted))
        .collect();
    if !beyond.is_empty() {
        writeln!(out, "\n{TITLE}is granted besides{TITLE:#}")?;
        for permission in beyond {
            writeln!(out, "  {permission}")?;
        }
    }

    writeln!(out, "\n{TITLE}its imports let it{TITLE:#}")?;
    let mut rows = Rows::new();
    for possible in &findings.possible {
        rows.add([possible.package, possible.what]);
    }
    rows.print(&mut out, "  ")?;
    if let Some(reason) = &findings.not_approved {
        writeln!(out, "\n{WARNING}a host will not load it:{WARNING:#} {reason}")?;
    }
    writeln!(out)?;
    Ok(())
}

pub(crate) fn decision(decision: Decision, findings: &Findings, policy: &Path, lock: &Path) -> anyhow::Result<()> {
    let mut out = stdout();
    let (policy, lock) = (path(policy), path(lock));
    match decision {
        Decision::Granted => {
            writeln!(out, "{GOOD}granted{GOOD:#} what it asks for: see {policy} and {lock}")?;
            if !findings
                .module
                .description
                .capabilities
                .iter()
                .any(|capability| capability.name == "secrets")
            {
                return Ok(());
            }
            writeln!(
                out,
                "  {FAINT}where its secrets are found stands in {policy}: look whether that is right{FAINT:#}"
            )?;
        }
        Decision::ApprovedAsItIs => writeln!(out, "{GOOD}approved{GOOD:#} with what it is granted: see {lock}")?,
        Decision::ApprovedBefore => writeln!(out, "{GOOD}approved before{GOOD:#}: nothing was changed")?,
        Decision::Undecided => {
            writeln!(out, "{BAD}not approved{BAD:#}: nothing was changed")?;
            writeln!(
                out,
                "  {FAINT}run this in a terminal to decide, or with `--yes` to grant what it asks for{FAINT:#}"
            )?;
        }
    }
    Ok(())
}
