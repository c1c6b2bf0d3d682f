//! A value in a sentence.

/// How many characters of a value go into a sentence. A reason is shown to users and kept in logs, and the value may be
/// as long as a request.
const LENGTH: usize = 60;

/// The beginning of a value, with everything that has no ink made visible.
pub(crate) fn excerpt(value: &str) -> String {
    let mut excerpt: String = value.chars().take(LENGTH).flat_map(char::escape_debug).collect();
    if value.chars().nth(LENGTH).is_some() {
        excerpt.push('…');
    }
    format!("`{excerpt}`")
}
