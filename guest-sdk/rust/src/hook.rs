//! The names of the hooks, from the table "Available hooks" of the IRIS hooks documentation.
//!
//! They are plain strings, so a hook that a server declares itself is named by its own text, and `match event.hook
//! .as_str()` works with both.

pub use crate::generated::hooks::*;

/// Whether a hook of this name is a preload hook.
pub fn is_preload(hook: &str) -> bool {
    hook.starts_with("on_preload_")
}

/// Whether a hook of this name is a manual hook.
pub fn is_manual(hook: &str) -> bool {
    hook.starts_with("on_manual_trigger_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once_and_of_a_known_kind() {
        let mut names = ALL.to_vec();
        names.sort_unstable();
        names.dedup();

        assert_eq!(names.len(), 58);
        assert_eq!(ALL.iter().filter(|hook| is_manual(hook)).count(), 7);
        assert!(
            ALL.iter()
                .all(|hook| is_preload(hook) || is_manual(hook) || hook.starts_with("on_postload_"))
        );
    }
}
