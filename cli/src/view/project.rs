//! What was made of a project.

use std::io::Write;
use std::path::Path;

use anstream::stdout;

use super::units::{bytes, duration};
use super::{FAINT, GOOD, TITLE, path};
use crate::project::language::Language;
use crate::project::sdk;
use crate::project::toolchain::Built;

/// A project that was begun.
pub(crate) fn made(name: &str, language: Language, folder: &Path) -> anyhow::Result<()> {
    let mut out = stdout();
    let shown = path(folder);
    writeln!(
        out,
        "{GOOD}made{GOOD:#} {TITLE}{name}{TITLE:#}, a module in {language}, in {shown}"
    )?;
    writeln!(
        out,
        "  {FAINT}with its SDK {} in {}/{FAINT:#}",
        sdk::VERSION,
        sdk::FOLDER
    )?;
    writeln!(out, "\n{TITLE}next{TITLE:#}")?;
    writeln!(out, "  cd {shown}")?;
    writeln!(out, "  sclera build   {FAINT}# or it says what to install{FAINT:#}")?;
    writeln!(out, "  sclera test    {FAINT}# runs the cases in tests/{FAINT:#}")?;
    Ok(())
}

/// An SDK that was put in the place of another.
pub(crate) fn sdk_replaced(language: Language, folder: &Path) -> anyhow::Result<()> {
    writeln!(
        stdout(),
        "{GOOD}put{GOOD:#} the SDK {} for {language} into {}; `sclera build` builds the module with it",
        sdk::VERSION,
        path(folder)
    )?;
    Ok(())
}

/// A module that was built.
pub(crate) fn built(file: &Path, built: &Built) -> anyhow::Result<()> {
    let size = std::fs::metadata(&built.file).map_or(0, |metadata| metadata.len());
    writeln!(
        stdout(),
        "{GOOD}built{GOOD:#} {}, {}, in {}\n",
        path(file),
        bytes(usize::try_from(size).unwrap_or(usize::MAX)),
        duration(built.took)
    )?;
    Ok(())
}
