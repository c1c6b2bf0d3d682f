//! Text from outside, made fit to stand in a message.

/// How many characters of a text from outside a message shows.
const LONGEST: usize = 128;

/// The beginning of `text`, with everything escaped that a terminal or a log could take for
/// something else.
pub(super) fn quote(text: &str) -> String {
    quote_up_to(text, LONGEST)
}

/// The same, with a limit of `longest` characters of `text`. An escaped character counts as one,
/// but is written with up to ten.
pub(super) fn quote_up_to(text: &str, longest: usize) -> String {
    let mut quoted = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == longest {
            quoted.push('…');
            break;
        }
        match character {
            '\'' | '"' | '\\' => quoted.push(character),
            _ => quoted.extend(character.escape_debug()),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printable_is_escaped() {
        let cases = [
            ("on_preload_ioc_create", "on_preload_ioc_create"),
            ("it's \"é\" \\ 漢", "it's \"é\" \\ 漢"),
            ("a\nb\u{1b}[31m\0", "a\\nb\\u{1b}[31m\\0"),
            ("\u{202e}right to left", "\\u{202e}right to left"),
        ];
        for (text, quoted) in cases {
            assert_eq!(quote(text), quoted);
        }
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(quote(&"a".repeat(128)), "a".repeat(128));
        assert_eq!(quote(&"é".repeat(129)), "é".repeat(128) + "…");
    }
}
