//! Columns without lines.

use std::io::Write;

use comfy_table::{Table, presets};

/// Rows whose columns stand under each other.
pub(super) struct Rows(Table);

/// Spaces between two columns.
const GAP: u16 = 2;

impl Rows {
    pub(super) fn new() -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        Self(table)
    }

    pub(super) fn add<T: ToString>(&mut self, row: impl IntoIterator<Item = T>) {
        self.0.add_row(row.into_iter().map(|cell| cell.to_string()));
    }

    /// Prints the rows, each begun with `indent`.
    pub(super) fn print(mut self, out: &mut impl Write, indent: &str) -> anyhow::Result<()> {
        for column in self.0.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        for line in self.0.trim_fmt().lines() {
            writeln!(out, "{indent}{line}")?;
        }
        Ok(())
    }
}
