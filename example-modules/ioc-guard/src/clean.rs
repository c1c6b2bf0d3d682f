//! What nobody sees and nobody meant.

/// Takes away the space around a value, and the characters in it that have no ink.
pub(crate) fn clean(sent: &str) -> String {
    let mut kept = String::with_capacity(sent.len());
    let mut rest = sent.chars().peekable();
    while let Some(character) = rest.next() {
        let keep = match character {
            // In some scripts these two are part of how a word is written, and so of a domain name.
            '\u{200c}' | '\u{200d}' => {
                let before = kept.chars().next_back();
                before.is_some_and(is_foreign_letter) && rest.peek().copied().is_some_and(is_foreign_letter)
            }
            character => !is_invisible(character),
        };
        if keep {
            kept.push(character);
        }
    }
    kept.trim().to_owned()
}

fn is_foreign_letter(character: char) -> bool {
    !character.is_ascii() && character.is_alphabetic()
}

/// Control characters, and those of Unicode's format characters and fillers that appear in what people paste.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}
