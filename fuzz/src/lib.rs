//! What the targets share: how their input is cut into parts, and what holds of every text that is shown to a person.

/// The parts of an input: what is between lines of three dashes. Text, so that seeds can be read and written by hand.
pub fn parts(input: &str) -> impl Iterator<Item = &str> {
    input.split("\n---\n")
}

/// Checks that a text cannot move a terminal's cursor, or turn the direction of writing. Line breaks may be in it.
///
/// # Panics
///
/// If it can.
pub fn assert_harmless(text: &str) {
    for line in text.split('\n') {
        assert_eq!(sclera::text::shown(line, usize::MAX / 8), line, "shown as it is");
    }
}
