//! What a person reads. Text of a module has passed through the host, which took the control characters out of it; what
//! comes from elsewhere goes through [`sclera::text`] here.

mod bench;
mod catalog;
mod deliveries;
mod delivery;
mod diff;
mod doctor;
mod error;
mod inspection;
mod json;
mod module;
pub(crate) mod progress;
mod project;
mod record;
mod replay;
mod review;
mod shadow;
mod table;
mod testing;
mod tuning;
mod units;

use std::io::Write;
use std::path::Path;

use anstream::stdout;
use anstyle::{AnsiColor, Style};

pub(crate) use bench::{benched, benched_module, profiled};
pub(crate) use catalog::{hook, hooks};
pub(crate) use deliveries::deliveries;
pub(crate) use delivery::tried;
pub(crate) use doctor::diagnosis;
pub(crate) use error::{error, is_broken_pipe, warning};
pub(crate) use inspection::inspection;
pub(crate) use json::{json, json_line};
pub(crate) use module::{module, subscription_name};
pub(crate) use project::{built, made, sdk_replaced};
pub(crate) use record::record;
pub(crate) use replay::replayed;
pub(crate) use review::{decision, review};
pub(crate) use shadow::shadows;
pub(crate) use testing::{test_notes, test_summary, tests, tests_json};
pub(crate) use tuning::{limits_written, tuned};

const TITLE: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default();

pub(crate) fn waiting(file: &Path) -> anyhow::Result<()> {
    writeln!(
        stdout(),
        "\n{FAINT}waiting for {} to change; Ctrl-C ends{FAINT:#}",
        path(file)
    )?;
    Ok(())
}

pub(crate) fn changed(file: &Path) -> anyhow::Result<()> {
    writeln!(stdout(), "\n{FAINT}{} has changed{FAINT:#}\n", path(file))?;
    Ok(())
}

/// A line for whoever watches a command that goes on.
pub(crate) fn line(said: &str) -> anyhow::Result<()> {
    let mut out = stdout();
    writeln!(out, "{said}")?;
    out.flush()?;
    Ok(())
}

/// A file's name, which may come from anywhere.
fn path(file: &Path) -> String {
    sclera::text::shown(&file.display().to_string(), 1_000)
}
