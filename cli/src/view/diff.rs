//! What a module changed in a payload, line by line.

use std::io::Write;

use sclera::{Payload, text};
use similar::{ChangeTag, TextDiff};

use super::{BAD, FAINT, GOOD};

/// Lines around a change that are shown with it.
const AROUND: usize = 2;
/// Characters of a line that are shown.
const LINE: usize = 400;

pub(super) fn payloads(out: &mut impl Write, before: &Payload, after: &Payload) -> anyhow::Result<()> {
    let before = serde_json::to_string_pretty(&before.to_value())?;
    let after = serde_json::to_string_pretty(&after.to_value())?;
    let diff = TextDiff::from_lines(&before, &after);
    for (index, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            writeln!(out, "    {FAINT}…{FAINT:#}")?;
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', BAD),
                ChangeTag::Insert => ('+', GOOD),
                ChangeTag::Equal => (' ', FAINT),
            };
            let line = text::shown(change.value().trim_end_matches('\n'), LINE);
            writeln!(out, "    {style}{sign} {line}{style:#}")?;
        }
    }
    Ok(())
}
