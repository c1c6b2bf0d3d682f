//! The names of the hooks, from the table "Available hooks" of the IRIS hooks documentation.
//!
//! They are plain strings, so a hook that a server declares itself is named by its own text, and `match event.hook
//! .as_str()` works with both.

macro_rules! hooks {
    ($($name:ident = $text:literal: $when:literal;)*) => {
        $(#[doc = concat!("`", $text, "`: triggered ", $when, ".")] pub const $name: &str = $text;)*

        /// All 58 of them, in the order of the documentation.
        pub const ALL: [&str; 58] = [$($name),*];
    };
}

hooks! {
    PRELOAD_CASE_CREATE = "on_preload_case_create": "on case creation, before commit in DB";
    POSTLOAD_CASE_CREATE = "on_postload_case_create": "on case creation, after commit in DB";
    PRELOAD_CASE_DELETE = "on_preload_case_delete": "on case deletion, before commit in DB";
    POSTLOAD_CASE_DELETE = "on_postload_case_delete": "on case deletion, after commit in DB";
    PRELOAD_ASSET_CREATE = "on_preload_asset_create": "on asset creation, before commit in DB";
    POSTLOAD_ASSET_CREATE = "on_postload_asset_create": "on asset creation, after commit in DB";
    PRELOAD_ASSET_UPDATE = "on_preload_asset_update": "on asset update, before commit in DB";
    POSTLOAD_ASSET_UPDATE = "on_postload_asset_update": "on asset update, after commit in DB";
    PRELOAD_ASSET_DELETE = "on_preload_asset_delete": "on asset deletion, before commit in DB";
    POSTLOAD_ASSET_DELETE = "on_postload_asset_delete": "on asset deletion, after commit in DB";
    MANUAL_TRIGGER_ASSET = "on_manual_trigger_asset": "upon user action";
    PRELOAD_NOTE_CREATE = "on_preload_note_create": "on note creation, before commit in DB";
    POSTLOAD_NOTE_CREATE = "on_postload_note_create": "on note creation, after commit in DB";
    PRELOAD_NOTE_UPDATE = "on_preload_note_update": "on note update, before commit in DB";
    POSTLOAD_NOTE_UPDATE = "on_postload_note_update": "on note update, after commit in DB";
    PRELOAD_NOTE_DELETE = "on_preload_note_delete": "on note deletion, before commit in DB";
    POSTLOAD_NOTE_DELETE = "on_postload_note_delete": "on note deletion, after commit in DB";
    MANUAL_TRIGGER_NOTE = "on_manual_trigger_note": "upon user action";
    PRELOAD_IOC_CREATE = "on_preload_ioc_create": "on ioc creation, before commit in DB";
    POSTLOAD_IOC_CREATE = "on_postload_ioc_create": "on ioc creation, after commit in DB";
    PRELOAD_IOC_UPDATE = "on_preload_ioc_update": "on ioc update, before commit in DB";
    POSTLOAD_IOC_UPDATE = "on_postload_ioc_update": "on ioc update, after commit in DB";
    PRELOAD_IOC_DELETE = "on_preload_ioc_delete": "on ioc deletion, before commit in DB";
    POSTLOAD_IOC_DELETE = "on_postload_ioc_delete": "on ioc deletion, after commit in DB";
    MANUAL_TRIGGER_IOC = "on_manual_trigger_ioc": "upon user action";
    PRELOAD_EVENT_CREATE = "on_preload_event_create": "on event creation, before commit in DB";
    PRELOAD_EVENT_DUPLICATE = "on_preload_event_duplicate":
        "on event duplication, before commit in DB. This event only received the event ID which will be duplicated";
    POSTLOAD_EVENT_CREATE = "on_postload_event_create": "on event creation, after commit in DB";
    PRELOAD_EVENT_UPDATE = "on_preload_event_update": "on event update, before commit in DB";
    POSTLOAD_EVENT_UPDATE = "on_postload_event_update": "on event update, after commit in DB";
    PRELOAD_EVENT_DELETE = "on_preload_event_delete": "on event deletion, before commit in DB";
    POSTLOAD_EVENT_DELETE = "on_postload_event_delete": "on event deletion, after commit in DB";
    MANUAL_TRIGGER_EVENT = "on_manual_trigger_event": "upon user action";
    PRELOAD_EVIDENCE_CREATE = "on_preload_evidence_create": "on evidence creation, before commit in DB";
    POSTLOAD_EVIDENCE_CREATE = "on_postload_evidence_create": "on evidence creation, after commit in DB";
    PRELOAD_EVIDENCE_UPDATE = "on_preload_evidence_update": "on evidence update, before commit in DB";
    POSTLOAD_EVIDENCE_UPDATE = "on_postload_evidence_update": "on evidence update, after commit in DB";
    PRELOAD_EVIDENCE_DELETE = "on_preload_evidence_delete": "on evidence deletion, before commit in DB";
    POSTLOAD_EVIDENCE_DELETE = "on_postload_evidence_delete": "on evidence deletion, after commit in DB";
    MANUAL_TRIGGER_EVIDENCE = "on_manual_trigger_evidence": "upon user action";
    PRELOAD_TASK_CREATE = "on_preload_task_create": "on task creation, before commit in DB";
    POSTLOAD_TASK_CREATE = "on_postload_task_create": "on task creation, after commit in DB";
    PRELOAD_TASK_UPDATE = "on_preload_task_update": "on task update, before commit in DB";
    POSTLOAD_TASK_UPDATE = "on_postload_task_update": "on task update, after commit in DB";
    PRELOAD_TASK_DELETE = "on_preload_task_delete": "on task deletion, before commit in DB";
    POSTLOAD_TASK_DELETE = "on_postload_task_delete": "on task deletion, after commit in DB";
    MANUAL_TRIGGER_TASK = "on_manual_trigger_task": "upon user action";
    PRELOAD_GLOBAL_TASK_CREATE = "on_preload_global_task_create": "on global task creation, before commit in DB";
    POSTLOAD_GLOBAL_TASK_CREATE = "on_postload_global_task_create": "on global task creation, after commit in DB";
    PRELOAD_GLOBAL_TASK_UPDATE = "on_preload_global_task_update": "on task update, before commit in DB";
    POSTLOAD_GLOBAL_TASK_UPDATE = "on_postload_global_task_update": "on global task update, after commit in DB";
    PRELOAD_GLOBAL_TASK_DELETE = "on_preload_global_task_delete": "on task deletion, before commit in DB";
    POSTLOAD_GLOBAL_TASK_DELETE = "on_postload_global_task_delete": "on global task deletion, after commit in DB";
    MANUAL_TRIGGER_GLOBAL_TASK = "on_manual_trigger_global_task": "upon user action";
    PRELOAD_REPORT_CREATE = "on_preload_report_create": "on report creation, before generation in DB";
    POSTLOAD_REPORT_CREATE = "on_postload_report_create": "on report creation, before download of the document";
    PRELOAD_ACTIVITIES_REPORT_CREATE = "on_preload_activities_report_create":
        "on activities report creation, before generation in DB";
    POSTLOAD_ACTIVITIES_REPORT_CREATE = "on_postload_activities_report_create":
        "on activities report creation, before download of the document";
}

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
