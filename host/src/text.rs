//! Text from a module, made fit to be read by a person.

/// Removes control characters (which can move a terminal's cursor, or forge a line of a log) and cuts the text at
/// `max` characters. What is left is one line.
pub fn shown(text: &str, max: usize) -> String {
    cut(text, max, ' ')
}

/// The same, but line breaks stay.
pub fn shown_lines(text: &str, max: usize) -> String {
    cut(text, max, '\n')
}

fn cut(text: &str, max: usize, line_break: char) -> String {
    let mut shown = String::with_capacity(text.len().min(max * 4));
    let mut characters = text.chars();
    for character in characters.by_ref().take(max) {
        match character {
            '\n' => shown.push(line_break),
            '\t' => shown.push(' '),
            character if is_forging(character) => shown.push('\u{fffd}'),
            character => shown.push(character),
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// The beginning of a name, or of another short text, for a message.
pub fn excerpt(text: &str) -> String {
    shown(text, 128)
}

/// Characters that change how the text around them is read: control characters and those that turn the direction of
/// writing.
pub(crate) fn is_forging(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_module_says_cannot_forge_a_line_or_move_the_cursor() {
        assert_eq!(shown("a\u{1b}[2Jb\nc\u{202e}d", 100), "a\u{fffd}[2Jb c\u{fffd}d");
        assert_eq!(shown("äöü", 2), "äö…");
        assert_eq!(shown_lines("a\nb\r\u{1b}", 100), "a\nb\u{fffd}\u{fffd}");
    }
}
