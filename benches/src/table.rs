//! The report, for a person.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::compare::Comparison;
use crate::model::{Ratio, Report, Row, Unit};

/// The report as one table.
pub fn of(report: &Report) -> Table {
    let mut table = empty();
    table.set_header(["", "way", "value", "±", "p90", "p99", "ratio", "±", "to"]);
    for section in &report.sections {
        table.add_row([section.group.as_str()]);
        let mut last = None;
        for row in &section.rows {
            let subject = if last == Some(&row.subject) { "" } else { &row.subject };
            last = Some(&row.subject);
            table.add_row(cells(subject, row));
        }
    }
    for column in table.column_iter_mut().skip(2).take(6) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn cells(subject: &str, row: &Row) -> Vec<String> {
    let quantile = |of: fn(&crate::Quantiles) -> f64| {
        row.quantiles
            .as_ref()
            .map(|quantiles| number(of(quantiles), Unit::Microseconds))
            .unwrap_or_default()
    };
    let lines = |of: &dyn Fn(&Ratio) -> String| row.ratios.iter().map(of).collect::<Vec<_>>().join("\n");
    vec![
        format!("  {subject}"),
        row.way.clone(),
        number(row.value, row.unit),
        percent(row.spread),
        quantile(|quantiles| quantiles.p90),
        quantile(|quantiles| quantiles.p99),
        lines(&|ratio| format!("{:.2} ×", ratio.value)),
        lines(&|ratio| percent(ratio.spread)),
        lines(&|ratio| {
            if ratio.floor.subject == row.subject {
                ratio.floor.way.clone()
            } else {
                format!("{}, {}", ratio.floor.subject, ratio.floor.way)
            }
        }),
    ]
}

/// What two runs say about each row, as one table.
pub fn differences(all: &[Comparison]) -> Table {
    let mut table = empty();
    table.set_header(["", "way", "of", "before", "now", "change", "allowed", "agrees"]);
    for one in all {
        table.add_row([
            format!("{}: {}", one.group, one.subject),
            one.way.clone(),
            one.beside
                .as_ref()
                .map_or_else(|| "the value".to_owned(), |floor| format!("its ratio to {floor}")),
            significant(one.before.0),
            significant(one.now.0),
            format!("{:+.1} %", 100.0 * one.change()),
            percent(one.allowed_change()),
            if one.agrees() { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    for column in table.column_iter_mut().skip(3).take(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn empty() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn percent(part: Option<f64>) -> String {
    part.map_or_else(|| "?".to_owned(), |part| format!("{:.1} %", 100.0 * part))
}

/// With a unit that suits its size.
fn number(value: f64, unit: Unit) -> String {
    let scaled = |steps: &[(f64, &str)]| {
        let fits = steps.iter().find(|(size, _)| value.abs() >= *size).or(steps.last());
        fits.map_or_else(
            || significant(value),
            |(size, name)| format!("{} {name}", significant(value / size)),
        )
    };
    match unit {
        Unit::Microseconds => scaled(&[(1e6, "s"), (1e3, "ms"), (1.0, "µs")]),
        Unit::Seconds => scaled(&[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")]),
        Unit::PerSecond => scaled(&[(1e6, "M/s"), (1e3, "k/s"), (1.0, "/s")]),
        Unit::Bytes => scaled(&[(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")]),
    }
}

/// Three digits that count.
fn significant(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units_and_three_digits() {
        assert_eq!(number(0.78, Unit::Microseconds), "0.78 µs");
        assert_eq!(number(1_843.0, Unit::Microseconds), "1.84 ms");
        assert_eq!(number(0.93, Unit::Seconds), "930 ms");
        assert_eq!(number(43_210.0, Unit::PerSecond), "43.2 k/s");
        assert_eq!(number(1_310_720.0, Unit::Bytes), "1.31 MB");
    }
}
