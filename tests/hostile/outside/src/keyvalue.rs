//! To be written.
pub(crate) fn attack(_attack: &str) -> Option<String> {
    None
}
