//! What a machine reads.

use std::fmt::Write as _;
use std::io::{Write as _, stdout};

use serde::Serialize;

/// A document.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(stdout(), "{}", inert(&serde_json::to_string_pretty(value)?))?;
    Ok(())
}

/// A document on one line of a stream of them.
pub(crate) fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(stdout(), "{}", inert(&serde_json::to_string(value)?))?;
    Ok(())
}

/// The same JSON, harmless in a terminal. JSON itself escapes only the ASCII control characters; what else moves a
/// cursor, or turns the direction of writing, can stand only in its strings, and is escaped there too.
pub(super) fn inert(json: &str) -> String {
    let mut inert = String::with_capacity(json.len());
    for character in json.chars() {
        if is_active(character) {
            // Writing to a string cannot fail.
            let _ = write!(inert, "\\u{:04x}", u32::from(character));
        } else {
            inert.push(character);
        }
    }
    inert
}

fn is_active(character: char) -> bool {
    matches!(
        character,
        '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_is_escaped_and_means_the_same() {
        let said = serde_json::json!({"a": "\u{9b}2J\u{7f}\u{202e}\u{2067}\u{2028}äβ漢🙂\n"});
        let json = serde_json::to_string_pretty(&said).unwrap();
        let inert = inert(&json);
        assert!(inert.contains(r"\u009b2J\u007f\u202e\u2067\u2028äβ漢🙂\n"), "{inert}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&inert).unwrap(), said);
    }
}
