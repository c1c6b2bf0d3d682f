//! What a module changed in a payload: line by line, and in a line the words.

use std::io::Write;

use sclera::{Payload, text};
use similar::{ChangeTag, TextDiff};

use super::{BAD, FAINT, GOOD};

/// Lines around a change that are shown with it.
const AROUND: usize = 2;
/// Characters of a piece of a line that are shown.
const PIECE: usize = 400;

pub(super) fn payloads(out: &mut impl Write, before: &Payload, after: &Payload) -> anyhow::Result<()> {
    let before = serde_json::to_string_pretty(before.value())?;
    let after = serde_json::to_string_pretty(after.value())?;
    texts(out, &before, &after)
}

pub(super) fn texts(out: &mut impl Write, before: &str, after: &str) -> anyhow::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    for (index, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            writeln!(out, "    {FAINT}…{FAINT:#}")?;
        }
        for change in group.iter().flat_map(|operation| diff.iter_inline_changes(operation)) {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', BAD),
                ChangeTag::Insert => ('+', GOOD),
                ChangeTag::Equal => (' ', FAINT),
            };
            write!(out, "    {style}{sign} {style:#}")?;
            for (is_changed, piece) in change.iter_strings_lossy() {
                let style = if is_changed { style.bold().underline() } else { style };
                write!(
                    out,
                    "{style}{}{style:#}",
                    text::shown(piece.trim_end_matches('\n'), PIECE)
                )?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}
