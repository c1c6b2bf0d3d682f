//! What a person reads. Text of a module has passed through the host, which took the control characters out of it; what
//! comes from elsewhere goes through [`sclera::text`] here.

mod catalog;
mod delivery;
mod diff;
mod module;

use std::io::Write;
use std::path::Path;

use anstream::{eprintln, println, stdout};
use anstyle::{AnsiColor, Style};
use comfy_table::Table;
use serde::Serialize;

pub(crate) use catalog::{hook, hooks};
pub(crate) use delivery::tried;
pub(crate) use module::{inspection, module, subscription_name};

const TITLE: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default();

/// A document for a machine.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(stdout(), "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}

/// A document for a machine, on one line of a stream of them.
pub(crate) fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(stdout(), "{}", serde_json::to_string(value)?)?;
    Ok(())
}

pub(crate) fn error(error: &anyhow::Error) {
    let bad = BAD.bold();
    // A typed error says itself what was behind it; only a context is a chapter of its own.
    let shown = if error.is::<sclera::LoadError>() || error.is::<sclera::TriggerError>() {
        error.to_string()
    } else {
        format!("{error:#}")
    };
    eprintln!("{bad}error:{bad:#} {shown}");
}

pub(crate) fn warning(text: &str) {
    eprintln!("{WARNING}warning:{WARNING:#} {text}");
}

pub(crate) fn waiting(file: &Path) -> anyhow::Result<()> {
    println!(
        "\n{FAINT}waiting for {} to change; Ctrl-C ends{FAINT:#}",
        file.display()
    );
    Ok(())
}

/// A table without lines, which wraps to the width of the terminal.
fn table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table
}

/// `12,345,678`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1.5 MiB`.
fn bytes(number: usize) -> String {
    indicatif::HumanBytes(number as u64).to_string()
}
