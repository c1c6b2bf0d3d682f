//! The matrix, for a person.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::row::{CHECKS, Check, Row};

pub fn of(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Disabled);
    let columns = ["build", ".wasm", "compile", "load", "ready", "fresh", "fuel", "memory"];
    table.set_header(["language"].into_iter().chain(CHECKS).chain(columns));
    for row in rows {
        let checks = CHECKS
            .iter()
            .map(|name| cell(row.checks.iter().find(|check| check.name == *name)));
        let cells = std::iter::once(row.language.to_string())
            .chain(checks)
            .chain(figures(row));
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(1 + CHECKS.len()) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn cell(check: Option<&Check>) -> String {
    match check {
        Some(check) if check.passed => check.found.clone(),
        Some(_) => "FAILS".to_owned(),
        None => "–".to_owned(),
    }
}

fn figures(row: &Row) -> [String; 8] {
    let build = row.build_ms.map_or("–".to_owned(), |ms| time(ms * 1_000.0));
    let Some(figures) = &row.figures else {
        let [a, b, c, d, e, f, g] = std::array::from_fn(|_| "–".to_owned());
        return [build, a, b, c, d, e, f, g];
    };
    [
        build,
        size(figures.wasm_bytes),
        time(figures.compile_ms * 1_000.0),
        time(figures.load_ms * 1_000.0),
        time(figures.ready_us),
        time(figures.fresh_us),
        format!("{} k", figures.fuel / 1_000),
        size(figures.memory_bytes),
    ]
}

/// Microseconds, with a unit and three digits at most.
fn time(us: f64) -> String {
    match us {
        us if us < 100.0 => format!("{us:.1} µs"),
        us if us < 1_000.0 => format!("{us:.0} µs"),
        us if us < 100_000.0 => format!("{:.1} ms", us / 1_000.0),
        us if us < 1_000_000.0 => format!("{:.0} ms", us / 1_000.0),
        us => format!("{:.1} s", us / 1_000_000.0),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        bytes if bytes < 1_000_000 => format!("{} kB", bytes / 1_000),
        bytes => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_units() {
        assert_eq!(time(0.75), "0.8 µs");
        assert_eq!(time(1_234.0), "1.2 ms");
        assert_eq!(time(8_400_000.0), "8.4 s");
        assert_eq!(size(23_400), "23 kB");
        assert_eq!(size(18_400_000), "18.4 MB");
    }
}
