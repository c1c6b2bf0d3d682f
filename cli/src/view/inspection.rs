//! What a file is, seen from outside.

use std::io::Write;
use std::path::Path;

use anstream::stdout;
use sclera::{Inspection, Unfit};

use super::table::Rows;
use super::units::{bytes, grouped};
use super::{BAD, FAINT, GOOD, TITLE, path};

pub(crate) fn inspection(
    file: &Path,
    inspection: &Inspection,
    digest: &str,
    verdict: &Result<(), Unfit>,
) -> anyhow::Result<()> {
    let mut out = stdout();
    writeln!(out, "{TITLE}{}{TITLE:#}", path(file))?;
    let mut rows = Rows::new();
    let contract = match inspection.contract() {
        Some(version) => format!("sclera:hooks {version}"),
        None => "none: it is of another world".into(),
    };
    rows.add(["contract", &contract]);
    rows.add(["size", &bytes(inspection.size)]);
    rows.add(["code", &bytes(inspection.code_size)]);
    rows.add(["custom sections", &bytes(inspection.custom_size)]);
    rows.add(["core modules", &grouped(inspection.core_modules as u64)]);
    rows.add(["sha256", digest]);
    rows.print(&mut out, "  ")?;
    for (title, interfaces) in [("imports", &inspection.imports), ("exports", &inspection.exports)] {
        writeln!(out, "\n{TITLE}{title}{TITLE:#}")?;
        if interfaces.is_empty() {
            writeln!(out, "  {FAINT}none{FAINT:#}")?;
        }
        for interface in interfaces {
            writeln!(out, "  {interface}")?;
        }
    }
    match verdict {
        Ok(()) => writeln!(out, "\n{GOOD}this host can load it{GOOD:#}")?,
        Err(unfit) => writeln!(out, "\n{BAD}this host cannot load it:{BAD:#} {unfit}")?,
    }
    Ok(())
}
