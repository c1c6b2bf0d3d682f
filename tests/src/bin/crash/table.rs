//! The verdicts, for people: one column for each.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use sclera_tests::crash::Verdict;

type Line = (&'static str, fn(&Verdict) -> String);

const LINES: [Line; 19] = [
    ("seed", |verdict| verdict.seed.to_string()),
    ("kills", |verdict| verdict.killed.values().sum::<usize>().to_string()),
    ("  of whom", |verdict| listed(verdict.killed.iter())),
    ("programs that gave up, and were started again", |verdict| {
        listed(verdict.gave_up.iter())
    }),
    ("requests answered", |verdict| verdict.answers.to_string()),
    ("requests cut off or refused", |verdict| verdict.cut.to_string()),
    ("deliveries accepted", |verdict| verdict.accepted.to_string()),
    ("deliveries in the ledger", |verdict| verdict.recorded.to_string()),
    ("  done", |verdict| verdict.done.to_string()),
    ("  dead", |verdict| verdict.dead.to_string()),
    ("  neither", |verdict| verdict.unfinished.len().to_string()),
    ("accepted, and missing", |verdict| verdict.missing.len().to_string()),
    ("given out again, under the same id", |verdict| {
        verdict.repeated.to_string()
    }),
    ("told twice, under another id", |verdict| {
        verdict.doubled.len().to_string()
    }),
    ("actions applied", |verdict| verdict.actions.to_string()),
    ("  twice", |verdict| verdict.applied_twice.len().to_string()),
    ("  never, though the delivery is done", |verdict| {
        verdict.not_applied.len().to_string()
    }),
    ("objects that a module was not told of", |verdict| {
        format!("{} of {}", verdict.untold.len(), verdict.objects)
    }),
    ("all over, after the last start", |verdict| {
        format!("{:.1} s", verdict.drained_in_s)
    }),
];

pub fn print(verdicts: &[Verdict]) {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let names = verdicts.iter().map(|verdict| format!("{:?}", verdict.backend));
    table.set_header(std::iter::once(String::new()).chain(names));
    for (name, value) in LINES {
        table.add_row(std::iter::once(name.to_owned()).chain(verdicts.iter().map(value)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
    for verdict in verdicts {
        for fault in verdict.faults() {
            println!("LOST, {:?}: {fault}", verdict.backend);
        }
        if let Some(folder) = &verdict.kept {
            println!("see {}", folder.display());
        }
    }
}

fn listed<K: std::fmt::Display, V: std::fmt::Display>(counts: impl Iterator<Item = (K, V)>) -> String {
    let listed: Vec<_> = counts.map(|(who, times)| format!("{who} {times}")).collect();
    match listed.is_empty() {
        true => "-".into(),
        false => listed.join("\n"),
    }
}
