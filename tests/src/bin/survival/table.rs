//! The table for a person.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::process::Row;

pub fn print(rows: &[Row]) {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(["MODULE", "WHAT IT TRIES", "END", "CONTAINED", "TIME", "MEMORY"]);
    for row in rows {
        table.add_row([
            row.name.to_owned(),
            row.tries.to_owned(),
            row.end.clone(),
            if row.contained { "yes" } else { "NO" }.to_owned(),
            format!("{:.0} ms", row.milliseconds),
            format!("{:.1} MiB", mebibytes(row.memory_bytes)),
        ]);
    }
    for column in [4, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    println!("{table}");
    for row in rows {
        for wrong in &row.wrong {
            println!("{}: {wrong}", row.name);
        }
    }
    let contained = rows.iter().filter(|row| row.contained).count();
    println!(
        "\n{contained} of {} contained. TIME is from loading to the end of the last delivery; MEMORY is the peak of the \
         host's process, less what it had before.",
        rows.len()
    );
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
